"""The objective that typed values give, by mode (OBJ-06), with the values kept and the sentence that explains them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from clause.kernel.values import NBSP, format_decimal, format_euros, format_hours, format_share
from clause.markets.codes import ObjectiveMode
from clause.markets.rules.bounds import COST_ACCEPTED, FormulaRefusal, formula_refusals
from clause.markets.rules.checks import Refusal
from clause.markets.rules.objective import (
    Formula,
    Rounding,
    ThresholdMode,
    exact_hours,
    explanation,
    jobs_or_fte,
    objective,
    per_amount,
    percent_of_hours,
    round_objective,
)


@dataclass(frozen=True)
class Values:
    """What was typed; what the mode does not use is None. Units: hundredths, cents, ten-thousandths; FTE in hundredths."""

    mode: ObjectiveMode
    hours: int | None = None
    amount_cents: int | None = None
    labour_share: int | None = None
    insertion_rate: int | None = None
    hourly_cost_cents: int | None = None
    total_hours: int | None = None
    step_cents: int | None = None
    threshold_cents: int | None = None
    fte: int | None = None


@dataclass(frozen=True)
class Settings:
    """The settings that a calculation uses and keeps."""

    rounding: Rounding = Rounding.HALF_UP
    threshold_mode: ThresholdMode = ThresholdMode.BEYOND
    fte_hours: int = 1607


@dataclass(frozen=True)
class Calculation:
    """An objective in hundredths, what it was computed from, and the sentence to check it by (empty for typed hours)."""

    hours: int
    values: dict[str, Any]
    explanation: str


Problem = tuple[str, str]  # field, sentence
LARGEST = 10_000_000_00  # hundredths: above the hours of a whole country in a year


def calculate(values: Values, settings: Settings | None = None) -> Calculation | Problem:
    """OBJ-01 and OBJ-06: the objective, or the field that is wrong and why."""
    settings = settings or Settings()
    found = _BY_MODE[values.mode](values, settings)
    where = "hours" if values.mode is ObjectiveMode.FIXED_HOURS else ""
    if isinstance(found, Calculation) and found.hours <= 0:
        return where, Refusal.OBJECTIVE_ZERO
    if isinstance(found, Calculation) and found.hours > LARGEST:
        return where, Refusal.OBJECTIVE_HUGE
    return found


def _kept(values: Values, *names: str, **settings: Any) -> dict[str, Any]:
    every = asdict(values)
    return {"mode": values.mode.value, **{name: every[name] for name in names}, **settings}


def _fixed(values: Values, _settings: Settings) -> Calculation | Problem:
    if values.hours is None:
        return "hours", "Indiquez le nombre d'heures inscrit au marché."
    if values.hourly_cost_cents is not None and not COST_ACCEPTED[0] <= values.hourly_cost_cents <= COST_ACCEPTED[1]:
        return "hourly_cost", str(FormulaRefusal.COST)
    return Calculation(values.hours, _kept(values, "hours"), "")


def _formula(values: Values, settings: Settings) -> Calculation | Problem:
    typed = (values.amount_cents, values.labour_share, values.insertion_rate, values.hourly_cost_cents)
    wrong = formula_refusals(*typed)
    if wrong:
        return wrong[0][0], str(wrong[0][1])
    formula = Formula(*(int(v or 0) for v in typed))
    hours = objective(formula, rounding=settings.rounding)
    kept = _kept(
        values, "amount_cents", "labour_share", "insertion_rate", "hourly_cost_cents",
        rounding=settings.rounding.value, exact_hours=format(exact_hours(formula), ".4f"),
    )  # fmt: skip
    return Calculation(hours, kept, explanation(formula, hours))


def _percent(values: Values, settings: Settings) -> Calculation | Problem:
    if not values.total_hours:
        return "total_hours", "Indiquez le total des heures de travail prévues sur le marché."
    if values.insertion_rate is None or values.insertion_rate < 100:
        return "insertion_rate", str(FormulaRefusal.RATE)
    exact = percent_of_hours(values.total_hours, values.insertion_rate)
    hours = round_objective(Decimal(exact) / 100, settings.rounding)
    said = (
        f"{format_hours(values.total_hours)}{NBSP}h × {format_share(values.insertion_rate)}"
        f" = {format_hours(exact)} → {format_hours(hours)}{NBSP}h"
    )
    return Calculation(hours, _kept(values, "total_hours", "insertion_rate", rounding=settings.rounding.value), said)


def _per_amount(values: Values, settings: Settings) -> Calculation | Problem:
    if not values.amount_cents:
        return "amount", str(FormulaRefusal.AMOUNT)
    if not values.step_cents:
        return "step", "Indiquez la tranche de montant qui donne une heure."
    threshold = values.threshold_cents or 0
    hours = per_amount(values.amount_cents, values.step_cents, threshold, settings.threshold_mode)
    counted = format_euros(values.amount_cents)
    if threshold and settings.threshold_mode is ThresholdMode.BEYOND:
        counted = f"({counted} − {format_euros(threshold)})"
    said = f"{counted} ÷ {format_euros(values.step_cents)}, en tranches complètes = {format_hours(hours)}{NBSP}h"
    kept = _kept(values, "amount_cents", "step_cents", "threshold_cents", threshold_mode=settings.threshold_mode.value)
    return Calculation(hours, kept, said)


def _jobs(values: Values, settings: Settings) -> Calculation | Problem:
    if not values.fte:
        return "fte", "Indiquez le nombre d'équivalents temps plein."
    fte = Decimal(values.fte) / 100
    hours = jobs_or_fte(fte, settings.fte_hours)
    said = f"{format_decimal(fte)} ETP × {format_decimal(settings.fte_hours)}{NBSP}h = {format_hours(hours)}{NBSP}h"
    return Calculation(hours, _kept(values, "fte", fte_hours=settings.fte_hours), said)


_BY_MODE = {
    ObjectiveMode.FIXED_HOURS: _fixed,
    ObjectiveMode.FORMULA: _formula,
    ObjectiveMode.PERCENT_OF_HOURS: _percent,
    ObjectiveMode.PER_AMOUNT: _per_amount,
    ObjectiveMode.JOBS_OR_FTE: _jobs,
}
