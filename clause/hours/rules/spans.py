"""Days and weeks (domain.md REA-07), minors included: what the law leaves at most between two days. Pure.

A line of one day is read as a day, a line of at most seven days as a week. Lines of a person that fall in the same days or in
the same civil week are added, those of other contracts and employers too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from clause.hours.codes import HourKind
from clause.hours.rules.findings import (
    COMMENT_ASKED,
    DAY_BLOCK,
    DAY_WARN,
    MINOR_DAY_BLOCK,
    MINOR_DAY_WARN,
    MINOR_WEEK_BLOCK,
    MINOR_WEEK_WARN,
    WEEK_BLOCK,
    WEEK_WARN,
    Check,
    Finding,
    Line,
    PersonMonth,
    Span,
)
from clause.kernel.values import add_months, format_date, format_hours, half_up

LONG = 28  # days: from there on the limits of the month are stricter


def span_findings(facts: PersonMonth) -> Iterator[Finding]:
    """What days and weeks say of the lines being declared."""
    lines = [line for line in facts.lines if line.hour_kind is not HourKind.ABSENCE and line.hours]
    for first, last in periods(facts, lines):
        yield from _period(facts, first, last, [line for line in lines if _in(line.worked_from, line.worked_to, first, last)])  # fmt: skip


def periods(facts: PersonMonth, lines: list[Line]) -> list[tuple[date, date]]:
    """The periods to look at: those of the lines, and the civil weeks where several periods meet."""
    typed = {(line.worked_from, line.worked_to) for line in lines}
    others = {(span.first, span.last) for span in facts.spans_elsewhere}
    weeks = set()
    for first, last in typed:
        monday = first - timedelta(days=first.weekday())
        sunday = monday + timedelta(days=6)
        met = {p for p in typed | others if _in(*p, monday, sunday)}
        if last <= sunday and len(met) > 1:
            weeks.add((monday, sunday))
    return sorted(typed | weeks)


def _in(first: date, last: date, since: date, until: date) -> bool:
    return since <= first and last <= until


def _period(facts: PersonMonth, first: date, last: date, lines: list[Line]) -> Iterator[Finding]:
    elsewhere = sum(span.hours for span in facts.spans_elsewhere if _in(span.first, span.last, first, last))
    hours, keys = sum(line.hours for line in lines) + elsewhere, tuple(line.key for line in lines)
    span = Span(first, last, hours)
    said = _said(span, elsewhere, facts.discreet)
    if is_minor(facts.birth_date, first):
        yield from _minor(span, said, keys)
    elif (last - first).days + 1 < LONG:
        yield from _adult(span, said, keys)


def _said(span: Span, elsewhere: int, discreet: bool) -> str:
    days = _days(span)
    if elsewhere and discreet:
        return f"En comptant ses autres employeurs, cette personne a beaucoup d'heures {days}"
    text = f"{format_hours(span.hours)} h {days}"
    return f"{text}, dont {format_hours(elsewhere)} h déclarées par ailleurs" if elsewhere else text


def _days(span: Span) -> str:
    if span.first == span.last:
        return f"le {format_date(span.first)}"
    return f"du {format_date(span.first)} au {format_date(span.last)}"


def _adult(span: Span, said: str, keys: tuple[str, ...]) -> Iterator[Finding]:
    if span.hours > (limit := most(span.first, span.last, WEEK_BLOCK, DAY_BLOCK)):
        text = f"{said} : le maximum est de 12 h par jour et 48 h par semaine, soit {format_hours(limit)} h. {COMMENT_ASKED}"
        yield Finding(Check.SPAN, text, True, keys=keys)
    elif span.hours > (limit := most(span.first, span.last, WEEK_WARN, DAY_WARN)):
        text = f"{said} : c'est plus que 10 h par jour ou 44 h par semaine ({format_hours(limit)} h). Vérifiez."
        yield Finding(Check.SPAN, text, False, keys=keys)


def _minor(span: Span, said: str, keys: tuple[str, ...]) -> Iterator[Finding]:
    """8 h a day and 35 h a week under 18; two more hours a day and 40 a week on building sites, with an authorisation."""
    said = f"{said}, pour une personne mineure"
    if span.hours > (limit := _minor_limit(span, MINOR_WEEK_BLOCK, MINOR_DAY_BLOCK)):
        text = f"{said} : le maximum est de 40 h par semaine, soit {format_hours(limit)} h. {COMMENT_ASKED}"
        yield Finding(Check.MINOR, text, True, keys=keys)
    elif span.hours > (limit := _minor_limit(span, MINOR_WEEK_WARN, MINOR_DAY_WARN)):
        text = f"{said} : c'est plus que 8 h par jour ou 35 h par semaine ({format_hours(limit)} h). Vérifiez."
        yield Finding(Check.MINOR, text, False, keys=keys)


def _minor_limit(span: Span, week: int, day: int) -> int:
    days = (span.last - span.first).days + 1
    return int(half_up(Decimal(week) * days / 7)) if days >= LONG else most(span.first, span.last, week, day)


def most(first: date, last: date, week: int, day: int) -> int:
    """The most that ``week`` hours a week and ``day`` hours a day leave between two days, in hundredths.

    Up to seven days are one week, wherever they begin; more are cut at the Sundays.
    """
    days = (last - first).days + 1
    if days <= 7:
        return min(week, day * days)
    total, monday = 0, first
    while monday <= last:
        sunday = min(last, monday + timedelta(days=6 - monday.weekday()))
        total += min(week, day * ((sunday - monday).days + 1))
        monday = sunday + timedelta(days=1)
    return total


def is_minor(birth_date: date | None, day: date) -> bool:
    return birth_date is not None and add_months(birth_date, 18 * 12) > day
