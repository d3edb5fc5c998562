"""The hour objective (OBJ-01 to OBJ-16). Hours in hundredths, money in cents, shares in ten-thousandths.

Calculations are exact on ``Decimal``; rounding happens once, where the rule says (OBJ-14), half up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from clause.kernel.values import NBSP, format_decimal, format_euros, format_hours, format_share, half_up


class Rounding(StrEnum):
    """How an objective is rounded (setting ``rounding.objective``)."""

    HALF_UP = "half_up_unit"
    CEIL = "ceil_unit"
    FLOOR = "floor_unit"
    SEVEN = "multiple_of_7"
    THIRTY_FIVE = "multiple_of_35"


class ThresholdMode(StrEnum):
    """The two readings of a trigger threshold (setting ``per_amount.threshold_mode``)."""

    BEYOND = "beyond_threshold"
    FROM_FIRST_EURO = "from_first_euro"


@dataclass(frozen=True)
class Formula:
    """The values of OBJ-01: amount excl. VAT in cents, labour share and insertion rate in ten-thousandths, cost in cents."""

    amount_cents: int
    labour_share: int
    insertion_rate: int
    hourly_cost_cents: int


def exact_hours(formula: Formula) -> Decimal:
    """OBJ-01: amount × labour share × insertion rate ÷ hourly cost, in hours, not rounded."""
    top = formula.amount_cents * formula.labour_share * formula.insertion_rate
    return Decimal(top) / (formula.hourly_cost_cents * 10**8)


def round_objective(hours: Decimal, mode: Rounding = Rounding.HALF_UP) -> int:
    """OBJ-14: hours rounded as the setting says, in hundredths. Multiples go to the nearest, half up."""
    if mode is Rounding.CEIL:
        return int(hours.to_integral_value(ROUND_CEILING)) * 100
    if mode is Rounding.FLOOR:
        return int(hours.to_integral_value(ROUND_FLOOR)) * 100
    step = {Rounding.SEVEN: 7, Rounding.THIRTY_FIVE: 35}.get(mode, 1)
    return int(half_up(hours / step)) * step * 100


def objective(*tranches: Formula, rounding: Rounding = Rounding.HALF_UP, level: str = "lot") -> int:
    """OBJ-01 and OBJ-09: objective of a lot from one formula, or one a tranche, in hundredths.

    ``level`` is the setting ``rounding.level``: ``lot`` sums then rounds once, ``tranche`` rounds each.
    """
    if level == "tranche":
        return sum(round_objective(exact_hours(t), rounding) for t in tranches)
    return round_objective(sum((exact_hours(t) for t in tranches), Decimal(0)), rounding)


def explanation(formula: Formula, result: int) -> str:
    """« 1 000 000 € × 50 % × 5 % ÷ 30 € = 833,33 → 833 h »: what the person who signs can check with a calculator."""
    return (
        f"{format_euros(formula.amount_cents)} × {format_share(formula.labour_share)}"
        f" × {format_share(formula.insertion_rate)} ÷ {format_euros(formula.hourly_cost_cents)}"
        f" = {format_decimal(exact_hours(formula))} → {format_hours(result)}{NBSP}h"
    )


def effective_rate(hours: int, amount_cents: int, labour_share: int, hourly_cost_cents: int) -> int | None:
    """OBJ-02: the insertion rate that typed hours amount to, in ten-thousandths; None where it cannot be computed."""
    if not amount_cents or not labour_share:
        return None
    return int(half_up(Decimal(hours) * hourly_cost_cents * 10**6 / (Decimal(amount_cents) * labour_share)))


# OBJ-06: the other modes


def percent_of_hours(worked: int, rate: int) -> int:
    """A share (ten-thousandths) of all the hours worked on the market (hundredths): realised share, two decimals."""
    return int(half_up(Decimal(worked) * rate / 10_000))


def per_amount(
    invoiced_cents: int, step_cents: int, threshold_cents: int = 0, mode: ThresholdMode = ThresholdMode.BEYOND
) -> int:
    """One hour a complete step invoiced, once the threshold is reached; in hundredths."""
    if invoiced_cents < threshold_cents:
        return 0
    counted = invoiced_cents - (threshold_cents if mode is ThresholdMode.BEYOND else 0)
    return counted // step_cents * 100


def jobs_or_fte(fte: Decimal, hours_per_fte: int) -> int:
    """Hires or FTE converted to hours (OBJ-13), rounded to the hour; in hundredths."""
    return round_objective(fte * hours_per_fte)


# OBJ-07 to OBJ-12


@dataclass(frozen=True)
class OperationObjective:
    """Sum of the lots that have an objective (None where none has) and how many of the lots do."""

    hours: int | None
    lots_with_objective: int
    lots: int


def operation_objective(lots: Sequence[int | None]) -> OperationObjective:
    """OBJ-07: a lot without clause has no objective: it is left out, never counted as zero."""
    known = [hours for hours in lots if hours is not None]
    return OperationObjective(sum(known) if known else None, len(known), len(lots))


def amendment_proposal(current: int, old_amount_cents: int, new_amount_cents: int) -> int:
    """OBJ-10: the objective proposed when the amount changes, rounded to the hour; a human decides."""
    return round_objective(Decimal(current) / 100 * new_amount_cents / old_amount_cents)


def worth_proposing(old_amount_cents: int, new_amount_cents: int, least: Decimal = Decimal("0.05")) -> bool:
    """Whether an amendment changes the amount enough for a new objective to be proposed."""
    return abs(Decimal(new_amount_cents - old_amount_cents)) >= least * old_amount_cents


def initial_objective(required: int, offered: int | None) -> int:
    """OBJ-11: hours promised in the bid become contractual where they exceed what was asked."""
    return max(required, offered or 0)


def split(hours: int, amounts: Sequence[int]) -> list[int]:
    """OBJ-12: hours shared by amount for follow-up; the parts always add up to the whole (largest remainders first)."""
    total = sum(amounts)
    parts = [hours * amount // total for amount in amounts]
    by_remainder = sorted(range(len(amounts)), key=lambda i: (-(hours * amounts[i] % total), i))
    for index in by_remainder[: hours - sum(parts)]:
        parts[index] += 1
    return parts


def fte(hours: int, base: int = 1607) -> Decimal:
    """OBJ-13: full-time equivalents of hours (hundredths) on a yearly base of hours; not rounded."""
    return Decimal(hours) / 100 / base


def after_staff_transfer(total: int, transferred: int, rate: int) -> int:
    """OBJ-16: effort on newly assigned hours only, where the contractor must take staff over; hundredths, to the hour."""
    return round_objective(Decimal(rate) * (total - transferred) / 10**6)
