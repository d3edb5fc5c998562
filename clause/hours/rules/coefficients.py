"""Two counters, real and valued: the coefficient that a market gives to the hours of a contract (domain.md REA-03). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from clause.hours.rules.counting import ONE, ten_thousandths
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import add_months, half_up


@dataclass(frozen=True)
class Situation:
    """What coefficients look at: a contract, and what is true of the person, as frozen at their first clause contract."""

    contract_type: str
    starts_on: date | None = None
    ends_on: date | None = None
    woman_in_building: bool = False
    in_qpv: bool = False


def coefficient(situation: Situation, *overrides: Mapping[str, Any]) -> int:
    """The coefficient in ten-thousandths; 1 unless structure or market says otherwise (T-REA-2: CDI 1,5).

    Of several that apply the highest alone is used, or their product where ``coefficients.combine`` says so.
    """
    factors = [f for f in _factors(situation, *overrides) if f != ONE]
    if not factors:
        return ONE
    if setting("coefficients.combine", *overrides) != "product":
        return max(factors)
    result = ONE
    for factor in factors:
        result = int(half_up(Decimal(result) * factor / ONE))
    return result


def _factors(situation: Situation, *overrides: Mapping[str, Any]) -> list[int]:
    applying = {
        situation.contract_type: True,
        "women_building": situation.woman_in_building,
        "qpv": situation.in_qpv,
        "long_contract": _is_long(situation, int(setting("coefficients.long_contract_months", *overrides))),
    }
    return [ten_thousandths(setting(f"coefficients.{name}", *overrides)) for name, yes in applying.items() if yes]


def _is_long(situation: Situation, months: int) -> bool:
    """A contract of at least so many months; one without end is."""
    if situation.starts_on is None:
        return False
    return situation.ends_on is None or situation.ends_on >= add_months(situation.starts_on, months) - timedelta(days=1)
