"""Posts that a company opens on a market, and the people presented on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.candidates.actions.common import person_of, person_seen, refuse_nir, require, windows_of
from clause.candidates.codes import Mode, NotKept, PlacementState
from clause.candidates.models import Placement, Position
from clause.candidates.visibility import visible_placements, visible_positions
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.markets.models import Market, MarketParty
from clause.markets.visibility import visible_markets
from clause.organisations.models import Establishment

P = PlacementState
MARKET = "Ce marché ne fait pas partie de ceux que vous suivez."
EMPLOYER = "Choisissez un établissement de ce marché."
PLACES = "Indiquez au moins une place."
DATES = "La fin prévue vient avant le début prévu."
CLOSED = "Ce poste est fermé : rouvrez-en un autre."
NOT_ELIGIBLE = "Cette personne n'est pas éligible aujourd'hui : faites décider son éligibilité avant de la proposer."
TWICE = "Cette personne est déjà proposée sur ce poste."
ANSWERED = "La réponse est déjà donnée pour cette personne."
WHY = "Écrivez pourquoi la personne n'est pas retenue : la structure en tient compte pour la suite."
_NEXT = {
    P.PROPOSED: frozenset({P.PRESENTED, P.HIRED, P.NOT_KEPT}),
    P.PRESENTED: frozenset({P.HIRED, P.NOT_KEPT}),
    P.HIRED: frozenset[PlacementState](),
    P.NOT_KEPT: frozenset[PlacementState](),
}


@dataclass(frozen=True)
class PositionData:
    """A post: its market, the establishment that will employ, how many places; ``rome`` is a code like F1703, or empty.

    ``weekly_hours`` is for one place, in hundredths.
    """

    market_id: int
    establishment_id: int
    title: str
    rome: str = ""
    places: int = 1
    mode: Mode | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    weekly_hours: int | None = None


def open_position(session: Session, viewer: Viewer, data: PositionData) -> Position:
    """Open a post on a market of the viewer; a company for its own establishments, the team for those of the market."""
    require(viewer, Permission.PROPOSE_CONTRACT)
    refuse_nir(title=data.title)
    if session.scalars(visible_markets(viewer).where(Market.id == data.market_id)).one_or_none() is None:
        raise Refused(MARKET, "market")
    _check_employer(session, viewer, data)
    if data.places < 1:
        raise Refused(PLACES, "places")
    if data.starts_on and data.ends_on and data.ends_on < data.starts_on:
        raise Refused(DATES, "ends_on")
    position = Position(
        market_id=data.market_id, establishment_id=data.establishment_id, title=data.title, rome=data.rome,
        places=data.places, mode=data.mode, starts_on=data.starts_on, ends_on=data.ends_on,
        weekly_hours=data.weekly_hours, created_at=clock.now(),
    )  # fmt: skip
    session.add(position)
    session.flush()
    audit.record(session, viewer, "poste ouvert", position)
    return position


def _check_employer(session: Session, viewer: Viewer, data: PositionData) -> None:
    establishment = session.get(Establishment, data.establishment_id)
    if establishment is None:
        raise Refused(EMPLOYER, "employer")
    if viewer.role is Role.COMPANY:
        allowed = establishment.company_id == viewer.company_id
    else:
        party = select(MarketParty.id).where(
            MarketParty.market_id == data.market_id, MarketParty.company_id == establishment.company_id
        )
        allowed = session.scalar(party.limit(1)) is not None
    if not allowed:
        raise Refused(EMPLOYER, "employer")


def close_position(session: Session, viewer: Viewer, position: Position) -> None:
    """Nobody more is looked for on this post; what was answered stays."""
    require(viewer, Permission.PROPOSE_CONTRACT)
    _seen(session, viewer, position.id)
    if position.closed_on is None:
        position.closed_on = clock.today()
        session.flush()
        audit.record(session, viewer, "poste fermé", position)


def place(
    session: Session, viewer: Viewer, position: Position, participant_id: int, *, present: bool = False
) -> Placement:
    """Propose a person who is eligible today on a post; ``present`` shows them to the company at once."""
    require(viewer, Permission.EDIT_PARTICIPANTS)
    _seen(session, viewer, position.id)
    person = person_seen(session, viewer, participant_id)
    if position.closed_on is not None:
        raise Refused(CLOSED)
    if not any(window.holds(clock.today()) for window in windows_of(session, person.id)):
        raise Refused(NOT_ELIGIBLE, "person")
    twice = select(Placement.id).where(Placement.position_id == position.id, Placement.participant_id == person.id)
    if session.scalar(twice) is not None:
        raise Refused(TWICE, "person")
    placement = Placement(
        position_id=position.id, participant_id=person.id, proposed_on=clock.today(),
        state=P.PRESENTED if present else P.PROPOSED,
    )  # fmt: skip
    session.add(placement)
    session.flush()
    audit.record(session, viewer, f"placement : {placement.state.label.lower()}", person)
    return placement


def answer_placement(
    session: Session,
    viewer: Viewer,
    placement: Placement,
    state: PlacementState,
    reason: str = "",
    why: NotKept | None = None,
) -> Placement:
    """Presented (the team), hired or not kept with a reason (the team or the company): one of the list, words, or both."""
    require(viewer, Permission.PROPOSE_CONTRACT)
    if session.scalars(visible_placements(viewer).where(Placement.id == placement.id)).one_or_none() is None:
        raise Refused("Cette proposition ne fait pas partie de celles que vous suivez.")
    if state is P.PRESENTED:
        require(viewer, Permission.EDIT_PARTICIPANTS)
    if state not in _NEXT[placement.state]:
        raise Refused(ANSWERED)
    if state is P.NOT_KEPT and not reason.strip() and why is None:
        raise Refused(WHY, "reason")
    refuse_nir(reason=reason)
    placement.state, placement.reason = state, reason.strip()[:300]
    placement.not_kept = (why or NotKept.OTHER) if state is P.NOT_KEPT else None
    placement.answered_on = None if state is P.PRESENTED else clock.today()
    session.flush()
    audit.record(session, viewer, f"placement : {state.label.lower()}", person_of(session, placement.participant_id))
    return placement


def _seen(session: Session, viewer: Viewer, position_id: int) -> None:
    if session.scalars(visible_positions(viewer).where(Position.id == position_id)).one_or_none() is None:
        raise Refused("Ce poste ne fait pas partie de ceux que vous suivez.")
