"""Which declared hours count, and for how much (domain.md REA-02, REA-03, REA-05, REA-08, PUB-03). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from clause.hours.codes import HourKind, NotCounted
from clause.kernel.settings_catalogue import DEFAULTS, setting
from clause.kernel.values import format_date, half_up, month_end

ONE = 10_000  # a ratio or a coefficient of 1, in ten-thousandths

Window = tuple[date, date | None]

RATIO_SETTINGS = {
    HourKind.TRAINING: "hours.alternance_training_ratio",
    HourKind.OTHER_TRAINING: "hours.paid_training_ratio",
    HourKind.PREHIRE: "hours.prehire_training_ratio",
    HourKind.TUTORING: "hours.tutoring_ratio",
    HourKind.ABSENCE: "hours.absence_counts",
}
DEFAULT_COUNTING_KINDS = frozenset({HourKind.WORK, HourKind.TRAINING, HourKind.OTHER_TRAINING})


class Said(Protocol):
    """A line, as far as a sum of declared hours is concerned."""

    @property
    def hour_kind(self) -> HourKind: ...
    @property
    def hours(self) -> int: ...


def declared_hours(lines: Iterable[Said]) -> int:
    """What a declaration adds up, in hundredths: absences are shown beside, never in a sum of hours (REA-02)."""
    return sum(line.hours for line in lines if line.hour_kind is not HourKind.ABSENCE)


@dataclass(frozen=True)
class LineFacts:
    """What decides whether one line counts. Windows are those of validated eligibility, both days included."""

    worked_from: date
    worked_to: date
    hour_kind: HourKind
    windows: tuple[Window, ...]
    contract_from: date
    contract_to: date | None
    market_from: date
    market_to: date | None
    has_clause: bool = True
    counting_kinds: frozenset[HourKind] = DEFAULT_COUNTING_KINDS
    employer_counts: bool = True
    beyond_training_cap: bool = False
    estimated: bool = False


def not_counted(facts: LineFacts) -> NotCounted | None:
    """Why a validated line does not count, None where it does. A line counts whole or not at all (REA-08)."""
    reason = _of_no_use(facts) or _outside(facts) or _not_eligible(facts)
    if reason is None and facts.estimated:
        return NotCounted.ESTIMATED  # REA-01: left out of what is attested until confirmed
    return reason or (NotCounted.TRAINING_CAP if facts.beyond_training_cap else None)


def _of_no_use(facts: LineFacts) -> NotCounted | None:
    if not facts.has_clause:
        return NotCounted.NO_CLAUSE
    if not facts.employer_counts:
        return NotCounted.EMPLOYER
    return None if facts.hour_kind in facts.counting_kinds else NotCounted.KIND


def _outside(facts: LineFacts) -> NotCounted | None:
    begins = date.min if facts.hour_kind is HourKind.PREHIRE else facts.contract_from  # before the contract, by nature
    if not _within(facts, (begins, facts.contract_to)):
        return NotCounted.OUTSIDE_CONTRACT
    return None if _within(facts, (facts.market_from, facts.market_to)) else NotCounted.OUTSIDE_MARKET


def _not_eligible(facts: LineFacts) -> NotCounted | None:
    """PUB-03 before the window, REA-08 after it; a line cut by a boundary does not count until it is split."""
    if not facts.windows:
        return NotCounted.NOT_ELIGIBLE
    covering = merged(facts.windows)
    if any(_within(facts, window) for window in covering):
        return None
    begun = any(first <= facts.worked_from for first, _ in covering)
    return NotCounted.ELIGIBILITY_EXPIRED if begun else NotCounted.BEFORE_VALIDATION


def straddles(facts: LineFacts) -> bool:
    """True where a boundary of eligibility falls inside a line that would count otherwise: it must be split (T-REA-6)."""
    return boundary(facts) is not None


def boundary(facts: LineFacts) -> date | None:
    """The first day of the second part of a line that a boundary of eligibility cuts, None where none does."""
    if _of_no_use(facts) or any(_within(facts, window) for window in merged(facts.windows)):
        return None
    for first, last in merged(facts.windows):
        if facts.worked_from < first <= facts.worked_to:
            return first
        if last is not None and facts.worked_from <= last < facts.worked_to:
            return last + timedelta(days=1)
    return None


def split_request(facts: LineFacts) -> str | None:
    """What to ask of the declarant where a boundary cuts the line (REA-08: no automatic share), None where none does."""
    second = boundary(facts)
    if second is None:
        return None
    first_end = second - timedelta(days=1)
    return (
        f"L'éligibilité change le {format_date(second)}. Séparez les heures : une ligne du"
        f" {format_date(facts.worked_from)} au {format_date(first_end)}, une autre du {format_date(second)}"
        f" au {format_date(facts.worked_to)}."
    )


def _within(facts: LineFacts, window: Window) -> bool:
    first, last = window
    return first <= facts.worked_from and (last is None or facts.worked_to <= last)


def merged(windows: Iterable[Window]) -> list[Window]:
    """Windows in order, those that touch or overlap made one: a renewal the day after is no gap."""
    result: list[Window] = []
    for first, last in sorted(windows, key=lambda w: (w[0], w[1] or date.max)):
        if result and (result[-1][1] is None or first <= result[-1][1] + timedelta(days=1)):
            before = result[-1]
            result[-1] = (before[0], None if before[1] is None or last is None else max(before[1], last))
        else:
            result.append((first, last))
    return result


def clip(month: date, *bounds: Window) -> tuple[date, date] | None:
    """The days of a month that contract and market leave: what a line says where nobody typed Du or Au. None: no day."""
    first, last = month.replace(day=1), month_end(month)
    for start, end in bounds:
        first = max(first, start)
        last = min(last, end) if end is not None else last
    return (first, last) if first <= last else None


# For how much


def counting_ratios(*overrides: Mapping[str, Any]) -> dict[HourKind, int]:
    """The share of each kind of hours that counts, in ten-thousandths (REA-02); parameters: structure, then market."""
    ratios = {kind: ten_thousandths(setting(name, *overrides)) for kind, name in RATIO_SETTINGS.items()}
    return {HourKind.WORK: ONE, **ratios}


def counting_kinds(*overrides: Mapping[str, Any]) -> frozenset[HourKind]:
    """The kinds of hours that count at all."""
    return frozenset(kind for kind, ratio in counting_ratios(*overrides).items() if ratio > 0)


def counted_hours(hours: int, ratio: int) -> int:
    """The real hours to post, in hundredths, half up."""
    return int(half_up(Decimal(hours) * ratio / ONE))


def valued_hours(real: int, coefficient: int) -> int:
    """What the market counts for real hours (REA-03), in hundredths, half up. T-REA-2: 100 h at 1,5 are 150."""
    return int(half_up(Decimal(real) * coefficient / ONE))


def employer_counts(kind: str, *overrides: Mapping[str, Any]) -> bool:
    """REA-01: every type of employer counts but those that ``structure.<type>.countable`` leaves out (EITI, SEP)."""
    name = f"structure.{kind}.countable"
    return bool(setting(name, *overrides)) if name in DEFAULTS else True


def training_cap(objective: int | None, *overrides: Mapping[str, Any]) -> int | None:
    """REA-02: the most hours of training before hiring that a market counts, in hundredths: a share of its current objective.

    None where there is no objective yet, hence no cap.
    """
    share = ten_thousandths(setting("hours.training_cap_share", *overrides))
    return None if objective is None else counted_hours(objective, share)


def beyond_cap(kind: HourKind, counted: int, already: int, cap: int | None) -> bool:
    """True where these hours, added to those the market counts already, pass the cap: a line counts whole or not at all."""
    return kind is HourKind.PREHIRE and cap is not None and counted > 0 and already + counted > cap


@lru_cache(maxsize=512, typed=True)
def ten_thousandths(value: Any) -> int:
    """A ratio of the settings (1.0, « 0.5 », True) as an exact number of ten-thousandths."""
    return int(half_up(Decimal(str(int(value) if isinstance(value, bool) else value)) * ONE))
