"""Reads of public contracts: the list with its categories, one contract with its records, an import's result.

The data is public, so every structure sees every contract; what a structure made of it (its links) is its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, defer

from clause.access import Viewer
from clause.accounts.models import User
from clause.imports.decp.job import KIND
from clause.imports.decp.links import LinkedMarket, is_linked, linked_markets, proposed
from clause.imports.decp.matching import Proposal
from clause.imports.decp.models import DecpContract, DecpRecord
from clause.imports.decp.obligation import Outcome
from clause.kernel import listing
from clause.kernel.codes import Code
from clause.kernel.jobs import Job
from clause.kernel.values import fold
from clause.organisations.models import Company, ContractingAuthority


class Category(Code):
    """The questions of the result screen. A contract may answer several."""

    NEW = "nouveaux", "Sans marché chez nous"
    MATCHED = "rapproches", "Rapprochés d'un de nos marchés"
    TO_COMPLETE = "a-completer", "À compléter"
    OBLIGATION = "obligation", "Obligation de 2026 sans considération sociale"
    SOCIAL = "considerations", "Considération sociale non suivie"


@dataclass(frozen=True)
class Filters:
    """What the list is asked. ``batch`` is the address of an import."""

    text: str = ""
    category: Category | None = None
    buyer: str = ""
    year: int | None = None
    amount_from: int | None = None
    place: str = ""
    batch: str = ""


@dataclass(frozen=True)
class Row:
    """A contract of the list; names come from the file, else from our register; ``market`` is that of the structure."""

    contract: DecpContract
    buyer_name: str
    holders: tuple[str, ...]
    market: LinkedMarket | None
    proposals: Sequence[Proposal]


SORTS: dict[str, Any] = {
    "notification": DecpContract.notification_date,
    "montant": DecpContract.amount_cents,
    "acheteur": DecpContract.buyer_search,
    "objet": func.lower(DecpContract.title),
}
DEFAULT_SORT = "-notification"


def visible_contracts(viewer: Viewer) -> Select[Any]:
    return select(DecpContract).where(true() if viewer.in_structure else false())


def contract_list(session: Session, viewer: Viewer, filters: Filters, sort: str, number: int) -> tuple[list[Row], int]:
    """One page of the list and the count of all, in a constant number of queries."""
    statement = _ordered(_filtered(session, viewer, filters), sort)
    contracts, total = listing.page_of(session, statement, number)
    return _rows(session, viewer, contracts), total


def all_contracts(session: Session, viewer: Viewer, filters: Filters, sort: str) -> list[Row]:
    """The whole list, for its export."""
    return _rows(session, viewer, session.scalars(_ordered(_filtered(session, viewer, filters), sort)).all())


def category_counts(session: Session, viewer: Viewer, batch: str = "") -> dict[Category, int]:
    """How many contracts answer each question, of all or of one import."""
    seen = list(proposed(session, viewer))
    sums = [func.count().filter(_category(viewer, category, seen)).label(category.name) for category in Category]
    statement = select(*sums).select_from(DecpContract).where(true() if viewer.in_structure else false())
    row = session.execute(statement.where(_of_batch(batch))).one()
    return {category: getattr(row, category.name) for category in Category}


def contract_by_address(session: Session, viewer: Viewer, public_id: str) -> DecpContract | None:
    found: DecpContract | None = session.scalars(
        visible_contracts(viewer).where(DecpContract.public_id == public_id)
    ).one_or_none()
    return found


def records_of(session: Session, contract: DecpContract) -> Sequence[DecpRecord]:
    """What was read of a contract the viewer sees, in order of reading."""
    return session.scalars(
        select(DecpRecord).where(DecpRecord.contract_id == contract.id).order_by(DecpRecord.id)
    ).all()


def row_of(session: Session, viewer: Viewer, contract: DecpContract) -> Row:
    """One contract with its names, its market and the markets it looks like."""
    return _rows(session, viewer, [contract])[0]


def import_by_address(session: Session, viewer: Viewer, public_id: str) -> Job | None:
    """An import of public contracts asked by somebody of the viewer's structure."""
    return session.scalars(
        select(Job)
        .join(User, User.id == Job.user_id)
        .where(Job.public_id == public_id, Job.kind == KIND, User.structure_id == viewer.structure_id)
    ).one_or_none()


