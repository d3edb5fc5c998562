"""OBJ-01 to OBJ-16, with the vectors T-OBJ-1 to T-OBJ-14 of the rulebook."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clause.markets.rules import bounds
from clause.markets.rules.bounds import FormulaRefusal
from clause.markets.rules.objective import (
    Formula,
    Rounding,
    ThresholdMode,
    after_staff_transfer,
    amendment_proposal,
    effective_rate,
    exact_hours,
    explanation,
    fte,
    initial_objective,
    jobs_or_fte,
    objective,
    operation_objective,
    per_amount,
    percent_of_hours,
    round_objective,
    split,
    worth_proposing,
)
from clause.markets.rules.trades import LABOUR_SHARES, Trade


def formula(euros: int, labour: int, rate: int, cost: int) -> Formula:
    """Euros, percents, euros an hour."""
    return Formula(euros * 100, labour * 100, rate * 100, cost * 100)


@pytest.mark.parametrize(
    ("vector", "values", "exact", "hours"),
    [
        ("T-OBJ-1", formula(1_000_000, 50, 5, 30), "833.33", 833),
        ("T-OBJ-2", formula(1_500_000, 70, 10, 30), "3500.00", 3500),
        ("T-OBJ-3", formula(1_000_000, 50, 5, 35), "714.29", 714),
        ("T-OBJ-12 at 40", formula(1_000_000, 50, 5, 40), "625.00", 625),
        ("T-OBJ-13 structural", formula(2_400_000, 50, 7, 35), "2400.00", 2400),
        ("T-OBJ-13 painting", formula(180_000, 70, 10, 35), "360.00", 360),
        ("T-OBJ-10", formula(120_000, 20, 5, 35), "34.29", 34),
    ],
)
def test_obj_01_formula(vector: str, values: Formula, exact: str, hours: int) -> None:
    assert f"{exact_hours(values):.2f}" == exact, vector
    assert objective(values) == hours * 100, vector


def test_t_obj_1_is_explained_as_it_is_computed() -> None:
    values = formula(1_000_000, 50, 5, 30)
    said = (
        explanation(values, objective(values))
        .replace("\N{NO-BREAK SPACE}", " ")
        .replace("\N{NARROW NO-BREAK SPACE}", " ")
    )
    assert said == "1 000 000 € × 50 % × 5 % ÷ 30 € = 833,33 → 833 h"


def test_t_obj_4_rate_that_typed_hours_amount_to() -> None:
    assert effective_rate(500_00, 1_000_000_00, 5000, 30_00) == 300
    assert effective_rate(500_00, 0, 5000, 30_00) is None


def test_t_obj_5_tranches_are_summed_then_rounded_once() -> None:
    firm, optional = formula(600_000, 50, 5, 35), formula(400_000, 50, 5, 35)
    assert objective(firm, optional) == 714_00
    assert objective(firm, optional, level="tranche") == 715_00


def test_t_obj_6_amendment_proposal() -> None:
    proposal = amendment_proposal(714_29, 1_000_000_00, 1_120_000_00)
    assert proposal == 800_00
    assert proposal - 714_00 == 86_00
    assert worth_proposing(1_000_000_00, 1_050_000_00)
    assert not worth_proposing(1_000_000_00, 1_049_999_99)
    assert worth_proposing(1_000_000_00, 950_000_00)


def test_t_obj_7_offered_hours_above_the_minimum() -> None:
    assert initial_objective(500_00, 620_00) == 620_00
    assert initial_objective(500_00, None) == 500_00


def test_t_obj_8_grouping_split_by_share_of_amount() -> None:
    assert split(1_000_00, [620_000, 380_000]) == [620_00, 380_00]


@given(st.integers(0, 10**8), st.lists(st.integers(1, 10**9), min_size=1, max_size=8))
def test_a_split_always_adds_up(hours: int, amounts: list[int]) -> None:
    assert sum(split(hours, amounts)) == hours


def test_t_obj_9_full_time_equivalents() -> None:
    assert f"{fte(11_500_000_00):.0f}" == "7156"
    assert f"{fte(11_500_000_00, 1820):.0f}" == "6319"


def test_t_obj_10_a_small_lot_is_warned_about() -> None:
    warnings = bounds.small_lot_warnings(34_29, date(2026, 1, 1), date(2026, 12, 31), 2000)
    assert len(warnings) == 1
    assert "dispense ou un regroupement" in warnings[0]
    short = bounds.small_lot_warnings(500_00, date(2026, 1, 1), date(2026, 1, 31), 1500)
    assert len(short) == 2
    assert bounds.small_lot_warnings(70_00, date(2026, 1, 1), date(2026, 2, 25), 2000) == []


def test_t_obj_11_staff_taken_over_is_left_out() -> None:
    assert after_staff_transfer(20_000_00, 15_200_00, 1000) == 480_00


def test_t_obj_12_the_hourly_cost_moves_the_objective_by_a_quarter() -> None:
    found = [objective(formula(1_000_000, 50, 5, cost)) for cost in (30, 35, 40)]
    assert found == [833_00, 714_00, 625_00]


def test_t_obj_13_a_lot_without_clause_is_no_zero() -> None:
    whole = operation_objective([2_400_00, 360_00, None])
    assert (whole.hours, whole.lots_with_objective, whole.lots) == (2_760_00, 2, 3)
    assert operation_objective([None]).hours is None


def test_t_obj_14_percent_of_hours_worked() -> None:
    assert percent_of_hours(12_400_00, 500) == 620_00


@pytest.mark.parametrize(
    ("invoiced", "from_first", "beyond"),
    [(2_699_999, 0, 0), (2_700_000, 1350, 0), (2_702_000, 1351, 1), (4_000_000, 2000, 650), (2_701_999, 1350, 0)],
)
def test_obj_06_one_hour_a_complete_step_invoiced(invoiced: int, from_first: int, beyond: int) -> None:
    values = (invoiced * 100, 2_000_00, 2_700_000_00)
    assert per_amount(*values, ThresholdMode.FROM_FIRST_EURO) == from_first * 100
    assert per_amount(*values) == beyond * 100


def test_obj_06_jobs_or_fte() -> None:
    assert jobs_or_fte(Decimal("2.5"), 1607) == 4_018_00  # 4017.5 goes up


@pytest.mark.parametrize(
    ("mode", "hours"),
    [
        (Rounding.HALF_UP, 715), (Rounding.CEIL, 715), (Rounding.FLOOR, 714), (Rounding.SEVEN, 714),
        (Rounding.THIRTY_FIVE, 700),
    ],
)  # fmt: skip
def test_obj_14_roundings(mode: Rounding, hours: int) -> None:
    assert round_objective(Decimal("714.5"), mode) == hours * 100


def test_half_an_hour_goes_up_never_to_even() -> None:
    assert [round_objective(Decimal(h)) for h in ("0.5", "1.5", "2.5")] == [100, 200, 300]


def test_formula_values_out_of_range_are_refused() -> None:
    assert bounds.formula_refusals(1_000_00, 5000, 500, 3500) == []
    assert bounds.formula_refusals(0, None, 99, 1499) == [
        ("amount", FormulaRefusal.AMOUNT),
        ("labour_share", FormulaRefusal.SHARE),
        ("insertion_rate", FormulaRefusal.RATE),
        ("hourly_cost", FormulaRefusal.COST),
    ]
    assert bounds.formula_refusals(1, 10_001, 10_001, 9001)[0][0] == "labour_share"


def test_unusual_values_are_warned_about_and_pass() -> None:
    assert bounds.formula_warnings(5000, 500, 3500, Trade.STRUCTURAL) == []
    assert len(bounds.formula_warnings(7000, 2500, 6100, Trade.STRUCTURAL)) == 3
    assert bounds.formula_warnings(7000, 500, 3500) == []


def test_every_trade_has_a_share_within_its_usual_range() -> None:
    assert set(LABOUR_SHARES) == set(Trade)
    for trade, usual in LABOUR_SHARES.items():
        assert 0 < usual.default <= 10_000
        if usual.low is not None and usual.high is not None:
            assert usual.low <= usual.default <= usual.high, trade
