"""Units of a consolidation, and how a figure of each is calculated and written. Pure.

Hours are int hundredths until they are written; rates and FTE are Decimal, rounded half up once, where they are written.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from clause.kernel.values import NBSP, format_decimal, format_euros, format_hours, half_up, hours_number

NOT_APPLICABLE = "sans objet"
HIDDEN_TEXT = "n. c."


class Unit(StrEnum):
    """What a column, or a row of C01, holds."""

    HOURS = "hours"  # int hundredths
    COUNT = "count"  # int
    RATE = "percent"  # Decimal, not rounded
    FTE = "fte"  # Decimal, three decimals
    EUROS = "euros"  # int cents
    TEXT = "text"


class Hidden:
    """A figure that may not be shown: too few people, or what would let a reader find one that is hidden."""

    def __repr__(self) -> str:
        return HIDDEN_TEXT


HIDDEN = Hidden()
Value = int | Decimal | str | Hidden | None


def rate(part: int, whole: int | None) -> Decimal | None:
    """A percentage, not rounded: rounded once, where it is written; None (« sans objet ») without objective (IND-02)."""
    return Decimal(part) * 100 / Decimal(whole) if whole else None


def fte(hundredths: int, base: int) -> Decimal:
    """Full-time equivalents of a year of ``base`` hours, three decimals, half up (OBJ-13)."""
    return half_up(Decimal(hundredths) / 100 / base, 3)


def rounded(unit: Unit, value: Decimal) -> Decimal:
    """Rates with two decimals in files, FTE with three; counts are whole."""
    return half_up(value, 2) if unit is Unit.RATE else value


def as_number(unit: Unit, value: Value) -> int | float | str | None:
    """The figure as JSON has it, in its shortest form: 960, 151.67, 83.68, 0.597; None where hidden or « sans objet »."""
    if value is None or isinstance(value, Hidden):
        return None
    if isinstance(value, str):
        return value
    if unit is Unit.HOURS:
        return hours_number(int(value))
    if unit is Unit.EUROS:
        return hours_number(int(value))  # hundredths too
    exact = rounded(unit, Decimal(value))
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def as_text(unit: Unit, value: Value) -> str:
    """The figure as a page shows it: ``1 234,5``, rates with one decimal and their sign."""
    if isinstance(value, Hidden):
        return HIDDEN_TEXT
    if value is None:
        return NOT_APPLICABLE if unit is Unit.RATE else "—"
    if isinstance(value, str):
        return value
    if unit is Unit.HOURS:
        return format_hours(int(value))
    if unit is Unit.EUROS:
        return format_euros(int(value))
    if unit is Unit.RATE:
        return format_decimal(Decimal(value), 1, fixed=True) + NBSP + "%"
    return format_decimal(Decimal(value), 3)