def recent_imports(session: Session, viewer: Viewer, limit: int = 5) -> Sequence[Job]:
    """The last imports of the structure, latest first."""
    return session.scalars(
        select(Job)
        .join(User, User.id == Job.user_id)
        .where(Job.kind == KIND, User.structure_id == viewer.structure_id)
        .order_by(Job.id.desc())
        .limit(limit)
    ).all()


def years(session: Session) -> list[int]:
    """The years of notification there are, latest first."""
    first, last = session.execute(
        select(func.min(DecpContract.notification_date), func.max(DecpContract.notification_date))
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def known_names(session: Session, sirens: Collection[str]) -> dict[str, str]:
    """The names that our register has for these SIREN: authorities first, then companies."""
    names: dict[str, str] = {}
    for model in (Company, ContractingAuthority):
        rows = session.execute(select(model.siren, model.name).where(model.siren.in_(list(sirens))))
        names |= {r.siren: r.name for r in rows}
    return names


def _filtered(session: Session, viewer: Viewer, filters: Filters) -> Select[Any]:
    statement = visible_contracts(viewer).options(defer(DecpContract.content), defer(DecpContract.search))
    for word in fold(filters.text).split():
        statement = statement.where(DecpContract.search.contains(word, autoescape=True))
    if filters.category is not None:
        seen = list(proposed(session, viewer)) if filters.category in PROPOSALS_MATTER else []
        statement = statement.where(_category(viewer, filters.category, seen))
    return statement.where(*_narrowed(filters))


def _narrowed(filters: Filters) -> Iterable[ColumnElement[bool]]:
    c = DecpContract
    if filters.buyer:
        yield c.buyer_search.contains(fold(filters.buyer), autoescape=True)
    if filters.year is not None:
        yield c.notification_date.between(date(filters.year, 1, 1), date(filters.year, 12, 31))
    if filters.amount_from is not None:
        yield c.amount_cents >= filters.amount_from
    if filters.place:
        yield or_(
            c.department == filters.place.upper(), c.place_code.startswith(filters.place.upper(), autoescape=True)
        )
    yield _of_batch(filters.batch)


def _of_batch(batch: str) -> ColumnElement[bool]:
    if not batch:
        return true()
    return DecpContract.id.in_(select(DecpRecord.contract_id).where(DecpRecord.batch == batch))


PROPOSALS_MATTER = frozenset({Category.NEW, Category.MATCHED, Category.SOCIAL})


def _category(viewer: Viewer, category: Category, proposals: Sequence[int]) -> ColumnElement[bool]:
    ours = or_(is_linked(viewer), DecpContract.id.in_(proposals))
    return {
        Category.NEW: ~ours,
        Category.MATCHED: ours,
        Category.TO_COMPLETE: DecpContract.is_complete.is_(False),
        Category.OBLIGATION: DecpContract.outcome == Outcome.MISSING,
        Category.SOCIAL: and_(DecpContract.has_social.is_(True), ~ours),
    }[category]


def _ordered(statement: Select[Any], sort: str) -> Select[Any]:
    return listing.sorted_by(statement, SORTS, sort, DecpContract.id)


def _rows(session: Session, viewer: Viewer, contracts: Sequence[DecpContract]) -> list[Row]:
    ids = [c.id for c in contracts]
    names = known_names(
        session, {c.buyer_siren for c in contracts} | {h["identifier"][:9] for c in contracts for h in c.holders}
    )
    links = linked_markets(session, viewer, ids)
    similar = proposed(session, viewer, ids)
    return [
        Row(
            contract,
            contract.buyer_name or names.get(contract.buyer_siren, ""),
            tuple(
                h["name"] or names.get(h["identifier"][:9], "") or f"{h['kind']} {h['identifier']}"
                for h in contract.holders
            ),
            links.get(contract.id),
            similar.get(contract.id, ()),
        )
        for contract in contracts
    ]
