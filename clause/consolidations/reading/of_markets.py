"""Markets with what was asked of them and what they attained; who holds them, buys them, leads them."""

from __future__ import annotations

from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import User
from clause.consolidations.columns import (
    Frame,
    codes,
    dates,
    days,
    fetch,
    flags,
    integers,
    mapped,
    text,
    texts,
)
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.reading.of_entries import Entries
from clause.ledger.models import LedgerEntry
from clause.markets.codes import HOLDERS, NEVER_ONGOING, OperationStatus
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.markets.objectives import objective_sums
from clause.organisations.models import Company, ContractingAuthority

NEVER = frozenset(status.value for status in NEVER_ONGOING)


LOST = NEVER - {"planned"}


def markets(session: Session, entries: Entries) -> Frame:
    """Markets with a clause, with their objective on the day and all that they attained up to the end of the period."""
    sums = (
        select(LedgerEntry.market_id, func.sum(LedgerEntry.hours_real).label("real"), func.sum(LedgerEntry.hours_valued).label("valued"))
        .where(*entries.conditions(from_the_beginning=True))
        .group_by(LedgerEntry.market_id).subquery()
    )  # fmt: skip
    objective = objective_sums(entries.as_of).where(ObjectiveEvent.market_id.in_(entries.markets())).subquery()
    c = fetch(
        session,
        select(
            Market.id, Market.reference, Market.title, Market.operation_id, Operation.authority_id, Market.structure_id,
            text(Market.clause_kind), text(Market.nature), text(Market.sector), Market.cpv, Operation.consultation_date,
            Market.notification_date, Market.starts_on, Market.ends_on, text(Market.status), text(Operation.status),
            Market.uses_valued_hours, objective.c.initial, objective.c.current, objective.c.due, sums.c.real, sums.c.valued,
        )
        .join(Operation, Operation.id == Market.operation_id)
        .outerjoin(objective, objective.c.market_id == Market.id)
        .outerjoin(sums, sums.c.market_id == Market.id)
        .where(*entries.perimeter.conditions()),
    )  # fmt: skip
    lost = mapped(c[14], lambda s: s in LOST, "bool") | mapped(c[15], lambda s: s == OperationStatus.ABANDONED.value, "bool")  # fmt: skip
    made = Frame(
        {
            "id": integers(c[0]), "reference": texts(c[1]), "title": codes(c[2]), "operation": integers(c[3]),
            "authority": integers(c[4]), "structure": integers(c[5]), "clause_kind": codes(c[6]), "nature": codes(c[7]),
            "sector": codes(c[8]), "cpv": codes(c[9]), "consultation": dates(c[10]), "notification": dates(c[11]),
            "starts": days(c[12]), "ends": days(c[13]), "may_run": mapped(c[14], lambda s: s not in NEVER, "bool") & ~lost,
            "planned": mapped(c[14], lambda s: s == "planned", "bool") & ~lost, "lost": lost, "uses_valued": flags(c[16]),
            "initial": integers(c[17]), "current": integers(c[18]), "due": integers(c[19]), "real": integers(c[20]),
            "valued": integers(c[21]),
        }
    )  # fmt: skip
    return made.set_index("id").sort_index()


def parties(session: Session, perimeter: Perimeter) -> Frame:
    market, company, role = fetch(
        session,
        select(MarketParty.market_id, MarketParty.company_id, text(MarketParty.role))
        .join(Market, Market.id == MarketParty.market_id)
        .where(*perimeter.conditions(), MarketParty.role.in_(HOLDERS)),
    )
    return Frame({"market": integers(market), "company": integers(company), "role": codes(role)})


def authorities(session: Session, perimeter: Perimeter) -> Frame:
    buyers = select(Operation.authority_id).join(Market, Market.operation_id == Operation.id).where(*perimeter.conditions())  # fmt: skip
    A = ContractingAuthority
    c = fetch(session, select(A.id, A.siren, A.name, text(A.kind)).where(A.id.in_(buyers)))
    made = Frame({"id": integers(c[0]), "siren": texts(c[1]), "name": texts(c[2]), "kind": codes(c[3])})
    return made.set_index("id")


def companies(session: Session, perimeter: Perimeter) -> Frame:
    """Names of the holders."""
    holders = select(MarketParty.company_id).join(Market, Market.id == MarketParty.market_id).where(*perimeter.conditions())  # fmt: skip
    c = fetch(session, select(Company.id, Company.siren, Company.name).where(Company.id.in_(holders)))
    return Frame({"id": integers(c[0]), "siren": texts(c[1]), "name": texts(c[2])}).set_index("id")


def facilitators(session: Session) -> dict[int, int]:
    """Active accounts of facilitators and coordinators of each structure, today."""
    rows = session.execute(
        select(User.structure_id, func.count())
        .where(User.role.in_((Role.FACILITATOR, Role.COORDINATOR)), User.closed_at.is_(None), User.password_hash.is_not(None))
        .group_by(User.structure_id)
    )  # fmt: skip
    return {int(cast(int, structure)): int(count) for structure, count in rows}
