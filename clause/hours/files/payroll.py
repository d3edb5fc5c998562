"""Hours paid that a DSN gives: kept as a ceiling by contract and month, and put in the drafts until they are confirmed.

Hours paid are not hours worked: a line from a DSN keeps ``HoursBasis.PAID`` until ``confirm_worked``. A DSN says hours per
contract, never per market: who serves several markets has the total to share.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from clause.access import Viewer
from clause.candidates.models import EmploymentContract
from clause.hours.actions.drafting import as_draft
from clause.hours.actions.locking import hold, touch
from clause.hours.checking import Blocked
from clause.hours.codes import OPEN_LINES, HourKind, HoursBasis
from clause.hours.drafts import DraftLine
from clause.hours.files.filling import Month, declaration_of, write_lines
from clause.hours.files.models import PayrollHours
from clause.hours.files.rules.dsn import Wanted
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.people import people_by_market
from clause.hours.rules import states
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.report import Remark, Report
from clause.kernel.values import format_hours, of_month
from clause.markets.models import Market
from clause.markets.visibility import visible_markets
from clause.organisations.models import Company

PAID_TO_CONFIRM = (
    "Heures payées, mises dans le brouillon : confirmez que ce sont les heures travaillées, ou corrigez-les."
)
TO_SHARE = "Cette personne travaille sur plusieurs marchés : répartissez ces heures entre eux dans leurs grilles."
TO_TYPE = "La paie de cette personne est comptée en jours : saisissez ses heures dans la grille."
TYPED = "Le brouillon a d'autres heures, saisies à la main : elles restent. Vérifiez-les."
CLOSED = "Les heures de ce mois sont déjà envoyées : la DSN est gardée pour comparaison, rien n'est changé."
REPLACED = "La DSN a déjà été lue avec d'autres heures : elles restent. Seule une DSN « annule et remplace », ou l'option --update, les change."  # fmt: skip


@dataclass(frozen=True)
class Payable:
    """A confirmed contract of the company this month, and the markets that it serves, by reference."""

    contract: EmploymentContract
    markets: tuple[Market, ...]

    @property
    def name(self) -> str:
        person = self.contract.participant
        return f"{person.last_name} {person.first_name}"

    @property
    def wanted(self) -> Wanted:
        person, contract = self.contract.participant, self.contract
        return Wanted(contract.public_id, contract.reference, person.last_name, person.first_name, person.birth_date, contract.starts_on)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What a DSN gives of one contract, in hundredths; ``hours`` None where it counts in days.

    ``shares`` are hours by market id, typed by whoever reads it: how a total is shared, or the value asked in place of days.
    """

    hours: int | None
    overtime: int = 0
    shares: Mapping[int, int] = field(default_factory=dict)


def payables(session: Session, viewer: Viewer, company_id: int, month: date) -> list[Payable]:
    """The people of a company that a DSN may speak of, by name. Two queries."""
    by_market = people_by_market(session, viewer, company_id, month)
    found = session.scalars(
        visible_markets(viewer)
        .join(Market.operation)
        .options(contains_eager(Market.operation))
        .where(Market.id.in_(by_market))
        .order_by(Market.reference)
    )
    markets: dict[int, list[Market]] = {}
    people = {}
    for market in found:
        for employed in by_market[market.id]:
            people[employed.contract.id] = employed
            markets.setdefault(employed.contract.id, []).append(market)
    listed = [Payable(employed.contract, tuple(markets[key])) for key, employed in people.items()]
    return sorted(listed, key=lambda p: (p.name.casefold(), p.contract.starts_on, p.contract.id))


