"""Reads of the pages: operations and years to choose from, entries and lines behind a figure. Constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, String, case, func, select, tuple_, type_coerce
from sqlalchemy.orm import Session, aliased

from clause.access import Viewer
from clause.candidates.models import EmploymentContract, Participant
from clause.candidates.visibility import participant_condition
from clause.consolidations.lines import Selection
from clause.consolidations.perimeter import Perimeter
from clause.hours.codes import LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.pooling.models import HourTransfer, PoolingConvention
from clause.hours.visibility import line_condition
from clause.kernel.values import fold
from clause.ledger.models import LedgerEntry
from clause.ledger.queries import known
from clause.markets.models import Market, Operation
from clause.markets.visibility import operation_condition
from clause.organisations.models import Company, ContractingAuthority, Establishment, Structure


def years(session: Session, perimeter: Perimeter, today: date) -> list[int]:
    """From the first year of a market with a clause to the present one, latest first."""
    first = session.scalar(select(func.min(Market.starts_on)).where(*perimeter.conditions()))
    return list(range(today.year, min(first.year if first else today.year, today.year) - 1, -1))


def operations(viewer: Viewer, words: str = "") -> Select[Any]:
    """The operations of the viewer whose reference, title or authority has these words."""
    statement = (
        select(
            Operation.public_id, Operation.reference, Operation.title, Operation.status, Operation.structure_id,
            ContractingAuthority.name.label("authority"),
        )
        .join(ContractingAuthority, ContractingAuthority.id == Operation.authority_id)
        .where(operation_condition(viewer))
    )  # fmt: skip
    for word in fold(words).split():
        statement = statement.where(Operation.search.contains(word, autoescape=True) | ContractingAuthority.search.contains(word, autoescape=True))  # fmt: skip
    return cast(Select[Any], statement.order_by(Operation.id.desc()))


def authorities(session: Session, perimeter: Perimeter) -> Sequence[ContractingAuthority]:
    """Those that have a market with a clause in the perimeter, by name."""
    buyers = (
        select(Operation.authority_id).join(Market, Market.operation_id == Operation.id).where(*perimeter.conditions())
    )
    found = session.scalars(select(ContractingAuthority).where(ContractingAuthority.id.in_(buyers))).all()
    return sorted(found, key=lambda authority: (fold(authority.name), authority.siren))


def _chosen(table: Any, perimeter: Perimeter, chosen: Selection) -> list[ColumnElement[bool]]:
    """The conditions of a selection on the ledger or on the lines of declarations: both bear the same keys."""
    markets = select(Market.id).where(*perimeter.conditions())
    found = [table.market_id.in_(markets), table.month.between(max(chosen.first, date(1900, 1, 1)), chosen.last)]
    for column, ids in (
        (table.market_id, chosen.markets), (table.employment_contract_id, chosen.contracts), (table.participant_id, chosen.people),
        (type_coerce(table.hour_kind, String), chosen.kinds),
    ):  # fmt: skip
        if ids is not None:
            found.append(column.in_(sorted(cast(Any, ids))))
    if chosen.months is not None:
        found.append(table.month.in_(sorted(chosen.months)))
    if chosen.pairs is not None:
        found.append(tuple_(table.market_id, table.employment_contract_id).in_(sorted(chosen.pairs)))
    return found


def entries(viewer: Viewer, perimeter: Perimeter, chosen: Selection, as_of: date) -> Select[Any]:
    """The ledger entries behind a figure, with their line, declaration and person: the viewer's own people only."""
    L, D, P = DeclarationLine, Declaration, Participant
    statement = (
        select(
            LedgerEntry.id, LedgerEntry.kind, LedgerEntry.month, LedgerEntry.hour_kind, LedgerEntry.hours_real, LedgerEntry.hours_valued,
            LedgerEntry.posted_on, LedgerEntry.posted_by, L.decided_by, L.decided_at, L.correction_reason, D.public_id.label("declaration"),
            P.public_id.label("person"), P.last_name, P.first_name, Market.public_id.label("market"), Market.reference,
            Company.name.label("employer"), EmploymentContract.reference.label("contract"),
        )
        .join(L, L.id == LedgerEntry.declaration_line_id)
        .join(D, D.id == L.declaration_id)
        .join(P, P.id == L.participant_id)
        .join(Market, Market.id == LedgerEntry.market_id)
        .join(EmploymentContract, EmploymentContract.id == L.employment_contract_id)
        .join(Establishment, Establishment.id == EmploymentContract.establishment_id)
        .join(Company, Company.id == Establishment.company_id)
        .where(*_chosen(LedgerEntry, perimeter, chosen), known(as_of), line_condition(viewer))
        .order_by(LedgerEntry.month, LedgerEntry.market_id, LedgerEntry.participant_id, LedgerEntry.id)
    )  # fmt: skip
    return cast(Select[Any], statement)


def not_counted(viewer: Viewer, perimeter: Perimeter, chosen: Selection) -> Select[Any]:
    """Validated lines that count for nothing, with the reason kept on them."""
    L, D, P = DeclarationLine, Declaration, Participant
    statement = (
        select(
            L.id, L.month, L.hour_kind, L.hours, L.not_counted, L.decided_by, L.decided_at, D.public_id.label("declaration"),
            P.public_id.label("person"), P.last_name, P.first_name, Market.public_id.label("market"), Market.reference,
        )
        .join(D, D.id == L.declaration_id)
        .join(P, P.id == L.participant_id)
        .join(Market, Market.id == L.market_id)
        .where(
            *_chosen(L, perimeter, chosen), L.standing, L.state == LineState.VALIDATED, L.not_counted.is_not(None), line_condition(viewer)
        )
        .order_by(L.month, L.market_id, L.participant_id, L.id)
    )  # fmt: skip
    return cast(Select[Any], statement)


