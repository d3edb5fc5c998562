"""What an objective's values may be, and what is worth a second look (OBJ-03 to OBJ-05, OBJ-15). Never blocking but ranges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clause.kernel.values import NBSP, format_euros, format_hours, format_share
from clause.markets.rules.trades import LABOUR_SHARES, Trade

RATE_ACCEPTED = (100, 10_000)
RATE_WARNED_ABOVE = 2_000
COST_ACCEPTED = (1_500, 9_000)
COST_USUAL = (2_000, 6_000)


class FormulaRefusal(StrEnum):
    """Values that the formula cannot take."""

    AMOUNT = "Le montant HT doit être supérieur à zéro."
    SHARE = "La part de main d'œuvre se situe entre 0,01 et 100 %."
    RATE = "Le taux d'insertion se situe entre 1 et 100 %."
    COST = "Le coût horaire se situe entre 15 et 90 € de l'heure."


def formula_refusals(
    amount_cents: int | None, labour_share: int | None, insertion_rate: int | None, hourly_cost_cents: int | None
) -> list[tuple[str, FormulaRefusal]]:
    """(field, refusal) of each value missing or outside what is accepted (OBJ-03 to OBJ-05)."""
    checks = (
        ("amount", FormulaRefusal.AMOUNT, bool(amount_cents and amount_cents > 0)),
        ("labour_share", FormulaRefusal.SHARE, _within(labour_share, (1, 10_000))),
        ("insertion_rate", FormulaRefusal.RATE, _within(insertion_rate, RATE_ACCEPTED)),
        ("hourly_cost", FormulaRefusal.COST, _within(hourly_cost_cents, COST_ACCEPTED)),
    )
    return [(field, refusal) for field, refusal, fine in checks if not fine]


def _within(value: int | None, bounds: tuple[int, int]) -> bool:
    return value is not None and bounds[0] <= value <= bounds[1]


def formula_warnings(
    labour_share: int | None, insertion_rate: int | None, hourly_cost_cents: int | None, trade: Trade | None = None
) -> list[str]:
    """Sentences on values that are accepted and unusual (OBJ-03 to OBJ-05)."""
    found = _unusual_share(labour_share, trade)
    if insertion_rate and insertion_rate > RATE_WARNED_ABOVE:
        found.append(
            f"Taux d'insertion de {format_share(insertion_rate)} : au-delà de 20 %, vérifiez qu'il est tenable."
        )
    if hourly_cost_cents and not _within(hourly_cost_cents, COST_USUAL):
        found.append(f"Coût horaire de {format_euros(hourly_cost_cents)} : il se situe d'habitude entre 20 et 60 €.")
    return found


def _unusual_share(labour_share: int | None, trade: Trade | None) -> list[str]:
    usual = LABOUR_SHARES[trade] if trade else None
    if not labour_share or trade is None or usual is None or usual.low is None or usual.high is None:
        return []
    if usual.low <= labour_share <= usual.high:
        return []
    return [
        f"Part de main d'œuvre de {format_share(labour_share)} : pour « {trade.label} », elle se situe d'habitude"
        f" entre {format_share(usual.low)} et {format_share(usual.high)}."
    ]


@dataclass(frozen=True)
class SmallLot:
    """The limits of OBJ-15, from the settings: hours in hundredths, weeks, ten-thousandths."""

    min_hours: int = 70_00
    min_weeks: int = 8
    min_labour_share: int = 2_000


def small_lot_warnings(
    hours: int | None, starts_on: date, ends_on: date | None, labour_share: int | None, limits: SmallLot | None = None
) -> list[str]:
    """OBJ-15: sentences on a lot too small to bear a clause easily; they never block."""
    limits = limits or SmallLot()
    found = []
    if hours is not None and hours < limits.min_hours:
        found.append(
            f"{format_hours(hours)}{NBSP}h : sous {format_hours(limits.min_hours)}{NBSP}h,"
            " proposez une dispense ou un regroupement de lots."
        )
    if ends_on is not None and (ends_on - starts_on).days + 1 < limits.min_weeks * 7:
        found.append(f"Marché de moins de {limits.min_weeks} semaines : le temps de recruter peut manquer.")
    if labour_share is not None and labour_share < limits.min_labour_share:
        found.append(f"Part de main d'œuvre de {format_share(labour_share)} : peu d'heures à confier sur ce lot.")
    return found
