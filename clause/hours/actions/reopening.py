"""Reopening what was decided: each line is reversed, and one like it goes back to the company. Nothing is rewritten."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.hours import mails
from clause.hours.actions.correcting import successor
from clause.hours.actions.deciding import by
from clause.hours.actions.locking import hold, touch
from clause.hours.codes import DeclarationState, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.rules import states
from clause.hours.rules.counting import declared_hours
from clause.kernel import audit
from clause.kernel.refusals import Refused
from clause.kernel.values import format_hours
from clause.ledger import posting
from clause.ledger.queries import standing_entry
from clause.markets.codes import MarketStatus
from clause.markets.models import Market

CLOSED = (
    "Ce marché est clôturé : ses heures sont arrêtées et l'entreprise n'y déclare plus rien."
    " Corrigez vous-même la ligne, ou rouvrez d'abord le marché."
)
NOTHING = "Il n'y a rien à rouvrir ici : aucune de ces heures n'est décidée."


def reopen(
    session: Session, viewer: Viewer, declaration: Declaration, reason: str, line_ids: Collection[int] | None = None,
    version: int | None = None, *, notify: bool = True,
) -> int:  # fmt: skip
    """Send back these validated or refused lines of one's own people (None: all), or a validated nil month; how many lines.

    A posted line is reversed in the ledger, today. Refused: no reason, a closed market, nothing decided.
    """
    hold(session, declaration, version)
    reason = reason.strip()
    chosen = _decided_lines(session, viewer, declaration, line_ids, reason)
    for line in chosen:
        _put_back(session, viewer, declaration, line, reason)
    declaration.state, declaration.return_reason = DeclarationState.RETURNED, reason
    by(declaration, viewer)
    touch(session, declaration)
    said = f"{format_hours(declared_hours(chosen))} h" if chosen else "mois sans heures"
    audit.record(session, viewer, f"heures rouvertes ({said})", declaration)
    if notify:
        mails.reopened(session, declaration, reason)
    return len(chosen)


def refusal_of(market: Market) -> str:
    """Why the hours of a market cannot be reopened; empty where they can."""
    return CLOSED if market.status is MarketStatus.CLOSED else ""


def _decided_lines(
    session: Session, viewer: Viewer, declaration: Declaration, line_ids: Collection[int] | None, reason: str
) -> Sequence[DeclarationLine]:
    if not viewer.may(Permission.VALIDATE_HOURS):
        raise Refused("Vous ne pouvez pas rouvrir d'heures.")
    market = session.get_one(Market, declaration.market_id)
    if refusal_of(market):
        raise Refused(refusal_of(market))
    own = [line for line in declaration.lines if _is_decided(line) and line.structure_id == viewer.structure_id]
    chosen = own if line_ids is None else [line for line in own if line.id in set(line_ids)]
    whole_nil = line_ids is None and _nil_decided(viewer, declaration, market)
    if (not chosen and not whole_nil) or (line_ids is not None and len(chosen) < len(set(line_ids))):
        raise Refused(NOTHING)
    if not reason:
        raise Refused("Écrivez à l'entreprise pourquoi vous rouvrez ces heures.", "reason")
    return chosen


def _is_decided(line: DeclarationLine) -> bool:
    return line.standing and line.state in states.DECIDED_LINES


def _nil_decided(viewer: Viewer, declaration: Declaration, market: Market) -> bool:
    """A month without anybody is the business of the structure that leads the market."""
    empty = declaration.state is DeclarationState.VALIDATED and not any(line.standing for line in declaration.lines)
    return empty and market.structure_id == viewer.structure_id


def _put_back(
    session: Session, viewer: Viewer, declaration: Declaration, old: DeclarationLine, reason: str
) -> DeclarationLine:
    old.standing, old.correction_reason = False, reason[:500]
    session.flush()  # before the new line takes its place in the unique index of standing lines
    entry = standing_entry(session, old.id)
    if entry is not None:
        posting.reverse(session, viewer, entry)
    new = successor(old, old.hours, LineState.RETURNED)
    new.return_reason = reason[:500]
    declaration.lines.append(new)
    session.flush()
    old.corrected_by_id = new.id
    session.flush()
    return new
