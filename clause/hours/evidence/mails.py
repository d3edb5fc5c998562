"""The mails of the contradictory stage: that something is asked, answered, decided. Neither names nor what was written."""

from __future__ import annotations

from sqlalchemy.orm import Session

from clause.hours.evidence.codes import EvidenceState
from clause.hours.evidence.models import EvidenceReview
from clause.hours.mails import tell_company, tell_structure
from clause.hours.models import Declaration
from clause.kernel.values import format_date


def asked(session: Session, declaration: Declaration, review: EvidenceReview) -> None:
    day = format_date(review.answer_before)
    body = (
        "Votre facilitateur vous demande une pièce sur une ligne de vos heures {month}, sur le marché {market}.\n\n"
        f"Sa demande est dans « Heures », « Pièces demandées ». Répondez-y avant la fin du {day} : sans réponse,"
        " ces heures pourront être refusées."
    )
    tell_company(session, declaration, "evidence_asked", f"Heures {{month}} : une pièce demandée pour le {day}", body)


def answered(session: Session, declaration: Declaration) -> None:
    body = (
        "{company} a répondu à votre demande de pièce sur ses heures {month}, marché {market}.\n\n"
        "Sa réponse vous attend dans « Heures », « Pièces demandées »."
    )
    tell_structure(session, declaration, "evidence_answered", "Heures {month} : réponse de {company}", body)


def decided(session: Session, declaration: Declaration, review: EvidenceReview) -> None:
    what = "validées" if review.state is EvidenceState.ACCEPTED else "refusées"
    body = (
        f"Après votre échange, les heures {{month}} sur lesquelles une pièce était demandée sont {what}, marché {{market}}.\n\n"
        "La décision et son motif sont dans « Heures », « Pièces demandées »."
    )
    tell_company(session, declaration, "evidence_decided", f"Heures {{month}} : heures {what}", body)
