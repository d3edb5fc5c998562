"""On random years: what a structure exports, received and consolidated alone, is its own consolidation."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from clause.consolidations.annual import of_facts
from clause.consolidations.as_json import as_data
from clause.consolidations.facts import Facts
from clause.consolidations.transfer.canonical import as_bytes, parse
from clause.consolidations.transfer.checking import refuse_foreign, refuse_inconsistent
from clause.consolidations.transfer.exporting import _without_free_text, from_facts
from clause.consolidations.transfer.national import consolidated
from clause.consolidations.transfer.sent import read
from tests.consolidations.test_oracle import PERIMETER, YEAR, World, facts_of, worlds

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # thirty tables an example: shrinking one takes minutes
SIRET = "73282932000074"
HEAD = {"siret": SIRET, "name": "PLIE du Val", "kind": "PLIE", "region": "Bretagne", "facilitators": 2}
SIRENS = {company: f"90000000{company}" for company in range(1, 5)}


def of_one_buyer(world: World) -> World:
    """An operation has one authority, and hours are of markets that run: of others C10c says « unknown », a file « again »."""
    return replace(world, markets=[{**m, "authority": m["operation"] % 2 + 1, "state": "running"} for m in world.markets])  # fmt: skip


def written(facts: Facts) -> bytes:
    return as_bytes(from_facts(facts, PERIMETER, HEAD, SIRENS, "2027-01-01T00:00:00Z"))


@settings(max_examples=6, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_the_file_of_a_structure_gives_its_own_tables_back(world: World) -> None:
    facts = facts_of(of_one_buyer(world))
    document = parse(written(facts))
    refuse_foreign(document)
    sent = read(document)
    refuse_inconsistent(sent)
    templates = of_facts(facts_of(World([], [], [], [])), PERIMETER, YEAR).tables
    national = as_data(consolidated(templates, [sent], [], YEAR, hide=False))["tables"]
    for code, own in as_data(of_facts(facts, PERIMETER, YEAR))["tables"].items():
        kept = {"key", "unit", *(c["key"] for c in national[code]["columns"])}
        assert rows(national[code]["rows"], kept) == rows(own["rows"], kept), code
        assert rows([national[code]["total"] or {}], kept) == rows([own["total"] or {}], kept), code


def rows(found: list[dict[str, Any]], kept: set[str]) -> list[dict[str, Any]]:
    """Rows in the columns that a national table has; facilitators are those of the registry."""
    return sorted(
        ({k: v for k, v in row.items() if k in kept} for row in found if row.get("key") != "facilitators"), key=lambda row: str(row.get("key"))
    )  # fmt: skip


@settings(max_examples=3, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_a_file_has_no_place_for_somebody(world: World) -> None:
    """No birth date, no thirteen or fifteen figures together but its SIRET, no reference of a market, nothing typed as a job."""
    facts = facts_of(of_one_buyer(world))
    facts = replace(facts, contracts=facts.contracts.assign(job="Remplace Nolwenn Kervella"))
    text = written(_without_free_text(facts)).decode()
    assert "Kervella" not in text
    assert not re.search(r'"M\d"|Lot \d', text)
    assert set(re.findall(r"(?<![0-9a-f.])\d{13,15}(?![0-9a-f])", text)) <= {SIRET}
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}|\d{2}/\d{2}/\d{4}", text)) <= {"2027-01-01"}