def take_payroll(
    session: Session, viewer: Viewer, company: Company, month: date, entries: Mapping[int, Entry], *,
    known: Sequence[Payable] | None = None, replaces: bool = False, update: bool = False,
) -> Report:  # fmt: skip
    """Keep the hours paid of these contracts (by id) and put them in the drafts; nothing is sent. One line a contract.

    Contracts that are not the company's of that month are left out: the caller only knows those.
    """
    people = known if known is not None else payables(session, viewer, company.id, month)
    mine = [p for p in people if p.contract.id in entries]
    report = Report(read=len(mine))
    kept = _kept(session, mine, month)
    wanted: dict[int, dict[int, DraftLine]] = {}
    for payable in mine:
        entry = entries[payable.contract.id]
        row = kept.get(payable.contract.id)
        if row is not None and (row.hours, row.overtime) != (entry.hours, entry.overtime) and not (replaces or update):
            report.known += 1
            report.different.append(
                _said(payable, f"{_hours(row.hours)} gardées, {_hours(entry.hours)} dans ce fichier", REPLACED)
            )
            continue
        changed = _keep(session, viewer, payable, month, entry, row)
        lines = _lines(payable, entry)
        for market_id, line in lines.items():
            wanted.setdefault(market_id, {})[payable.contract.id] = line
        _count(report, written=changed)
        report.warnings += _asked(payable, entry, lines)
    for market in _markets(mine):
        _prefill(session, viewer, Month(market, company, month), wanted.get(market.id, {}), mine, report, replaces=replaces, update=update)  # fmt: skip
    return report


def _markets(mine: Sequence[Payable]) -> list[Market]:
    return list({market.id: market for payable in mine for market in payable.markets}.values())


def _count(report: Report, *, written: bool) -> None:
    if written:
        report.written += 1
    else:
        report.known += 1


def _kept(session: Session, mine: Sequence[Payable], month: date) -> dict[int, PayrollHours]:
    rows = session.scalars(
        select(PayrollHours).where(
            PayrollHours.month == month, PayrollHours.employment_contract_id.in_({p.contract.id for p in mine})
        )
    )
    return {row.employment_contract_id: row for row in rows}


def _keep(
    session: Session, viewer: Viewer, payable: Payable, month: date, entry: Entry, row: PayrollHours | None
) -> bool:
    """Keep the ceiling of a contract; True where it is new or changed."""
    if row is not None and (row.hours, row.overtime) == (entry.hours, entry.overtime):
        return False
    if row is None:
        row = PayrollHours(employment_contract_id=payable.contract.id, month=month)
        session.add(row)
    row.hours, row.overtime, row.read_at, row.read_by = entry.hours, entry.overtime, clock.now(), viewer.name
    audit.record(session, viewer, f"heures payées {of_month(month)} lues dans une DSN", payable.contract)
    return True


def _lines(payable: Payable, entry: Entry) -> dict[int, DraftLine]:
    """The line of each market: the only one takes all; what a person shared is theirs, what they typed for days is worked."""
    contract = payable.contract.id
    own = {market.id for market in payable.markets}
    if entry.shares:
        basis = HoursBasis.WORKED if entry.hours is None else HoursBasis.PAID
        return {m: DraftLine(contract, HourKind.WORK, h, basis=basis) for m, h in entry.shares.items() if m in own}
    if entry.hours is None or len(own) != 1:
        return {}
    return {own.pop(): DraftLine(contract, HourKind.WORK, entry.hours, basis=HoursBasis.PAID)}


def _asked(payable: Payable, entry: Entry, lines: Mapping[int, DraftLine]) -> list[Remark]:
    more = f" et {format_hours(entry.overtime)} h supplémentaires, à part" if entry.overtime else ""
    said = f"{_hours(entry.hours)}{more}"
    if lines:
        return [_said(payable, said, PAID_TO_CONFIRM)] if entry.hours is not None else []
    return [_said(payable, said, TO_TYPE if entry.hours is None else TO_SHARE)]


def _said(payable: Payable, value: str, reason: str) -> Remark:
    return Remark("", None, payable.contract.reference, value, reason)


def _hours(hours: int | None) -> str:
    return "comptées en jours" if hours is None else f"{format_hours(hours)} h"


