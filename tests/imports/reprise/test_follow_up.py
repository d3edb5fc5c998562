"""« Suites » and « Qualifications »: what they bring to C12, C13 and C16, what is refused, what changes nothing twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from clause.candidates.follow_up.codes import Moment, QualificationState, Situation
from clause.candidates.follow_up.models import FollowUp, Qualification
from clause.candidates.models import EmploymentContract
from clause.consolidations.annual import annual
from clause.consolidations.perimeter import every_structure
from clause.kernel.unit import current_session, work
from clause.markets.codes import AnruBase
from clause.markets.models import Market
from tests.imports.reprise.workbooks import Book, after, changed, ind1


def whole() -> Book:
    return {**ind1(), **after()}


def test_what_became_of_people_is_counted(app, import_book) -> None:
    code, report = import_book(whole())
    assert (code, report["refused"], report["known"]) == (0, [], 0)
    assert import_book(whole())[1]["written"] == 0
    with app.app_context():
        session = current_session()
        year = annual(session, every_structure(), 2026, date(2026, 11, 21))
        cells = {row.key: row.cells for row in year.table("C13").rows}  # type: ignore[union-attr]  # it is there, or the test fails
        replies = {row.key: row.cells for row in year.table("C13b").rows}  # type: ignore[union-attr]  # it is there, or the test fails
        levels = year.table("C12b").total  # type: ignore[union-attr]  # it is there, or the test fails
        assert (cells["durable_same"]["contract_end"], cells["jobseeker"]["contract_end"]) == (1, 1)
        assert replies["six_months_after"]["replied"] == 0
        assert levels is not None
        assert (levels["begun"], levels["obtained"]) == (2, 1)
        kept = session.execute(select(FollowUp.due_on, FollowUp.known_on, FollowUp.reply).where(FollowUp.moment == Moment.SIX_MONTHS_AFTER)).one()  # fmt: skip
        assert tuple(kept) == (date(2026, 6, 30), date(2026, 6, 30), False)
        states = {q.title: (q.state, q.ended_on) for q in session.scalars(select(Qualification))}
        assert states == {"Titre maçon": (QualificationState.OBTAINED, date(2026, 8, 28)), "CACES": (QualificationState.BEGUN, None)}  # fmt: skip


def test_an_answer_completes_what_was_asked(app, import_book) -> None:
    """A follow-up that the application asked for, and nobody answered, is not a second one."""
    import_book(ind1())
    with app.app_context(), work() as session:
        contract = session.scalars(select(EmploymentContract).where(EmploymentContract.reference == "K3")).one()
        session.add(FollowUp(
            structure_id=contract.structure_id, participant_id=contract.participant_id, employment_contract_id=contract.id,
            moment=Moment.CONTRACT_END, due_on=date(2026, 9, 30),
        ))  # fmt: skip
    code, report = import_book(whole())
    assert (code, report["refused"]) == (0, [])
    with app.app_context():
        rows = current_session().scalars(select(FollowUp).where(FollowUp.moment == Moment.CONTRACT_END)).all()
        assert sorted(str(row.situation) for row in rows) == sorted(map(str, (Situation.CDI, Situation.JOBSEEKER)))


def test_update_gives_the_new_answer(app, import_book) -> None:
    import_book(whole())
    other = changed(whole(), "Suites", 2, "Situation", "Intérim")
    assert import_book(other)[1]["different"][0]["column"] == "Situation"
    assert import_book(other, "--update")[0] == 0
    with app.app_context():
        situations = set(current_session().scalars(select(FollowUp.situation)))
    assert situations == {Situation.AGENCY_WORK, Situation.JOBSEEKER, Situation.UNKNOWN}


@pytest.mark.parametrize(
    ("sheet", "line", "column", "value", "said"),
    [
        ("Suites", 2, "Identifiant contrat", "K99", "n'est ni dans la feuille « Contrats »"),
        ("Suites", 2, "Identifiant contrat", "K1", "Ce contrat n'a pas de fin"),
        ("Suites", 2, "Moment", "6 mois", "est à demander le 30/03/2027"),
        ("Suites", 2, "Connue le", date(2027, 1, 1), "dans le futur"),
        ("Suites", 2, "Réponse", "non", "Sans réponse, la situation est « Inconnue »"),
        ("Suites", 2, "Situation", "content", "Situation"),
        ("Suites", 3, "Identifiant contrat", "K3", "Déjà à la ligne 2"),
        ("Qualifications", 2, "Identifiant participant", "P99", "n'est ni dans la feuille « Participants »"),
        ("Qualifications", 2, "Identifiant contrat", "K6", "celui d'une autre personne"),
        ("Qualifications", 2, "Terminée le", date(2025, 1, 1), "La fin est avant le début"),
        ("Qualifications", 3, "État", "obtenue", "a une date de fin"),
        ("Qualifications", 2, "État", "en cours", "terminée est obtenue ou abandonnée"),
        ("Qualifications", 3, "Commencée le", date(2027, 9, 1), "dans le futur"),
    ],
)  # fmt: skip
def test_refusals(import_book, sheet: str, line: int, column: str, value: Any, said: str) -> None:
    code, report = import_book(changed(whole(), sheet, line, column, value))
    assert code == 1
    assert report["written"] == 0
    found = [r for r in report["refused"] if (r["where"], r["line"]) in {(sheet, line), (sheet, line + 1)}]
    assert any(said in r["reason"] or said in r["column"] for r in found), report["refused"]


def test_what_is_unusual_is_written_with_a_warning(import_book) -> None:
    book = changed(changed(whole(), "Suites", 2, "Même entreprise", ""), "Suites", 3, "Même entreprise", "oui")
    code, report = import_book(book)
    assert (code, report["refused"]) == (0, [])
    said = " ".join(w["reason"] for w in report["warnings"] if w["where"] == "Suites")
    assert "autre entreprise" in said
    assert "va avec un emploi" in said


def test_the_anru_base_of_a_market(app, import_book) -> None:
    book = ind1()
    for number, row in enumerate(book["Marchés"]):
        row.append(("Base ANRU", "GUP", "", "Travaux et ingénierie", "", "")[number])
    code, report = import_book(book)
    assert (code, report["refused"]) == (0, [])
    assert [w["line"] for w in report["warnings"] if w["column"] == "Base ANRU"] == [4]
    book["Marchés"][1][-1] = "travaux"
    assert import_book(book, "--update")[1]["different"][0]["column"] == "Base ANRU"
    with app.app_context():
        bases = dict(current_session().execute(select(Market.reference, Market.anru_base)).all())  # type: ignore[arg-type]  # of the kind that the test made
    assert (bases["C1"], bases["C2"], bases["C3"]) == (AnruBase.WORKS, None, AnruBase.WORKS)
