"""The transfer file of a structure and year: its annual tables as aggregates, and its lists by SIREN (formats.md § 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.consolidations.annual import of_facts, year_facts
from clause.consolidations.as_json import table_data
from clause.consolidations.facts import Facts
from clause.consolidations.figures import Unit, Value
from clause.consolidations.perimeter import Perimeter, of_structure
from clause.consolidations.report import RULES_VERSION, Table
from clause.consolidations.transfer import lists
from clause.consolidations.transfer.canonical import Document, sealed
from clause.kernel.audit import AuditEvent
from clause.kernel.refusals import Refused
from clause.organisations.models import Company, Structure

FORMAT = "1"
KIND = "transfer"
NO_SIRET = (
    "La structure « {} » n'a pas de SIRET : ajoutez-le à sa fiche, la consolidation nationale la reconnaît par lui."
)


def document(session: Session, structure: Structure, year: int, as_of: date) -> Document:
    """The whole file, sealed. The same data and the same day give the same document. Refuses a structure without SIRET."""
    if not structure.siret:
        raise Refused(NO_SIRET.format(structure.name))
    perimeter = of_structure(structure)
    facts = _without_free_text(year_facts(session, perimeter, year, as_of))
    head = {
        "siret": structure.siret, "name": structure.name, "kind": structure.kind.value, "region": structure.region,
        "facilitators": facts.facilitators.get(structure.id, 0),
    }  # fmt: skip
    sirens = _sirens(session, lists.company_ids(facts))
    return from_facts(facts, perimeter, head, sirens, _data_at(session))


def from_facts(facts: Facts, perimeter: Perimeter, head: Mapping[str, Any], sirens: Mapping[int, str], data_at: str) -> Document:  # fmt: skip
    """The file of facts already read. Pure."""
    year = facts.first.year
    report = of_facts(facts, perimeter, year)
    return sealed(
        {
            "kind": KIND, "format": FORMAT, "rules": RULES_VERSION, "year": year, "as_of": facts.as_of.isoformat(),
            "data_at": data_at,
            "structure": dict(head),
            "parameters": {"etp.hours": perimeter.base, "stats.min_cell": perimeter.min_cell, "ongoing.rule": "calendar"},
            "tables": {table.code: _table(table) for table in report.tables},
            "authorities": lists.authorities(facts),
            "companies": lists.companies(facts, sirens),
        }
    )  # fmt: skip


def _without_free_text(facts: Facts) -> Facts:
    """Jobs without ROME code are counted together: what somebody typed there may name a person."""
    return replace(facts, contracts=facts.contracts.assign(job=""))


def _table(table: Table) -> dict[str, Any]:
    """As the consolidation's own JSON, rows outside the total being marked, rates with all their decimals."""
    data = table_data(table)
    rows = [
        {**written, **_exact(table, row.cells), **({"memo": True} if row.memo else {})}
        for written, row in zip(data["rows"], table.rows, strict=True)
    ]
    return {
        **data,
        "rows": rows,
        "total": None if table.total is None else {**data["total"], **_exact(table, table.total)},
    }


def _exact(table: Table, cells: Mapping[str, Value]) -> dict[str, float]:
    rates = {c.key for c in table.columns if c.unit is Unit.RATE}
    return {key: float(value) for key, value in cells.items() if key in rates and isinstance(value, int | Decimal)}


def _data_at(session: Session) -> str:
    """When anything was last done in the database, to the second: which of two files knows more, without a clock."""
    last = session.scalar(select(func.max(AuditEvent.at))) or datetime(1970, 1, 1, tzinfo=UTC)
    aware = last if last.tzinfo else last.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sirens(session: Session, ids: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(Company.id, Company.siren).where(Company.id.in_(ids)))
    return {company: siren for company, siren in rows}  # noqa: C416 - rows are not plain pairs to the type checker
