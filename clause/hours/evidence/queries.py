"""What is asked, answered and decided about lines, for who sees the line: own people for a structure, own hours for a company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.candidates.models import EmploymentContract, Participant
from clause.hours.codes import HourKind
from clause.hours.evidence.codes import EvidenceState
from clause.hours.evidence.models import EvidenceReview
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.visibility import line_condition
from clause.kernel.listing import Page, page_of, sorted_by
from clause.kernel.values import fold
from clause.markets.models import Market
from clause.organisations.models import Company

OPEN = (EvidenceState.SENT, EvidenceState.ANSWERED)


@dataclass(frozen=True)
class ReviewRow:
    """One question, the line that it is about, and where it is; hours in hundredths."""

    review: EvidenceReview
    declaration_public_id: str
    month: date
    hour_kind: HourKind
    hours: int
    last_name: str
    first_name: str
    company_name: str
    market_reference: str
    market_title: str

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}"

    @property
    def open(self) -> bool:
        return self.review.state in OPEN

    def late(self, today: date) -> bool:
        """Not answered although its day has passed."""
        return self.review.state is EvidenceState.SENT and today > self.review.answer_before


SORTS: dict[str, Any] = {
    "jour": EvidenceReview.answer_before,
    "entreprise": Company.search,
    "marche": Market.reference,
    "mois": DeclarationLine.month,
    "etat": EvidenceReview.state,
}


def _rows(viewer: Viewer) -> Any:
    return (
        select(
            EvidenceReview, Declaration.public_id, DeclarationLine.month, DeclarationLine.hour_kind, DeclarationLine.hours,
            Participant.last_name, Participant.first_name, Company.name, Market.reference, Market.title,
        )
        .join(DeclarationLine, DeclarationLine.id == EvidenceReview.declaration_line_id)
        .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
        .join(EmploymentContract, EmploymentContract.id == DeclarationLine.employment_contract_id)
        .join(Participant, Participant.id == DeclarationLine.participant_id)
        .join(Company, Company.id == Declaration.company_id)
        .join(Market, Market.id == DeclarationLine.market_id)
        .where(_seen(viewer))
    )  # fmt: skip


def _seen(viewer: Viewer) -> ColumnElement[bool]:
    """Asked of each question, which are few: the lines that a viewer sees are all those of years."""
    line = select(DeclarationLine.id).where(
        DeclarationLine.id == EvidenceReview.declaration_line_id, line_condition(viewer)
    )
    return line.correlate(EvidenceReview).exists()


def _open() -> ColumnElement[bool]:
    """Not decided yet; said as the index says it."""
    return EvidenceReview.decided_at.is_(None) & EvidenceReview.state.in_(OPEN)


def reviews(
    session: Session, viewer: Viewer, *, everything: bool = False, text: str = "", sort: str = "jour", page: int = 1
) -> Page[ReviewRow]:
    """A page of the questions that are open, or of all; two reads."""
    statement = _rows(viewer)
    if not everything:
        statement = statement.where(_open())
    if text:
        wanted = fold(text)
        statement = statement.where(
            Company.search.contains(wanted, autoescape=True) | Market.search.contains(wanted, autoescape=True)
        )
    found, total = page_of(session, sorted_by(statement, SORTS, sort, EvidenceReview.id.desc()), page)
    said = [*(["décidées aussi"] if everything else []), *([f"contient « {text} »"] if text else [])]
    return Page([ReviewRow(*row) for row in found], total, page, sort=sort, filters=said)


def review_row(session: Session, viewer: Viewer, public_id: str) -> ReviewRow | None:
    """None outside what the viewer sees."""
    row = session.execute(_rows(viewer).where(EvidenceReview.public_id == public_id)).one_or_none()
    return ReviewRow(*row) if row else None


def reviews_of(session: Session, viewer: Viewer, declaration: Declaration) -> Sequence[ReviewRow]:
    """The questions on the lines of one declaration, replaced ones too, latest first."""
    statement = _rows(viewer).where(DeclarationLine.declaration_id == declaration.id)
    return [ReviewRow(*row) for row in session.execute(statement.order_by(EvidenceReview.id.desc()))]


def awaiting(viewer: Viewer, today: date) -> ColumnElement[bool]:
    """What waits for the viewer: for a company an answer, for a facilitator a decision, answered or its day passed."""
    if viewer.role is Role.COMPANY:
        return EvidenceReview.state == EvidenceState.SENT
    unanswered = (EvidenceReview.state == EvidenceState.SENT) & (EvidenceReview.answer_before < today)
    return or_(EvidenceReview.state == EvidenceState.ANSWERED, unanswered)


def awaiting_count(session: Session, viewer: Viewer, today: date) -> tuple[int, date | None]:
    """How many questions wait for the viewer, and the first day asked for an answer."""
    count, first = session.execute(
        select(func.count(), func.min(EvidenceReview.answer_before)).where(
            _open(), awaiting(viewer, today), _seen(viewer)
        )
    ).one()
    return int(count), first
