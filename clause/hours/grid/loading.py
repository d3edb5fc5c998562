"""Reads everything that the page of a month shows: a constant number of queries, whatever the number of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, selectinload

from clause.access import Viewer
from clause.hours.actions.drafting import as_draft
from clause.hours.checking import check
from clause.hours.codes import OPEN_LINES, DeclarationState, HourKind, HoursBasis
from clause.hours.drafts import DatedLine
from clause.hours.grid.rows import RARE, USUAL, Row, place
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.people import Employed, people_of_month
from clause.hours.queries.detail import Others, eligibility_said, others_of
from clause.hours.queries.reading import estimation
from clause.hours.queries.statements import statements_of
from clause.hours.reporting.queries.due_days import due_days
from clause.hours.rules import deadlines
from clause.hours.rules.counting import LineFacts, boundary
from clause.hours.rules.estimate import ESTIMABLE
from clause.hours.rules.plausibility import Finding, month_limits
from clause.hours.settling import Grounds, MarketGround, load_grounds
from clause.hours.totals import holds, total_matters
from clause.kernel import clock
from clause.kernel.settings_catalogue import setting
from clause.kernel.storage import StoredFile
from clause.kernel.values import add_months, format_date, format_hours
from clause.markets.figures import Figures, figures
from clause.markets.models import Market
from clause.markets.visibility import visible_markets
from clause.organisations.models import Company


@dataclass
class GridPage:
    """One company's month on one market. ``declaration`` None: nothing kept yet."""

    market: Market
    company: Company
    month: date
    due: date
    late_days: int
    declaration: Declaration | None
    rows: list[Row]
    others: tuple[Others, ...]
    figures: Figures
    asks_total: bool
    total_text: str
    remark: str
    statements: tuple[StoredFile, ...]
    grounds: Grounds
    rare: bool = False
    estimable: bool = False

    @property
    def version(self) -> int:
        return self.declaration.version if self.declaration else 0

    @property
    def kinds(self) -> tuple[HourKind, ...]:
        """The columns: the rare kinds only where asked or used."""
        used = any(row.texts.get(kind) for row in self.rows for kind in RARE)
        return (*USUAL, *RARE) if self.rare or used else USUAL

    @property
    def editable(self) -> bool:
        return self.declaration is None or self.declaration.state in (DeclarationState.DRAFT, DeclarationState.RETURNED)

    @property
    def limits(self) -> dict[str, int]:
        """Hundredths of hours of a person's month, for what the page says while typing."""
        return month_limits(self.month, int(setting("check.month_hard_limit", *self._ground.overrides)) * 100)

    @property
    def counting(self) -> frozenset[HourKind]:
        return self._ground.counting_kinds

    @property
    def _ground(self) -> MarketGround:
        return self.grounds.markets[self.market.id]

    @property
    def can_copy(self) -> bool:
        return any(row.last_month and not row.filled for row in self.rows)

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    def boundary(self, key: str) -> date | None:
        """The first day of the second part of a row that a boundary of eligibility cuts."""
        row = next((row for row in self.rows if row.key == key), None)
        if row is None:
            return None
        contract, market = self.grounds.contracts[row.contract_id], self.grounds.markets[self.market.id]
        return boundary(
            LineFacts(
                row.first, row.last, HourKind.WORK, self.grounds.windows_on(row.contract_id, self.market.id),
                contract.starts_on, contract.ends_on, market.starts_on, market.ends_on,
            )
        )  # fmt: skip


def market_of(session: Session, viewer: Viewer, public_id: str) -> Market | None:
    """The market with its operation and structure, None outside what the viewer sees."""
    return session.scalars(
        visible_markets(viewer)
        .join(Market.operation)
        .options(contains_eager(Market.operation))
        .where(Market.public_id == public_id)
    ).one_or_none()


def load_grid(session: Session, viewer: Viewer, market: Market, company: Company, month: date) -> GridPage:
    """The page as kept. ``market`` was found through ``market_of``."""
    people = people_of_month(session, viewer, market.id, company.id, month)
    declaration = _declaration(session, market.id, company.id, month)
    grounds = load_grounds(session, [market.id], {p.contract.id for p in people})
    rows = _rows(session, market, month, people, declaration, grounds)
    due = due_days(session, grounds.overrides).of(market.id, month)
    page = GridPage(
        market=market, company=company, month=month, due=due, late_days=deadlines.days_late(due, clock.today()),
        declaration=declaration, rows=rows, others=others_of(session, viewer, declaration) if declaration else (),
        figures=figures(session, [market], clock.today())[market.id],
        asks_total=total_matters(market) and holds(session, market.id, company.id),
        total_text=_text(declaration.total_hours_worked if declaration else None),
        remark=declaration.comment if declaration else "", statements=statements_of(session, declaration), grounds=grounds,
        estimable=any(p.contract.mode in ESTIMABLE for p in people),
    )  # fmt: skip
    if declaration is not None:
        place(page.rows, _findings(session, viewer, declaration, page))
    return page


