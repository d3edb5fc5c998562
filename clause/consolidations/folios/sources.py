"""Which columns of which tables a consolidation of the whole base reads, and how each value is kept.

Names of people, days of birth and free text are in none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import String, case, func, type_coerce

from clause.candidates.models import Assignment, ClauseEntry, Eligibility, EmploymentContract
from clause.consolidations.columns import as_day, days, integers, mapped, paris_days, text
from clause.consolidations.folios.packing import Column, words
from clause.hours.codes import DeclarationState, Origin
from clause.hours.models import Declaration
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.organisations.models import Company, Establishment

NOT_KNOWN = -1
KEPT_SINCE = 1  # to be raised where the same names hold other values than before

Reader = Callable[[Sequence[Any]], Column]


def months(values: Sequence[Any]) -> Column:
    """Months as whole numbers: twelve a year."""
    return mapped(values, lambda value: as_day(value).year * 12 + as_day(value).month - 1, "int64")


def lists(values: Sequence[Any]) -> Column:
    """Lists and settings as their JSON text."""
    return words([value if isinstance(value, str) or value is None else json.dumps(value) for value in values])


@dataclass(frozen=True)
class Source:
    """A table, and of each column its SQL and how values are read. ``within`` tells which folios a period needs."""

    model: type[Any]
    columns: Mapping[str, tuple[Any, Reader]]
    within: str | None = None

    @property
    def name(self) -> str:
        return str(self.model.__tablename__)

    @cached_property
    def shape(self) -> str:
        said = [KEPT_SINCE, *((name, str(sql), read.__name__) for name, (sql, read) in self.columns.items())]
        return sha256(repr(said).encode()).hexdigest()[:16]


def _or_not_known(column: Any) -> Any:
    return func.coalesce(column, NOT_KNOWN)


def _flag(column: Any) -> Any:
    """1 yes, 0 no, ``NOT_KNOWN``."""
    return case((column.is_(None), NOT_KNOWN), (column, 1), else_=0)


L, D, M, P = LedgerEntry, Declaration, Market, MarketParty
E, C, A, N = Establishment, EmploymentContract, Assignment, ClauseEntry
SENT = case((D.state != DeclarationState.DRAFT, type_coerce(func.coalesce(D.submitted_at, D.decided_at), String)))

SOURCES = {
    source.name: source
    for source in (
        Source(L, {
            "kind": (text(L.kind), words), "market": (L.market_id, integers), "person": (L.participant_id, integers),
            "contract": (L.employment_contract_id, integers), "month": (L.month, months), "hour_kind": (L.hour_kind, words),
            "real": (L.hours_real, integers), "valued": (L.hours_valued, integers), "posted": (L.posted_on, days),
        }),
        Source(D, {
            "market": (D.market_id, integers), "company": (D.company_id, integers), "month": (D.month, months),
            "draft": (_flag(D.state == DeclarationState.DRAFT), integers), "sent": (SENT, paris_days),
            "imported": (_flag(D.origin == Origin.IMPORT), integers), "worked": (D.total_hours_worked, integers),
        }, within="month"),
        Source(M, {
            "id": (M.id, integers), "operation": (M.operation_id, integers), "structure": (M.structure_id, integers),
            "clause_kind": (text(M.clause_kind), words), "nature": (text(M.nature), words), "sector": (text(M.sector), words),
            "cpv": (M.cpv, words), "notification": (M.notification_date, days), "starts": (M.starts_on, days),
            "ends": (M.ends_on, days), "status": (text(M.status), words), "uses_valued": (_flag(M.uses_valued_hours), integers),
            "anru_base": (text(M.anru_base), words), "parameters": (type_coerce(M.parameters, String), lists),
        }),
        Source(Operation, {
            "id": (Operation.id, integers), "authority": (Operation.authority_id, integers),
            "programme": (text(Operation.programme), words), "consultation": (Operation.consultation_date, days),
            "status": (text(Operation.status), words),
        }),
        Source(ObjectiveEvent, {
            "market": (ObjectiveEvent.market_id, integers), "recorded": (ObjectiveEvent.recorded_on, days),
            "initial": (ObjectiveEvent.delta_initial, integers), "current": (ObjectiveEvent.delta_current, integers),
            "due": (ObjectiveEvent.delta_due, integers),
        }),
        Source(P, {
            "market": (P.market_id, integers), "company": (P.company_id, integers),
            "establishment": (P.establishment_id, integers), "role": (text(P.role), words),
        }),
        Source(E, {
            "id": (E.id, integers), "company": (E.company_id, integers), "kind": (text(E.kind), words), "naf": (E.naf, words),
            "workforce": (_or_not_known(E.workforce), integers),
        }),
        Source(Company, {"id": (Company.id, integers), "siren": (Company.siren, words), "name": (Company.name, words)}),
        Source(C, {
            "id": (C.id, integers), "person": (C.participant_id, integers), "establishment": (C.establishment_id, integers),
            "mode": (text(C.mode), words), "contract_type": (text(C.contract_type), words), "rome": (C.rome, words),
            "job": (C.job, words), "starts": (C.starts_on, days), "ends": (C.ends_on, days), "state": (text(C.state), words),
        }),
        Source(A, {"contract": (A.employment_contract_id, integers), "market": (A.market_id, integers)}),
        Source(N, {
            "person": (N.participant_id, integers), "sex": (text(N.sex), words), "age": (_or_not_known(N.age), integers),
            "level": (text(N.education_level), words), "public": (text(N.primary_public), words), "qpv": (_flag(N.in_qpv), integers),
            "commune": (N.commune, words), "prescriber": (N.prescriber, words), "publics": (type_coerce(N.publics, String), lists),
        }),
        Source(Eligibility, {
            "person": (Eligibility.participant_id, integers), "state": (text(Eligibility.state), words),
            "proposed": (type_coerce(Eligibility.proposed_at, String), paris_days),
        }),
    )
}  # fmt: skip
