"""What will be done by the end, what is missing, and how many people of how many hours from when would close it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clause.hours.forecast.rules.calendar import monday_from, next_monday, open_days
from clause.hours.forecast.rules.closing import closing
from clause.hours.forecast.rules.engagements import (
    Basis,
    Engagement,
    Post,
    Rhythm,
    Term,
    elapsed,
    of_post,
    renewal,
    rhythm,
    split_of,
    to_come,
)
from clause.hours.forecast.rules.forecast import Facts, Pace, about, forecast
from clause.markets.rules.progress import Suspension

ALL = 10_000
TODAY = date(2026, 11, 23)  # a Monday
END = date(2027, 2, 28)
TERM = Term(TODAY, date(2026, 1, 1), END)
WEEK = Rhythm(3_500, Basis.CONTRACT)


def engaged(**values: object) -> Engagement:
    defaults = {
        "rhythm": WEEK, "starts_on": date(2026, 6, 1), "ends_on": None, "windows": ((date(2026, 1, 1), None),),
        "covered_until": date(2026, 10, 31),
    }  # fmt: skip
    return Engagement(**{**defaults, **values})  # type: ignore[arg-type]  # of the kind that the test made


def test_hours_of_a_contract_before_its_past_before_35_hours() -> None:
    assert rhythm(2_800, [10_000], ALL, ALL) == Rhythm(2_800, Basis.CONTRACT)
    # 130 h a month on average over the last three of four months: 30 h a week.
    assert rhythm(None, [99_900, 12_000, 13_000, 14_000], ALL, ALL) == Rhythm(3_000, Basis.PAST)
    assert rhythm(None, [], ALL, ALL) == Rhythm(3_500, Basis.ASSUMED)


def test_leave_and_holidays_are_taken_out_of_the_hours_of_a_contract_not_of_what_was_worked() -> None:
    ratio = 1607 * ALL // 1820
    assert rhythm(3_500, [], ALL, ratio).weekly == 3_090
    assert rhythm(None, [13_000], ALL, ratio).weekly == 3_000


def test_a_contract_is_shared_between_its_markets_as_it_was() -> None:
    assert split_of(3_000, 12_000, 2) == 2_500
    assert split_of(0, 0, 2) == 5_000
    assert rhythm(3_500, [], split_of(0, 0, 2), ALL).weekly == 1_750


@pytest.mark.parametrize(
    ("until", "weeks"),
    [(None, 14), (date(2027, 1, 3), 6), (date(2028, 1, 1), 14), (date(2026, 11, 22), 0)],
)
def test_a_contract_brings_hours_until_its_end_or_that_of_the_market(until: date | None, weeks: int) -> None:
    assert to_come(engaged(ends_on=until), TERM) == 3_500 * weeks


def test_the_end_of_eligibility_bounds_it() -> None:
    windows = ((date(2026, 1, 1), date(2026, 12, 6)),)
    assert to_come(engaged(windows=windows), TERM) == 3_500 * 2
    assert to_come(engaged(windows=()), TERM) == 0


def test_suspended_days_bring_nothing() -> None:
    paused = Term(TODAY, date(2026, 1, 1), END, (Suspension(date(2026, 12, 7), date(2026, 12, 20)),))
    assert to_come(engaged(), paused) == 3_500 * 12
    assert open_days(date(2026, 12, 1), date(2026, 12, 31), paused.suspensions) == 17


def test_months_that_nobody_declared_are_counted_once_and_old_ones_not_guessed() -> None:
    oldest = date(2026, 8, 1)
    assert elapsed(engaged(), TERM, oldest) == 3_500 * 22 // 7  # 1 to 22 November
    assert elapsed(engaged(covered_until=None), TERM, oldest) == 3_500 * 114 // 7
    assert to_come(engaged(covered_until=date(2026, 11, 29)), TERM) == 3_500 * 13  # a month declared before its end


def test_renewals_and_posts_are_told_apart() -> None:
    ends = date(2027, 1, 3)
    assert renewal(engaged(ends_on=ends), TERM) == 3_500 * 8
    assert renewal(engaged(), TERM) == 0
    assert renewal(engaged(ends_on=date(2026, 11, 1)), TERM) == 0
    assert of_post(Post(2, 3_500, None, None), TERM, next_monday(TODAY)) == 2 * 3_500 * 13
    assert of_post(Post(1, 2_000, date(2027, 2, 1), date(2027, 2, 14)), TERM, next_monday(TODAY)) == 2_000 * 2


def facts(**values: object) -> Facts:
    defaults = {"target": 200_000, "done": 60_000, "pending": 5_000}
    return Facts(**{**defaults, **values})  # type: ignore[arg-type]  # of the kind that the test made


def test_three_assumptions_and_what_each_lacks() -> None:
    one = engaged(ends_on=date(2027, 1, 3))
    found = forecast(facts(contracts=[one], posts=[Post(1, 3_500, None, None)]), TERM)
    contracts = 65_000 + 11_000 + 3_500 * 6
    assert found.contracts == contracts
    assert found.recruited == contracts + 3_500 * 8 + 3_500 * 13
    assert found.gap == 200_000 - contracts
    assert found.shortfall(found.recruited) == 200_000 - found.recruited


def test_the_likely_total_is_the_pace_kept_between_what_is_promised_and_what_could_come() -> None:
    def likely(hours: int, **values: object) -> int:
        return forecast(facts(pace=Pace(hours, date(2026, 8, 1), date(2026, 10, 31)), **values), TERM).likely

    assert likely(9_200) == 65_000  # no contract runs: nothing is promised, nothing could come
    one = engaged(ends_on=date(2027, 1, 3))
    promised = 65_000 + 11_000 + 3_500 * 6
    assert likely(0, contracts=[one]) == promised
    assert likely(99_999_999, contracts=[one]) == promised + 3_500 * 8
    assert likely(36_800, contracts=[one]) == 65_000 + 400 * 120  # 92 days read, 120 days left
    assert forecast(facts(contracts=[one]), TERM).likely == promised


def test_without_objective_nothing_is_missing() -> None:
    found = forecast(facts(target=None), TERM)
    assert found.gap is found.likely_shortfall is None


def test_forecasts_are_not_said_to_the_hour() -> None:
    assert [about(h) for h in (123_456, 10_499, 4_267, 0)] == [123_000, 10_000, 4_300, 0]


# What would close a gap


def test_people_of_a_week_from_a_day_rounded_up() -> None:
    found = closing(100_000, TODAY, END, ALL)
    assert found.starts == (date(2026, 11, 30), date(2026, 12, 7), date(2027, 2, 1))
    full = found.rows[0]
    # 13 weeks of 35 h are 455 h each: three people; 4 weeks in February are 140 h: eight.
    assert [(c.people, c.each) for c in full.cells if c] == [(3, 45_500), (3, 42_000), (8, 14_000)]
    assert [row.weekly for row in found.rows] == [3_500, 2_800, 2_400, 2_000]
    assert found.rows[3].cells[0] is not None
    assert found.rows[3].cells[0].people == 4


def test_latest_days_are_the_last_ones_that_suffice() -> None:
    found = closing(100_000, TODAY, END, ALL)
    assert [(x.people, x.on) for x in found.latest[:2]] == [(3, date(2026, 12, 21)), (4, date(2027, 1, 4))]


def test_no_time_left_is_said() -> None:
    assert closing(100, TODAY, date(2026, 11, 29), ALL).impossible
    assert not closing(0, TODAY, date(2026, 11, 29), ALL).impossible
    assert not closing(100, TODAY, date(2026, 11, 30), ALL).impossible


@given(st.integers(1, 10**7), st.integers(0, 900), st.integers(0, 700))
def test_the_people_said_are_enough_and_one_less_is_not(gap: int, after: int, length: int) -> None:
    today = TODAY + timedelta(days=after)
    ends_on = today + timedelta(days=length)
    found = closing(gap, today, ends_on, 8_829)
    assert found.impossible == (next_monday(today) > ends_on)
    for row in found.rows:
        for cell in row.cells:
            if cell is not None:
                assert (cell.people - 1) * cell.each < gap <= cell.people * cell.each
    assert all(a.people < b.people and a.on <= b.on for a, b in zip(found.latest, found.latest[1:], strict=False))


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_mondays(day: date) -> None:
    assert next_monday(day).weekday() == monday_from(day).weekday() == 0
    assert 0 < (next_monday(day) - day).days <= 7
    assert 0 <= (monday_from(day) - day).days < 7
