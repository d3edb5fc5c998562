"""What plausibility reads and says: a line, a person's month, a finding, the limits of REA-07. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clause.hours.codes import HourKind, HoursBasis
from clause.hours.rules.counting import Window

HARD_LIMIT = 220_00
DAY_WARN, DAY_BLOCK = 10_00, 12_00
WEEK_WARN, WEEK_BLOCK = 44_00, 48_00
MINOR_WEEK_WARN, MINOR_WEEK_BLOCK = 35_00, 40_00
MINOR_DAY_WARN, MINOR_DAY_BLOCK = 8_00, 10_00
PAID_WARN = 151_67
MONTH_WARN = 190_67  # 44 × 52 ÷ 12
YEAR_WARN, YEAR_STRONG, YEAR_BLOCK = 1_607_00, 1_827_00, 2_288_00
WEEKDAY = 7_00
WORKED = frozenset({HourKind.WORK, HourKind.TRAINING, HourKind.OTHER_TRAINING})
COMMENT_ASKED = "Vérifiez ; si c'est exact, expliquez-le en commentaire de la ligne."


class Lift(StrEnum):
    """Who may let a blocking finding pass."""

    COMMENT = "comment"
    FACILITATOR = "facilitator"
    NEVER = "never"


class Check(StrEnum):
    MONTH_WORKED = "month_worked"
    MONTH_PAID = "month_paid"
    MONTH_ANY = "month_any"
    MONTH_BLOCK = "month_block"
    MONTH_HARD = "month_hard"
    SPAN = "span"
    MINOR = "minor"
    YEAR = "year"
    OUTSIDE_CONTRACT = "outside_contract"
    OUTSIDE_MARKET = "outside_market"
    FUTURE = "future"
    NOT_OVER = "not_over"
    DUPLICATE = "duplicate"
    STRADDLE = "straddle"
    NOT_ELIGIBLE = "not_eligible"
    ABOVE_PAYROLL = "above_payroll"


@dataclass(frozen=True)
class Finding:
    """One remark of a rule: a French sentence that names the limit and what to do. ``keys`` are the lines concerned."""

    code: str
    sentence: str
    blocking: bool
    lift: Lift = Lift.COMMENT
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a person's month. ``key`` is how the caller knows it; ``group`` is its contract on its market."""

    key: str
    hour_kind: HourKind
    hours: int
    worked_from: date
    worked_to: date
    contract_from: date
    contract_to: date | None
    market_from: date
    market_to: date | None
    group: str = ""
    basis: HoursBasis = HoursBasis.WORKED
    windows: tuple[Window, ...] | None = None  # None: eligibility is not looked at
    has_clause: bool = True
    counts: bool = True


@dataclass(frozen=True)
class Span:
    """Hundredths of hours between two days, both included."""

    first: date
    last: date
    hours: int


@dataclass(frozen=True)
class PersonMonth:
    """A person's month: the lines being declared, and hundredths of hours known elsewhere.

    ``elsewhere`` are hours of the same month on other contracts or markets, whoever employs (absence left out),
    ``paid_elsewhere`` what is paid there, ``spans_elsewhere`` the same hours day by day as far as they are known,
    ``rest_of_year`` the hours of the other months of the calendar year. ``discreet`` keeps the sums of other employers out of the sentences: a company must
    know that it cannot go on, not how much a person works elsewhere.
    """

    month: date
    today: date
    lines: tuple[Line, ...]
    birth_date: date | None = None
    elsewhere: int = 0
    rest_of_year: int = 0
    paid_elsewhere: int = 0
    spans_elsewhere: tuple[Span, ...] = ()
    hard_limit: int = HARD_LIMIT
    discreet: bool = False
