"""REA-01 employers that count, REA-02 cap of training, REA-03 coefficients, REA-05 CDI: what a market may set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clause.hours.codes import HourKind, NotCounted
from clause.hours.rules import cdi, counting
from clause.hours.rules.coefficients import Situation, coefficient
from clause.hours.rules.counting import LineFacts
from clause.organisations.codes import SIAE, EmployerType

CDI = Situation("cdi", date(2026, 2, 1), None)
CDD = Situation("cdd", date(2026, 2, 1), date(2026, 7, 31))
MARCH = LineFacts(
    worked_from=date(2026, 3, 1), worked_to=date(2026, 3, 31), hour_kind=HourKind.WORK, windows=((date(2026, 1, 1), None),),
    contract_from=date(2026, 1, 1), contract_to=None, market_from=date(2026, 1, 1), market_to=None,
)  # fmt: skip


def test_without_a_word_of_the_contract_real_and_valued_hours_are_the_same() -> None:
    everything = Situation("apprenticeship", date(2026, 1, 1), None, woman_in_building=True, in_qpv=True)
    assert coefficient(everything, {}, {}) == counting.ONE
    assert counting.valued_hours(15167, counting.ONE) == 15167


@pytest.mark.parametrize(
    ("situation", "market", "expected"),
    [
        (CDI, {"coefficients.cdi": "1.5"}, 15_000),
        (CDD, {"coefficients.cdi": "1.5"}, 10_000),
        (CDD, {"coefficients.cdd": "0.8"}, 8_000),
        (CDD, {"coefficients.qpv": "1.2"}, 10_000),
        (replace(CDD, in_qpv=True), {"coefficients.qpv": "1.2"}, 12_000),
        (replace(CDD, woman_in_building=True), {"coefficients.women_building": "1.3"}, 13_000),
        (CDD, {"coefficients.long_contract": "1.1"}, 11_000),  # six months to the day
        (CDD, {"coefficients.long_contract": "1.1", "coefficients.long_contract_months": 7}, 10_000),
        (CDI, {"coefficients.long_contract": "1.1", "coefficients.long_contract_months": 36}, 11_000),
        (replace(CDI, in_qpv=True), {"coefficients.cdi": "1.5", "coefficients.qpv": "1.2"}, 15_000),
        (replace(CDD, in_qpv=True), {"coefficients.cdd": "0.8", "coefficients.qpv": "1.2"}, 12_000),
        (
            replace(CDI, in_qpv=True),
            {"coefficients.cdi": "1.5", "coefficients.qpv": "1.2", "coefficients.combine": "product"},
            18_000,
        ),
    ],
)
def test_the_coefficient_of_a_contract(situation: Situation, market: dict[str, Any], expected: int) -> None:
    assert coefficient(situation, {}, market) == expected


def test_the_market_beats_the_structure() -> None:
    assert coefficient(CDI, {"coefficients.cdi": "2"}, {"coefficients.cdi": "1.5"}) == 15_000


@pytest.mark.parametrize("kind", ["EITI", "SEP"])
def test_some_employers_count_only_where_the_contract_says_so(kind: str) -> None:
    assert EmployerType.read(kind) not in (None, *SIAE)
    assert not counting.employer_counts(kind)
    assert counting.employer_counts(kind, {}, {f"structure.{kind}.countable": True})
    assert counting.employer_counts("EI")
    assert counting.not_counted(replace(MARCH, employer_counts=False)) is NotCounted.EMPLOYER


def test_training_before_hiring_counts_up_to_a_share_of_the_objective() -> None:
    assert counting.training_cap(1000_00) == 250_00
    assert counting.training_cap(1000_00, {}, {"hours.training_cap_share": "0.1"}) == 100_00
    assert counting.training_cap(None) is None
    assert not counting.beyond_cap(HourKind.PREHIRE, 50_00, 200_00, 250_00)
    assert counting.beyond_cap(HourKind.PREHIRE, 50_01, 200_00, 250_00)
    assert not counting.beyond_cap(HourKind.PREHIRE, 5000_00, 0, None)
    assert not counting.beyond_cap(HourKind.WORK, 5000_00, 0, 250_00)


def test_training_before_hiring_is_before_the_contract_and_inside_the_market() -> None:
    before = replace(
        MARCH, hour_kind=HourKind.PREHIRE, counting_kinds=frozenset({HourKind.PREHIRE}), contract_from=date(2026, 4, 1)
    )
    assert counting.not_counted(before) is None
    assert counting.not_counted(replace(before, beyond_training_cap=True)) is NotCounted.TRAINING_CAP
    assert counting.not_counted(replace(before, market_from=date(2026, 3, 2))) is NotCounted.OUTSIDE_MARKET
    assert counting.not_counted(replace(before, hour_kind=HourKind.WORK)) is not None


@pytest.mark.parametrize(
    ("rule", "until"),
    [
        ("window", date(2027, 12, 31)),
        ("twelve_months", date(2027, 1, 31)),
        ("until_contract_end", date(2031, 1, 31)),
        ("until_contract_end_max_48_months", date(2030, 1, 31)),
    ],
)
def test_the_rule_of_cdi_lengthens_or_shortens_the_window_of_its_first_day(rule: str, until: date) -> None:
    windows = ((date(2026, 1, 1), date(2027, 12, 31)), (date(2033, 1, 1), date(2034, 12, 31)))
    read = cdi.windows_of_cdi(windows, rule, date(2026, 2, 1), date(2031, 1, 31))
    assert read == ((date(2026, 1, 1), until), windows[1])


@pytest.mark.parametrize("rule", cdi.RULES)
def test_a_person_who_was_not_eligible_when_hired_gains_nothing(rule: str) -> None:
    windows = ((date(2026, 3, 1), date(2027, 2, 28)),)
    assert cdi.windows_of_cdi(windows, rule, date(2026, 2, 1), None) == windows
    assert cdi.windows_of_cdi((), rule, date(2026, 2, 1), None) == ()
