"""OBJ-06 ``percent_of_hours``: the hours due are a share of all the hours worked on the market, as they become known.

Hours in hundredths, rates in ten-thousandths. The last total of a company and a month is the one in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from clause.kernel.values import NBSP, format_hours, format_share, month_of
from clause.markets.rules.events import Deltas
from clause.markets.rules.objective import Rounding, percent_of_hours, round_objective


class TotalRefusal(StrEnum):
    """Sentences for the person who records a total."""

    NOT_PERCENT = "L'objectif de ce marché n'est pas un pourcentage des heures travaillées : il ne suit pas leur total."
    HOURS_MISSING = "Indiquez le total des heures travaillées sur le marché ce mois-là."
    MONTH_TO_COME = "Ce mois n'a pas commencé : indiquez un mois déjà travaillé."
    BEFORE_START = "Ce mois est avant le début du marché."
    NOT_HOLDER = "Choisissez une entreprise titulaire ou cotraitante du marché."
    SAME = "Ce total est déjà celui qui est enregistré pour ce mois."
    HUGE = "Ce total dépasse un million d'heures pour un mois : vérifiez-le."


LARGEST = 1_000_000_00


@dataclass(frozen=True)
class Total:
    """All the hours worked on the market in a month by the employees of a company that holds it."""

    company_id: int
    month: date
    hours: int


@dataclass(frozen=True)
class Known:
    """What earlier acts added: ``due`` by the award and by totals, ``extra`` to the current objective by totals alone."""

    totals: tuple[Total, ...] = ()
    due: int = 0
    extra: int = 0


def total_of(calculation: Mapping[str, Any]) -> Total:
    """What an act of the kind ``TOTAL_HOURS`` keeps."""
    month = date.fromisoformat(calculation["month"])
    return Total(int(calculation["company_id"]), month, int(calculation["total_hours"]))


def in_force(totals: Iterable[Total]) -> dict[tuple[int, date], int]:
    """Hours by company and month, the later word replacing the earlier one."""
    return {(t.company_id, t.month): t.hours for t in totals}


def due_by_work(totals: Iterable[Total], rate: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """T-OBJ-14: 12 400 h at 5 % are 620 h due. Rounded once, on the sum (OBJ-14)."""
    worked = sum(in_force(totals).values())
    return round_objective(Decimal(percent_of_hours(worked, rate)) / 100, rounding)


def follow(current: int, due: int, known: Known, target: int) -> Deltas:
    """What leads to ``target`` hours due by the work done, beside what other acts made due or forgave.

    The current objective follows the due one up where it exceeds what was foreseen, and comes back with it.
    """
    new_due = max(0, due - known.due + target)
    foreseen = current - known.extra
    return Deltas(0, max(foreseen, new_due) - current, new_due - due)


def total_refusal(total: Total, before: Known, starts_on: date, today: date) -> TotalRefusal | None:
    """Why this total cannot be kept, None where it can."""
    if total.month > month_of(today):
        return TotalRefusal.MONTH_TO_COME
    if total.month < month_of(starts_on):
        return TotalRefusal.BEFORE_START
    if not 0 <= total.hours <= LARGEST:
        return TotalRefusal.HUGE
    same = in_force(before.totals).get((total.company_id, total.month)) == total.hours
    return TotalRefusal.SAME if same else None


def said(totals: Iterable[Total], rate: int, due: int) -> str:
    """« 12 400 h × 5 % = 620 h » : what the reader can check with a calculator."""
    worked = sum(in_force(totals).values())
    exact = percent_of_hours(worked, rate)
    return f"{format_hours(worked)}{NBSP}h × {format_share(rate)} = {format_hours(exact)} → {format_hours(due)}{NBSP}h"