def _declaration(session: Session, market_id: int, company_id: int, month: date) -> Declaration | None:
    return session.scalars(
        select(Declaration)
        .where(Declaration.market_id == market_id, Declaration.company_id == company_id, Declaration.month == month)
        .options(selectinload(Declaration.lines))
        .execution_options(populate_existing=True)
    ).one_or_none()


def _text(hours: int | None) -> str:
    return "" if hours is None else format_hours(hours)


def _rows(
    session: Session, market: Market, month: date, people: Sequence[Employed], declaration: Declaration | None, grounds: Grounds
) -> list[Row]:  # fmt: skip
    last = last_month(session, [market.id], month, [p.contract.id for p in people])
    kept = kept_by_contract(declaration.lines if declaration else ())
    rows: list[Row] = []
    for person in people:
        model = model_of(person, market.id, month, grounds)
        model.last_month = last.get((market.id, person.contract.id), {})
        rows += rows_of(model, kept.get(person.contract.id, []))
    return rows


def model_of(person: Employed, market_id: int, month: date, grounds: Grounds) -> Row:
    contract = person.contract
    left = grounds.clip(contract.id, market_id, month) or (month, month)
    windows = grounds.windows_on(contract.id, market_id)
    since = format_date(contract.starts_on)
    days = f"du {since} au {format_date(contract.ends_on)}" if contract.ends_on else f"depuis le {since}"
    return Row(
        key=f"{contract.public_id}-0", contract_id=contract.id, contract_public_id=contract.public_id, name=person.name,
        about=f"{contract.contract_type.label}, {days}",
        eligibility=eligibility_said(windows, left[1]),
        eligible=any(w[0] <= left[0] and (w[1] is None or left[1] <= w[1]) for w in windows),
        first=left[0], last=left[1],
    )  # fmt: skip


def kept_by_contract(lines: Iterable[DeclarationLine]) -> dict[int, list[DeclarationLine]]:
    kept: dict[int, list[DeclarationLine]] = {}
    for line in lines:
        if line.standing:
            kept.setdefault(line.employment_contract_id, []).append(line)
    return kept


def rows_of(model: Row, lines: Sequence[DeclarationLine]) -> list[Row]:
    """One row a span of days, apart by state those that no longer change; one empty row where nothing is kept."""
    spans: dict[tuple[str, date, date], list[DeclarationLine]] = {}
    for line in sorted(lines, key=lambda x: (x.state in OPEN_LINES, _locked_as(x), x.worked_from, x.worked_to, x.id)):
        spans.setdefault((_locked_as(line), line.worked_from, line.worked_to), []).append(line)
    rows = [_row(model, number, own) for number, own in enumerate(spans.values())]
    if len(rows) > 1:
        for row in rows:
            row.cut, row.since, row.until = True, format_date(row.first), format_date(row.last)
    return rows or [model]


def _row(model: Row, number: int, own: Sequence[DeclarationLine]) -> Row:
    first, last = own[0].worked_from, own[0].worked_to
    cut = (first, last) != (model.first, model.last) or own[0].state not in OPEN_LINES
    return replace(
        model, key=f"{model.contract_public_id}-{number}", first=first, last=last, cut=cut,
        texts={line.hour_kind: format_hours(line.hours) for line in own},
        since=format_date(first) if cut else "", until=format_date(last) if cut else "", errors={}, findings=[],
        comment=next((line.comment for line in own if line.comment), ""),
        locked=own[0].state not in OPEN_LINES, locked_as=_locked_as(own[0]),
        returned=next((line.return_reason for line in own if line.return_reason), ""),
        paid={line.hour_kind: line.hours for line in own if line.hours_basis is HoursBasis.PAID},
        estimation=next((estimation(line) for line in own if line.hours_basis is HoursBasis.ESTIMATED), ""),
    )  # fmt: skip


def _locked_as(line: DeclarationLine) -> str:
    """What became of a line that no longer changes, in words; empty for one that does."""
    return "" if line.state in OPEN_LINES else line.state.label


def last_month(
    session: Session, market_ids: Collection[int], month: date, contracts: Collection[int]
) -> dict[tuple[int, int], dict[HourKind, int]]:
    """The hours of the month before by (market, contract) and kind. One query."""
    line = DeclarationLine
    rows = session.execute(
        select(line.market_id, line.employment_contract_id, line.hour_kind, line.hours).where(
            line.market_id.in_(market_ids),
            line.month == add_months(month, -1),
            line.employment_contract_id.in_(contracts),
            line.standing,
            line.hours > 0,
        )
    )
    found: dict[tuple[int, int], dict[HourKind, int]] = {}
    for market, contract, kind, hours in rows:
        own = found.setdefault((market, contract), {})
        own[kind] = own.get(kind, 0) + hours
    return found


def _findings(session: Session, viewer: Viewer, declaration: Declaration, page: GridPage) -> list[Finding]:
    spans = {(row.contract_id, row.first, row.last): row.key for row in page.rows if not row.locked}
    lines = []
    for line in declaration.lines:
        key = spans.get((line.employment_contract_id, line.worked_from, line.worked_to))
        if key is not None and line.standing and line.state in OPEN_LINES:
            lines.append(DatedLine(replace(as_draft(line), row=key), line.worked_from, line.worked_to))
    return check(session, viewer, declaration, lines, page.grounds)
