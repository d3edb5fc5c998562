"""Employment contracts and posts: lists, one of them, and the choices of their forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from clause.access import Role, Viewer
from clause.candidates.codes import ContractState, PlacementState
from clause.candidates.models import Assignment, EmploymentContract, Participant, Placement, Position
from clause.candidates.queries import states
from clause.candidates.visibility import (
    contract_condition,
    of_company,
    participant_condition,
    placement_condition,
    visible_positions,
)
from clause.kernel import clock
from clause.kernel.listing import Page, keyed_page, page_of, sorted_by
from clause.kernel.values import add_months, fold
from clause.ledger.models import LedgerEntry
from clause.markets.codes import NEVER_ONGOING, MarketStatus
from clause.markets.models import Market, MarketParty
from clause.markets.visibility import market_condition, visible_markets
from clause.organisations.codes import EmployerType
from clause.organisations.models import Company, Establishment

_OVER = (*NEVER_ONGOING, MarketStatus.CLOSED, MarketStatus.TERMINATED)


@dataclass(frozen=True)
class ContractFilters:
    search: str = ""
    state: ContractState | None = None
    running: bool | None = None
    ask: bool = False


def contracts_page(
    session: Session, viewer: Viewer, filters: ContractFilters, today: date, *, sort: str = "-debut", number: int = 1
) -> Page[EmploymentContract]:
    """One page of the contracts the viewer sees, each with person, employer and markets. Four queries."""
    named = bool(filters.search) or sort.lstrip("-") in ("personne", "employeur")
    keys = _narrowed(_joined(select(EmploymentContract.id)) if named else select(EmploymentContract.id), viewer, filters, today)  # fmt: skip
    whole = _joined(select(EmploymentContract)).options(
        contains_eager(EmploymentContract.participant),
        contains_eager(EmploymentContract.establishment).contains_eager(Establishment.company),
        selectinload(EmploymentContract.assignments).joinedload(Assignment.market),
    )

    def ordered(statement: Select[Any]) -> Select[Any]:
        return sorted_by(statement, CONTRACT_SORTS, sort, EmploymentContract.id)

    rows, total = keyed_page(
        session, ordered(keys), lambda shown: ordered(whole.where(EmploymentContract.id.in_(shown))), number
    )
    return Page(rows, total, number, sort=sort, filters=contract_filters_said(filters))


CONTRACT_SORTS: dict[str, Any] = {
    "debut": EmploymentContract.starts_on,
    "fin": EmploymentContract.ends_on,
    "personne": Participant.search,
    "employeur": Company.name,
}


def _joined(statement: Select[Any]) -> Select[Any]:
    """With the person and the employer, of which each contract has one."""
    return (
        statement.join(Participant, Participant.id == EmploymentContract.participant_id)
        .join(Establishment, Establishment.id == EmploymentContract.establishment_id)
        .join(Company, Company.id == Establishment.company_id)
    )


def _narrowed(statement: Select[Any], viewer: Viewer, filters: ContractFilters, today: date) -> Select[Any]:
    """The contracts that the viewer sees and the filters keep; a search asks for ``_joined``."""
    statement = statement.where(of_company(viewer) if viewer.role is Role.COMPANY else contract_condition(viewer))
    if filters.search:
        statement = statement.where(_found(fold(filters.search)))
    if filters.state is not None:
        statement = statement.where(EmploymentContract.state == filters.state)
    if filters.ask:
        statement = statement.where(EmploymentContract.asked_end.is_not(None))
    if filters.running is not None:
        runs = (EmploymentContract.starts_on <= today) & (
            EmploymentContract.ends_on.is_(None) | (EmploymentContract.ends_on >= today)
        )
        statement = statement.where(runs if filters.running else ~runs)
    return statement


def _found(text: str) -> ColumnElement[bool]:
    """Each word in the person or the employer, or the whole text in a market served (its page links here by reference)."""
    words = [
        Participant.search.contains(word, autoescape=True) | Company.search.contains(word, autoescape=True)
        for word in text.split()
    ]
    served = (
        select(Assignment.employment_contract_id)
        .join(Market, Market.id == Assignment.market_id)
        .where(Market.search.contains(text, autoescape=True))
    )
    return and_(true(), *words) | EmploymentContract.id.in_(served)


def contract_filters_said(filters: ContractFilters) -> list[str]:
    words = [
        (bool(filters.search), f"recherche « {filters.search} »"),
        (filters.state is not None, f"état : {filters.state.label.lower()}" if filters.state else ""),
        (filters.running is True, "en cours aujourd'hui"),
        (filters.running is False, "terminés ou à venir"),
        (filters.ask, "changement de fin demandé"),
    ]
    return [text for on, text in words if on]


def find_contract(session: Session, viewer: Viewer, public_id: str) -> EmploymentContract | None:
    """The contract at this address; a company finds its own even where it was refused."""
    seen = of_company(viewer) if viewer.role is Role.COMPANY else contract_condition(viewer)
    return session.scalars(
        select(EmploymentContract)
        .where(EmploymentContract.public_id == public_id, seen)
        .options(
            joinedload(EmploymentContract.participant),
            joinedload(EmploymentContract.establishment).joinedload(Establishment.company),
            selectinload(EmploymentContract.assignments).joinedload(Assignment.market).joinedload(Market.operation),
        )
    ).one_or_none()


def overlapping(session: Session, contract: EmploymentContract) -> bool:
    """Whether the person has another contract with the same employer on some of these days."""
    other = EmploymentContract
    statement = select(other.id).where(
        other.participant_id == contract.participant_id,
        other.establishment_id == contract.establishment_id,
        other.id != contract.id,
        other.state != ContractState.REFUSED,
        or_(other.ends_on.is_(None), other.ends_on >= contract.starts_on),
    )
    if contract.ends_on is not None:
        statement = statement.where(other.starts_on <= contract.ends_on)
    return session.scalar(statement.limit(1)) is not None


def hours_of_contract(session: Session, contract: EmploymentContract) -> list[Any]:
    """(month, market title, hundredths) counted by the ledger, latest first."""
    total = func.sum(LedgerEntry.hours_real)
    rows = session.execute(
        select(LedgerEntry.month, Market.title, total.label("hours"))
        .join(Market, Market.id == LedgerEntry.market_id)
        .where(LedgerEntry.employment_contract_id == contract.id)
        .group_by(LedgerEntry.month, Market.id, Market.title)
        .having(total != 0)
        .order_by(LedgerEntry.month.desc(), Market.id)
    )
    return list(rows)


# Choices of forms


MOST_CHOICES = 100


@dataclass(frozen=True)
class Offered:
    """(public_id, words) pairs to choose among; ``cut``: there are more, which a search finds."""

    pairs: list[tuple[str, str]]
    cut: bool = False


def market_choices(session: Session, viewer: Viewer, words: str = "", chosen: Sequence[str] = ()) -> Offered:
    """(public_id, « référence, objet ») of the markets that may still employ, among those the viewer sees and the words
    find: the first hundred, latest first, after those that are chosen already."""
    statement: Any = (
        visible_markets(viewer)
        .where(Market.status.not_in(_OVER))
        .with_only_columns(Market.public_id, Market.reference, Market.title)
    )
    order = (Market.reference.desc(), Market.id)
    rows, cut = _first(session, statement, Market, words, chosen, order)
    return Offered([(r.public_id, f"{r.reference} · {r.title}") for r in rows], cut)


def _first(
    session: Session, statement: Any, of: type[Market | Company], words: str, chosen: Sequence[str], order: tuple[Any, ...], narrowed: Any = None
) -> tuple[list[Any], bool]:  # fmt: skip
    """The rows chosen, then the first that have the words (of ``narrowed``, if given); whether there are more. Two queries."""
    key = Market.public_id if of is Market else Establishment.public_id
    first = session.execute(statement.where(key.in_([c for c in chosen if c])).order_by(*order)).all()
    statement = statement if narrowed is None else narrowed
    for word in fold(words).split():
        statement = statement.where(of.search.contains(word, autoescape=True))
    found = session.execute(statement.order_by(*order).limit(MOST_CHOICES + 1)).all()
    there = {row.public_id for row in first}
    return [*first, *(r for r in found[:MOST_CHOICES] if r.public_id not in there)], len(found) > MOST_CHOICES


def market_at(session: Session, viewer: Viewer, public_id: str | None) -> Market | None:
    if not public_id:
        return None
    return session.scalars(visible_markets(viewer).where(Market.public_id == public_id)).one_or_none()


def employer_choices(session: Session, viewer: Viewer, words: str = "", chosen: Sequence[str] = ()) -> Offered:
    """(public_id, « raison sociale · type · commune ») of establishments: a company's own; for the team, without words the
    usual ones, with words those of its markets, those that ever employed its people, and every insertion employer. The
    first hundred by name, after those that are chosen already."""
    E, usual = Establishment, viewer.role is not Role.COMPANY and not words
    statement: Any = select(E.public_id, Company.name, E.kind, E.commune, E.siret).join(
        Company, Company.id == E.company_id
    )
    rows, cut = _first(
        session, statement.where(_employers(viewer)), Company, words, chosen, (Company.search, E.id),
        narrowed=statement.where(_usual_employers(viewer)) if usual else None,
    )  # fmt: skip
    return Offered([(r.public_id, _employer_said(r)) for r in rows], cut or usual)


def _employers(viewer: Viewer) -> Any:
    if viewer.role is Role.COMPANY:
        return Establishment.company_id == viewer.company_id
    seen = select(Market.id).where(market_condition(viewer))
    parties = select(MarketParty.establishment_id).where(MarketParty.market_id.in_(seen))
    employs = select(EmploymentContract.establishment_id).where(contract_condition(viewer))
    return or_(Establishment.id.in_(parties), Establishment.id.in_(employs), Establishment.kind != EmployerType.COMPANY)


def _usual_employers(viewer: Viewer) -> ColumnElement[bool]:
    """Of those, the ones likely to be looked for: of the markets that may still employ, and of the contracts of a year."""
    open_markets = select(Market.id).where(market_condition(viewer), Market.status.not_in(_OVER))
    parties = select(MarketParty.establishment_id).where(MarketParty.market_id.in_(open_markets))
    lately = EmploymentContract.starts_on >= add_months(clock.today(), -12)
    employs = select(EmploymentContract.establishment_id).where(contract_condition(viewer), lately)
    return or_(Establishment.id.in_(parties), Establishment.id.in_(employs))


def _employer_said(row: Any) -> str:
    return " · ".join(filter(None, (row.name, row.kind.short, row.commune, row.siret)))


def establishment_address(session: Session, key: int | None) -> str:
    """The public id of the establishment of a post that the viewer sees; empty where it has none."""
    return (session.scalar(select(Establishment.public_id).where(Establishment.id == key)) or "") if key else ""


def establishment_at(session: Session, viewer: Viewer, public_id: str | None) -> Establishment | None:
    if not public_id:
        return None
    wanted = select(Establishment).where(Establishment.public_id == public_id, _employers(viewer))
    return session.scalars(wanted).one_or_none()


# Posts


def find_position(session: Session, viewer: Viewer, public_id: str | None) -> Position | None:
    if not public_id:
        return None
    return session.scalars(
        visible_positions(viewer).where(Position.public_id == public_id).options(joinedload(Position.market))
    ).one_or_none()


def positions_page(session: Session, viewer: Viewer, *, open_only: bool, number: int = 1) -> Page[Any]:
    """(position, employer's name, people proposed that the viewer sees, people hired), the latest opened first."""
    seen = (
        select(func.count(Placement.id))
        .where(Placement.position_id == Position.id, placement_condition(viewer))
        .correlate(Position)
    )
    hired = seen.where(Placement.state == PlacementState.HIRED).scalar_subquery()
    statement = (
        visible_positions(viewer)
        .outerjoin(Establishment, Establishment.id == Position.establishment_id)
        .outerjoin(Company, Company.id == Establishment.company_id)
        .options(joinedload(Position.market))
        .add_columns(Company.name.label("employer"), seen.scalar_subquery().label("proposed"), hired.label("hired"))
        .order_by(Position.created_at.desc(), Position.id.desc())
    )
    if open_only:
        statement = statement.where(Position.closed_on.is_(None))
    rows, total = page_of(session, statement, number)
    return Page(rows, total, number, filters=["postes ouverts"] if open_only else [])


def placements_on(session: Session, viewer: Viewer, position: Position) -> Sequence[Placement]:
    return session.scalars(
        select(Placement)
        .where(Placement.position_id == position.id, placement_condition(viewer))
        .options(joinedload(Placement.participant))
        .order_by(Placement.id)
    ).all()


def find_placement(session: Session, viewer: Viewer, public_id: str) -> Placement | None:
    return session.scalars(
        select(Placement)
        .where(Placement.public_id == public_id, placement_condition(viewer))
        .options(joinedload(Placement.position).joinedload(Position.market), joinedload(Placement.participant))
    ).one_or_none()


def eligible_choices(session: Session, viewer: Viewer, today: date, search: str = "") -> list[tuple[str, str]]:
    """(public_id, name) of the people eligible today whom the viewer sees, by name; at most 300, the search narrows."""
    statement = (
        select(Participant.public_id, Participant.last_name, Participant.first_name, Participant.reference)
        .join(states.Current, states.current_is(today))
        .where(
            participant_condition(viewer),
            states.state_today(today) == "eligible",
            states.Current.eligible_from <= today,
        )
        .order_by(Participant.search, Participant.id)
        .limit(300)
    )
    for word in fold(search).split():
        statement = statement.where(Participant.search.contains(word, autoescape=True))
    return [(r.public_id, f"{r.last_name} {r.first_name} · {r.reference}") for r in session.execute(statement)]


def employer_of(session: Session, position: Position) -> str:
    """The employer's name of a post."""
    if position.establishment_id is None:
        return ""
    establishment = session.get_one(Establishment, position.establishment_id)
    return session.get_one(Company, establishment.company_id).name
