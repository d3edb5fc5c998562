"""What is owed and when it is reminded: T-OPE-1, periods, days off, steps, suspensions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clause.hours.reporting.codes import Frequency
from clause.hours.reporting.rules import notices
from clause.hours.reporting.rules.periods import (
    Rhythm,
    period_of,
    period_of_hours,
    periods_begun,
    rhythm_by,
    suspended_all_through,
)
from clause.hours.reporting.rules.steps import Item, latest_step, plan
from clause.hours.reporting.rules.working_days import easter, is_working
from clause.hours.rules.deadlines import first_late_day
from clause.markets.rules.progress import Suspension

DAYS = (-7, 0, 7, 15)
DUE = date(2026, 7, 14)
QUARTERLY = Rhythm("q", Frequency.QUARTERLY)


def test_t_ope_1_the_second_quarter_of_2026() -> None:
    period = period_of(QUARTERLY, date(2026, 5, 1))
    assert (period.first, period.last, period.due) == (date(2026, 4, 1), date(2026, 6, 1), DUE)
    assert first_late_day(period.due) == date(2026, 7, 15)
    assert period.label == "2e trimestre 2026"


@pytest.mark.parametrize(
    ("frequency", "month", "label", "due"),
    [
        (Frequency.MONTHLY, date(2026, 12, 1), "décembre 2026", date(2027, 1, 14)),
        (Frequency.QUARTERLY, date(2026, 1, 1), "1er trimestre 2026", date(2026, 4, 14)),
        (Frequency.HALF_YEARLY, date(2026, 8, 1), "2e semestre 2026", date(2027, 1, 14)),
    ],
)
def test_a_period_is_of_the_calendar(frequency: Frequency, month: date, label: str, due: date) -> None:
    period = period_of(Rhythm("r", frequency), month)
    assert (period.label, period.due) == (label, due)


def test_the_settings_speak_where_no_obligation_is_written() -> None:
    settings = rhythm_by({"report.frequency": "quarterly"}, {"report.due_day": 10, "report.due_day_inclusive": True})
    assert period_of_hours([], settings, date(2026, 5, 1))[1].due == date(2026, 7, 10)
    until_june = Rhythm("m", Frequency.MONTHLY, until_month=date(2026, 5, 1))
    assert period_of_hours([until_june], settings, date(2026, 5, 1)) == ("hours.monthly", period_of(until_june, date(2026, 5, 1)))  # fmt: skip
    assert period_of_hours([until_june], settings, date(2026, 6, 1))[0] == "hours.quarterly"


def test_of_two_obligations_the_first_day_due_is_the_one() -> None:
    monthly = Rhythm("m", Frequency.MONTHLY)
    assert period_of_hours([QUARTERLY, monthly], QUARTERLY, date(2026, 4, 1))[1].due == date(2026, 5, 14)


def test_periods_are_those_that_the_market_touches() -> None:
    half = Rhythm("h", Frequency.HALF_YEARLY)
    found = list(periods_begun(half, date(2025, 11, 3), date(2026, 8, 1), date(2026, 12, 1)))
    assert [p.label for p in found] == ["2e semestre 2025", "1er semestre 2026", "2e semestre 2026"]
    ended = Rhythm("h", Frequency.HALF_YEARLY, from_month=date(2026, 1, 1), until_month=date(2026, 6, 1))
    assert [p.label for p in periods_begun(ended, date(2025, 11, 3), None, date(2026, 12, 1))] == ["1er semestre 2026"]
    assert list(periods_begun(half, date(2026, 12, 2), None, date(2026, 12, 1))) == []


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (date(2026, 4, 1), date(2026, 4, 30), True), (date(2026, 3, 9), None, True),
        (date(2026, 4, 2), date(2026, 4, 30), False), (date(2026, 3, 9), date(2026, 4, 29), False),
    ],
)  # fmt: skip
def test_a_month_is_forgiven_only_when_it_is_suspended_whole(since: date, until: date | None, expected: bool) -> None:
    assert suspended_all_through(date(2026, 4, 1), date(2026, 4, 30), [Suspension(since, until)]) is expected


def test_easter_and_days_off() -> None:
    assert [easter(y) for y in (2024, 2026, 2038)] == [date(2024, 3, 31), date(2026, 4, 5), date(2038, 4, 25)]
    off = [date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25), date(2026, 7, 14), date(2026, 11, 21)]
    assert not any(is_working(day) for day in off)
    assert is_working(date(2026, 7, 15))


def test_steps_before_on_and_after_then_each_monday() -> None:
    changes: list[tuple[int, int]] = []
    for number in range(-10, 60):
        step = latest_step(DUE, DUE + timedelta(days=number), DAYS)
        if step is not None and (not changes or changes[-1][1] != step):
            changes.append((number, step))
    assert [step for _, step in changes] == [-7, 0, 7, 15, 20, 27, 34, 41, 48, 55]
    assert all(at == step for at, step in changes)
    assert all((DUE + timedelta(days=step)).weekday() == 0 for _, step in changes[4:])


def item(**values: object) -> Item:
    return Item((1, 1, "hours.monthly", date(2026, 6, 1)), DUE, DAYS, **values)  # type: ignore[arg-type]  # of the kind that the test made


def steps(today: date, sent: dict[object, int] | None = None, of: Item | None = None) -> list[int]:
    return [found.step for found in plan([of or item()], sent or {}, today)]  # type: ignore[arg-type]  # of the kind that the test made


def test_a_day_off_sends_nothing_and_the_next_working_day_does() -> None:
    assert steps(date(2026, 7, 14)) == []  # 14 July
    assert steps(date(2026, 7, 15)) == [0]


def test_what_was_missed_is_caught_up_by_the_latest_step_alone() -> None:
    sent = {item().key: -7}
    assert steps(date(2026, 7, 30), dict(sent)) == [15]
    assert steps(date(2026, 7, 30), {item().key: 15}) == []


def test_nothing_is_reminded_while_suspended_nor_of_a_month_begun_before_its_day() -> None:
    assert steps(date(2026, 7, 22), of=item(paused=True)) == []
    assert steps(date(2026, 7, 8), of=item(begun=True)) == []
    assert steps(date(2026, 7, 22), of=item(begun=True)) == [7]
    assert steps(date(2026, 7, 22), of=Item(item().key, DUE, ())) == []


def test_a_notice_is_suggested_once_for_what_is_late() -> None:
    assert notices.is_suggested(30, 30, DUE, None)
    assert not notices.is_suggested(29, 30, DUE, None)
    assert not notices.is_suggested(60, 30, DUE, date(2026, 8, 20))
    assert notices.is_suggested(30, 30, date(2026, 10, 14), date(2026, 8, 20))


def test_the_draft_states_facts_and_leaves_the_signature_to_the_authority() -> None:
    late = notices.LatePeriod("Heures, juin 2026", DUE, (date(2026, 7, 15), date(2026, 7, 21)))
    facts = notices.Facts("Ville de Valmont", "Bâti Val", "M-1 Gros œuvre", "École", [late], 12_000, 100_000, 50_000)
    text = notices.text_of(facts)
    assert "Heures, juin 2026, à envoyer au plus tard le 14/07/2026 (rappels envoyés le 15/07/2026, 21/07/2026)" in text
    assert "120 h ont été validées, pour 500 h attendues à ce jour, sur 1 000 h à réaliser" in text.replace("\u202f", " ").replace("\xa0", " ")  # fmt: skip
    assert "délai de 15 jours" in text
    assert "Le représentant du maître d'ouvrage" in text
