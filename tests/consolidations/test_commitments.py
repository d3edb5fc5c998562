"""Difficulties, notices and penalties in the bilan: what the authority may read, on its day, and no text typed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.consolidations.as_json import as_data
from clause.consolidations.bilan import operation_report
from clause.consolidations.workbook import as_workbook
from clause.hours.penalties.codes import DifficultyKind, PenaltyState
from clause.hours.penalties.models import Difficulty, PenaltyCase
from clause.hours.reporting.codes import NoticeState
from clause.hours.reporting.models import FormalNotice
from clause.kernel import clock
from clause.markets.models import OperationPartner
from tests.consolidations.support import Golden, golden
from tests.support import factories as make


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 12, 15, 10))
    yield
    clock.move_to(None)


@pytest.fixture
def case(session: Session) -> Golden:
    case = golden(session)
    market, company = case.markets["C2"], make.establishment(session, "Société en peine").company_id
    shared: dict[str, Any] = {"market_id": market.id, "company_id": company, "created_at": clock.now()}
    make.add(
        session,
        Difficulty(
            **shared, kind=DifficultyKind.NO_CANDIDATE, announced_on=date(2026, 5, 4), account="Madame Untel est partie", action_taken="",
            solved_on=date(2026, 9, 1), entered_by="Test",
        ),
    )  # fmt: skip
    make.add(
        session,
        FormalNotice(
            **shared, state=NoticeState.SENT, subject="Mise en demeure", body="Madame Untel", answer_within_days=15,
            drafted_on=date(2026, 6, 1), drafted_by="Test", sent_on=date(2026, 6, 8), sent_how="recommandé",
        ),
    )  # fmt: skip
    penalty: dict[str, Any] = {
        **shared, "detected_on": date(2026, 7, 1), "shortfall_hours": 36_000, "late_days": 0, "amount_cents": 1_440_000, "calculation": {},
        "opened_by": "Test",
    }  # fmt: skip
    make.add(
        session,
        PenaltyCase(
            **penalty, state=PenaltyState.APPLIED, proposed_cents=1_440_000, proposed_on=date(2026, 8, 3), proposal="Madame Untel",
            decided_cents=1_000_000, decided_on=date(2026, 10, 5), decision="Vu",
        ),
    )  # fmt: skip
    make.add(session, PenaltyCase(**penalty, state=PenaltyState.DETECTED))
    return case


def bilan(session: Session, case: Golden, as_of: date = date(2026, 12, 15), viewer: Viewer | None = None) -> Any:
    report = operation_report(session, case.operations["O1"], as_of, viewer)
    as_workbook(report)
    return as_data(report)["tables"]


def test_the_bilan_tells_difficulties_notices_and_penalties(session: Session, case: Golden, engine: str) -> None:
    tables = bilan(session, case)
    assert [(r["announced_on"], r["difficulty"], r["outcome"]) for r in tables["B13"]["rows"]] == [
        ("04/05/2026", "Pas de candidat", "réglée le 01/09/2026")
    ]
    rows = [(r["on"], r["act"], r["shortfall"], r["decided"][:2]) for r in tables["B14"]["rows"]]
    assert rows == [
        ("08/06/2026", "mise en demeure, réponse sous 15 jours", None, ""),
        ("05/10/2026", "pénalité appliquée par le maître d'ouvrage", 360, "10"),
    ]
    assert "Untel" not in str(tables)


def test_what_came_later_is_not_known(session: Session, case: Golden) -> None:
    tables = bilan(session, case, date(2026, 8, 31))
    assert tables["B13"]["rows"][0]["outcome"] == "en cours"
    assert [r["act"] for r in tables["B14"]["rows"]][1] == "pénalité proposée au maître d'ouvrage"
    assert "B14" not in bilan(session, case, date(2026, 6, 1))


def test_a_partner_reads_neither(session: Session, case: Golden) -> None:
    partner = make.structure(session, "Partenaire")
    make.add(session, OperationPartner(operation_id=case.operations["O1"].id, structure_id=partner.id, agreed_on=date(2026, 1, 1)))  # fmt: skip
    tables = bilan(session, case, viewer=make.viewer_of(partner))
    assert not {"B13", "B14"} & set(tables)
    buyer = Viewer(role=Role.AUTHORITY, name="Acheteur", authority_id=case.authorities["A"].id)
    assert {"B13", "B14"} <= set(bilan(session, case, viewer=buyer))
    assert "B13" not in as_data(operation_report(session, case.operations["O2"], date(2026, 12, 15)))["tables"]
