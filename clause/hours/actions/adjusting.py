"""Validating a line with other hours than those stated: both stay on the line, with the reason. The company is told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.hours import mails
from clause.hours.actions.confirmation import hours_changed
from clause.hours.actions.deciding import decided, refuse_cut
from clause.hours.actions.drafting import as_draft
from clause.hours.actions.locking import hold
from clause.hours.checking import check, refuse_blocked
from clause.hours.codes import OPEN_LINES, HoursBasis, LineState
from clause.hours.drafts import DatedLine
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.rules import states
from clause.hours.settling import Grounds, load_grounds, settle
from clause.kernel import audit
from clause.kernel.refusals import Refused
from clause.kernel.values import format_hours

NO_HOURS = "Pour ne retenir aucune heure, renvoyez la ligne à l'entreprise ou demandez-lui une pièce : elle doit pouvoir répondre."


def adjust_line(
    session: Session, viewer: Viewer, declaration: Declaration, line: DeclarationLine, hours: int, reason: str,
    version: int | None = None, *, notify: bool = True,
) -> DeclarationLine:  # fmt: skip
    """Validate a waiting line of one's own people with these hours (hundredths); what was stated is kept beside.

    The hours of an estimate may be the ones kept: a document confirms them. Refused: no reason, no hours, the hours stated, a line that does not wait, what the rules cannot accept.
    """
    hold(session, declaration, version)
    reason = reason.strip()
    _refuse(viewer, declaration, line, hours, reason)
    stated = line.hours
    line.hours, line.correction_reason = hours, reason[:500]
    line.stated_hours = stated if stated != hours else None
    confirm(line)
    grounds = load_grounds(session, [line.market_id], _contracts(declaration, line), settling=True)
    refuse_cut([line], grounds)
    _refuse_implausible(session, viewer, declaration, line, grounds)
    settle(session, viewer, line, grounds)
    hours_changed(session, viewer, declaration)
    decided(session, viewer, declaration)
    changes = {"Heures": [format_hours(stated), format_hours(hours)]}
    audit.record(session, viewer, "heures validées avec un ajustement", declaration, changes)
    if notify:
        mails.adjusted(session, declaration, stated, hours)
    return line


def confirm(line: DeclarationLine) -> None:
    """Hours estimated from an amount (REA-01) become hours worked; what they were estimated from stays on the line."""
    if line.hours_basis is HoursBasis.ESTIMATED:
        line.hours_basis = HoursBasis.WORKED


def _refuse(viewer: Viewer, declaration: Declaration, line: DeclarationLine, hours: int, reason: str) -> None:
    if not viewer.may(Permission.VALIDATE_HOURS) or line.structure_id != viewer.structure_id:
        raise Refused("Vous ne pouvez ajuster que les heures des personnes suivies par votre structure.")
    refusal = states.decide_refusal(declaration.state)
    if refusal is not None:
        raise Refused(refusal.value)
    if not line.standing or line.state is not LineState.DECLARED:
        raise Refused("Cette ligne n'attend plus votre décision : elle a déjà été traitée.")
    if hours == 0:
        raise Refused(NO_HOURS, "hours")
    if hours == line.hours and line.hours_basis is not HoursBasis.ESTIMATED:
        raise Refused("Ce sont les heures déclarées : validez la ligne sans l'ajuster.", "hours")
    if not reason:
        raise Refused("Dites à l'entreprise pourquoi vous retenez d'autres heures.", "reason")


def _same_person(declaration: Declaration, line: DeclarationLine) -> Sequence[DeclarationLine]:
    """The lines that the rules read together with this one: the person's open lines of the month."""
    return [
        other
        for other in declaration.lines
        if other.standing and other.participant_id == line.participant_id and other.state in OPEN_LINES
    ]


def _contracts(declaration: Declaration, line: DeclarationLine) -> set[int]:
    return {other.employment_contract_id for other in _same_person(declaration, line)}


def _refuse_implausible(
    session: Session, viewer: Viewer, declaration: Declaration, line: DeclarationLine, grounds: Grounds
) -> None:
    """The reason of the adjustment is the comment that lifts what a facilitator may lift."""
    session.flush()
    lines = _same_person(declaration, line)
    dated = [DatedLine(as_draft(other), other.worked_from, other.worked_to) for other in lines]
    explained = [as_draft(other).key for other in lines if other is line or other.comment.strip()]
    refuse_blocked(check(session, viewer, declaration, dated, grounds), explained, facilitator=True)
