"""What the page of a month holds: a column a market, a line an employment contract, a cell where one serves the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from clause.hours.codes import DeclarationState, HourKind
from clause.hours.grid.rows import Row
from clause.hours.models import Declaration
from clause.hours.rules.plausibility import Finding, month_limits
from clause.hours.settling import Grounds
from clause.markets.figures import Figures
from clause.markets.models import Market
from clause.organisations.models import Company


@dataclass
class Column:
    """One market and its declaration of the month; ``declaration`` None: nothing kept yet."""

    market: Market
    contractor: str
    figures: Figures
    declaration: Declaration | None
    rows: list[Row]
    asks_total: bool
    total_text: str
    due: date
    late_days: int
    counting: frozenset[HourKind]

    @property
    def key(self) -> str:
        return self.market.public_id

    @property
    def version(self) -> int:
        return self.declaration.version if self.declaration else 0

    @property
    def editable(self) -> bool:
        return self.declaration is None or self.declaration.state in (DeclarationState.DRAFT, DeclarationState.RETURNED)

    @property
    def hours(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def people(self) -> int:
        return len({row.contract_id for row in self.rows if row.filled})

    @property
    def nil(self) -> bool:
        return self.declaration is not None and self.declaration.is_nil

    def box(self, row: Row, name: str) -> str:
        """The name (and id) of a box of one of its rows."""
        return f"{self.key}.{row.key}-{name}"

    def of(self, contract_id: int) -> list[Row]:
        return [row for row in self.rows if row.contract_id == contract_id]


def typed_here(column: Column, rows: list[Row]) -> bool:
    """True where hours are typed on this page: several periods, or decided ones, belong to the grid of the market."""
    return column.editable and len(rows) == 1 and not rows[0].locked


@dataclass
class PersonLine:
    """One employment contract; ``cells`` are its rows by key of column. ``payslip`` is the month's total as typed."""

    contract_id: int
    key: str
    person: str
    name: str
    about: str
    eligibility: str
    eligible: bool
    cells: dict[str, list[Row]] = field(default_factory=dict)
    payslip: str = ""
    comment: str = ""
    comments_differ: bool = False
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    said_above: frozenset[str] = frozenset()

    @property
    def total(self) -> int:
        return sum(row.total for rows in self.cells.values() for row in rows)

    @property
    def returned(self) -> list[str]:
        """Why lines were sent back, but for what is said once for the whole market."""
        reasons = [row.returned for rows in self.cells.values() for row in rows if row.returned]
        return [reason for reason in dict.fromkeys(reasons) if reason not in self.said_above]


@dataclass
class MonthPage:
    """``columns`` are the markets where somebody works this month, ``empty`` those where only a nil month is owed."""

    company: Company
    month: date
    columns: list[Column]
    empty: list[Column]
    lines: list[PersonLine]
    grounds: Grounds
    kinds: tuple[HourKind, ...]
    with_payslip: bool
    hard_limit: int

    @property
    def limits(self) -> dict[str, int]:
        """Hundredths of hours of a person's month, for what the page says while typing."""
        return month_limits(self.month, self.hard_limit)

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def editable(self) -> bool:
        return any(column.editable for column in self.columns)

    @property
    def can_copy(self) -> bool:
        return any(row.last_month and not row.filled for column, row in self.boxes())

    @property
    def contractors(self) -> list[tuple[str, int]]:
        """Contractors above their columns, with how many each has; nothing where all the markets are the company's own."""
        groups: list[tuple[str, int]] = []
        for column in self.columns:
            if groups and groups[-1][0] == column.contractor:
                groups[-1] = (column.contractor, groups[-1][1] + 1)
            else:
                groups.append((column.contractor, 1))
        return groups if any(name != self.company.name for name, _ in groups) else []

    def boxes(self) -> Iterator[tuple[Column, Row]]:
        """The rows whose hours are typed on this page."""
        for column in self.columns:
            for line in self.lines:
                rows = line.cells.get(column.key, [])
                if rows and typed_here(column, rows):
                    yield column, rows[0]

    def column(self, key: str) -> Column | None:
        return next((c for c in (*self.columns, *self.empty) if c.key == key), None)

    def kind_counts(self, kind: HourKind) -> str:
        """Where a kind of hours counts, in words."""
        counting = [c for c in self.columns if kind in c.counting]
        if kind is HourKind.ABSENCE and not counting:
            return "affichée, non comptée"
        if len(counting) == len(self.columns):
            return "compte"
        return f"compte sur {', '.join(c.market.reference for c in counting)}" if counting else "ne compte pas ici"
