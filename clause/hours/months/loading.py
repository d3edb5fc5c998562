"""Reads everything that the page of a month shows: a constant number of queries, whatever the people and the markets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from clause.access import Viewer
from clause.hours.actions.drafting import as_draft
from clause.hours.checking import check_together
from clause.hours.codes import OPEN_LINES, HourKind
from clause.hours.drafts import DatedLine
from clause.hours.files.models import PayrollHours
from clause.hours.grid.loading import kept_by_contract, last_month, model_of, rows_of
from clause.hours.grid.rows import Row
from clause.hours.models import Declaration
from clause.hours.months.page import Column, MonthPage, PersonLine
from clause.hours.people import Employed, people_by_market
from clause.hours.reporting.queries.due_days import due_days
from clause.hours.rules import deadlines
from clause.hours.rules.findings import Check, Finding
from clause.hours.rules.plausibility import HARD_LIMIT
from clause.hours.settling import Grounds, load_grounds
from clause.hours.totals import total_matters
from clause.kernel import clock
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import fold, format_date, format_hours, month_end
from clause.markets.codes import HOLDERS, MarketStatus, PartyRole
from clause.markets.figures import Figures, figures
from clause.markets.models import Market, MarketParty
from clause.markets.visibility import visible_markets
from clause.organisations.models import Company

RUNNING = (MarketStatus.IN_PROGRESS, MarketStatus.AWARDED, MarketStatus.RECEIVED)
LastMonth = Mapping[tuple[int, int], dict[HourKind, int]]


def load_month(
    session: Session, viewer: Viewer, company: Company, month: date, kinds: Collection[HourKind] = (), *, payslip: bool = False
) -> MonthPage:  # fmt: skip
    """The month of the viewer's company as kept. ``kinds`` are shown besides those already used."""
    people = people_by_market(session, viewer, company.id, month)
    markets = _markets(session, viewer, company.id, month, people)
    grounds, kept = _columns(session, company, month, markets, people)
    totals = _payslips(session, month, grounds.contracts)
    busy = [column for column in kept if column.rows]
    page = MonthPage(
        company=company, month=month, columns=busy, empty=[column for column in kept if not column.rows],
        lines=_lines(busy, people, totals), grounds=grounds, kinds=_kinds(busy, kinds),
        with_payslip=payslip or bool(totals), hard_limit=_hard_limit(grounds, busy),
    )  # fmt: skip
    place_findings(page, _findings(session, viewer, page))
    return page


def _markets(session: Session, viewer: Viewer, company_id: int, month: date, busy: Collection[int]) -> Sequence[Market]:
    """Markets where somebody works, and clause markets of the month that the company holds as contractor."""
    holds = select(MarketParty.market_id).where(
        MarketParty.company_id == company_id, MarketParty.role == PartyRole.CONTRACTOR
    )
    owed = and_(
        Market.id.in_(holds), Market.clause_kind.is_not(None), Market.status.in_(RUNNING),
        Market.starts_on <= month_end(month), or_(Market.ends_on.is_(None), Market.ends_on >= month),
    )  # fmt: skip
    return session.scalars(
        visible_markets(viewer)
        .join(Market.operation)
        .options(contains_eager(Market.operation))
        .where(or_(Market.id.in_(busy), owed))
    ).all()


def _columns(
    session: Session, company: Company, month: date, markets: Sequence[Market], people: Mapping[int, list[Employed]]
) -> tuple[Grounds, list[Column]]:
    ids = [market.id for market in markets]
    contracts = {person.contract.id for own in people.values() for person in own}
    grounds = load_grounds(session, ids, contracts)
    declared = _declarations(session, company.id, month, ids)
    last = last_month(session, ids, month, contracts)
    contractors, held = _parties(session, company.id, ids)
    done, due = figures(session, markets, clock.today()), due_days(session, grounds.overrides)
    columns = [
        _column(market, month, people.get(market.id, []), declared.get(market.id), grounds, last, contractors.get(market.id, ""), market.id in held, done[market.id], due.of(market.id, month))
        for market in markets
    ]  # fmt: skip
    return grounds, sorted(
        columns,
        key=lambda c: (c.contractor != company.name, fold(c.contractor), c.market.reference, c.market.id),
    )


def _column(
    market: Market, month: date, people: Sequence[Employed], declaration: Declaration | None, grounds: Grounds,
    last: LastMonth, contractor: str, held: bool, done: Figures, due: date,
) -> Column:  # fmt: skip
    ground = grounds.markets[market.id]
    total = declaration.total_hours_worked if declaration else None
    return Column(
        market=market, contractor=contractor, figures=done, declaration=declaration,
        rows=_rows(market.id, month, people, declaration, grounds, last), asks_total=total_matters(market) and held,
        total_text="" if total is None else format_hours(total), due=due,
        late_days=deadlines.days_late(due, clock.today()), counting=ground.counting_kinds,
    )  # fmt: skip


def _rows(
    market_id: int, month: date, people: Sequence[Employed], declaration: Declaration | None, grounds: Grounds,
    last: LastMonth,
) -> list[Row]:  # fmt: skip
    kept = kept_by_contract(declaration.lines if declaration else ())
    rows: list[Row] = []
    for person in people:
        model = model_of(person, market_id, month, grounds)
        model.last_month = last.get((market_id, person.contract.id), {})
        rows += rows_of(model, kept.get(person.contract.id, []))
    return rows


