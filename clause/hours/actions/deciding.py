"""The facilitator decides: validates lines of their own people, or sends them back with a reason."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.hours import mails
from clause.hours.actions.locking import hold, touch
from clause.hours.codes import DeclarationState, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.rules import states
from clause.hours.rules.counting import declared_hours, split_request
from clause.hours.settling import Grounds, load_grounds, settle
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.values import format_hours
from clause.markets.models import Market

NOTHING_WAITS = "Il n'y a plus rien à décider ici : ces heures ont déjà été traitées. Aucune n'a été comptée deux fois."
NONE_CHOSEN = "Cochez au moins une ligne."


def validate_lines(
    session: Session, viewer: Viewer, declaration: Declaration, line_ids: Collection[int] | None = None,
    version: int | None = None, *, grounds: Grounds | None = None, notify: bool = True,
) -> int:  # fmt: skip
    """Validate these waiting lines of one's own people (None: all), or a nil month; returns how many lines.

    Refused: nothing waits any more, a line that a boundary of eligibility cuts. Everything or nothing.
    """
    hold(session, declaration, version)
    chosen = _waiting(session, viewer, declaration, line_ids)
    grounds = grounds or load_grounds(
        session, [declaration.market_id], {line.employment_contract_id for line in chosen}, settling=True
    )
    refuse_cut(chosen, grounds)
    for line in chosen:
        settle(session, viewer, line, grounds)
    decided(session, viewer, declaration)
    _record(session, viewer, "heures validées", chosen, declaration)
    if notify and declaration.state is DeclarationState.VALIDATED:
        mails.validated(session, declaration)
    return len(chosen)


def _waiting(
    session: Session, viewer: Viewer, declaration: Declaration, line_ids: Collection[int] | None
) -> list[DeclarationLine]:
    if not viewer.may(Permission.VALIDATE_HOURS):
        raise Refused("Vous ne pouvez pas valider d'heures.")
    refusal = states.decide_refusal(declaration.state)
    if refusal is not None:
        raise Refused(refusal.value)
    own = [line for line in waiting_lines(declaration) if line.structure_id == viewer.structure_id]
    chosen = own if line_ids is None else [line for line in own if line.id in set(line_ids)]
    if line_ids is not None and not line_ids:
        raise Refused(NONE_CHOSEN)
    if not chosen and not _nil_waits(session, viewer, declaration):
        raise Refused(NOTHING_WAITS)
    if line_ids is not None and len(chosen) < len(set(line_ids)):
        raise Refused("Certaines de ces lignes ont déjà été traitées. Vérifiez ce qui est affiché, puis recommencez.")
    return chosen


def waiting_lines(declaration: Declaration) -> list[DeclarationLine]:
    return [line for line in declaration.lines if line.standing and line.state is LineState.DECLARED]


def _nil_waits(session: Session, viewer: Viewer, declaration: Declaration) -> bool:
    """A month without anybody is the business of the structure that leads the market."""
    empty = declaration.state is DeclarationState.SUBMITTED and not any(line.standing for line in declaration.lines)
    return empty and session.get_one(Market, declaration.market_id).structure_id == viewer.structure_id


def refuse_cut(lines: Sequence[DeclarationLine], grounds: Grounds) -> None:
    """Refused where a boundary of eligibility cuts one of these lines (REA-08): the company must split it."""
    for line in lines:
        request = split_request(grounds.facts(line))
        if request:
            raise Refused(f"{request} Renvoyez cette ligne à l'entreprise.", f"line-{line.id}")


def return_(
    session: Session, viewer: Viewer, declaration: Declaration, reason: str, line_ids: Collection[int] | None = None,
    version: int | None = None, *, notify: bool = True,
) -> int:  # fmt: skip
    """Send these waiting lines of one's own people (None: all), or a nil month, back to the company with a reason."""
    hold(session, declaration, version)
    reason = reason.strip()
    if not reason:
        raise Refused("Écrivez à l'entreprise ce qu'elle doit corriger.", "reason")
    chosen = _waiting(session, viewer, declaration, line_ids)
    for line in chosen:
        line.state, line.return_reason = LineState.RETURNED, reason[:500]
    declaration.return_reason = reason
    declaration.state = DeclarationState.RETURNED
    by(declaration, viewer)
    touch(session, declaration)
    _record(session, viewer, "heures renvoyées à l'entreprise", chosen, declaration)
    if notify:
        mails.returned(session, declaration, reason)
    return len(chosen)


def decided(session: Session, viewer: Viewer, declaration: Declaration) -> None:
    """After a decision on some of its lines: the state that they leave the declaration in, and who left it so."""
    declaration.state = states.state_after(line.state for line in declaration.lines if line.standing)
    if declaration.state in (DeclarationState.VALIDATED, DeclarationState.REJECTED):
        declaration.return_reason = ""  # until then, what the company was asked is read beside what it sent again
    by(declaration, viewer)
    touch(session, declaration)


def by(declaration: Declaration, viewer: Viewer) -> None:
    declaration.decided_at, declaration.decided_by = clock.now(), viewer.name


def _record(
    session: Session, viewer: Viewer, action: str, lines: Sequence[DeclarationLine], declaration: Declaration
) -> None:
    kept = declared_hours(line for line in lines if line.not_counted is not None)
    said = f" ({format_hours(declared_hours(lines))} h" if lines else " (mois sans heures"
    said += f", dont {format_hours(kept)} h non comptées)" if kept else ")"
    audit.record(session, viewer, action + said, declaration)
