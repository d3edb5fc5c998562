"""Globalisation in the reports: attainment moves, statistics do not, every figure still opens on what makes it (REA-06)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from clause.access import Role
from clause.consolidations.annual import annual, of_facts
from clause.consolidations.as_json import as_data
from clause.consolidations.bilan import operation_report
from clause.consolidations.documents.completion import completion
from clause.consolidations.facts import TRANSFERS, Facts, frame
from clause.consolidations.lines import selection
from clause.consolidations.perimeter import every_structure
from clause.consolidations.workbook import as_workbook
from clause.hours.pooling.models import HourTransfer, PoolingConvention
from clause.kernel import clock
from clause.ledger import posting
from clause.markets.codes import OperationStatus
from tests.consolidations.support import AS_OF, Golden, golden
from tests.consolidations.test_oracle import KEYS, PERIMETER, YEAR, World, _percent, facts_of, naive, quick, worlds
from tests.hours.pooling.scene import Pool, pool
from tests.support import factories as make
from tests.support.client import Client

JUNE = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 12, 15, 10))
    yield
    clock.move_to(None)


def _data(session: Session, as_of: date = AS_OF) -> dict[str, Any]:
    return as_data(annual(session, every_structure(), 2026, as_of))


def _moved(session: Session, case: Golden, hours: int = 5_000, month: date = JUNE, to: str = "C2") -> None:
    """50 h of C1 to C2 (or ``to``), as a row and its entries: the rules of transfers have their own tests."""
    holder = make.establishment(session).company_id
    convention = make.add(
        session,
        PoolingConvention(
            structure_id=case.structure.id, company_id=holder, reference="CG", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
            entered_by="Test", created_at=clock.now(),
        ),
    )  # fmt: skip
    giver, taker = case.markets["C1"], case.markets[to]
    row = make.add(
        session,
        HourTransfer(
            convention_id=convention.id, from_market_id=giver.id, to_market_id=taker.id, month=month, hours=hours,
            decided_by="Test", decided_at=clock.now(),
        ),
    )  # fmt: skip
    posting.transfer(session, make.viewer_of(case.structure), row.id, giver.id, taker.id, month, hours)
    session.flush()


def test_the_year_is_the_same_but_for_attainment(session: Session, engine: str) -> None:
    """T-IND-1 with 50 h that move: identical to the byte but for attainment, C02 and the shortfalls at mid-term of C15."""
    case = golden(session)
    before = _data(session)
    _moved(session, case)
    after = _data(session)
    changed = [code for code in before["tables"] if before["tables"][code] != after["tables"][code]]
    assert changed == ["C02", "C15"]
    rows = zip(before["tables"]["C15"]["rows"], after["tables"]["C15"]["rows"], strict=True)
    assert {was["key"] for was, now in rows if was != now} == {"midterm_missing"}
    assert after["tables"]["C02"]["total"] == {
        "markets": 3, "objective_due": 1900, "hours_year": 960, "hours_cumulative": 1590, "hours_remaining": 310, "hours_surplus": 0,
        "rate": 83.68, "rate_capped": 83.68,
    }  # fmt: skip
    said = " ".join(after["tables"]["C02"]["notes"])
    assert "ont reçu 50 h et d'autres en ont cédé 50 h" in said
    assert "ont reçu" not in " ".join(before["tables"]["C02"]["notes"])


def test_a_certificate_of_completion_says_the_hours_that_make_its_rate(session: Session) -> None:
    """1 290 h were worked for 1 600 h due, and the rate is 77,5 %: 50 h went to a market of another operation."""
    case = golden(session)
    case.operations["O1"].status = OperationStatus.CLOSED
    plain = completion(operation_report(session, case.operations["O1"], AS_OF)) or ""
    _moved(session, case, to="C3")
    said = completion(operation_report(session, case.operations["O1"], AS_OF)) or ""
    words = said.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
    assert "1 290 h d'insertion y ont été réalisées" in words
    assert (
        "soit un taux de réalisation de 77,5 % (1 240 h comptent pour lui, globalisation et coefficients compris)."
        in words
    )
    assert "comptent pour lui" not in plain


def test_a_certificate_of_one_person_is_written_in_the_singular(session: Session) -> None:
    case = golden(session)
    case.operations["O1"].status = OperationStatus.CLOSED
    report = operation_report(session, case.operations["O1"], AS_OF)
    figures = report.table("B02")
    assert figures is not None
    alone = tuple(
        replace(row, cells={"value": 1}) if row.key in ("participants", "employment_contracts") else row
        for row in figures.rows
    )
    tables = tuple(replace(t, rows=alone) if t.code == "B02" else t for t in report.tables)
    assert "1 personne y a travaillé, par 1 contrat de travail." in (completion(replace(report, tables=tables)) or "")


def test_a_day_before_the_transfer_does_not_know_it(session: Session) -> None:
    case = golden(session)
    before = _data(session, date(2026, 12, 14))
    _moved(session, case)
    assert _data(session, date(2026, 12, 14)) == before


@st.composite
def moves(draw: st.DrawFn) -> tuple[World, list[tuple[int, int, int, int, int]]]:
    world = draw(worlds())
    ids = [m["id"] for m in world.markets]
    pairs = st.tuples(st.sampled_from([2025, YEAR]), st.integers(1, 12), st.sampled_from(ids), st.sampled_from(ids), st.integers(1, 9_000))  # fmt: skip
    return world, [move for move in draw(st.lists(pairs, max_size=8)) if move[2] != move[3]]


def _with(world: World, moved: list[tuple[int, int, int, int, int]]) -> tuple[Facts, dict[tuple[int, int], int]]:
    """The facts with these transfers, and what each market got in each year by a plain loop."""
    facts, got = facts_of(world), defaultdict(int)
    by_month: dict[tuple[int, int, int], int] = defaultdict(int)
    for year, month, giver, taker, hours in moved:
        for market, sign in ((giver, -1), (taker, 1)):
            by_month[year, month, market] += sign * hours
            got[market, year] += sign * hours
    markets = facts.markets.copy()
    for (market, _year), hours in got.items():
        markets.loc[market, ["real", "valued"]] += hours
    rows = [(*key, hours, hours) for key, hours in sorted(by_month.items())]
    return replace(facts, markets=markets, transfers=frame(rows, TRANSFERS)), got


@quick
@given(moves())
def test_statistics_ignore_transfers_and_attainment_counts_them(case: tuple[World, list[Any]]) -> None:
    world, moved = case
    facts, got = _with(world, moved)
    assert facts.transfers["real"].sum() == 0
    plain, report = of_facts(facts_of(world), PERIMETER, YEAR), of_facts(facts, PERIMETER, YEAR)
    for table in plain.tables:
        assert table.code in ("C02", "C15") or report.table(table.code) == table
    for code, key in KEYS.items():
        found = report.table(code)
        assert found is not None
        assert sum(row.cells["hours"] for row in found.rows) == sum(h for h, _p, _c in naive(world, key).values())  # type: ignore[misc]  # numbers here, or the test fails
    total = as_data(report)["tables"]["C02"]["total"]
    chosen = [
        m for m in world.markets
        if m["state"] == "running" and m["due"] and m["starts"] <= date(YEAR, 12, 31) and (m["ends"] is None or m["ends"] >= date(YEAR, 1, 1))
    ]  # fmt: skip

    def attained(market: dict[str, Any], *years: int) -> int:
        index = 6 if market["valued"] else 5
        worked = sum(h[index] for h in world.hours if h[2] == market["id"] and h[0] in years)
        return worked + sum(got[market["id"], year] for year in years)

    done = [attained(m, 2025, YEAR) for m in chosen]
    due = [m["due"] for m in chosen]
    assert total["hours_cumulative"] == sum(done) / 100
    assert total["hours_year"] == sum(attained(m, YEAR) for m in chosen) / 100
    assert total["hours_cumulative"] == sum(attained(m, y) for m in chosen for y in (2025, YEAR)) / 100
    assert total["rate_capped"] == _percent(sum(min(o, h) for o, h in zip(due, done, strict=True)), sum(due))
    chosen_lines = selection(facts, "C02", "total", "hours_year")
    assert chosen_lines is not None
    assert chosen_lines.attained


# The bilans of both operations


@pytest.fixture
def scene(session: Session, app: Flask) -> Pool:
    clock.move_to(datetime(2026, 4, 10, 9))
    return pool(session, app.config["CLAUSE"].data_dir)


def _bilan(session: Session, of: Pool, name: str, as_of: date = date(2026, 4, 30)) -> dict[str, Any]:
    from clause.markets.models import Operation

    market = of.a if name == "A" else of.b
    report = operation_report(session, session.get_one(Operation, market.operation_id), as_of)
    as_workbook(report)
    return as_data(report)["tables"]


@pytest.mark.usefixtures("engine")
def test_both_bilans_show_the_transfer(session: Session, scene: Pool) -> None:
    before = _bilan(session, scene, "A")
    assert "B12" not in before
    scene.move()
    a, b = _bilan(session, scene, "A"), _bilan(session, scene, "B")
    assert [(r["direction"], r["hours_given"], r["hours_received"], r["month"]) for r in a["B12"]["rows"]] == [
        ("Cède", 60, 0, "mars 2026")
    ]
    assert [(r["direction"], r["hours_given"], r["hours_received"]) for r in b["B12"]["rows"]] == [("Reçoit", 0, 60)]
    assert "Habitat du Val" in a["B12"]["rows"][0]["other"]
    assert "Ville de Valmont" in b["B12"]["rows"][0]["other"]
    assert (a["B03"]["total"]["hours"], b["B03"]["total"]["hours"]) == (500, 280)
    assert [r["cumulative"] for r in b["B05"]["rows"]][-1] == 280
    assert sum(r["hours"] for r in b["B05"]["rows"]) == 220  # worked there
    figures = {r["key"]: r["value"] for r in b["B02"]["rows"]}
    assert (figures["hours"], figures["hours_received"], figures["hours_given"], figures["hours_remaining"]) == (
        220,
        60,
        0,
        20,
    )
    for code in ("B06", "B07", "B08", "B09a"):
        assert a[code] == before[code]
    assert "B12" not in _bilan(session, scene, "A", date(2026, 4, 9))


def test_a_taken_back_transfer_stays_told(session: Session, scene: Pool) -> None:
    from clause.hours.pooling import actions

    moved = scene.move()
    actions.take_back(session, scene.viewer, scene.convention, moved, "Erreur")
    table = _bilan(session, scene, "B")["B12"]
    assert [r["direction"] for r in table["rows"]] == ["Reçoit", "Rend"]
    assert (table["total"]["hours_received"], table["total"]["hours_given"]) == (60, 60)


def test_figures_of_attainment_open_on_transfers(session: Session, scene: Pool, client: Client) -> None:
    scene.move()
    buyer = make.user(session, Role.AUTHORITY, authority_id=scene.buyers[1].id)
    facilitator = make.facilitator(session, scene.structure)
    make.committed(session, facilitator, buyer)
    address = "/bilans/2026/lignes?table=C02&ligne=total&colonne=hours_year"
    client.sign_in(facilitator.email)
    page = client.get(address).get_data(as_text=True)
    assert "Globalisation : heures reçues" in page
    assert "CG-2026-1" in page
    assert "écritures, 780" in page
    worked = client.get("/bilans/2026/lignes?table=C01&ligne=hours&colonne=value").get_data(as_text=True)
    assert "Globalisation : heures reçues" not in worked
    client.sign_in(buyer.email)
    own = client.get(address).get_data(as_text=True)
    assert "220\N{NO-BREAK SPACE}h, par mois et par marché, et 60" in own
    assert "Ville de Valmont" in own
