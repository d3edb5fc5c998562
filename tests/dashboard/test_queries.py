"""What each first page counts, on both engines."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from clause.access import Role
from clause.candidates.codes import ContractState, EligibilityState, ExitKind
from clause.consolidations.annual import annual
from clause.consolidations.perimeter import of_structure
from clause.dashboard import boards
from clause.dashboard.queries import hours, people, platform, progress, structure
from clause.hours.codes import DeclarationState
from clause.kernel import clock, jobs, outbox
from clause.markets.codes import MarketStatus
from clause.markets.models import Operation, OperationPartner
from clause.markets.rules.progress import Alert
from tests.dashboard.scene import TODAY, Scene, scene
from tests.support import factories as make


def test_declarations_to_validate_with_the_oldest(engine: str, session: Session, alpha: Scene) -> None:
    market = alpha.market()
    alpha.declared(alpha.employed(market), market, DeclarationState.SUBMITTED)
    other = alpha.market()
    alpha.declared(alpha.employed(other), other, DeclarationState.VALIDATED)
    found = hours.to_validate(session, alpha.viewer(Role.FACILITATOR))
    assert (found.count, found.since and clock.day_of(found.since)) == (1, date(2026, 11, 9))


def test_markets_drift_by_what_is_expected_on_the_day(engine: str, session: Session, alpha: Scene) -> None:
    """1 000 h over the year are 890,41 h on 21 November: 300 are very late, 600 late, 800 in rhythm."""
    by_hours = {}
    for done in (30_000, 60_000, 80_000):
        market = alpha.market()
        alpha.declared(alpha.employed(market), market, DeclarationState.VALIDATED, done)
        by_hours[market.reference] = done
    running = progress.running_markets(session, alpha.viewer(Role.FACILITATOR), TODAY)
    found = [(by_hours[m.reference], m.figures.expected, m.figures.alert) for m in progress.drifting(running)]
    assert found == [(30_000, 89_041, Alert.RED), (60_000, 89_041, Alert.ORANGE)]
    assert [m.contractor for m in running] == ["Alpha Entreprise"] * 3


def test_a_market_without_clause_or_not_begun_does_not_drift(engine: str, session: Session, alpha: Scene) -> None:
    alpha.market(clause_kind=None, objective=None)
    alpha.market(status=MarketStatus.AWARDED, starts_on=date(2026, 12, 1))
    alpha.market(status=MarketStatus.CLOSED)
    assert progress.running_markets(session, alpha.viewer(Role.FACILITATOR), TODAY) == []


def test_a_market_awarded_whose_start_has_come_runs(engine: str, session: Session, alpha: Scene) -> None:
    alpha.market(status=MarketStatus.AWARDED)
    (row,) = progress.running_markets(session, alpha.viewer(Role.FACILITATOR), TODAY)
    assert row.figures.alert is Alert.RED


def test_hours_still_due_are_those_of_markets_not_done(engine: str, session: Session, alpha: Scene) -> None:
    done, left = alpha.market(), alpha.market()
    alpha.declared(alpha.employed(done), done, DeclarationState.VALIDATED, 100_000)
    running = progress.running_markets(session, alpha.viewer(Role.COMPANY), TODAY)
    assert [(m.reference, m.figures.remaining) for m in progress.still_due(running)] == [(left.reference, 100_000)]


def test_operations_add_their_markets(engine: str, session: Session, alpha: Scene) -> None:
    market = alpha.market()
    make.market(session, session.get_one(Operation, market.operation_id), alpha.company, objective=50_000)
    alpha.declared(alpha.employed(market), market, DeclarationState.VALIDATED, 25_000)
    (row,) = progress.operations(session, alpha.viewer(Role.AUTHORITY), TODAY)
    assert (row.total.markets, row.total.done, row.total.due) == (2, 25_000, 150_000)


def test_candidates_are_people_who_wait_for_a_decision(engine: str, session: Session, alpha: Scene) -> None:
    alpha.proposed()
    alpha.proposed(EligibilityState.INCOMPLETE)
    found = people.candidates(session, alpha.viewer(Role.FACILITATOR))
    assert (found.count, found.since) == (1, clock.now() - timedelta(days=5))


def test_contracts_to_confirm(engine: str, session: Session, alpha: Scene) -> None:
    market = alpha.market()
    alpha.employed(market)
    make.contract(session, alpha.person(), alpha.company, market, state=ContractState.PROPOSED)
    assert people.contracts_to_confirm(session, alpha.viewer(Role.FACILITATOR)).count == 1


def test_an_end_that_a_company_asks_for_is_said_only_where_there_is_one(
    engine: str, session: Session, alpha: Scene
) -> None:
    viewer = alpha.viewer(Role.FACILITATOR)
    before = boards.structure(session, viewer, TODAY)["todos"]
    alpha.employed(alpha.market(), asked_end=date(2026, 11, 30))
    after = boards.structure(session, viewer, TODAY)["todos"]
    assert [t.link for t in after if t not in before and t.endpoint == "contracts.index"] == [{"fin": "demandee"}]
    assert len(after) == len(before) + 1


def test_eligibilities_that_end_within_sixty_days(engine: str, session: Session, alpha: Scene) -> None:
    for days in (-1, 0, 60, 61):
        make.eligible(session, alpha.person(), until=TODAY + timedelta(days=days))
    make.eligible(session, alpha.person(), until=None)
    found = people.ending_eligibilities(session, alpha.viewer(Role.FACILITATOR), TODAY)
    assert [(e.until - TODAY).days for e in found] == [0, 60]


def test_an_eligibility_renewed_does_not_end(engine: str, session: Session, alpha: Scene) -> None:
    person = alpha.person()
    make.eligible(session, person, until=TODAY + timedelta(days=10))
    make.eligible(session, person, since=TODAY, until=TODAY + timedelta(days=700))
    assert people.ending_eligibilities(session, alpha.viewer(Role.FACILITATOR), TODAY) == []


def test_pathways_to_validate_and_open(engine: str, session: Session, alpha: Scene) -> None:
    alpha.pathway()
    alpha.pathway(entry_validated_at=clock.now())
    alpha.pathway(entry_validated_at=clock.now(), exited_on=TODAY, exit_kind=ExitKind.DURABLE_JOB)
    found = people.pathways(session, alpha.viewer(Role.PLIE_MANAGER))
    assert (found.entries, found.exits, found.open) == (1, 1, 2)


def test_a_company_sees_who_works_today_and_until_when_the_clause_applies(
    engine: str, session: Session, alpha: Scene
) -> None:
    market = alpha.market()
    alpha.employed(market)
    alpha.employed(market, ends_on=TODAY - timedelta(days=1))
    make.contract(session, alpha.person(first_name="Sans"), alpha.company, market)
    opened = alpha.person(first_name="Toujours")
    make.eligible(session, opened, until=None)
    make.contract(session, opened, alpha.company, market)
    found = people.employees(session, alpha.viewer(Role.COMPANY), TODAY)
    assert {(e.name, e.eligible, e.eligible_until) for e in found} == {
        ("Alpha Personne Sam", True, date(2027, 12, 31)),
        ("Alpha Personne Sans", False, None),
        ("Alpha Personne Toujours", True, None),
    }


def test_a_prescriber_reads_where_each_proposal_stands(engine: str, session: Session, alpha: Scene) -> None:
    alpha.proposed(EligibilityState.INCOMPLETE, "Il manque une attestation.")
    expired = alpha.person(prescriber_id=alpha.prescriber.id)
    make.eligible(session, expired, until=TODAY - timedelta(days=1))
    alpha.person()  # proposed by nobody of this organisation
    found = people.proposals(session, alpha.viewer(Role.PRESCRIBER), TODAY)
    assert {(p.state, p.reason) for p in found} == {
        (EligibilityState.INCOMPLETE, "Il manque une attestation."),
        (EligibilityState.EXPIRED, ""),
    }


def test_a_clause_without_its_objective_is_to_complete(engine: str, session: Session, alpha: Scene) -> None:
    alpha.market()
    missing = alpha.market(objective=None)
    alpha.market(objective=None, clause_kind=None)
    found = structure.incomplete_markets(session, alpha.viewer(Role.FACILITATOR), TODAY)
    assert [m.reference for m in found] == [missing.reference]


def test_the_partner_of_an_operation_has_no_clause_to_complete(engine: str, session: Session, alpha: Scene) -> None:
    market = alpha.market(objective=None)
    beta = scene(session, "Beta")
    make.add(
        session, OperationPartner(operation_id=market.operation_id, structure_id=beta.structure.id, agreed_on=TODAY)
    )
    assert structure.incomplete_markets(session, beta.viewer(Role.FACILITATOR), TODAY) == []


def test_the_year_counts_hours_of_work_of_the_year(engine: str, session: Session, alpha: Scene) -> None:
    market = alpha.market()
    contract = alpha.employed(market)
    alpha.declared(contract, market, DeclarationState.VALIDATED, 10_050)
    alpha.declared(contract, market, DeclarationState.VALIDATED, 3_000, date(2026, 1, 1))
    alpha.declared(contract, market, DeclarationState.VALIDATED, 7_000, date(2025, 12, 1))
    found = structure.year_figures(session, alpha.viewer(Role.FACILITATOR), TODAY)
    assert found == structure.YearFigures(2026, hours=13_050, people=1, markets=1, markets_of_year=1)


def test_the_year_counts_markets_as_the_annual_consolidation_does(engine: str, session: Session, alpha: Scene) -> None:
    """One table says « marchés en cours » of the year, the other page what runs today: both are named, and C01 agrees."""
    alpha.market()
    alpha.market(starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 31), status=MarketStatus.CLOSED)
    alpha.market(starts_on=date(2024, 1, 1), ends_on=date(2025, 12, 31), status=MarketStatus.CLOSED)
    alpha.market(status=MarketStatus.UNSUCCESSFUL)
    alpha.market(clause_kind=None, objective=None)
    found = structure.year_figures(session, alpha.viewer(Role.FACILITATOR), TODAY)
    report = annual(session, of_structure(alpha.structure), 2026, TODAY).table("C01")
    assert report is not None
    assert (found.markets, found.markets_of_year) == (1, report.row("markets").cells["value"]) == (1, 2)  # type: ignore[union-attr]  # it is there, or the test fails


def test_a_company_owes_the_hours_of_its_own_markets_not_of_those_it_lends_people_to(
    session: Session, alpha: Scene
) -> None:
    own, another = alpha.market(), make.establishment(session, "Titulaire")
    lent = make.market(session, session.get_one(Operation, own.operation_id), another)
    make.contract(session, alpha.person(), alpha.company, lent)
    board = boards.company(session, alpha.viewer(Role.COMPANY), TODAY)
    assert [row.public_id for row in board["still_due"]] == [own.public_id]
    assert [(row.public_id, row.contractor) for row in board["elsewhere"]] == [(lent.public_id, "Titulaire")]


def test_what_was_sent_back_is_not_twice_on_the_page_of_a_company(engine: str, session: Session, alpha: Scene) -> None:
    market = alpha.market(starts_on=date(2026, 9, 1))
    alpha.declared(alpha.employed(market), market, DeclarationState.RETURNED, reason="Formation comptée deux fois.")
    board = boards.company(session, alpha.viewer(Role.COMPANY), TODAY)
    assert [(r.month, r.reason) for r in board["returned"]] == [(date(2026, 10, 1), "Formation comptée deux fois.")]
    assert [(o.month, words, tone) for o, words, tone in board["owed"]] == [
        (date(2026, 9, 1), "En retard de 38 jours", "warn")
    ]


def test_late_months_by_age(engine: str, session: Session, alpha: Scene) -> None:
    """Due the 14th of the following month: October is 7 days late, September 38, August 68, July 99."""
    alpha.market(starts_on=date(2026, 7, 1))
    board = boards.structure(session, alpha.viewer(Role.FACILITATOR), TODAY)
    late = board["todos"][1]
    assert late.count == 4
    assert [(n.text, n.tone) for n in late.notes] == [
        ("1 : 84 jours et plus", "bad"), ("1 : de 42 à 83 jours", "warn"), ("1 : de 15 à 41 jours", "warn"),
        ("1 : moins de 15 jours", "info"),
    ]  # fmt: skip


def test_mail_and_jobs_that_failed(engine: str, session: Session, alpha: Scene) -> None:
    for attempts in (0, 2, outbox.MAX_ATTEMPTS):
        outbox.post(session, kind="x", recipient="a@exemple.test", subject="s", body="b").attempts = attempts
    jobs.ask(session, "x", {}, alpha.users[Role.FACILITATOR].id).state = jobs.JobState.FAILED
    session.flush()
    found = platform.platform_state(session)
    assert (found.mails_waiting, found.mails_retried, found.mails_failed, found.jobs_failed) == (2, 1, 1, 1)
    assert (found.structures, found.users_open, found.users_invited) == (1, 7, 0)
