"""What the acts on cases and difficulties share: the lock, the refusal, the file attached."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.candidates.actions.common import refuse_nir
from clause.hours.penalties.codes import PenaltyState
from clause.hours.penalties.models import PenaltyCase
from clause.hours.penalties.rules import PenaltyRefusal, may_become
from clause.kernel import storage
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue
from clause.markets.models import Market
from clause.markets.visibility import leads

NOT_YOURS = "Ce dossier ne fait pas partie de ceux que vous suivez."


@dataclass(frozen=True)
class Attachment:
    """A file as it came, and where files are kept."""

    content: bytes
    name: str
    folder: Path


def attach(session: Session, viewer: Viewer, attachment: Attachment | None, field: str) -> int | None:
    """Keep the file; its id, None where there is none. Refused where it is neither a PDF nor a picture."""
    if attachment is None:
        return None
    try:
        stored = storage.keep(session, attachment.folder, attachment.content, attachment.name, viewer.user_id)
    except BadValue as bad:
        raise Refused(str(bad), field) from None
    return stored.id


def require(viewer: Viewer, permission: Permission) -> None:
    if not viewer.may(permission):
        raise Refused("Votre rôle ne permet pas cet acte.")


def leading(session: Session, viewer: Viewer, market_id: int) -> None:
    """Refused to a structure that does not lead the market."""
    if not leads(viewer, session.get_one(Market, market_id).structure_id):
        raise Refused(NOT_YOURS)


def held(session: Session, case: PenaltyCase, version: int | None) -> PenaltyCase:
    """The case read afresh under a lock; Refused where it moved since the page was shown."""
    session.flush()
    fresh = session.scalars(
        select(PenaltyCase)
        .where(PenaltyCase.id == case.id)
        .with_for_update(of=PenaltyCase)
        .execution_options(populate_existing=True)
    ).one()
    check_version(session, fresh, version)
    return fresh


def ready(case: PenaltyCase, wanted: PenaltyState) -> None:
    """Refused where the case is not at the stage before this one."""
    if not may_become(case.state, wanted):
        raise Refused(PenaltyRefusal.STATE)


def refuse(refusal: PenaltyRefusal | None, field: str = "") -> None:
    if refusal is not None:
        raise Refused(refusal, field)


def clean(**texts: str) -> None:
    """No social security number in a text that others read."""
    refuse_nir(**texts)
