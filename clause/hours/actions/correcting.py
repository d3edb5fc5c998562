"""Correcting a validated line: the old one is reversed, another takes its place. Nothing is rewritten."""

from __future__ import annotations

from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.hours.actions.adjusting import confirm
from clause.hours.actions.confirmation import hours_changed
from clause.hours.actions.drafting import as_draft
from clause.hours.actions.locking import hold, touch
from clause.hours.checking import check, refuse_blocked
from clause.hours.codes import HoursBasis, LineState
from clause.hours.drafts import DatedLine
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.settling import Grounds, load_grounds, settle, would_count
from clause.kernel import audit
from clause.kernel.refusals import Refused
from clause.kernel.values import format_hours
from clause.ledger import posting
from clause.ledger.queries import standing_entry


def correct_line(
    session: Session, viewer: Viewer, declaration: Declaration, line: DeclarationLine, hours: int, reason: str,
    version: int | None = None,
) -> DeclarationLine:  # fmt: skip
    """Replace the hours (hundredths) of a validated line of one's own people; 0 cancels it. Returns the line in force.

    The same hours are accepted where the line would now be counted otherwise (an eligibility decided since). Refused: no
    reason, a line corrected already, nothing that changes, more than the rules can accept.
    """
    hold(session, declaration, version)
    reason = reason.strip()
    _refuse(viewer, line, reason)
    grounds = load_grounds(session, [line.market_id], [line.employment_contract_id], settling=True)
    confirms = line.hours_basis is HoursBasis.ESTIMATED
    if hours == line.hours and not confirms and would_count(line, grounds) is line.not_counted:
        raise Refused("Ces heures sont déjà celles de la ligne : rien ne change.", "hours")
    new = successor(line, hours)
    confirm(new)
    _refuse_implausible(session, viewer, declaration, new, line, reason, grounds)
    _replace(session, viewer, declaration, line, new, reason, grounds)
    if new.hours != line.hours:
        hours_changed(session, viewer, declaration)
    _record(session, viewer, declaration, line, new, reason)
    return new


def _refuse(viewer: Viewer, line: DeclarationLine, reason: str) -> None:
    if not viewer.may(Permission.VALIDATE_HOURS) or line.structure_id != viewer.structure_id:
        raise Refused("Vous ne pouvez corriger que les heures des personnes suivies par votre structure.")
    if line.state is not LineState.VALIDATED:
        raise Refused("Seules des heures validées se corrigent ici. Renvoyez celles-ci à l'entreprise.")
    if not line.standing:
        raise Refused("Cette ligne a déjà été corrigée. Ouvrez celle qui la remplace.")
    if not reason:
        raise Refused("Dites pourquoi vous corrigez ces heures : le motif reste dans l'historique.", "reason")


def successor(line: DeclarationLine, hours: int, state: LineState = LineState.VALIDATED) -> DeclarationLine:
    """A line to take the place of another: same contract, kind and days."""
    return DeclarationLine(
        market_id=line.market_id, month=line.month, employment_contract_id=line.employment_contract_id,
        participant_id=line.participant_id, structure_id=line.structure_id, hour_kind=line.hour_kind,
        hours_basis=line.hours_basis, estimate=line.estimate, hours=hours, worked_from=line.worked_from, worked_to=line.worked_to,
        comment=line.comment, override_comment=line.override_comment, state=state,
    )  # fmt: skip


def _refuse_implausible(
    session: Session, viewer: Viewer, declaration: Declaration, new: DeclarationLine, old: DeclarationLine,
    reason: str, grounds: Grounds,
) -> None:  # fmt: skip
    """The reason of the correction is the comment that lifts what a facilitator may lift."""
    if new.hours == 0:
        return
    old.standing = False  # its hours must not be added to those that replace them
    session.flush()
    draft = as_draft(new)
    findings = check(session, viewer, declaration, [DatedLine(draft, new.worked_from, new.worked_to)], grounds)
    refuse_blocked(findings, [draft.key], facilitator=True)


def _replace(
    session: Session, viewer: Viewer, declaration: Declaration, old: DeclarationLine, new: DeclarationLine,
    reason: str, grounds: Grounds,
) -> None:  # fmt: skip
    old.standing, old.correction_reason = False, reason[:500]
    session.flush()  # before the new line takes its place in the unique index of standing lines
    entry = standing_entry(session, old.id)
    if entry is not None:
        posting.reverse(session, viewer, entry)
        grounds.note(entry, -1)
    declaration.lines.append(new)
    session.flush()
    settle(session, viewer, new, grounds)
    old.corrected_by_id = new.id
    session.flush()


def _record(
    session: Session, viewer: Viewer, declaration: Declaration, old: DeclarationLine, new: DeclarationLine, reason: str
) -> None:
    touch(session, declaration)
    what = "heures annulées" if new.hours == 0 else "heures corrigées"
    changes = {"Heures": [format_hours(old.hours), format_hours(new.hours)], "Motif": [None, reason]}
    audit.record(session, viewer, what, declaration, changes)
