"""Export, import, national figures: what leaves is anonymous, what comes in is checked, what is summed is exact."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates.models import EmploymentContract, Participant
from clause.consolidations.annual import annual
from clause.consolidations.as_json import as_data
from clause.consolidations.models import ReceivedTransfer, RegisteredStructure
from clause.consolidations.perimeter import every_structure
from clause.consolidations.transfer import queries
from clause.consolidations.transfer.canonical import MAX_BYTES, as_bytes, parse
from clause.consolidations.transfer.exporting import document
from clause.consolidations.transfer.national_queries import Source, national_report
from clause.consolidations.transfer.receiving import Outcome, receive
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.kernel.sheet_reader import Unreadable
from clause.kernel.values import fold
from tests.consolidations.support import AS_OF, golden, work
from tests.consolidations.transfer.support import ADMINISTRATOR, YEAR, file_of, pair, resealed
from tests.support import factories as make


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 12, 15, 10))
    yield
    clock.move_to(None)


def test_the_sum_of_the_files_is_the_consolidation_of_the_whole_database(session: Session, engine: str) -> None:
    """The golden case: authority A and company X are counted once, though both structures work with them."""
    case = pair(session)
    for structure in (case.second, case.first.structure):
        receive(session, ADMINISTRATOR, file_of(session, structure))
    whole = as_data(annual(session, every_structure(), YEAR, AS_OF))["tables"]
    for source in Source:
        national = as_data(national_report(session, ADMINISTRATOR, YEAR, AS_OF, source, hide=False))["tables"]
        assert national["C01"]["rows"] == whole["C01"]["rows"], source
        figures = {row["key"]: row["value"] for row in national["C01"]["rows"]}
        assert figures["contracting_authorities"] == 2
        assert figures["companies"] == 3
        assert (figures["participants"], figures["employment_contracts"], figures["hours"]) == (7, 9, 1260)
        for code in (code for code in whole if code != "C08d"):  # jobs without ROME code are counted together
            assert national[code]["rows"] == narrowed(national[code], whole[code]["rows"]), (source, code)
            assert [national[code]["total"]] == narrowed(national[code], [whole[code]["total"]]), (source, code)


def narrowed(table: dict[str, Any], rows: list[Any]) -> list[Any]:
    """The same rows in the columns of this table: C09b has no people nationally, C16 no share of the year before."""
    kept = {"key", "label", "unit", *(column["key"] for column in table["columns"])}
    return [None if row is None else {key: value for key, value in row.items() if key in kept} for row in rows]


def test_regions_and_structures_count_their_own_and_participation_says_who_is_missing(session: Session) -> None:
    case = pair(session)
    session.add(RegisteredStructure(name="Structure muette", region="Bretagne", facilitators=3, created_at=clock.now()))
    session.add(RegisteredStructure(name="Sans facilitateur", region="Corse", employs_facilitators=False, created_at=clock.now()))  # fmt: skip
    for structure in (case.first.structure, case.second):
        receive(session, ADMINISTRATOR, file_of(session, structure))
    report = national_report(session, ADMINISTRATOR, YEAR, AS_OF, hide=False)
    tables = as_data(report)["tables"]
    taking_part = {row["key"]: row for row in tables["N01"]["rows"]}
    assert (taking_part["bretagne"]["received"], taking_part["bretagne"]["registered"]) == (1, 2)
    assert tables["N01"]["total"] == {"received": 2, "registered": 3, "rate": 66.67, "facilitators": 3}
    regions = {row["key"]: row for row in tables["N02"]["rows"]}
    assert (regions["bretagne"]["hours"], regions["normandie"]["hours"]) == (960, 300)
    assert (regions["bretagne"]["companies"], regions["normandie"]["companies"]) == (2, 2)
    assert tables["N02"]["total"]["companies"] == 3
    assert [row["label"] for row in tables["N03"]["rows"]] == ["PLIE du Val", "Maison de l'emploi du Bocage"]
    assert any("sommes des nombres de chaque structure" in note for note in tables["N02"]["notes"])


def test_published_figures_hide_small_numbers_of_people_at_every_level(session: Session) -> None:
    case = pair(session)
    for structure in (case.first.structure, case.second):
        receive(session, ADMINISTRATOR, file_of(session, structure))
    data = as_data(national_report(session, ADMINISTRATOR, YEAR, AS_OF))
    assert data["masked"]
    for code in ("N02", "N03"):
        assert [(row["participants"], row["employment_contracts"]) for row in data["tables"][code]["rows"]] == [(None, None)] * 2  # fmt: skip
        assert data["tables"][code]["total"]["participants"] == 7
    shown = {
        (code, row["key"], row["participants"])
        for code, table in data["tables"].items()
        for row in table["rows"]
        if 0 < (row.get("participants") or 0) < 5
    }
    assert shown == set()


def test_a_file_holds_nothing_about_a_person(session: Session) -> None:
    """No name, birth date, reference, address, nor what somebody typed as a job."""
    case = pair(session)
    text = file_of(session, case.second).decode() + file_of(session, case.first.structure).decode()
    folded = fold(text)
    people = session.scalars(select(Participant)).all()
    assert len(people) == 9
    for person in people:
        for secret in (person.last_name, person.reference, person.public_id, person.birth_date.isoformat(), person.birth_date.strftime("%d/%m/%Y")):  # fmt: skip
            assert fold(secret) not in folded, secret
    for contract in session.scalars(select(EmploymentContract)):
        assert contract.public_id not in text
        assert f'"{contract.reference}"' not in text
    assert "remplace" not in folded


def test_the_same_data_give_the_same_bytes(session: Session, engine: str) -> None:
    case = pair(session)
    first = file_of(session, case.second)
    clock.move_to(datetime(2027, 2, 1, 9))
    assert file_of(session, case.second) == first
    assert as_bytes(parse(first)) == first


def test_the_same_file_twice_is_known_and_a_newer_one_replaces(session: Session, engine: str) -> None:
    case = pair(session)
    old = file_of(session, case.second, date(2026, 12, 15))
    assert receive(session, ADMINISTRATOR, old).outcome is Outcome.RECEIVED
    again = receive(session, ADMINISTRATOR, old)
    assert again.outcome is Outcome.KNOWN
    assert "déjà connu" in again.sentence
    new = file_of(session, case.second, date(2026, 12, 31))
    assert receive(session, ADMINISTRATOR, new).outcome is Outcome.REPLACED
    assert receive(session, ADMINISTRATOR, old).outcome is Outcome.KNOWN
    session.flush()
    line = next(line for line in queries.registry(session, ADMINISTRATOR, YEAR))
    assert [file.used for file in sorted(line.files, key=lambda f: f.as_of)] == [False, True]  # type: ignore[arg-type, return-value]  # of the kind that the test made
    assert len(queries.sent(session, ADMINISTRATOR, YEAR)) == 1


def test_an_older_file_is_kept_but_does_not_count(session: Session) -> None:
    case = pair(session)
    old, new = (file_of(session, case.second, day) for day in (date(2026, 12, 1), date(2026, 12, 31)))
    receive(session, ADMINISTRATOR, new)
    late = receive(session, ADMINISTRATOR, old)
    assert late.outcome is Outcome.OLDER
    assert "plus ancien" in late.sentence
    assert [one.as_of for one in queries.sent(session, ADMINISTRATOR, YEAR)] == [date(2026, 12, 31)]
    assert len(session.scalars(select(ReceivedTransfer)).all()) == 2


def test_of_two_files_of_the_same_day_the_one_that_knows_more_counts(session: Session) -> None:
    case = pair(session)
    first = file_of(session, case.second)
    clock.move_to(datetime(2026, 12, 15, 11))
    person = make.participant(session, case.second)
    make.eligible(session, person)
    market = case.first.markets["C1"]
    from clause.kernel import audit

    audit.record(session, make.viewer_of(case.second), "marché modifié", market)
    second = file_of(session, case.second)
    assert second != first
    assert receive(session, ADMINISTRATOR, second).outcome is Outcome.RECEIVED
    assert receive(session, ADMINISTRATOR, first).outcome is Outcome.OLDER


def test_an_unknown_structure_is_registered_to_be_completed(session: Session) -> None:
    case = pair(session)
    receipt = receive(session, ADMINISTRATOR, file_of(session, case.second))
    assert receipt.added
    assert "à compléter" in receipt.sentence
    assert queries.to_complete(receipt.structure)
    assert receipt.structure.region == "Normandie"


def test_a_structure_registered_without_siret_is_known_by_its_name(session: Session) -> None:
    case = pair(session)
    row = make.add(session, RegisteredStructure(name="Maison de l'emploi du BOCAGE", region="Bretagne", facilitators=2, created_at=clock.now()))  # fmt: skip
    receipt = receive(session, ADMINISTRATOR, file_of(session, case.second))
    assert receipt.structure is row
    assert row.siret == case.second.siret
    assert queries.sent(session, ADMINISTRATOR, YEAR)[0].region == "Bretagne"


_MADE: dict[str, Any] = {}


def one_document(session: Session) -> dict[str, Any]:
    """The file of T-IND-1, made once for the tests that only change it."""
    if not _MADE:
        _MADE.update(document(session, golden(session).structure, YEAR, AS_OF))
    return copy.deepcopy(_MADE)


Wrong = Callable[[dict[str, Any]], None]


def _row(data: dict[str, Any], code: str, number: int = 0) -> dict[str, Any]:
    return data["tables"][code]["rows"][number]  # type: ignore[no-any-return]  # of JSON


WRONGS: dict[str, tuple[Wrong, str]] = {
    "version": (lambda d: d.update(format="2"), "format 2"),
    "kind": (lambda d: d.update(kind="annual"), "pas un fichier de transfert"),
    "newer rules": (lambda d: d.update(rules="99"), "version 99"),
    "negative": (lambda d: _row(d, "C06a").update(participants=-1), "négatif"),
    "negative in a list": (lambda d: d["companies"][0].update(held=-1), "trop petit"),
    "half a person": (lambda d: _row(d, "C06a").update(participants=1.5), "nombre entier"),
    "text for a number": (lambda d: _row(d, "C06a").update(hours="beaucoup"), "n'est pas ce que"),
    "partition": (lambda d: _row(d, "C06b").update(participants=40), "somme des lignes"),
    "total": (lambda d: d["tables"]["C05"]["total"].update(hours=1), "C05"),
    "authority gone": (lambda d: d["authorities"].pop(), "contracting_authorities"),
    "authority twice": (lambda d: d["authorities"].append(d["authorities"][0]), "deux fois"),
    "company more": (lambda d: d["companies"].append({**d["companies"][0], "siren": "999999990"}), "companies"),
    "row twice": (lambda d: d["tables"]["C06a"]["rows"].append(_row(d, "C06a")), "deux fois"),
    "somebody": (lambda d: d.update(people=[{"name": "Kervella"}]), "pas prévue"),
    "somebody in a list": (lambda d: d["companies"][0].update(name="Kervella"), "pas prévue"),
    "column not announced": (lambda d: _row(d, "C06a").update(nom="Kervella"), "pas annoncée"),
    "missing": (lambda d: d.pop("companies"), "« companies » manque"),
    "siret": (lambda d: d["structure"].update(siret="12345678901234"), "SIRET"),
    "day": (lambda d: d.update(as_of="2026-02-31"), "calendrier"),
    "year": (lambda d: d.update(year=20260), "trop grand"),
    "instant": (lambda d: d.update(data_at="2026-12-01T99:00:00Z"), "calendrier"),
    "line after a siren": (lambda d: d["companies"][0].update(siren=d["companies"][0]["siren"] + "\n"), "forme attendue"),
    "line after a siret": (lambda d: d["structure"].update(siret=d["structure"]["siret"] + "\n"), "forme attendue"),
    "total gone": (lambda d: d["tables"]["C06a"].update(total=None), "C06a"),
    "hours of companies": (lambda d: d["companies"][0].update(hours=1e10), "entreprises"),
    "markets of companies": (lambda d: d["companies"][0].update(markets=10**9), "entreprises"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_wrong_file_is_refused_with_its_reason_and_nothing_is_kept(session: Session, wrong: str) -> None:
    change, said = WRONGS[wrong]
    data = one_document(session)
    change(data)
    with pytest.raises(Refused, match=said):
        receive(session, ADMINISTRATOR, resealed(data))
    assert session.scalars(select(ReceivedTransfer)).all() == []
    assert session.scalars(select(RegisteredStructure)).all() == []


def test_a_file_changed_on_the_way_is_refused_whatever_was_changed(session: Session) -> None:
    """Every number of the file, changed by one without a new checksum."""
    data = one_document(session)
    tried = 0
    for path in list(_numbers(data))[::29]:
        changed = copy.deepcopy(data)
        held: Any = changed
        for step in path[:-1]:
            held = held[step]
        held[path[-1]] += 1
        tried += 1
        with pytest.raises(Refused):
            receive(session, ADMINISTRATOR, as_bytes(changed))
    assert tried > 20


def _numbers(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, held in value.items():
            yield from _numbers(held, (*path, key))
    elif isinstance(value, list):
        for number, held in enumerate(value):
            yield from _numbers(held, (*path, number))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"), (b"{", "JSON"), (b"[]", "JSON"), (b"\xff\xfe{}", "JSON"), (b'{"a": NaN}', "NaN"), (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1e999}', "nombre"), (b'{"a": ' + b"9" * 5000 + b"}", "nombre"), (b'{"a": 1, "a": 2}', "deux fois"),
        (b'{"a": ["\\ud800"]}', "caractère"), (b'{"\\u0000": 1}', "caractère"), (b'{"a": {"b": "PLIE\\u0000"}}', "caractère"),
        (b"[" * 200_000, "JSON"), (b" " * (MAX_BYTES + 1), "Mo"),
    ],
)  # fmt: skip
def test_what_is_no_transfer_file_is_said_unreadable(session: Session, content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        receive(session, ADMINISTRATOR, content)


def test_the_checksum_is_of_the_content_not_of_its_layout(session: Session) -> None:
    data = one_document(session)
    other = json.dumps(data, sort_keys=True, indent=4, ensure_ascii=True).replace(": 960,", ": 960.0,").encode()
    assert receive(session, ADMINISTRATOR, other).outcome is Outcome.RECEIVED
    assert receive(session, ADMINISTRATOR, as_bytes(data)).outcome is Outcome.KNOWN


def test_an_operation_shared_by_two_structures_is_counted_by_the_lead(session: Session) -> None:
    """People of the partner are in the file of the lead, on the lead's market, and nowhere else."""
    from clause.markets.models import OperationPartner

    case = pair(session)
    session.add(
        OperationPartner(
            operation_id=case.first.operations["O1"].id, structure_id=case.second.id, agreed_on=date(2026, 1, 5)
        )
    )
    person = make.participant(session, case.second)
    make.eligible(session, person)
    employer = make.establishment(session, "Intérim du Bocage")
    market = case.first.markets["C1"]
    hired = make.contract(session, person, employer, market)
    work(session, hired, market, date(2026, 5, 1), 5_000)
    for structure in (case.first.structure, case.second):
        receive(session, ADMINISTRATOR, file_of(session, structure))
    whole = as_data(annual(session, every_structure(), YEAR, AS_OF))["tables"]["C01"]["rows"]
    national = as_data(national_report(session, ADMINISTRATOR, YEAR, AS_OF, hide=False))["tables"]
    assert national["C01"]["rows"] == whole
    hours = {row["label"]: row["hours"] for row in national["N03"]["rows"]}
    assert hours == {"PLIE du Val": 1010, "Maison de l'emploi du Bocage": 300}


def test_nothing_received_is_said(session: Session) -> None:
    with pytest.raises(Refused, match="Aucun fichier"):
        national_report(session, ADMINISTRATOR, YEAR, AS_OF)
