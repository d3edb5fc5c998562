"""Lists and pages of markets. Constant number of queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from clause.access import Permission, Role, Viewer
from clause.kernel import audit
from clause.kernel.listing import keyed_page, sorted_by
from clause.ledger.models import LedgerEntry
from clause.ledger.queries import Sums, worked_by_month
from clause.markets.codes import HOLDERS, ObjectiveKind, PartyRole
from clause.markets.figures import Figures, figures
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.markets.queries.filters import MarketFilters, market_conditions
from clause.markets.rules.total_hours import Total, in_force, total_of
from clause.markets.visibility import leads, market_condition, visible_markets
from clause.organisations.models import ContractingAuthority

SORTS: Mapping[str, Any] = {
    "reference": Market.reference,
    "objet": Market.title,
    "acheteur": ContractingAuthority.name,
    "debut": Market.starts_on,
    "fin": Market.ends_on,
}


@dataclass(frozen=True)
class MarketRow:
    """A market of a list: its operation and authority are loaded, its contractor's name and its figures beside it."""

    market: Market
    contractor: str
    figures: Figures


@dataclass(frozen=True)
class Totals:
    """Sums over a whole list, in hundredths; done only of the markets that have an objective."""

    done: int
    due: int


def market_list(
    session: Session, viewer: Viewer, filters: MarketFilters, sort: str, number: int, day: date
) -> tuple[list[MarketRow], int]:
    """One page of the markets that the viewer sees, and how many there are in all."""
    conditions = list(market_conditions(session, viewer, filters, day))
    named = bool(conditions) or sort.lstrip("-") == "acheteur"  # asks something of the operation or of the authority
    keys = select(Market.id).where(market_condition(viewer), *conditions)
    whole = _joined(select(Market)).options(contains_eager(Market.operation).contains_eager(Operation.authority))

    def ordered(statement: Select[Any]) -> Select[Any]:
        return sorted_by(statement, SORTS, sort, Market.id)

    markets, count = keyed_page(
        session, ordered(_joined(keys) if named else keys), lambda shown: ordered(whole.where(Market.id.in_(shown))), number
    )  # fmt: skip
    return with_figures(session, markets, day), count


def all_markets(session: Session, viewer: Viewer, filters: MarketFilters, sort: str, day: date) -> list[MarketRow]:
    """Every row of the list, for its export."""
    markets = session.scalars(market_statement(session, viewer, filters, sort, day)).all()
    return with_figures(session, markets, day)


def market_statement(session: Session, viewer: Viewer, filters: MarketFilters, sort: str, day: date) -> Select[Market]:
    statement = (
        _joined(visible_markets(viewer))
        .options(contains_eager(Market.operation).contains_eager(Operation.authority))
        .where(*market_conditions(session, viewer, filters, day))
    )
    return sorted_by(statement, SORTS, sort, Market.id)


def _joined(statement: Select[Any]) -> Select[Any]:
    """With the operation and the authority, of which each market has one."""
    return statement.join(Market.operation).join(Operation.authority)


def market_totals(session: Session, viewer: Viewer, filters: MarketFilters, day: date) -> Totals:
    """Done and due of all the markets of a list, in SQL."""
    conditions = list(market_conditions(session, viewer, filters, day))
    counted = case((Market.uses_valued_hours, LedgerEntry.hours_valued), else_=LedgerEntry.hours_real)

    def summed(what: Any, of: Any) -> Select[Any]:
        statement = select(func.sum(what)).select_from(Market).join(of, of.market_id == Market.id)
        return (_joined(statement) if conditions else statement).where(market_condition(viewer), *conditions)

    due = session.scalar(summed(ObjectiveEvent.delta_due, ObjectiveEvent))
    done = session.scalar(summed(counted, LedgerEntry).where(exists().where(ObjectiveEvent.market_id == Market.id)))
    return Totals(int(done or 0), int(due or 0))


