"""Months of hours: declared by each company, validated, sometimes returned first, corrected afterwards, or late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from clause.access import Viewer
from clause.candidates.codes import ContractType
from clause.demo.recruiting import Crew, Worker
from clause.demo.stage import Stage
from clause.demo.territory import MONTHS, OPERATIONS, MarketSeed, OperationSeed
from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.codes import HourKind, LineState
from clause.hours.models import Declaration
from clause.kernel.values import add_months, month_end
from clause.markets.codes import MarketStatus, Programme

LAST = MONTHS - 1


class Fate(Enum):
    VALIDATED = 1
    RETURNED_THEN_VALIDATED = 2
    SUBMITTED = 3
    RETURNED = 4
    DRAFT = 5
    MISSING = 6
    STATEMENT = 7


# What became of a month that is not simply validated: (market, company, month).
FATES: dict[tuple[str, str, int], Fate] = {
    ("TIL-01", "construction", LAST): Fate.RETURNED,
    ("ECO-02", "construction", LAST): Fate.SUBMITTED,
    ("BUS-02", "construction", LAST): Fate.MISSING,
    ("TIL-02", "peinture", LAST): Fate.MISSING,
    ("TIL-02", "peinture", LAST - 1): Fate.MISSING,
    ("TIL-03", "electricite", LAST): Fate.DRAFT,
    ("TIL-03", "etti", LAST): Fate.SUBMITTED,
    ("ECO-02", "etti", LAST): Fate.DRAFT,
    ("ECO-02", "etti", LAST - 1): Fate.SUBMITTED,
    ("BUS-01", "etti", LAST): Fate.RETURNED,
    ("BUS-01", "etti", LAST - 1): Fate.RETURNED_THEN_VALIDATED,
    ("NET-01", "proprete", LAST): Fate.SUBMITTED,
    ("NET-02", "ai", LAST): Fate.SUBMITTED,
    ("VER-01", "aci", LAST): Fate.SUBMITTED,
    ("VER-02", "paysage", LAST): Fate.MISSING,
    ("VER-02", "paysage", LAST - 3): Fate.MISSING,
    ("BUS-01", "voirie", LAST): Fate.SUBMITTED,
    ("DEC-01", "voirie", LAST): Fate.SUBMITTED,
    ("DEC-02", "ei-tri", LAST): Fate.DRAFT,
    ("NET-02", "ai", 10): Fate.STATEMENT,
    ("ECO-01", "voirie", 5): Fate.RETURNED_THEN_VALIDATED,
    ("NET-01", "proprete", 4): Fate.RETURNED_THEN_VALIDATED,
    ("TIL-01", "construction", 8): Fate.RETURNED_THEN_VALIDATED,
    ("VER-01", "aci", 11): Fate.RETURNED_THEN_VALIDATED,
    ("DEC-02", "ei-tri", 9): Fate.RETURNED_THEN_VALIDATED,
}
CORRECTED = {("NET-01", 6), ("TIL-01", 9), ("DEC-02", 8), ("BUS-01", 7)}
NOT_RUNNING = {MarketStatus.PLANNED, MarketStatus.CONSULTING, MarketStatus.UNSUCCESSFUL, MarketStatus.NO_FOLLOW_UP}
STATEMENT = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 74>>stream
BT /F1 18 Tf 72 760 Td (Releve d'heures signe - demonstration) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
"""
RETURN_REASON = "Les heures d'une personne ne correspondent pas au relevé signé : vérifiez la deuxième quinzaine."


@dataclass(frozen=True)
class Due:
    """One declaration owed: a market, a company, a month, and the people that the company had there."""

    operation: OperationSeed
    market: MarketSeed
    company: str
    index: int
    workers: tuple[Worker, ...]

    @property
    def fate(self) -> Fate:
        return FATES.get((self.market.reference, self.company, self.index), Fate.VALIDATED)


def declare(stage: Stage, crew: Crew, index: int) -> None:
    """Everything that is said of a month, from the fifth to the thirteenth of the next."""
    for due in _owed(stage, crew, index):
        if due.fate is not Fate.MISSING:
            _play(stage, due)


def _owed(stage: Stage, crew: Crew, index: int) -> Iterator[Due]:
    for operation in OPERATIONS:
        for market in operation.markets:
            if market.kind is not None and _runs(market, index):
                here = [(job, w) for (reference, job, _), w in crew.at_work.items() if reference == market.reference]
                employers = {market.holder, *(job.employer for job in market.jobs)} - {""}
                for company in sorted(employers):
                    workers = tuple(
                        w for job, w in here if market.jobs[job].employer == company and _works(stage, w, index)
                    )
                    if workers or company == market.holder:
                        yield Due(operation, market, company, index, workers)


def _runs(market: MarketSeed, index: int) -> bool:
    stopped = (
        14 if market.status is MarketStatus.SUSPENDED else 13 if market.status is MarketStatus.TERMINATED else LAST
    )
    return market.status not in NOT_RUNNING and max(market.first, 0) <= index <= min(market.last, stopped)


def _works(stage: Stage, worker: Worker, index: int) -> bool:
    month = stage.month(index)
    ends = worker.contract.ends_on
    return worker.contract.starts_on <= month_end(month) and (ends is None or ends >= month)


