"""What a market asks for: its rhythm in what is owed, what companies deposit, who may change it."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.consolidations.operation_facts import read_operation
from clause.consolidations.perimeter import of_operation
from clause.hours.grid.loading import load_grid, market_of
from clause.hours.months.loading import load_month
from clause.hours.queries import months_to_declare
from clause.hours.queries.detail import declaration_page
from clause.hours.reporting.actions import obligations as actions
from clause.hours.reporting.actions.obligations import ObligationData
from clause.hours.reporting.codes import Frequency, ReportSubject
from clause.hours.reporting.models import ReportingObligation, ReportReceipt
from clause.hours.reporting.queries.due_days import due_days
from clause.hours.reporting.queries.follow_ups import late_accounts, owed_reports
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.markets.models import Operation, OperationPartner
from clause.organisations.models import Company
from tests.hours.conftest import World
from tests.support import factories as make
from tests.support.people import signed_in
from tests.support.queries import count_queries

pytestmark = pytest.mark.usefixtures("engine")
QUARTERLY = ObligationData(ReportSubject.HOURS, Frequency.QUARTERLY, 15)
HALF = ObligationData(ReportSubject.FOLLOW_UP, Frequency.HALF_YEARLY, 15, label="Bilan de la clause")
TODAY = date(2026, 8, 3)
PDF = b"%PDF-1.4 test"


def add(world: World, data: ObligationData) -> ReportingObligation:
    return actions.add_obligation(world.session, world.as_facilitator, world.market, data)


def test_the_months_of_a_quarter_are_owed_together(world: World) -> None:
    add(world, QUARTERLY)
    found = months_to_declare(world.session, world.as_company, TODAY)
    dues = {o.month.month: o.due for o in found}
    assert dues[4] == dues[5] == dues[6] == date(2026, 7, 14)  # T-OPE-1
    assert dues[7] == date(2026, 10, 14)
    assert {o.month.month: o.late_days for o in found}[6] == 20


def test_every_page_says_the_day_of_the_quarter(world: World) -> None:
    """The grid, the month of a company, the declaration and the bilan say the day that the list of what is owed says."""
    session, month, due = world.session, date(2026, 4, 1), date(2026, 7, 14)
    add(world, QUARTERLY)
    world.hire()
    declaration = world.declared(month=month)
    company = session.get_one(Company, world.company.company_id)
    market = market_of(session, world.as_company, world.market.public_id)
    assert market is not None
    assert load_grid(session, world.as_company, market, company, month).due == due
    assert [column.due for column in load_month(session, world.as_company, company, month).columns] == [due]
    page = declaration_page(session, world.as_facilitator, declaration.public_id)
    assert page is not None
    assert page.due == due


def test_the_bilan_calls_late_what_the_quarter_calls_late(world: World) -> None:
    add(world, QUARTERLY)
    operation = world.session.get_one(Operation, world.market.operation_id)
    late = [
        read_operation(world.session, operation, of_operation(operation), day).details[world.market.id].late
        for day in (date(2026, 4, 14), date(2026, 4, 15), date(2026, 7, 14), date(2026, 7, 15))
    ]
    assert late == [0, 3, 3, 6]


def test_days_of_any_number_of_markets_are_one_read(app: Flask, world: World) -> None:
    add(world, QUARTERLY)
    operation = world.session.get_one(Operation, world.market.operation_id)
    others = [make.market(world.session, operation) for _ in range(5)]
    with count_queries(app) as seen:
        days = due_days(world.session, {market.id: ({"report.due_day": 20}, {}) for market in (world.market, *others)})
        found = [days.of(market.id, date(2026, 4, 1)) for market in (world.market, *others)]
    assert found == [date(2026, 7, 14), *[date(2026, 5, 19)] * 5]
    assert len(seen) == 1


def test_a_rhythm_that_changes_is_an_end_and_a_beginning(world: World) -> None:
    first = add(world, QUARTERLY)
    actions.end_obligation(world.session, world.as_facilitator, world.market, first, date(2026, 3, 1))
    add(world, ObligationData(ReportSubject.HOURS, Frequency.MONTHLY, 20, from_month=date(2026, 4, 1)))
    dues = {o.month.month: o.due for o in months_to_declare(world.session, world.as_company, TODAY)}
    assert (dues[1], dues[3], dues[4]) == (date(2026, 4, 14), date(2026, 4, 14), date(2026, 5, 19))


def test_a_month_suspended_whole_is_not_owed(world: World) -> None:
    world.market.parameters = {"suspensions": [["2026-02-01", "2026-02-28"]]}
    world.session.flush()
    months = [o.month.month for o in months_to_declare(world.session, world.as_company, date(2026, 4, 10))]
    assert months == [1, 3, 4]


def test_hours_and_another_account_are_late_in_one_list(world: World) -> None:
    add(world, HALF)
    late = late_accounts(world.session, world.as_facilitator, TODAY)
    assert "Bilan de la clause, 1er semestre 2026" in [o.label for o in late]
    assert [o.label for o in owed_reports(world.session, world.as_facilitator, TODAY) if o.over] == [
        "Bilan de la clause, 1er semestre 2026"
    ]


def test_an_account_is_deposited_once_by_the_company_or_recorded_for_it(world: World) -> None:
    row = add(world, HALF)
    clock.move_to(datetime(2026, 8, 3, 9))
    company, month = world.company.company_id, date(2026, 6, 1)
    with pytest.raises(Refused, match="à venir"):
        actions.receive(world.session, world.as_facilitator, row, company, month, date(2026, 8, 4), "", None)
    actions.receive(world.session, world.as_company, row, company, month, TODAY, "Deux embauches.", None)
    assert [o.period.label for o in owed_reports(world.session, world.as_company, TODAY)] == ["2e semestre 2026"]
    with pytest.raises(Refused, match="déjà été reçu"):
        actions.receive(world.session, world.as_facilitator, row, company, date(2026, 1, 1), TODAY, "", None)
    stranger = make.establishment(world.session, "Voisine")
    with pytest.raises(Refused, match="titulaire"):
        actions.receive(world.session, world.as_facilitator, row, stranger.company_id, month, TODAY, "", None)


@pytest.mark.parametrize("month", [date(2027, 1, 1), date(1999, 1, 1), date(2200, 12, 1)])
def test_a_period_that_is_not_owed_is_not_received(world: World, month: date) -> None:
    """An account given for periods to come would keep all of them from being chased."""
    row = add(world, HALF)
    clock.move_to(datetime(2026, 8, 3, 9))
    with pytest.raises(Refused, match="Aucun compte rendu n'est attendu"):
        actions.receive(world.session, world.as_company, row, world.company.company_id, month, TODAY, "Rien.", None)


def test_hours_are_declared_and_not_deposited(world: World) -> None:
    row = add(world, QUARTERLY)
    clock.move_to(datetime(2026, 8, 3, 9))
    with pytest.raises(Refused, match="Aucun compte rendu n'est attendu"):
        actions.receive(
            world.session, world.as_company, row, world.company.company_id, date(2026, 4, 1), TODAY, "Fait.", None
        )


def test_a_partner_neither_changes_nor_chases_the_accounts(world: World) -> None:
    partner = make.structure(world.session, "PLIE voisin")
    world.session.add(
        OperationPartner(operation_id=world.market.operation_id, structure_id=partner.id, agreed_on=date(2026, 1, 1))
    )
    world.session.flush()
    row = add(world, HALF)
    viewer = make.viewer_of(partner)
    assert owed_reports(world.session, viewer, TODAY) == []
    with pytest.raises(Refused):
        actions.add_obligation(world.session, viewer, world.market, HALF)
    with pytest.raises(Refused):
        actions.receive(world.session, viewer, row, world.company.company_id, date(2026, 1, 1), TODAY, "", None)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (ObligationData(ReportSubject.HOURS, Frequency.MONTHLY, 32), "de 1 à 31"),
        (ObligationData(ReportSubject.FOLLOW_UP, Frequency.MONTHLY, 15), "Nommez ce compte rendu"),
        (ObligationData(ReportSubject.HOURS, Frequency.MONTHLY, 15, from_month=date(2026, 5, 1), until_month=date(2026, 4, 1)), "avant le premier"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(world: World, data: ObligationData, said: str) -> None:
    with pytest.raises(Refused, match=said):
        add(world, data)


def test_the_pages_from_the_contract_to_the_document(app: Flask, session: Session, world: World) -> None:
    facilitator, company = world.facilitator_user(), world.company_user()
    make.committed(session, facilitator, company, world.market)
    clock.move_to(datetime(2026, 8, 3, 9))
    address, team, site = f"/marches/{world.market.public_id}", signed_in(app, facilitator), signed_in(app, company)
    assert "chaque mois, jusqu&#39;au 14 du mois suivant" in team.get(address).get_data(as_text=True).lower()
    form = {"subject": "follow_up", "label": "Bilan de la clause", "frequency": "half_yearly", "due_day": "15"}
    assert team.post(f"{address}/comptes-rendus/nouveau", data={**form, "due_day": "40"}).status_code == 422
    assert team.post(f"{address}/comptes-rendus/nouveau", data=form).status_code == 302
    row = session.scalars(select(ReportingObligation)).one().public_id
    session.rollback()
    assert "Chaque semestre, jusqu&#39;au 14 du mois suivant" in team.get(address).get_data(as_text=True)
    assert "Bilan de la clause, 1er semestre 2026" in team.get("/heures/retards").get_data(as_text=True)
    page = site.get("/heures/").get_data(as_text=True)
    assert f"/heures/depot/{row}/2026-01" in page
    assert site.post(f"/heures/depot/{row}/2026-01", data={"comment": " "}).status_code == 422
    sent = {"comment": "Deux embauches.", "file": (io.BytesIO(PDF), "bilan.pdf")}
    assert site.post(f"/heures/depot/{row}/2026-01", data=sent).status_code == 302
    receipt = session.scalars(select(ReportReceipt)).one().public_id
    session.rollback()
    assert "Deux embauches." in team.get(address).get_data(as_text=True)
    assert team.get(f"/heures/recu/{receipt}/document").data == PDF
    assert f"/heures/depot/{row}/2026-01" not in site.get("/heures/").get_data(as_text=True)
    assert team.get(f"{address}/comptes-rendus/{row}/modifier").status_code == 200
    assert team.post(f"{address}/comptes-rendus/{row}/fin", data={"until_month": "06/2026"}).status_code == 302
    assert owed_reports(session, world.as_facilitator, date(2027, 2, 1)) == []


def test_the_document_of_another_company_is_out_of_reach(app: Flask, session: Session, world: World) -> None:
    row = add(world, HALF)
    folder = app.config["CLAUSE"].data_dir
    receipt = actions.receive(
        session, world.as_facilitator, row, world.company.company_id, date(2026, 1, 1), date(2026, 4, 10), "", (PDF, "a.pdf", folder)
    )  # fmt: skip
    from clause.access import Role

    stranger = make.user(session, Role.COMPANY, company_id=make.establishment(session, "Voisine").company_id)
    other = make.facilitator(session, make.structure(session, "Autre"))
    make.committed(session, stranger, other, receipt)
    for user in (stranger, other):
        assert signed_in(app, user).get(f"/heures/recu/{receipt.public_id}/document").status_code == 404
        assert signed_in(app, user).get(f"/marches/{world.market.public_id}").status_code == 404
