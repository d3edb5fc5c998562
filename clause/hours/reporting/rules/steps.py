"""When a reminder is due: before, on and after the last day, then each Monday (OPE-04). Pure.

Nothing leaves on a day off: the step is sent on the next working day. A step that was missed is never sent late on its
own: the latest one stands for it, so that ten days without a worker make one mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clause.hours.reporting.rules.working_days import is_working

TWO_WEEKS = 14
APART = 4  # days at least between the last step of the setting and the first Monday

Key = tuple[int, int, str, date]  # market, company, what is owed, first month of the period


@dataclass(frozen=True)
class Item:
    """One period that a company still owes. ``paused``: suspended, sent, or taken over by a formal notice."""

    key: Key
    due: date
    days: tuple[int, ...]
    paused: bool = False
    begun: bool = False


@dataclass(frozen=True)
class Step:
    """A reminder to send: its item, and its number of days after the last day (negative before)."""

    item: Item
    step: int


def latest_step(due: date, today: date, days: Sequence[int]) -> int | None:
    """The last step reached by a day; None before the first, or where a structure wants no reminder.

    After the steps of the setting, each Monday is one: a company late on several months gets one mail a week.
    """
    late = (today - due).days
    reached = [day for day in days if day <= late]
    if not reached:
        return None
    monday = (today - timedelta(days=today.weekday()) - due).days
    weekly = [monday] if monday >= max(max(days) + APART, TWO_WEEKS) else []
    return max([*reached, *weekly])


def plan(items: Iterable[Item], sent: Mapping[Key, int], today: date) -> list[Step]:
    """What is to be sent today; ``sent`` gives the last step sent of each item.

    Before the last day only what is not begun is reminded: a month sent back waits for its own mail until it is late.
    """
    if not is_working(today):
        return []
    found = []
    for item in items:
        step = None if item.paused or (item.begun and today <= item.due) else latest_step(item.due, today, item.days)
        if step is not None and step > sent.get(item.key, step - 1):
            found.append(Step(item, step))
    return found