@dataclass(frozen=True)
class OthersHours:
    """Hours (hundredths) of people that another structure follows on a shared operation."""

    structure: str
    people: int
    hours: int


def hours_of_others(session: Session, viewer: Viewer, perimeter: Perimeter, chosen: Selection, as_of: date) -> list[OthersHours]:  # fmt: skip
    """What the figure counts of other structures' people: sums, never names."""
    rows = session.execute(
        select(Structure.name, func.count(func.distinct(LedgerEntry.participant_id)), func.sum(_counted(chosen)))
        .select_from(LedgerEntry)
        .join(Market, Market.id == LedgerEntry.market_id)
        .join(DeclarationLine, DeclarationLine.id == LedgerEntry.declaration_line_id)
        .join(Structure, Structure.id == DeclarationLine.structure_id)
        .where(*_chosen(LedgerEntry, perimeter, chosen), known(as_of), ~line_condition(viewer))
        .group_by(Structure.id, Structure.name)
    )
    return sorted((OthersHours(name, people, int(hours)) for name, people, hours in rows if hours), key=lambda o: o.structure)  # fmt: skip


def sum_of_entries(session: Session, viewer: Viewer, perimeter: Perimeter, chosen: Selection, as_of: date) -> int:
    """Hours (hundredths) of all the entries of the list, whatever its page: as the figure counts them."""
    total = session.scalar(
        select(func.sum(_counted(chosen)))
        .select_from(LedgerEntry)
        .join(Market, Market.id == LedgerEntry.market_id)
        .join(DeclarationLine, DeclarationLine.id == LedgerEntry.declaration_line_id)
        .where(*_chosen(LedgerEntry, perimeter, chosen), known(as_of), line_condition(viewer))
    )
    return int(total or 0)


def _counted(chosen: Selection) -> ColumnElement[int]:
    """Statistics take real hours; attainment valued ones where the market counts by them (REA-03)."""
    if not chosen.attained:
        return LedgerEntry.hours_real.expression
    return case((Market.uses_valued_hours, LedgerEntry.hours_valued), else_=LedgerEntry.hours_real)


@dataclass(frozen=True)
class TransferLine:
    """Hours (hundredths) that globalisation gives a market of the perimeter, or takes from it (negative)."""

    month: date
    market: str
    market_title: str
    other: str
    other_title: str
    other_operation: str
    other_authority: str
    company: str
    convention: str
    hours: int
    posted_on: date
    taken_back: bool


def transfers(session: Session, perimeter: Perimeter, chosen: Selection, as_of: date) -> list[TransferLine]:
    """The transfers of these markets posted by ``as_of``, each seen from the market of the perimeter. Nobody is named.

    Whoever reads the attainment of a market reads them: an authority agreed in writing to the convention, which names the
    other market; structures and companies know both.
    """
    other, at, buyer = aliased(Market), aliased(Operation), aliased(ContractingAuthority)
    other_id = case((HourTransfer.from_market_id == LedgerEntry.market_id, HourTransfer.to_market_id), else_=HourTransfer.from_market_id)  # fmt: skip
    rows = session.execute(
        select(
            LedgerEntry.month, Market.reference, Market.title, other.reference, other.title, at.title, buyer.name, Company.name,
            PoolingConvention.reference, LedgerEntry.hours_real, LedgerEntry.posted_on, HourTransfer.reverses_id.is_not(None),
        )
        .join(HourTransfer, HourTransfer.id == LedgerEntry.transfer_id)
        .join(Market, Market.id == LedgerEntry.market_id)
        .join(other, other.id == other_id)
        .join(at, at.id == other.operation_id)
        .join(buyer, buyer.id == at.authority_id)
        .join(PoolingConvention, PoolingConvention.id == HourTransfer.convention_id)
        .join(Company, Company.id == PoolingConvention.company_id)
        .where(*_chosen(LedgerEntry, perimeter, chosen), known(as_of))
        .order_by(LedgerEntry.month, LedgerEntry.id)
    )  # fmt: skip
    return [TransferLine(*cast(Any, row)) for row in rows]


def people(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Public id and name of these people, of those that the viewer sees."""
    P = Participant
    rows = session.execute(
        select(P.id, P.public_id, P.last_name, P.first_name).where(P.id.in_(ids), participant_condition(viewer))
    )
    return {row[0]: (row[1], f"{row[2]} {row[3]}") for row in rows}


def addresses(session: Session, market_ids: Sequence[int]) -> dict[int, tuple[str, str, str, str]]:
    """Of markets already in the viewer's perimeter: public id, operation's reference and title, authority."""
    rows = session.execute(
        select(Market.id, Market.public_id, Operation.reference, Operation.title, ContractingAuthority.name)
        .join(Operation, Operation.id == Market.operation_id)
        .join(ContractingAuthority, ContractingAuthority.id == Operation.authority_id)
        .where(Market.id.in_(market_ids))
    )
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}