def _declarations(
    session: Session, company_id: int, month: date, market_ids: Collection[int]
) -> dict[int, Declaration]:
    found = session.scalars(
        select(Declaration)
        .where(Declaration.company_id == company_id, Declaration.month == month, Declaration.market_id.in_(market_ids))
        .options(selectinload(Declaration.lines))
        .execution_options(populate_existing=True)
    )
    return {declaration.market_id: declaration for declaration in found}


def _parties(session: Session, company_id: int, market_ids: Collection[int]) -> tuple[dict[int, str], set[int]]:
    """The contractor of each market by name, and the markets that the company holds."""
    rows = session.execute(
        select(MarketParty.market_id, MarketParty.company_id, MarketParty.role, Company.name)
        .join(Company, Company.id == MarketParty.company_id)
        .where(MarketParty.market_id.in_(market_ids), MarketParty.role.in_(HOLDERS))
    ).all()
    contractors = {row.market_id: row.name for row in rows if row.role is PartyRole.CONTRACTOR}
    return contractors, {row.market_id for row in rows if row.company_id == company_id}


def _payslips(session: Session, month: date, contracts: Collection[int]) -> dict[int, int]:
    """The month's hours of the pay slip, overtime included, by contract, where they are known."""
    rows = session.execute(
        select(PayrollHours.employment_contract_id, PayrollHours.hours + PayrollHours.overtime).where(
            PayrollHours.employment_contract_id.in_(contracts),
            PayrollHours.month == month,
            PayrollHours.hours.is_not(None),
        )
    )
    return {contract: hours for contract, hours in rows if hours is not None}


def _lines(
    columns: Sequence[Column], people: Mapping[int, list[Employed]], totals: Mapping[int, int]
) -> list[PersonLine]:
    contracts = {p.contract.id: p for column in columns for p in people.get(column.market.id, [])}
    lines = [_line(person, columns, totals) for person in contracts.values()]
    return sorted(lines, key=lambda line: (fold(line.name), line.contract_id))


def _line(person: Employed, columns: Sequence[Column], totals: Mapping[int, int]) -> PersonLine:
    cells = {column.key: rows for column in columns if (rows := column.of(person.contract.id))}
    every = [row for rows in cells.values() for row in rows]
    comments = {row.comment for row in every if row.filled and not row.locked}
    payslip = totals.get(person.contract.id)
    return PersonLine(
        contract_id=person.contract.id, key=person.contract.public_id, person=person.contract.participant.public_id,
        name=person.name, about=_about(person), cells=cells,
        eligibility=next((row.eligibility for row in every if not row.eligible), every[0].eligibility),
        eligible=all(row.eligible for row in every), payslip="" if payslip is None else format_hours(payslip),
        comment=comments.pop() if len(comments) == 1 else "", comments_differ=len(comments) > 1,
        said_above=frozenset(c.declaration.return_reason[:500] for c in columns if c.declaration is not None),
    )  # fmt: skip


def _about(person: Employed) -> str:
    contract = person.contract
    until = f", jusqu'au {format_date(contract.ends_on)}" if contract.ends_on else ""
    return f"{contract.contract_type.label}{until}"


def _kinds(columns: Iterable[Column], asked: Collection[HourKind]) -> tuple[HourKind, ...]:
    used = {kind for c in columns for row in c.rows for kind, text in row.texts.items() if text.strip()}
    return tuple(kind for kind in HourKind if kind is HourKind.WORK or kind in used or kind in asked)


def _hard_limit(grounds: Grounds, columns: Iterable[Column]) -> int:
    limits = [int(setting("check.month_hard_limit", *grounds.markets[c.market.id].overrides)) * 100 for c in columns]
    return min(limits, default=HARD_LIMIT)


def _findings(session: Session, viewer: Viewer, page: MonthPage) -> list[Finding]:
    """What the rules say of the kept month, all the markets of a person added."""
    lines = [pair for column in page.columns for pair in _open_lines(column)]
    declarations = [column.declaration for column in page.columns if column.declaration is not None]
    found = check_together(session, viewer, declarations, lines, page.grounds) if lines else []
    return [finding for finding in found if finding.code != Check.ABOVE_PAYROLL]  # said by REA-04, in its own words


def _open_lines(column: Column) -> Iterable[tuple[int, DatedLine]]:
    spans = {(row.contract_id, row.first, row.last): row.key for row in column.rows if not row.locked}
    for line in column.declaration.lines if column.declaration and column.editable else ():
        key = spans.get((line.employment_contract_id, line.worked_from, line.worked_to))
        if key is not None and line.standing and line.state in OPEN_LINES:
            draft = replace(as_draft(line), row=f"{column.key}.{key}")
            yield column.market.id, DatedLine(draft, line.worked_from, line.worked_to)


def place_findings(page: MonthPage, findings: Iterable[Finding]) -> None:
    """Put each finding on the lines concerned, once, with the market it is about where it is about one of several."""
    references = {column.key: column.market.reference for column in page.columns}
    lines = {line.key: line for line in page.lines}
    for finding in findings:
        markets = {key.partition(".")[0] for key in finding.keys}
        about = references.get(next(iter(markets)), "") if len(markets) == 1 and len(page.columns) > 1 else ""
        for contract in dict.fromkeys(contract_of(key) for key in finding.keys):
            line = lines.get(contract)
            if line is not None and all(finding.sentence != said.sentence for _, said in line.findings):
                line.findings.append((about, finding))


def contract_of(key: str) -> str:
    """The contract of a box or row of this page: ``<market>.<contract>-<part>``."""
    return key.partition(".")[2].rpartition("-")[0]
