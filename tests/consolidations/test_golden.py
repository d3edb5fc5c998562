"""T-IND-1: the golden figures of consolidations.md § 7, on both engines."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from clause.consolidations.annual import annual
from clause.consolidations.as_json import as_data
from clause.consolidations.perimeter import every_structure, of_structure
from tests.consolidations.support import AS_OF, golden
from tests.support import factories as make


def _data(session: Session, **kw: Any) -> dict[str, Any]:
    return as_data(
        annual(session, kw.pop("perimeter", every_structure()), kw.pop("year", 2026), kw.pop("as_of", AS_OF))
    )


def _rows(data: dict[str, Any], code: str) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in data["tables"][code]["rows"]}


def test_key_figures(session: Session, engine: str) -> None:
    golden(session)
    rows = _rows(_data(session), "C01")
    assert {key: row["value"] for key, row in rows.items()} == {
        "structures": 1, "facilitators": 1, "contracting_authorities": 2, "operations": 2, "markets": 3, "companies": 2,
        "participants": 4, "employment_contracts": 6, "hours": 960, "fte": 0.597,
    }  # fmt: skip
    assert {key: rows[key]["previous"] for key in ("hours", "markets", "participants", "employment_contracts", "operations")} == {
        "hours": 750, "markets": 3, "participants": 3, "employment_contracts": 3, "operations": 3,
    }  # fmt: skip


def test_objectives(session: Session, engine: str) -> None:
    golden(session)
    data = _data(session)
    assert data["tables"]["C02"]["total"] == {
        "markets": 3, "objective_due": 1900, "hours_year": 960, "hours_cumulative": 1590, "hours_remaining": 360,
        "hours_surplus": 50, "rate": 83.68, "rate_capped": 81.05,
    }  # fmt: skip
    rows = _rows(data, "C02")
    assert [rows[k]["markets"] for k in ("ended_in_year", "running", "to_come", "ended_before", "without_objective")] == [2, 1, 1, 1, 0]  # fmt: skip
    assert rows["running"]["hours_cumulative"] == 240
    assert rows["ended_before"]["hours_cumulative"] == 370
    assert sum(rows[k]["hours_cumulative"] for k in rows) == 1960
    assert rows["to_come"]["rate"] == 0
    assert rows["without_objective"]["rate"] is None


def test_the_other_base_of_the_full_time_equivalent(session: Session) -> None:
    case = golden(session)
    case.structure.parameters = {"etp.hours": 1820}
    session.flush()
    rows = _rows(_data(session, perimeter=of_structure(case.structure)), "C01")
    assert rows["fte"]["value"] == 0.527


def test_other_tables(session: Session, engine: str) -> None:
    golden(session)
    data = _data(session)
    clause = _rows(data, "C03")["execution_condition"]
    assert (clause["article"], clause["markets"], clause["hours"], clause["participants"]) == ("L2112-2", 3, 960, 4)
    assert _rows(data, "C04")["direct_hire/company"]["employment_contracts"] == 6
    assert _rows(data, "C05")["cdd"]["hours"] == 960
    assert {k: r["participants"] for k, r in _rows(data, "C06a").items()} == {"f": 4, "m": 0, "unknown": 0}
    assert {k: r["participants"] for k, r in _rows(data, "C06b").items()} == {"lt26": 0, "26_44": 4, "45_54": 0, "ge55": 0, "unknown": 0}  # fmt: skip
    assert _rows(data, "C06d")["long_term_jobseeker"]["participants"] == 4
    assert _rows(data, "C06e")["long_term_jobseeker"]["hours"] == 960
    buyers = _rows(data, "C09")
    assert (buyers["commune"]["hours"], buyers["commune"]["markets"], buyers["commune"]["operations"]) == (940, 2, 1)
    assert (buyers["social_landlord"]["hours"], buyers["social_landlord"]["participants"]) == (20, 1)
    assert {r["label"]: r["hours"] for r in data["tables"]["C09b"]["rows"]} == {"Ville A": 940, "Bailleur B": 20}
    months = _rows(data, "C17")
    assert (months["2026-03"]["hours"], months["2026-12"]["hours"], months["2026-08"]["hours_previous"]) == (
        150,
        0,
        150,
    )
    assert {k: r["hours"] for k, r in _rows(data, "C17b").items()} == {"2024": 250, "2025": 750, "2026": 960}
    assert {k: r["participants"] for k, r in _rows(data, "C17b").items()} == {"2024": 1, "2025": 3, "2026": 4}


def test_an_empty_database_has_every_table(session: Session, engine: str) -> None:
    data = _data(session)
    assert list(data["tables"]) == [
        "C01", "C02", "C03", "C04", "C05", "C06a", "C06b", "C06b-PLIE", "C06c", "C06d", "C06e", "C06f", "C06g", "C06h",
        "C07", "C07b", "C07c", "C08", "C08b", "C08c", "C08d", "C09", "C09b", "C10", "C10b", "C10c", "C10d", "C11", "C11b", "C11c",
        "C12", "C12b", "C13", "C13b", "C13c", "C13d", "C13e", "C13f", "C14", "C14b", "C14c", "C15", "C16", "C16b", "C16c", "C16d",
        "C16e", "C16f", "C16g", "C16h", "C17", "C17b",
    ]  # fmt: skip
    assert all(row["value"] == 0 for row in data["tables"]["C01"]["rows"])
    assert data["tables"]["C02"]["total"]["rate"] is None


def test_a_market_without_clause_is_nowhere(session: Session) -> None:
    case = golden(session)
    make.market(session, case.operations["O3"], clause_kind=None, objective=None)
    assert {r["key"]: r["value"] for r in _data(session)["tables"]["C01"]["rows"]}["markets"] == 3
