"""Lists of the forms, and the keys behind what was chosen in them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.queries.contracts import market_at
from clause.candidates.queries.people import prescribers as prescriber_rows
from clause.candidates.visibility import company_structures
from clause.organisations.models import PrescriberOrganisation, Structure


def structures(session: Session, viewer: Viewer) -> list[tuple[str, str]]:
    """The structures that lead or partner a company's markets."""
    rows = session.scalars(
        select(Structure).where(Structure.id.in_(company_structures(viewer))).order_by(Structure.name)
    )
    return [(row.public_id, row.name) for row in rows]


def structure_id(session: Session, viewer: Viewer, public_id: str | None) -> int | None:
    wanted = select(Structure.id).where(
        Structure.public_id == (public_id or ""), Structure.id.in_(company_structures(viewer))
    )
    return session.scalar(wanted)


def prescribers(session: Session, viewer: Viewer) -> list[tuple[str, str]]:
    return [(row.public_id, row.name) for row in prescriber_rows(session, viewer)]


def prescriber_id(session: Session, viewer: Viewer, public_id: str | None) -> int | None:
    wanted = select(PrescriberOrganisation.id).where(
        PrescriberOrganisation.public_id == (public_id or ""),
        PrescriberOrganisation.structure_id == viewer.structure_id,
    )
    return session.scalar(wanted)


def market_id(session: Session, viewer: Viewer, public_id: str | None) -> int | None:
    market = market_at(session, viewer, public_id)
    return market.id if market else None
