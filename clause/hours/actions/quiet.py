"""Validating in one gesture the declarations that have nothing to look at, each under its own lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.hours import mails
from clause.hours.actions.deciding import validate_lines
from clause.hours.codes import DeclarationState, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.queries.queue import QueueRow, declarations_to_validate
from clause.hours.settling import Grounds, load_grounds
from clause.hours.visibility import declaration_condition
from clause.kernel.refusals import Refused

NONE_CHOSEN = "Cochez au moins une déclaration."
GONE = "elle a déjà été traitée"
MOVED = "elle a changé depuis que vous l'aviez sous les yeux"


@dataclass(frozen=True)
class Left:
    """A declaration that was asked for and not validated, and why."""

    public_id: str
    why: str


@dataclass(frozen=True)
class Outcome:
    """What the gesture did."""

    validated: tuple[QueueRow, ...]
    left: tuple[Left, ...]


def validate_quiet(session: Session, viewer: Viewer, asked: Mapping[str, int], *, notify: bool = True) -> Outcome:
    """Validate these declarations (version by address) where each still waits, has not moved, and is still as usual.

    The others are left out and said. Refused: none asked, somebody who does not validate.
    """
    if not viewer.may(Permission.VALIDATE_HOURS):
        raise Refused("Vous ne pouvez pas valider d'heures.")
    if not asked:
        raise Refused(NONE_CHOSEN)
    ids = _lock(session, viewer, asked)
    rows = {row.public_id: row for row in declarations_to_validate(session, viewer, only=ids)}
    left = {public_id: why for public_id, version in asked.items() if (why := _why_left(rows.get(public_id), version))}
    chosen = [row for public_id, row in rows.items() if public_id not in left]
    _validate(session, viewer, chosen, notify=notify)
    return Outcome(tuple(chosen), tuple(Left(*pair) for pair in left.items()))


def _lock(session: Session, viewer: Viewer, asked: Mapping[str, int]) -> list[int]:
    """Numeric ids, locked always in the same order: two people who do it at once do not wait for each other for ever."""
    return list(
        session.scalars(
            select(Declaration.id)
            .where(declaration_condition(viewer), Declaration.public_id.in_(list(asked)))
            .order_by(Declaration.id)
            .with_for_update(of=Declaration)
        )
    )


def _why_left(row: QueueRow | None, version: int) -> str:
    if row is None:
        return GONE
    if row.version != version:
        return MOVED
    return "" if row.quiet else f"à regarder : {', '.join(reason.label.lower() for reason in row.reasons)}"


def _validate(session: Session, viewer: Viewer, rows: Sequence[QueueRow], *, notify: bool) -> None:
    grounds = _grounds(session, [row.id for row in rows])
    done = []
    for row in rows:
        declaration = session.get_one(Declaration, row.id)
        validate_lines(session, viewer, declaration, None, row.version, grounds=grounds, notify=False)
        done.append(declaration)
    if notify:
        mails.validated_together(session, [d for d in done if d.state is DeclarationState.VALIDATED])


def _grounds(session: Session, ids: Sequence[int]) -> Grounds:
    pairs = session.execute(
        select(DeclarationLine.market_id, DeclarationLine.employment_contract_id).where(
            DeclarationLine.declaration_id.in_(ids), DeclarationLine.standing, DeclarationLine.state == LineState.DECLARED
        )
    ).all()  # fmt: skip
    return load_grounds(session, {market for market, _ in pairs}, {contract for _, contract in pairs}, settling=True)
