"""REA-07: each row of the table of plausibility checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clause.hours.codes import HourKind, HoursBasis
from clause.hours.rules import plausibility
from clause.hours.rules.plausibility import Check, Finding, Lift, Line, PersonMonth, Span

MARCH = date(2026, 3, 1)
WHOLE = Line(
    key="a", group="c1", hour_kind=HourKind.WORK, hours=14000, worked_from=date(2026, 3, 1), worked_to=date(2026, 3, 31),
    contract_from=date(2026, 1, 1), contract_to=date(2026, 12, 31), market_from=date(2026, 1, 1), market_to=None,
)  # fmt: skip


def line(**changes: Any) -> Line:
    return replace(WHOLE, **changes)


def findings(*lines: Line, **facts: Any) -> list[Finding]:
    base: dict[str, Any] = {"month": MARCH, "today": date(2026, 11, 21), "lines": lines, "birth_date": date(1990, 1, 1)}
    return plausibility.month_findings(PersonMonth(**{**base, **facts}))


def codes(found: list[Finding]) -> list[tuple[str, bool]]:
    return [(f.code, f.blocking) for f in found]


@pytest.mark.parametrize(
    ("month", "limit"),
    [(date(2026, 2, 1), 19200), (date(2028, 2, 1), 19886), (date(2026, 4, 1), 20571), (date(2026, 3, 1), 21257)],
)
def test_the_month_is_blocked_above_48_hours_a_week(month: date, limit: int) -> None:
    assert plausibility.month_block_limit(month) == limit


@pytest.mark.parametrize(("month", "limit"), [(date(2026, 3, 1), 15400), (date(2026, 7, 1), 16100)])
def test_the_usual_month_is_seven_hours_a_weekday(month: date, limit: int) -> None:
    assert plausibility.month_usual_limit(month) == limit


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (15400, []),
        (15401, [(Check.MONTH_WORKED, False)]),
        (19067, [(Check.MONTH_WORKED, False)]),
        (19068, [(Check.MONTH_ANY, False)]),
        (21257, [(Check.MONTH_ANY, False)]),
        (21258, [(Check.MONTH_BLOCK, True)]),
        (22000, [(Check.MONTH_BLOCK, True)]),
        (22001, [(Check.MONTH_HARD, True)]),
        (30000, [(Check.MONTH_HARD, True)]),
    ],
)
def test_hours_of_a_month(hours: int, expected: list[tuple[str, bool]]) -> None:
    assert codes(findings(line(hours=hours))) == expected


def test_all_contracts_of_a_person_are_added() -> None:
    found = findings(line(hours=12000), elsewhere=10001)
    assert codes(found) == [(Check.MONTH_HARD, True)]
    assert "dont 100,01 h déclarées par ailleurs" in found[0].sentence


def test_a_company_does_not_learn_how_much_a_person_works_elsewhere() -> None:
    found = findings(line(hours=12000), elsewhere=10001, rest_of_year=200000, discreet=True)
    assert codes(found) == [(Check.MONTH_HARD, True), (Check.YEAR, False)]
    assert not any("220,01" in f.sentence or "100,01" in f.sentence or "2 220" in f.sentence for f in found)


def test_absence_is_not_work_and_weighs_on_the_last_ceiling_alone() -> None:
    assert findings(line(hours=15000), line(key="b", hour_kind=HourKind.ABSENCE, hours=5000)) == []
    assert codes(findings(line(hour_kind=HourKind.ABSENCE, hours=30000))) == [(Check.MONTH_HARD, True)]


def test_paid_hours_above_a_full_time_month() -> None:
    assert findings(line(hours=15167, basis=HoursBasis.PAID)) == []
    assert codes(findings(line(hours=15168, basis=HoursBasis.PAID))) == [(Check.MONTH_PAID, False)]


@pytest.mark.parametrize(
    ("first", "last", "hours", "expected"),
    [
        (2, 2, 1000, []),  # one day
        (2, 2, 1001, [(Check.SPAN, False)]),
        (2, 2, 1201, [(Check.SPAN, True)]),
        (2, 8, 4400, []),  # one calendar week
        (2, 8, 4401, [(Check.SPAN, False)]),
        (2, 8, 4801, [(Check.SPAN, True)]),
        (2, 15, 9600, [(Check.SPAN, False)]),
        (2, 15, 9601, [(Check.SPAN, True)]),
    ],
)
def test_days_and_weeks(first: int, last: int, hours: int, expected: list[tuple[str, bool]]) -> None:
    cut = line(worked_from=date(2026, 3, first), worked_to=date(2026, 3, last), hours=hours)
    assert codes(findings(cut)) == expected


def day(number: int, hours: int, **changes: Any) -> Line:
    first = date(2026, 3, number)
    return line(key=f"d{number}", worked_from=first, worked_to=first, hours=hours, **changes)


def elsewhere_on(first: int, last: int, hours: int) -> tuple[Span, ...]:
    return (Span(date(2026, 3, first), date(2026, 3, last), hours),)


def test_a_line_of_a_week_that_begins_on_a_wednesday_is_a_week_too() -> None:
    assert codes(findings(line(worked_from=date(2026, 3, 4), worked_to=date(2026, 3, 10), hours=4801))) == [
        (Check.SPAN, True)
    ]
    two_days = line(worked_from=date(2026, 3, 4), worked_to=date(2026, 3, 5), hours=2401)
    assert codes(findings(two_days)) == [(Check.SPAN, True)]


def test_the_days_of_a_civil_week_are_added() -> None:
    five = [day(number, 900) for number in range(2, 7)]
    found = findings(*five)
    assert codes(found) == [(Check.SPAN, False)]
    assert "45 h du 02/03/2026 au 08/03/2026" in found[0].sentence
    assert found[0].keys == ("d2", "d3", "d4", "d5", "d6")
    assert codes(findings(*five, day(7, 401))) == [(Check.SPAN, True)]
    assert findings(day(6, 900), day(9, 900)) == []  # Friday and Monday


def test_days_and_weeks_add_what_other_contracts_say() -> None:
    assert codes(findings(day(2, 700), spans_elsewhere=elsewhere_on(2, 2, 301))) == [(Check.SPAN, False)]
    found = findings(day(2, 700), spans_elsewhere=elsewhere_on(2, 2, 501))
    assert codes(found) == [(Check.SPAN, True)]
    assert "dont 5,01 h déclarées par ailleurs" in found[0].sentence
    assert codes(findings(day(2, 700), spans_elsewhere=elsewhere_on(2, 8, 4101))) == [(Check.SPAN, True)]
    assert findings(day(2, 700), spans_elsewhere=elsewhere_on(9, 15, 4400)) == []
    hidden = findings(day(2, 700), spans_elsewhere=elsewhere_on(2, 2, 501), discreet=True)
    assert not any("5,01" in f.sentence or "12,01" in f.sentence for f in hidden)


def test_a_minor_works_eight_hours_a_day() -> None:
    born = date(2009, 3, 3)
    assert findings(day(2, 800), birth_date=born) == []
    assert codes(findings(day(2, 801), birth_date=born)) == [(Check.MINOR, False)]
    assert codes(findings(day(2, 1001), birth_date=born)) == [(Check.MINOR, True)]


def test_the_whole_month_of_a_minor_adds_other_employers() -> None:
    found = findings(
        line(hours=10000), birth_date=date(2009, 3, 2), elsewhere=8000, spans_elsewhere=elsewhere_on(1, 31, 8000)
    )
    assert (Check.MINOR, True) in codes(found)


def test_paid_hours_of_all_contracts_are_added() -> None:
    paid = line(hours=10000, basis=HoursBasis.PAID)
    assert findings(paid, elsewhere=5000, paid_elsewhere=5167) == []
    assert codes(findings(paid, elsewhere=5000, paid_elsewhere=5168)) == [(Check.MONTH_PAID, False)]
    assert findings(line(hours=10000), paid_elsewhere=20000) == []


def test_training_before_hiring_precedes_the_contract() -> None:
    before = line(hour_kind=HourKind.PREHIRE, contract_from=date(2026, 4, 1))
    assert findings(before) == []


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        (146700, []),
        (146701, [(Check.YEAR, False)]),
        (168701, [(Check.YEAR, False)]),
        (214801, [(Check.YEAR, True)]),
    ],
)
def test_hours_of_a_year(rest: int, expected: list[tuple[str, bool]]) -> None:
    assert codes(findings(line(hours=14000), rest_of_year=rest)) == expected


@pytest.mark.parametrize(
    ("hours", "expected"), [(15500, []), (15501, [(Check.MINOR, False)]), (17715, [(Check.MINOR, True)])]
)
def test_a_minor_works_35_hours_a_week(hours: int, expected: list[tuple[str, bool]]) -> None:
    found = findings(line(hours=hours), birth_date=date(2009, 3, 2))
    assert [c for c in codes(found) if c[0] == Check.MINOR] == expected
    adult = findings(line(hours=hours), birth_date=date(2008, 3, 1))
    assert not [f for f in adult if f.code == Check.MINOR]


def test_dates_outside_contract_or_market_block() -> None:
    assert codes(findings(line(contract_to=date(2026, 3, 15)))) == [(Check.OUTSIDE_CONTRACT, True)]
    assert codes(findings(line(market_from=date(2026, 3, 2)))) == [(Check.OUTSIDE_MARKET, True)]
    assert findings(line(contract_to=date(2026, 3, 15), hours=0)) == []


def test_a_month_to_come_is_never_accepted() -> None:
    found = findings(WHOLE, today=date(2026, 2, 28))
    assert codes(found) == [(Check.FUTURE, True)]
    assert found[0].lift is Lift.NEVER
    assert codes(findings(WHOLE, today=date(2026, 3, 20))) == [(Check.NOT_OVER, False)]


def test_the_same_line_twice() -> None:
    found = findings(line(hours=3000), line(key="b", hours=3000))
    assert codes(found) == [(Check.DUPLICATE, True)]
    assert found[0].keys == ("a", "b")
    other = line(key="b", group="c2", hours=3000)
    assert findings(line(hours=3000), other) == []


def test_eligibility_asks_for_a_split_or_warns() -> None:
    assert codes(findings(line(windows=((date(2026, 1, 1), date(2026, 3, 9)),)))) == [(Check.STRADDLE, True)]
    assert codes(findings(line(windows=()))) == [(Check.NOT_ELIGIBLE, False)]
    assert findings(line(windows=(), counts=False)) == []
    assert findings(line(windows=((date(2026, 3, 1), None),))) == []


def test_a_comment_lifts_what_may_be_lifted() -> None:
    block = findings(line(hours=21300))
    assert plausibility.blocking(block, [], facilitator=False) == block
    assert plausibility.blocking(block, ["a"], facilitator=False) == []
    hard = findings(line(hours=30000))
    assert plausibility.blocking(hard, ["a"], facilitator=False) == hard
    assert plausibility.blocking(hard, ["a"], facilitator=True) == []
    assert plausibility.blocking(hard, [], facilitator=True) == hard
    future = findings(WHOLE, today=date(2026, 2, 1))
    assert plausibility.blocking(future, ["a"], facilitator=True) == future
