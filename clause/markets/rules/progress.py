"""How far a market should be on a day (OPE-07), its suspensions (OPE-08), and the alert that follows, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from clause.kernel.codes import Code
from clause.kernel.values import half_up


@dataclass(frozen=True)
class Suspension:
    """From ``since`` to ``until`` included; ``until`` None while it lasts."""

    since: date
    until: date | None

    def days(self) -> int:
        """Length, 0 while it lasts."""
        return 0 if self.until is None else (self.until - self.since).days + 1


def suspensions_of(parameters: dict[str, Any]) -> tuple[Suspension, ...]:
    """The suspensions kept with a market: ``parameters["suspensions"]`` is a list of pairs of ISO days."""
    pairs = parameters.get("suspensions", [])
    return tuple(Suspension(date.fromisoformat(a), date.fromisoformat(b) if b else None) for a, b in pairs)


def shifted_end(ends_on: date | None, suspension: Suspension) -> date | None:
    """OPE-08: the end of a market, later by the length of a suspension that is over."""
    return ends_on + timedelta(days=suspension.days()) if ends_on else None


def expected_share(
    starts_on: date, ends_on: date | None, day: date, suspensions: Sequence[Suspension] = ()
) -> Decimal | None:
    """OPE-07: elapsed ÷ total days, both ends included, without the suspended ones; None where the end is unknown.

    ``ends_on`` is the end as it stands, already shifted by the suspensions that are over.
    """
    if ends_on is None:
        return None
    total = _days(starts_on, ends_on, (s for s in suspensions if s.until is not None))
    elapsed = _days(starts_on, min(day, ends_on), suspensions)
    return min(Decimal(1), Decimal(elapsed) / total) if total > 0 else Decimal(1)


def _days(first: date, last: date, suspensions: Iterable[Suspension]) -> int:
    """Days from first to last included, without the suspended ones; never negative."""
    if last < first:
        return 0
    off = sum(_overlap(first, last, s) for s in suspensions)
    return (last - first).days + 1 - off


def _overlap(first: date, last: date, suspension: Suspension) -> int:
    until = suspension.until or last
    return max(0, (min(last, until) - max(first, suspension.since)).days + 1)


def expected_hours(
    due: int | None, starts_on: date, ends_on: date | None, day: date, suspensions: Sequence[Suspension] = ()
) -> int | None:
    """OPE-07: hours expected on a day for an objective due, in hundredths; None without objective or end."""
    return part_expected(due, expected_share(starts_on, ends_on, day, suspensions))


def part_expected(due: int | None, share: Decimal | None) -> int | None:
    """The same of a share already known."""
    return None if due is None or share is None else int(half_up(due * share))


class Alert(Code):
    """How a market stands against what is expected on the day."""

    NONE = "none", "Sans alerte"
    REACHED = "reached", "Objectif atteint"
    ON_TRACK = "on_track", "Dans le rythme"
    ORANGE = "orange", "En retard"
    RED = "red", "Très en retard"

    @property
    def tone(self) -> str:
        """The tone of its badge (components/feedback.html)."""
        return {"reached": "ok", "on_track": "ok", "orange": "warn", "red": "bad"}.get(self.value, "neutral")


@dataclass(frozen=True)
class AlertLimits:
    """Settings ``alert.*``."""

    orange_below: Decimal = Decimal("0.80")
    red_below: Decimal = Decimal("0.50")
    grace_share: Decimal = Decimal("0.15")


def alert(
    done: int, due: int | None, share: Decimal | None, limits: AlertLimits | None = None, *, by_work: bool = False
) -> Alert:
    """OPE-07: the alert of a running market; none without objective or end, nor in the first part of its duration.

    ``by_work``: what is due already follows the hours worked (OBJ-06), so that all of it is expected on any day.
    """
    limits = limits or AlertLimits()
    if not due:
        return Alert.NONE
    if done >= due:
        return Alert.REACHED
    if share is None or share < limits.grace_share:
        return Alert.NONE
    expected = due * (Decimal(1) if by_work else share)
    if done < limits.red_below * expected:
        return Alert.RED
    return Alert.ORANGE if done < limits.orange_below * expected else Alert.ON_TRACK
