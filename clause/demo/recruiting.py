"""People: proposed by prescribers, decided by the facilitator, hired on the markets, renewed or replaced."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import func, select

from clause.candidates import actions
from clause.candidates.actions import ContractData, DecisionData, PositionData, ProofData
from clause.candidates.codes import EligibilityState, NotKept, PlacementState
from clause.candidates.models import Eligibility, EmploymentContract, Participant
from clause.demo import people
from clause.demo.people import Situation
from clause.demo.stage import Stage
from clause.demo.territory import MONTHS, OPERATIONS, Job, MarketSeed, OperationSeed
from clause.kernel.values import add_months, month_end
from clause.markets.codes import MarketStatus

PEOPLE = {"plie": 96, "mde": 24}
CANDIDATES = {"plie": 13, "mde": 5}  # at least: those who make up the number are candidates too
LATE_DECISION = 23  # the person of this number began to work before the decision
# Who proposes: most people of a PLIE come from its own referents.
TURNS = {"plie": (0, 1, 0, 2, 0, 3, 4), "mde": (0, 1)}


@dataclass
class Worker:
    """A person at work in the story."""

    person: Participant
    structure: str
    contract: EmploymentContract
    monthly_hours: int
    eligible_from: date | None = None


@dataclass
class Crew:
    """Who works where: for each post of a market, its workers; everybody met so far."""

    at_work: dict[tuple[str, int, int], Worker] = field(default_factory=dict)
    free: dict[str, list[Participant]] = field(default_factory=lambda: {"plie": [], "mde": []})
    met: dict[str, list[Participant]] = field(default_factory=lambda: {"plie": [], "mde": []})
    number: int = 0


def hire(stage: Stage, crew: Crew, index: int) -> None:
    """Fill the posts of this month: contracts that ended are followed by another, for the same person or a new one."""
    for operation in OPERATIONS:
        for market in operation.markets:
            for job_number, job in enumerate(market.jobs):
                for place in range(job.people):
                    if _open(stage, market, job_number, index):
                        _fill(stage, crew, operation, market, (market.reference, job_number, place), job, index)


def _open(stage: Stage, market: MarketSeed, job_number: int, index: int) -> bool:
    """Posts open one after the other, one month apart, and close with the market or with its suspension."""
    last = min(market.last, MONTHS - 1, 14 if market.status is MarketStatus.SUSPENDED else MONTHS)
    return market.first + job_number + 1 <= index <= last


def _fill(
    stage: Stage, crew: Crew, operation: OperationSeed, market: MarketSeed, post: tuple[str, int, int], job: Job, index: int
) -> None:  # fmt: skip
    month = stage.month(index)
    held = crew.at_work.get(post)
    if held is not None:
        if held.contract.ends_on is None or held.contract.ends_on >= month:
            return
        if stage.dice.random() < 0.2:
            person, structure = held.person, held.structure
        else:
            crew.free[held.structure].append(held.person)
            structure = _structure(operation, post)
            person = _somebody(stage, crew, structure, month)
    else:
        structure = _structure(operation, post)
        person = _somebody(stage, crew, structure, month)
    crew.at_work[post] = _sign(stage, structure, person, market, job, month)


def _structure(operation: OperationSeed, post: tuple[str, int, int]) -> str:
    """On the shared line, every other place is for people of the partner."""
    return operation.partner if operation.partner and post[2] % 2 == 1 else operation.structure


def _somebody(stage: Stage, crew: Crew, structure: str, month: date) -> Participant:
    if len(crew.met[structure]) >= PEOPLE[structure] - CANDIDATES[structure]:
        return crew.free[structure].pop(0)
    situation, assessment = propose(stage, crew, structure, month - timedelta(days=25))
    late = crew.number == LATE_DECISION
    accept(stage, structure, assessment, situation, month + timedelta(days=16 if late else -12))
    person = stage.session.get_one(Participant, assessment.participant_id)
    crew.met[structure].append(person)
    return person


def propose(stage: Stage, crew: Crew, structure: str, on: date) -> tuple[Situation, Eligibility]:
    """Somebody proposed by one of the structure's prescribers, in turn."""
    stage.at(on, 10)
    crew.number += 1
    organisations = stage.prescribers[structure]
    turns = TURNS[structure]
    organisation = organisations[turns[crew.number % len(turns)]]
    situation = people.draw(stage, crew.number, on, organisation.kind)
    data = replace(situation.data, criteria=situation.criteria)
    return situation, actions.propose_person(stage.session, stage.prescriber(organisation), data)


def accept(stage: Stage, structure: str, assessment: Eligibility, situation: Situation, on: date) -> None:
    stage.at(on, 14)
    proofs = tuple(ProofData(kind, on - timedelta(days=3)) for kind in situation.proofs)
    actions.decide(
        stage.session, stage.facilitator(structure), assessment,
        DecisionData(
            EligibilityState.ELIGIBLE, criteria=situation.criteria, primary=situation.criteria[0], proofs=proofs
        ),
    )  # fmt: skip


