"""Which hours count: REA-02, REA-03, REA-05, REA-08, PUB-03; vectors T-REA-1, T-REA-2, T-REA-4, T-REA-6."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clause.hours.codes import HourKind, NotCounted
from clause.hours.rules import cdi, counting
from clause.hours.rules.coefficients import Situation, coefficient
from clause.hours.rules.counting import LineFacts

MARCH = LineFacts(
    worked_from=date(2027, 3, 1), worked_to=date(2027, 3, 31), hour_kind=HourKind.WORK,
    windows=((date(2025, 3, 10), date(2027, 3, 9)),),
    contract_from=date(2026, 1, 1), contract_to=None, market_from=date(2026, 1, 1), market_to=date(2028, 12, 31),
)  # fmt: skip


def line(**changes: Any) -> LineFacts:
    return replace(MARCH, **changes)


def test_t_rea_1_a_pay_slip_counts_without_sickness_and_with_safety_training() -> None:
    ratios = counting.counting_ratios()
    slip = {HourKind.WORK: 13067, HourKind.OTHER_TRAINING: 700, HourKind.ABSENCE: 1400}
    assert sum(slip.values()) == 15167
    assert sum(counting.counted_hours(hours, ratios[kind]) for kind, hours in slip.items()) == 13767


def test_t_rea_2_a_coefficient_changes_what_the_market_counts_and_nothing_else() -> None:
    market = {"coefficients.cdi": 1.5}
    assert counting.valued_hours(10000, coefficient(Situation("cdi"), {}, market)) == 15000
    assert counting.valued_hours(10000, coefficient(Situation("cdd"), {}, market)) == 10000


@pytest.mark.parametrize(
    ("rule", "until"),
    [
        ("window", date(2028, 1, 31)),
        ("until_contract_end_max_48_months", date(2030, 1, 31)),
        ("until_contract_end", date(2031, 1, 31)),
        ("twelve_months", date(2027, 1, 31)),
    ],
)
def test_t_rea_4_hours_after_a_cdi(rule: str, until: date) -> None:
    assert cdi.cdi_until(rule, date(2026, 2, 1), date(2031, 1, 31)) == until


def test_a_cdi_lengthens_the_window_of_a_person_who_was_eligible_on_its_first_day() -> None:
    windows = ((date(2026, 1, 1), date(2026, 12, 31)),)
    longer = cdi.windows_of_cdi(windows, "until_contract_end", date(2026, 2, 1), date(2031, 1, 31))
    assert counting.merged(longer) == [(date(2026, 1, 1), date(2031, 1, 31))]
    assert cdi.windows_of_cdi(windows, "until_contract_end", date(2027, 2, 1), None) == windows
    assert cdi.windows_of_cdi(windows, "window", date(2026, 2, 1), None) == windows


def test_t_rea_6_a_line_cut_by_the_end_of_eligibility_must_be_split() -> None:
    assert counting.straddles(MARCH)
    request = counting.split_request(MARCH)
    assert request is not None
    assert "du 01/03/2027 au 09/03/2027" in request
    assert "du 10/03/2027 au 31/03/2027" in request
    first, second = line(worked_to=date(2027, 3, 9)), line(worked_from=date(2027, 3, 10))
    assert not counting.straddles(first)
    assert not counting.straddles(second)
    assert counting.not_counted(first) is None
    assert counting.not_counted(second) is NotCounted.ELIGIBILITY_EXPIRED


def test_a_line_cut_by_the_beginning_of_eligibility_must_be_split_too() -> None:
    cut = line(windows=((date(2027, 3, 15), None),))
    assert counting.boundary(cut) == date(2027, 3, 15)
    assert counting.not_counted(cut) is NotCounted.BEFORE_VALIDATION


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"windows": ((date(2027, 3, 1), None),)}, None),
        ({"windows": ()}, NotCounted.NOT_ELIGIBLE),
        ({"windows": ((date(2027, 4, 1), None),)}, NotCounted.BEFORE_VALIDATION),
        ({"windows": ((date(2025, 3, 1), date(2027, 2, 28)),)}, NotCounted.ELIGIBILITY_EXPIRED),
        ({"windows": ((date(2025, 3, 10), date(2027, 3, 9)), (date(2027, 3, 10), None))}, None),
        ({"contract_to": date(2027, 3, 20)}, NotCounted.OUTSIDE_CONTRACT),
        ({"contract_from": date(2027, 3, 2)}, NotCounted.OUTSIDE_CONTRACT),
        ({"market_to": date(2027, 3, 30)}, NotCounted.OUTSIDE_MARKET),
        ({"hour_kind": HourKind.ABSENCE}, NotCounted.KIND),
        ({"hour_kind": HourKind.PREHIRE}, NotCounted.KIND),
        ({"hour_kind": HourKind.TUTORING}, NotCounted.KIND),
        ({"has_clause": False}, NotCounted.NO_CLAUSE),
    ],
)
def test_why_a_line_does_not_count(changes: dict[str, Any], reason: NotCounted | None) -> None:
    facts = line(**{"windows": ((date(2027, 3, 1), None),), **changes})
    assert counting.not_counted(facts) is reason


def test_hours_of_a_kind_that_never_counts_need_no_split() -> None:
    assert not counting.straddles(line(hour_kind=HourKind.ABSENCE))
    assert not counting.straddles(line(has_clause=False))


def test_which_kinds_count_follows_the_settings_of_structure_then_market() -> None:
    assert counting.counting_kinds() == counting.DEFAULT_COUNTING_KINDS
    assert HourKind.PREHIRE in counting.counting_kinds({"hours.prehire_training_ratio": 0.5})
    overridden = counting.counting_kinds({"hours.paid_training_ratio": 1.0}, {"hours.paid_training_ratio": 0})
    assert HourKind.OTHER_TRAINING not in overridden
    assert counting.counted_hours(701, counting.ten_thousandths(0.5)) == 351


def test_the_days_of_a_line_are_those_that_contract_and_market_leave() -> None:
    month = date(2026, 3, 1)
    assert counting.clip(month, (date(2026, 1, 1), None)) == (date(2026, 3, 1), date(2026, 3, 31))
    clipped = counting.clip(month, (date(2026, 3, 9), None), (date(2026, 1, 1), date(2026, 3, 20)))
    assert clipped == (date(2026, 3, 9), date(2026, 3, 20))
    assert counting.clip(month, (date(2026, 4, 1), None)) is None
