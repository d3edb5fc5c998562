"""What every act of this slice begins with: who leads, references that are free, SIRETs that exist, words of a change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.kernel.codes import Code
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue, format_date, read_siret
from clause.markets.models import Market, Operation
from clause.markets.rules.checks import Refusal
from clause.markets.visibility import leads


def require_lead(viewer: Viewer, structure_id: int) -> None:
    """A partner sees and follows its people; the lead edits."""
    if not (viewer.may(Permission.EDIT_MARKETS) and leads(viewer, structure_id)):
        raise Refused(Refusal.NOT_LEAD)


def refuse_first(found: Sequence[tuple[str, Enum]]) -> None:
    """Refuse with the first of the refusals found."""
    if found:
        field, refusal = found[0]
        raise Refused(str(refusal), field)


def checked_siret(raw: str, field: str) -> str:
    """A SIRET that exists, or a refusal on its field."""
    try:
        return read_siret(raw)
    except BadValue as bad:
        raise Refused(str(bad), field) from None


def require_free(session: Session, model: type[Operation] | type[Market], row: Any, reference: str) -> None:
    """The reference is not that of another operation or market of the structure."""
    other: Any = session.execute(
        select(model).where(model.structure_id == row.structure_id, model.reference == reference)
    ).scalar_one_or_none()
    if other is not None and other.id != row.id:
        raise Refused(_taken(reference, other.title), "reference")


@contextmanager
def unique_reference(session: Session, reference: str) -> Iterator[None]:
    """Two people who give the same reference at the same instant: the second is refused like any other."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if "reference" in str(error.orig):
            raise Refused(_taken(reference), "reference") from None
        raise


def _taken(reference: str, title: str = "") -> str:
    whose = f" pour « {title} »" if title else ""
    return f"La référence « {reference} » est déjà utilisée dans votre structure{whose}. Choisissez-en une autre."


def in_words(value: Any) -> str:
    """A value as the history says it."""
    if value is None:
        return ""
    if isinstance(value, Code):
        return value.label
    if isinstance(value, bool):
        return "oui" if value else "non"
    return format_date(value) if isinstance(value, date) else str(value)
