"""The contradictory stage: the facilitator asks for evidence of a line, the company answers, the facilitator decides.

A line is refused at the end of it and no other way. While it lasts the line is locked: the company answers, it does not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.hours.actions.deciding import decided, refuse_cut
from clause.hours.actions.locking import hold, touch
from clause.hours.codes import LineState
from clause.hours.evidence import mails
from clause.hours.evidence.codes import EvidenceState
from clause.hours.evidence.models import EvidenceReview, FurtherPiece
from clause.hours.evidence.pieces import pieces_of
from clause.hours.evidence.rules import (
    Refusal,
    answer_refusal,
    ask_refusal,
    decide_refusal,
    pieces_refusal,
    with_addition,
)
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.rules import states
from clause.hours.settling import load_grounds, settle
from clause.kernel import audit, clock, storage
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue, format_date, format_hours

Piece = tuple[Path, bytes, str]


def ask(
    session: Session, viewer: Viewer, declaration: Declaration, line: DeclarationLine, reason: str, answer_before: date,
    version: int | None = None, *, notify: bool = True,
) -> EvidenceReview:  # fmt: skip
    """Ask the company for evidence of a waiting line of one's own people, to be answered by a day; the line is locked.

    Refused: no reason, a day that is past or too far, a line that does not wait or that must be split first.
    """
    hold(session, declaration, version)
    _refuse_deciding(viewer, line, LineState.DECLARED)
    unsent = states.decide_refusal(declaration.state)
    if unsent is not None:
        raise Refused(unsent.value)
    _refuse(ask_refusal(reason, answer_before, clock.today()))
    refuse_cut([line], load_grounds(session, [line.market_id], [line.employment_contract_id]))
    review = EvidenceReview(
        declaration_line_id=line.id, state=EvidenceState.SENT, reason=reason.strip(), answer_before=answer_before,
        sent_by_id=viewer.user_id, sent_by=viewer.name, sent_at=clock.now(),
    )  # fmt: skip
    session.add(review)
    line.state = LineState.CONTESTED
    decided(session, viewer, declaration)
    what = f"pièce demandée sur {format_hours(line.hours)} h, réponse attendue pour le {format_date(answer_before)}"
    audit.record(session, viewer, what, declaration)
    if notify:
        mails.asked(session, declaration, review)
    return review


def _refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal.sentence, refusal.field)


def _refuse_deciding(viewer: Viewer, line: DeclarationLine, state: LineState) -> None:
    if not viewer.may(Permission.VALIDATE_HOURS) or line.structure_id != viewer.structure_id:
        raise Refused("Vous ne pouvez décider que des heures des personnes suivies par votre structure.")
    if not line.standing or line.state is not state:
        raise Refused("Cette ligne n'attend plus votre décision : elle a déjà été traitée.")


def answer(
    session: Session, viewer: Viewer, declaration: Declaration, review: EvidenceReview, text: str,
    pieces: Sequence[Piece] = (), version: int | None = None, *, notify: bool = True,
) -> EvidenceReview:  # fmt: skip
    """What the company answers, with pieces (data directory, content, name) or without; late too, until it is decided.

    A second answer is added to the first, and so are its pieces. Refused: no text, decided already, a file that is neither
    PDF nor picture, more pieces than a review may hold.
    """
    hold(session, declaration, version)
    fresh(session, review)
    if viewer.role is not Role.COMPANY or viewer.company_id != declaration.company_id:
        raise Refused("Seule l'entreprise qui a déclaré ces heures peut répondre.")
    _refuse(answer_refusal(review.state, text))
    today = clock.today()
    review.answer = with_addition(review.answer, text, today)
    review.state, review.answered_by, review.answered_at = EvidenceState.ANSWERED, viewer.name, clock.now()
    _keep_pieces(session, viewer, review, pieces)
    touch(session, declaration)
    late = " après le jour demandé" if today > review.answer_before else ""
    audit.record(session, viewer, f"réponse à la demande de pièce{late}", declaration)
    if notify:
        mails.answered(session, declaration)
    return review


def _keep_pieces(session: Session, viewer: Viewer, review: EvidenceReview, pieces: Sequence[Piece]) -> None:
    """The first piece is on the review, those that follow are beside it: none takes the place of another."""
    _refuse(pieces_refusal(len(pieces_of(session, [review.id]).get(review.id, ())), len(pieces)))
    for piece in pieces:
        try:
            kept = storage.keep(session, *piece, viewer.user_id)
        except BadValue as error:
            raise Refused(f"{piece[2]} : {error}", "pieces") from None
        if review.answer_file_id is None:
            review.answer_file_id = kept.id
        else:
            session.add(FurtherPiece(evidence_review_id=review.id, file_id=kept.id))
    session.flush()


def decide(
    session: Session, viewer: Viewer, declaration: Declaration, review: EvidenceReview, *, accept: bool, text: str,
    version: int | None = None, notify: bool = True,
) -> EvidenceReview:  # fmt: skip
    """End the stage: the line is validated, or refused with the reason. Refusing waits for the answer or for its day to pass."""
    hold(session, declaration, version)
    fresh(session, review)
    line = next(own for own in declaration.lines if own.id == review.declaration_line_id)
    _refuse_deciding(viewer, line, LineState.CONTESTED)
    _refuse(decide_refusal(review.state, review.answer_before, clock.today(), accept=accept, text=text))
    review.state = EvidenceState.ACCEPTED if accept else EvidenceState.REJECTED
    review.decision, review.decided_by_id, review.decided_by = text.strip(), viewer.user_id, viewer.name
    review.decided_at = clock.now()
    _settle(session, viewer, line, accept=accept)
    decided(session, viewer, declaration)
    what = "validées" if accept else "refusées"
    audit.record(session, viewer, f"heures {what} après échange ({format_hours(line.hours)} h)", declaration)
    if notify:
        mails.decided(session, declaration, review)
    return review


def _settle(session: Session, viewer: Viewer, line: DeclarationLine, *, accept: bool) -> None:
    if accept:
        grounds = load_grounds(session, [line.market_id], [line.employment_contract_id], settling=True)
        refuse_cut([line], grounds)
        settle(session, viewer, line, grounds)
    else:
        line.state, line.decided_by_id, line.decided_by = LineState.REJECTED, viewer.user_id, viewer.name
        line.decided_at = clock.now()


def fresh(session: Session, review: EvidenceReview) -> None:
    """The review as it is now, once its declaration is locked."""
    session.scalars(
        select(EvidenceReview).where(EvidenceReview.id == review.id).execution_options(populate_existing=True)
    ).one()