def _sign(stage: Stage, structure: str, person: Participant, market: MarketSeed, job: Job, month: date) -> Worker:
    """A contract, announced by the company one time in three and confirmed by the facilitator."""
    begins = month + timedelta(days=stage.dice.randrange(0, 6))
    ends = None if job.months >= 14 else _end(month, job.months, stage.markets[market.reference].ends_on)
    data = ContractData(
        participant_id=person.id, establishment_id=stage.establishments[job.employer].id, mode=job.mode,
        contract_type=job.contract_type, starts_on=begins, ends_on=ends, job=job.title, rome=job.rome,
        market_ids=(stage.markets[market.reference].id,), weekly_hours=_weekly(job, begins),
    )  # fmt: skip
    stage.at(begins - timedelta(days=2), 16)
    contract = actions.register_contract(stage.session, stage.facilitator(structure), data)
    return Worker(person, structure, contract, job.hours, _eligible_from(stage, person))


def _weekly(job: Job, begins: date) -> int | None:
    """Hours a week of the contract, whole, from those worked in a month; one contract in three does not say."""
    return None if begins.day % 3 == 0 else min(3_500, round(job.hours * 12 / 52 * 1820 / 1607) * 100)


def _eligible_from(stage: Stage, person: Participant) -> date | None:
    return stage.session.scalar(
        select(func.min(Eligibility.eligible_from)).where(Eligibility.participant_id == person.id)
    )


def _end(month: date, months: int, market_end: date | None) -> date:
    planned = month_end(add_months(month, months - 1))
    return min(planned, market_end) if market_end else planned


def candidates(stage: Stage, crew: Crew) -> None:
    """Those who wait: to decide, to complete, refused, accepted and not hired yet, presented to a company."""
    for structure, total in PEOPLE.items():
        for number in range(total - len(crew.met[structure])):
            _candidate(stage, crew, structure, number)
    _positions(stage, crew)


def _candidate(stage: Stage, crew: Crew, structure: str, number: int) -> None:
    on = stage.today - timedelta(days=4 + number * 3)
    situation, assessment = propose(stage, crew, structure, on)
    if number % 4 == 1:
        _decide(
            stage,
            structure,
            assessment,
            EligibilityState.INCOMPLETE,
            "Il manque l'avis de situation de France Travail.",
        )
    elif number % 4 == 2:
        accept(stage, structure, assessment, situation, on + timedelta(days=3))
        crew.free[structure].insert(0, stage.session.get_one(Participant, assessment.participant_id))
    elif number == 3:
        _decide(
            stage, structure, assessment, EligibilityState.NOT_ELIGIBLE, "La personne a retrouvé un CDI à temps plein."
        )


def _decide(stage: Stage, structure: str, assessment: Eligibility, outcome: EligibilityState, reason: str) -> None:
    stage.at(stage.today - timedelta(days=2), 15)
    actions.decide(stage.session, stage.facilitator(structure), assessment, DecisionData(outcome, reason=reason))


def _positions(stage: Stage, crew: Crew) -> None:
    """Two posts on running markets, with people presented and one not kept."""
    viewer = stage.facilitator("plie")
    for reference, employer, title, rome in (
        ("TIL-01", "construction", "Aide-maçon", "F1703"),
        ("NET-01", "proprete", "Agent de propreté", "K2204"),
    ):
        stage.at(stage.today - timedelta(days=9), 11)
        position = actions.open_position(
            stage.session, viewer,
            PositionData(stage.markets[reference].id, stage.establishments[employer].id, title, rome, places=2, weekly_hours=3_500),
        )  # fmt: skip
        for rank in range(2):
            person = crew.free["plie"].pop(0)
            stage.at(stage.today - timedelta(days=6), 10)
            placement = actions.place(stage.session, viewer, position, person.id)
            state = (PlacementState.PRESENTED, PlacementState.NOT_KEPT)[rank]
            reason = (
                "" if state is PlacementState.PRESENTED else "Permis de conduire nécessaire pour rejoindre le chantier."
            )
            stage.at(stage.today - timedelta(days=3), 10)
            actions.answer_placement(
                stage.session,
                viewer,
                placement,
                state,
                reason,
                None if state is PlacementState.PRESENTED else NotKept.MOBILITY,
            )


def company_announces(stage: Stage, crew: Crew) -> None:
    """A contract that the demonstration's company has just announced and that waits for the facilitator."""
    worker = next(w for post, w in crew.at_work.items() if post[0] == "ECO-02" and w.structure == "plie")
    stage.at(stage.today - timedelta(days=1), 17)
    data = ContractData(
        participant_id=worker.person.id, establishment_id=stage.establishments["construction"].id,
        mode=worker.contract.mode, contract_type=worker.contract.contract_type,
        starts_on=stage.today + timedelta(days=9), ends_on=month_end(add_months(stage.today, 5)),
        job="Coffreur-bancheur", rome="F1701", market_ids=(stage.markets["ECO-02"].id,),
    )  # fmt: skip
    actions.register_contract(stage.session, stage.company("construction"), data)
