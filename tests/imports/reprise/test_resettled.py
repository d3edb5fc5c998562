"""``--update`` that changes dates decides again on hours validated before: reversed, posted anew, said, nothing rewritten."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from clause.hours.codes import NotCounted
from clause.hours.models import DeclarationLine
from clause.kernel.audit import AuditEvent
from clause.kernel.unit import current_session
from clause.ledger.models import EntryKind, LedgerEntry
from tests.imports.reprise.workbooks import changed, ind1

TOTAL = 1960_00


def total(app) -> int:
    with app.app_context():
        return int(current_session().scalar(select(func.sum(LedgerEntry.hours_real))))


def told(report) -> list[str]:
    return [w["reason"] for w in report["warnings"] if w["reason"].startswith("Heures déjà validées")]


CHANGES = (
    (("Participants", 2, "Éligible du", date(2026, 3, 10)), 270_00, 3, NotCounted.BEFORE_VALIDATION),
    (("Contrats", 4, "Fin", date(2026, 3, 31)), 59_00, 1, None),
    (("Marchés", 2, "Fin", date(2026, 3, 31)), 209_00, 2, None),
)


@pytest.mark.parametrize(("change", "lost", "lines", "reason"), CHANGES, ids=["eligibility", "contract", "market"])
def test_dates_that_change_decide_again_on_validated_hours(engine, app, run, import_book, change, lost, lines, reason):
    import_book(ind1())
    before = total(app)
    assert before == TOTAL
    book = changed(ind1(), *change)
    del book["Heures"]  # hours of a month outside the dates of the file would be refused
    assert told(import_book(book)[1]) == []  # without --update nothing is decided again
    code, report = import_book(book, "--update")
    assert (code, report["written"], len(report["different"])) == (0, 0, 1)
    assert len(told(report)) == lines
    assert all("elles comptent ; avec ces dates, elles ne comptent pas" in said for said in told(report))
    assert {(w["where"], w["line"]) for w in report["warnings"] if w["reason"] in told(report)} == {change[:2]}
    assert total(app) == TOTAL - lost
    with app.app_context():
        session = current_session()
        old = session.scalars(select(DeclarationLine).where(~DeclarationLine.standing)).all()
        assert len(old) == lines
        assert all(row.not_counted is None and row.correction_reason for row in old)  # what was decided stays as it was
        new = session.scalars(
            select(DeclarationLine).where(DeclarationLine.id.in_([o.corrected_by_id for o in old]))
        ).all()
        assert sum(row.hours for row in new) == sum(row.hours for row in old) == lost
        assert all(row.not_counted is not None and (reason is None or row.not_counted is reason) for row in new)
        kinds = session.scalars(
            select(LedgerEntry.kind).where(LedgerEntry.declaration_line_id.in_([o.id for o in old]))
        )
        assert sorted(kinds) == sorted([EntryKind.POSTING, EntryKind.REVERSAL] * lines)
        acts = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "heures décidées à nouveau")
        assert session.scalar(acts) == lines
    assert run("ledger", "check").exit_code == 0
    again = import_book(book, "--update")[1]
    assert (again["different"], told(again)) == ([], [])


def test_dates_set_right_again_count_the_hours_again(engine, app, run, import_book):
    import_book(ind1())
    import_book(changed(ind1(), "Participants", 2, "Éligible du", date(2026, 3, 10)), "--update")
    _code, report = import_book(ind1(), "--update")
    assert total(app) == TOTAL
    assert len(told(report)) == 3
    assert all("avec ces dates, elles comptent" in said for said in told(report))
    assert run("ledger", "check").exit_code == 0


def test_dates_that_decide_the_same_touch_nothing(app, import_book):
    import_book(ind1())
    before = total(app)
    _code, report = import_book(changed(ind1(), "Marchés", 2, "Fin", date(2026, 12, 31)), "--update")
    assert (total(app), told(report)) == (before, [])
    with app.app_context():
        assert (
            current_session().scalar(select(func.count(LedgerEntry.id)).where(LedgerEntry.kind == EntryKind.REVERSAL))
            == 0
        )