# The drafts


def _prefill(
    session: Session, viewer: Viewer, month: Month, wanted: Mapping[int, DraftLine], mine: Sequence[Payable], report: Report,
    *, replaces: bool, update: bool,
) -> None:  # fmt: skip
    """Put the lines of one market in its draft, where it says nothing or what a DSN said before."""
    declaration = declaration_of(session, month)
    names = {p.contract.id: p for p in mine}
    taken: dict[int, list[DraftLine]] = {}
    for contract, line in wanted.items():
        kept = (
            [k for k in declaration.lines if k.standing and k.employment_contract_id == contract] if declaration else []
        )
        work = [k for k in kept if k.hour_kind is HourKind.WORK]
        if sum(k.hours for k in work) == line.hours and (work or not line.hours):
            continue
        if declaration is not None and (
            states.edit_refusal(declaration.state) or any(k.state not in OPEN_LINES for k in kept)
        ):
            report.warnings.append(_said(names[contract], month.market.reference, CLOSED))
        elif work and not _may_replace(work, replaces=replaces, update=update):
            report.different.append(_said(names[contract], f"{_hours(sum(k.hours for k in work))} dans le brouillon, {_hours(line.hours)} d'après la DSN", TYPED))  # fmt: skip
        else:
            taken[contract] = [*(as_draft(k) for k in kept if k.hour_kind is not HourKind.WORK), line]
    if taken:
        _write(session, viewer, month, taken, names, report)


def _may_replace(work: Sequence[DeclarationLine], *, replaces: bool, update: bool) -> bool:
    """Hours that an earlier DSN put there may be replaced by one that replaces it; what was typed, only where it is asked."""
    return update or (replaces and all(k.hours_basis is HoursBasis.PAID for k in work))


def _write(
    session: Session, viewer: Viewer, month: Month, taken: Mapping[int, list[DraftLine]], names: Mapping[int, Payable], report: Report
) -> None:  # fmt: skip
    """All the lines, or those that can pass: what the rules never let through is left to be typed, and said."""
    try:
        with session.begin_nested():
            write_lines(session, viewer, month, taken)
        return
    except Blocked as refusal:
        stuck = {c for c in taken for f in refusal.standing if any(key.startswith(f"{c}.") for key in f.keys)}
        sentence = refusal.sentence
    except Refused as refusal:
        stuck, sentence = set(taken), refusal.sentence
    report.warnings += [
        _said(names[c], month.market.reference, f"Non mis dans le brouillon : {sentence}") for c in stuck or taken
    ]
    rest = {c: lines for c, lines in taken.items() if c not in stuck} if stuck else {}
    if rest:
        _write(session, viewer, month, rest, names, report)


# Confirming


def paid_lines(declaration: Declaration, contract_ids: Collection[int]) -> list[DeclarationLine]:
    """The lines of these contracts that wait for somebody to say that hours paid are hours worked."""
    return [
        line for line in declaration.lines
        if line.standing and line.state in OPEN_LINES and line.hours_basis is HoursBasis.PAID
        and line.employment_contract_id in contract_ids
    ]  # fmt: skip


def confirm_worked(
    session: Session,
    viewer: Viewer,
    declaration: Declaration,
    contract_ids: Collection[int],
    version: int | None = None,
) -> int:
    """Say of these contracts that the hours paid are the hours worked; how many lines. Refused where the month is sent."""
    hold(session, declaration, version)
    refusal = states.edit_refusal(declaration.state)
    if refusal is not None:
        raise Refused(refusal.value)
    lines = paid_lines(declaration, contract_ids)
    for line in lines:
        line.hours_basis = HoursBasis.WORKED
    if lines:
        touch(session, declaration)
        audit.record(
            session,
            viewer,
            "heures payées confirmées comme heures travaillées",
            declaration,
            {"Lignes": [None, len(lines)]},
        )
    return len(lines)