def _play(stage: Stage, due: Due) -> None:
    following = add_months(stage.month(due.index), 1)
    company = _who_enters(stage, due)
    stage.at(following + timedelta(days=4 + len(due.company) % 5), 11)
    declaration = actions.open_declaration(
        stage.session, company, stage.markets[due.market.reference], stage.establishments[due.company].company_id,
        stage.month(due.index),
    )  # fmt: skip
    if due.fate is Fate.STATEMENT:
        actions.attach_statement(stage.session, company, declaration, stage.data_dir, STATEMENT, "releve-signe.pdf")
    if due.workers:
        actions.save_draft(stage.session, company, declaration, _draft(stage, due))
    if due.fate is Fate.DRAFT:
        return
    _send(stage, due, declaration)
    if due.fate in (Fate.RETURNED, Fate.RETURNED_THEN_VALIDATED):
        stage.at(following + timedelta(days=10), 10)
        actions.return_(stage.session, stage.facilitator(due.operation.structure), declaration, RETURN_REASON)
    if due.fate is Fate.RETURNED_THEN_VALIDATED:
        stage.at(following + timedelta(days=12), 9)
        actions.save_draft(stage.session, company, declaration, _draft(stage, due))
        actions.submit(stage.session, company, declaration)
    if due.fate in (Fate.VALIDATED, Fate.RETURNED_THEN_VALIDATED, Fate.STATEMENT):
        _validate(stage, due, declaration, following)


def _who_enters(stage: Stage, due: Due) -> Viewer:
    """The company, or once the facilitator from the statement that it signed."""
    return stage.facilitator(due.operation.structure) if due.fate is Fate.STATEMENT else stage.company(due.company)


def _send(stage: Stage, due: Due, declaration: Declaration) -> None:
    company = _who_enters(stage, due)
    if due.workers:
        actions.submit(stage.session, company, declaration)
    else:
        total = 38_000 if due.operation.programme is Programme.ANRU else None
        actions.declare_nil(stage.session, company, declaration, total_hours_worked=total)


def _draft(stage: Stage, due: Due) -> DraftData:
    month = stage.month(due.index)
    lines = [line for worker in due.workers for line in _lines(stage, worker, month)]
    total = sum(line.hours for line in lines) * 12 + 24_000
    return DraftData(tuple(lines), total if due.operation.programme is Programme.ANRU else None)


def _lines(stage: Stage, worker: Worker, month: date) -> Iterator[DraftLine]:
    hours = _hours(stage, worker, month)
    in_training = worker.contract.contract_type in (ContractType.APPRENTICESHIP, ContractType.PROFESSIONALISATION)
    training = min(2_100, hours // 4 // 50 * 50) if in_training else 0
    yield from _work(worker, month, hours - training)
    if training:
        yield DraftLine(worker.contract.id, HourKind.TRAINING, training)
    if stage.dice.random() < 0.08:
        yield DraftLine(worker.contract.id, HourKind.ABSENCE, 700)


def _work(worker: Worker, month: date, hours: int) -> Iterator[DraftLine]:
    """One line, or two where the eligibility begins inside the month: what comes before will not count (REA-08)."""
    first = max(worker.contract.starts_on, month)
    since = worker.eligible_from
    if since is None or not first < since <= month_end(month):
        yield DraftLine(worker.contract.id, HourKind.WORK, hours)
        return
    before = hours // 3 // 50 * 50
    yield DraftLine(worker.contract.id, HourKind.WORK, before, first, since - timedelta(days=1))
    yield DraftLine(worker.contract.id, HourKind.WORK, hours - before, since, month_end(month))


def _hours(stage: Stage, worker: Worker, month: date) -> int:
    """The usual month, give or take, in proportion of the days of the contract, by half hours (hundredths)."""
    first = max(worker.contract.starts_on, month)
    last = min(worker.contract.ends_on or month_end(month), month_end(month))
    usual = worker.monthly_hours * 100 + stage.dice.randrange(-9, 7) * 100
    share = usual * ((last - first).days + 1) // month_end(month).day
    return max(700, share // 50 * 50)


def _validate(stage: Stage, due: Due, declaration: Declaration, following: date) -> None:
    """Each structure validates the lines of its own people; the lead also what has nobody."""
    stage.at(following + timedelta(days=13), 16)
    structures = {worker.structure for worker in due.workers} or {due.operation.structure}
    for structure in sorted(structures):
        actions.validate_lines(stage.session, stage.facilitator(structure), declaration)
    if (due.market.reference, due.index) in CORRECTED and due.workers:
        _correct(stage, due, declaration, following)


def _correct(stage: Stage, due: Due, declaration: Declaration, following: date) -> None:
    stage.at(following + timedelta(days=24), 10)
    structure = due.workers[0].structure
    own = stage.structures[structure].id
    line = next(
        line for line in declaration.lines
        if line.standing and line.state is LineState.VALIDATED and line.structure_id == own
    )  # fmt: skip
    reason = "Une journée d'intempéries avait été comptée en heures travaillées."
    actions.correct_line(stage.session, stage.facilitator(structure), declaration, line, line.hours - 700, reason)