def with_figures(session: Session, markets: Sequence[Market], day: date) -> list[MarketRow]:
    """The figures and the contractor of each of these markets."""
    found = figures(session, markets, day)
    contractors = contractor_names(session, [m.id for m in markets])
    return [MarketRow(m, contractors.get(m.id, ""), found[m.id]) for m in markets]


def contractor_names(session: Session, market_ids: Sequence[int]) -> dict[int, str]:
    rows = session.scalars(
        select(MarketParty)
        .where(MarketParty.market_id.in_(market_ids), MarketParty.role == PartyRole.CONTRACTOR)
        .options(joinedload(MarketParty.company))
    )
    return {party.market_id: party.company.name for party in rows}


def parties_of(session: Session, market: Market) -> Sequence[MarketParty]:
    """The companies of a market, contractor first."""
    order = case({role: rank for rank, role in enumerate(PartyRole)}, value=MarketParty.role)
    return session.scalars(
        select(MarketParty)
        .where(MarketParty.market_id == market.id)
        .options(joinedload(MarketParty.company), joinedload(MarketParty.establishment))
        .order_by(order, MarketParty.id)
    ).all()


def market_by_address(session: Session, viewer: Viewer, public_id: str) -> Market | None:
    """The market at this address if the viewer may see it, with its operation, authority and structure."""
    return session.scalars(
        visible_markets(viewer)
        .where(Market.public_id == public_id)
        .options(
            joinedload(Market.operation).joinedload(Operation.authority),
            joinedload(Market.operation).joinedload(Operation.structure),
        )
    ).one_or_none()


@dataclass(frozen=True)
class MarketPage:
    """What the page of a market shows to this viewer; ``months`` (hours worked) and ``events`` None where not for them."""

    market: Market
    parties: Sequence[MarketParty]
    figures: Figures
    edits: bool
    history: Sequence[audit.AuditEvent]
    events: Sequence[ObjectiveEvent]
    months: dict[date, Sums] | None

    @property
    def acts(self) -> Sequence[ObjectiveEvent]:
        """The acts on the objective but those that only follow the hours worked, which have their own list."""
        return [e for e in self.events if e.kind is not ObjectiveKind.TOTAL_HOURS]

    @property
    def totals(self) -> Sequence[tuple[ObjectiveEvent, Total]]:
        """All the hours worked, as they were declared, latest month first; a later word follows the one that it replaces."""
        said = [(e, total_of(e.calculation)) for e in self.events if e.kind is ObjectiveKind.TOTAL_HOURS]
        return sorted(said, key=lambda x: (-x[1].month.toordinal(), x[0].id))

    @property
    def worked(self) -> int:
        """All the hours worked that are known today, in hundredths."""
        return sum(in_force(total for _, total in self.totals).values())


def market_page(session: Session, viewer: Viewer, market: Market, day: date) -> MarketPage:
    """Everything on the page of a market found through ``market_by_address``."""
    parties = parties_of(session, market)
    return MarketPage(
        market=market,
        parties=parties,
        figures=figures(session, [market], day)[market.id],
        edits=viewer.may(Permission.EDIT_MARKETS) and leads(viewer, market.structure_id),
        history=audit.history(session, market) if viewer.in_structure else (),
        events=events_of(session, market),
        months=worked_by_month(session, market.id) if sees_months(viewer, parties) else None,
    )


def sees_months(viewer: Viewer, parties: Sequence[MarketParty]) -> bool:
    """Hours by month are for structures, for the authority, and for the companies that hold the market."""
    if viewer.role is Role.COMPANY:
        return any(p.company_id == viewer.company_id and p.role in HOLDERS for p in parties)
    return True


def events_of(session: Session, market: Market) -> Sequence[ObjectiveEvent]:
    """The acts on the objective of a market, in the order they were entered."""
    return session.scalars(
        select(ObjectiveEvent).where(ObjectiveEvent.market_id == market.id).order_by(ObjectiveEvent.id)
    ).all()
