"""Optimistic locking: the second of two people who edit the same thing sees what the first changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.kernel import audit, clock
from clause.kernel.refusals import Refused


def check_version(session: Session, subject: Any, version: int | None) -> None:
    """Refuse when the object is no longer the one that the form was filled from; None where there was no form."""
    if version is not None and subject.version != version:
        raise Refused(changed_meanwhile(session, subject))


def changed_meanwhile(session: Session, subject: Any) -> str:
    """Who changed the object last, when and what, in one sentence, and what to do."""
    events = audit.history(session, subject, limit=1)
    if not events:
        return (
            "Cette fiche a changé pendant que vous la remplissiez. Vérifiez votre saisie, puis enregistrez à nouveau."
        )
    last = events[0]
    moment = f"{clock.paris_time(last.at):%d/%m/%Y à %H h %M}"
    return (
        f"{last.actor} a modifié cette fiche le {moment} : {last.action}{_changes(last.changes)}."
        " Votre saisie est gardée : vérifiez-la, puis enregistrez à nouveau."
    )


def _changes(changes: dict[str, Any]) -> str:
    said = [f"{label} : {pair[0] or 'vide'} → {pair[1] or 'vide'}" for label, pair in changes.items()]
    return f" ({' ; '.join(said)})" if said else ""


def alone(session: Session, act: str) -> None:
    """Wait until nobody else does this act, then be alone at it until the end of the unit of work.

    PostgreSQL holds a lock by name; SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(act))))
