"""Conventions and transfers on both engines: T-REA-5, what is refused, what is taken back, and nothing moved twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clause.access import Role
from clause.cli import main
from clause.hours.actions import reopen
from clause.hours.models import Declaration
from clause.hours.pooling import actions, standing
from clause.hours.pooling.actions import ConventionData
from clause.hours.pooling.models import HourTransfer
from clause.hours.pooling.rules import overdrawn
from clause.hours.proof import discrepancies
from clause.hours.proof.finding import Check
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.ledger import posting
from clause.ledger.models import EntryKind, LedgerEntry
from clause.ledger.queries import (
    attained_by_market,
    attained_by_month,
    transferred_by_month,
    worked_by_market,
    worked_by_month,
)
from tests.consolidations.support import work
from tests.hours.pooling.scene import MARCH, PDF, Pool, pool, sign
from tests.support import factories as make

Make = Callable[..., Pool]


@pytest.fixture
def scene(session: Session, app: Flask) -> Make:
    clock.move_to(datetime(2026, 4, 10, 9, 0))
    return lambda **values: pool(session, app.config["CLAUSE"].data_dir, **values)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as found:
        act()
    return found.value.sentence


@pytest.mark.usefixtures("engine")
def test_t_rea_5_in_the_ledger(scene: Make, session: Session) -> None:
    of = scene()
    total = sum(of.kept())
    assert of.kept() == (56_000, 22_000)
    moved = of.move()
    assert of.kept() == (50_000, 28_000)
    assert sum(of.kept()) == total == 78_000
    assert of.moved() == (0, 0)
    entries = session.scalars(
        select(LedgerEntry).where(LedgerEntry.transfer_id == moved.id).order_by(LedgerEntry.id)
    ).all()
    assert [(e.kind, e.market_id, e.month, e.hours_real, e.participant_id) for e in entries] == [
        (EntryKind.TRANSFER, of.a.id, MARCH, -6_000, None),
        (EntryKind.TRANSFER, of.b.id, MARCH, 6_000, None),
    ]
    assert {e.posted_on for e in entries} == {date(2026, 4, 10)}


@pytest.mark.usefixtures("engine")
def test_both_readings_of_the_ledger(scene: Make, session: Session) -> None:
    of = scene()
    of.move()
    ids = [of.a.id, of.b.id]
    assert {k: v.real for k, v in attained_by_market(session, ids).items()} == {of.a.id: 50_000, of.b.id: 28_000}
    assert {k: v.real for k, v in worked_by_market(session, ids).items()} == {of.a.id: 56_000, of.b.id: 22_000}
    assert {k: v.real for k, v in attained_by_market(session, ids, date(2026, 4, 9)).items()} == {}
    assert attained_by_month(session, of.a.id)[MARCH].real == 6_000
    assert worked_by_month(session, of.a.id)[MARCH].real == 12_000
    assert transferred_by_month(session, of.b.id) == {MARCH: posting_sums(6_000)}


def posting_sums(hours: int) -> object:
    from clause.ledger.queries import Sums

    return Sums(hours, hours)


@pytest.mark.usefixtures("engine")
def test_taking_back_is_the_opposite_and_once(scene: Make, session: Session) -> None:
    of = scene()
    moved = of.move()
    back = actions.take_back(session, of.viewer, of.convention, moved, "Erreur de mois")
    assert of.kept() == (56_000, 22_000)
    assert of.moved() == (0, 0)
    assert (back.from_market_id, back.to_market_id, back.reverses_id) == (of.b.id, of.a.id, moved.id)
    assert "déjà été repris" in refused(lambda: actions.take_back(session, of.viewer, of.convention, moved, "Encore"))
    assert "ne se reprend pas" in refused(lambda: actions.take_back(session, of.viewer, of.convention, back, "Encore"))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(replace_row(back))
    of.move()  # what came back may move again
    assert of.kept() == (50_000, 28_000)


def replace_row(row: HourTransfer) -> HourTransfer:
    columns = {
        c.name: getattr(row, c.name) for c in HourTransfer.__table__.columns if c.name not in ("id", "public_id")
    }
    return HourTransfer(**columns)


@pytest.mark.usefixtures("engine")
def test_the_database_refuses_a_transfer_that_enters_a_market_twice(scene: Make, session: Session) -> None:
    of = scene()
    moved = of.move()
    posting.transfer(session, of.viewer, moved.id, of.a.id, of.b.id, MARCH, 100)
    with pytest.raises(IntegrityError):
        session.flush()


def test_hours_worked_before_a_signature_stay(scene: Make, session: Session) -> None:
    of = scene()  # the last agreement is of 20 February
    assert "restent où elles sont" in refused(lambda: of.move(100, date(2026, 2, 1)))
    unsigned = scene_of_a_second_convention(of)
    of.convention = unsigned
    assert "Il manque l'accord écrit de Bâti Val" in refused(of.move)
    actions.sign(session, of.viewer, unsigned, date(2026, 1, 2))
    assert "Il manque l'accord écrit de" in refused(of.move)
    assert session.scalar(select(func.count(HourTransfer.id))) == 0


def scene_of_a_second_convention(of: Pool, reference: str = "CG-2026-2") -> object:
    data = ConventionData(of.company.company_id, reference, date(2026, 1, 1), date(2026, 12, 31), (of.a.id, of.b.id))
    return actions.register(of.session, of.viewer, data)


def test_two_conventions_share_the_same_surplus(scene: Make) -> None:
    of = scene()
    of.move(4_000)
    of.convention = scene_of_a_second_convention(of)  # type: ignore[assignment]  # put there by the test
    sign(of)
    assert "que 20" in refused(lambda: of.move(3_000))
    of.move(2_000)
    assert of.kept() == (50_000, 28_000)


def test_an_old_page_and_a_double_click_do_nothing(scene: Make, session: Session) -> None:
    of = scene()
    version = of.convention.version
    actions.transfer(session, of.viewer, of.convention, of.wish(2_000), version)
    assert "a modifié cette fiche" in refused(
        lambda: actions.transfer(session, of.viewer, of.convention, of.wish(2_000), version)
    )
    assert of.kept() == (54_000, 24_000)


def test_nobody_else_moves_hours(scene: Make, session: Session) -> None:
    of = scene()
    other = make.viewer_of(make.structure(session, "Autre"))
    for viewer in (other, of.company_viewer(), of.buyer(0), make.viewer_of(of.structure, Role.PLIE_MANAGER)):
        assert "une autre structure" in refused(
            lambda viewer=viewer: actions.transfer(session, viewer, of.convention, of.wish())  # type: ignore[misc]  # numbers here, or the test fails
        )
    assert of.moved() == (0, 0)


def test_only_markets_that_one_leads_and_the_company_holds(scene: Make, session: Session) -> None:
    of = scene()
    data = ConventionData(of.company.company_id, "X", date(2026, 1, 1), date(2026, 12, 31), (of.a.id, of.b.id))
    elsewhere = make.market(session, make.operation(session, make.structure(session, "Autre")), of.company)
    other = make.market(session, make.operation(session, of.structure), make.establishment(session))
    bare = make.market(session, make.operation(session, of.structure), of.company, clause_kind=None, objective=None)
    for market, said in ((elsewhere, "votre structure pilote"), (bare, "votre structure pilote"), (other, "ni titulaire ni cotraitante")):  # fmt: skip
        wanted = replace(data, market_ids=(of.a.id, market.id))
        assert said in refused(lambda wanted=wanted: actions.register(session, of.viewer, wanted))  # type: ignore[misc]  # numbers here, or the test fails
    assert "au moins deux" in refused(
        lambda: actions.register(session, of.viewer, replace(data, market_ids=(of.a.id,)))
    )
    assert "déjà une convention" in refused(
        lambda: actions.register(session, of.viewer, replace(data, reference="CG-2026-1"))
    )


def test_what_is_signed_does_not_change(scene: Make, session: Session) -> None:
    of = scene(signed=False)
    data = ConventionData(of.company.company_id, "CG-bis", date(2026, 1, 1), date(2026, 11, 30), (of.a.id, of.b.id))
    actions.change(session, of.viewer, of.convention, data)
    assert (of.convention.reference, of.convention.ends_on) == ("CG-bis", date(2026, 11, 30))
    sign(of)
    assert "elle ne change plus" in refused(lambda: actions.change(session, of.viewer, of.convention, data))
    assert "déjà enregistré" in refused(lambda: actions.sign(session, of.viewer, of.convention, MARCH))
    agree = lambda **v: actions.record_agreement(session, of.viewer, of.convention, **{"authority_id": of.buyers[0].id, "on": MARCH, "document": PDF, "document_name": "a.pdf", "data_dir": of.data_dir, **v})  # noqa: E731 # fmt: skip
    assert "déjà enregistré" in refused(agree)
    assert "n'achète aucun" in refused(lambda: agree(authority_id=make.authority(session).id))


def test_a_signature_needs_its_document_and_a_day_that_came(scene: Make, session: Session) -> None:
    of = scene(signed=False)
    agree = lambda on, document: actions.record_agreement(session, of.viewer, of.convention, of.buyers[0].id, on, document, "a.pdf", of.data_dir)  # noqa: E731 # fmt: skip
    assert "Joignez l'accord" in refused(lambda: agree(MARCH, b""))
    assert "PDF" in refused(lambda: agree(MARCH, b"MZ..."))
    assert "n'est pas encore venue" in refused(lambda: agree(date(2026, 5, 1), PDF))


def test_the_end_of_a_convention(scene: Make, session: Session) -> None:
    of = scene()
    of.move(1_000)
    assert "Reprenez d'abord" in refused(
        lambda: actions.end(session, of.viewer, of.convention, date(2026, 3, 15), "Fini")
    )
    actions.end(session, of.viewer, of.convention, date(2026, 3, 31), "Chantier livré")
    work(session, of.contracts["A"], of.a, date(2026, 4, 1), 5_000)
    assert "ne couvre pas le mois d'avril" in refused(lambda: of.move(1_000, date(2026, 4, 1)))
    of.move(1_000)  # March is still covered


def test_a_correction_moves_nothing_and_is_said(scene: Make, session: Session) -> None:
    of = scene()
    of.move()
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.market_id == of.a.id, LedgerEntry.month == MARCH, LedgerEntry.kind == EntryKind.POSTING)).one()  # fmt: skip
    posting.reverse(session, of.viewer, entry)
    work(session, of.contracts["A"], of.a, MARCH, 5_000, worked_from=date(2026, 3, 2))
    session.flush()
    assert of.moved() == (0, 0)
    assert "n'en laisse que 50" in overdrawn(standing.months_given(session, {of.a.id: "A"}))[0]
    told = [f for f in discrepancies(session) if f.check is Check.TRANSFER_OVERDRAWN]
    assert [(f.market, f.month, f.expected, f.found) for f in told] == [("A", MARCH, 5_000, 6_000)]


def test_the_check_says_a_month_that_a_reopening_left_short(app: Flask, scene: Make, session: Session) -> None:
    of = scene()
    of.move(4_000)
    mine = select(Declaration).where(Declaration.market_id == of.a.id, Declaration.month == MARCH)
    reopen(session, of.viewer, session.scalars(mine).one(), "Relevé erroné", notify=False)
    session.commit()
    done = app.test_cli_runner().invoke(main, ["ledger", "check"])
    said = done.output.replace("\N{NO-BREAK SPACE}", " ")
    assert done.exit_code == 1
    assert "À régulariser" in said
    assert "marché A, mars 2026" in said
    assert "attendu 0 h, trouvé 40 h" in said


def test_markets_that_count_differently(scene: Make, session: Session) -> None:
    """The attainment hours of A move: 60 valued hours of A are 60 hours of B, real and valued each sum to zero."""
    of = scene()
    of.a.uses_valued_hours = True
    work(session, of.contracts["A"], of.a, date(2026, 4, 1), 4_000, valued=9_000)
    session.flush()
    assert of.kept() == (65_000, 22_000)
    of.move(8_000, date(2026, 4, 1))
    assert of.kept() == (57_000, 30_000)
    assert of.moved() == (0, 0)


def test_history_says_it_on_the_convention_and_both_markets(scene: Make, session: Session) -> None:
    of = scene()
    of.move()
    for subject in (of.convention, of.a, of.b):
        event = audit.history(session, subject, limit=1)[0]
        assert "heures transférées" in event.action
        assert event.changes["Heures"] == [None, "60\N{NO-BREAK SPACE}h"]
