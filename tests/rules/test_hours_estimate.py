"""REA-01: hours of subcontracting of which only an amount is known."""

from __future__ import annotations

import pytest

from clause.hours.rules.estimate import Estimate, estimate_of, estimated_hours, refusals, said


@pytest.mark.parametrize(
    ("amount", "share", "cost", "hours"),
    [
        (7_000_00, 5_000, 35_00, 100_00),
        (1_000_00, 5_000, 30_00, 16_66),  # 16.67 would round up what was worked
        (100, 100, 90_00, 0),
    ],
)
def test_amount_by_share_over_cost(amount: int, share: int, cost: int, hours: int) -> None:
    assert estimated_hours(Estimate(amount, share, cost, "facture 12")) == hours


def test_it_is_said_so_that_it_can_be_checked_and_kept_so_that_it_can_be_said_again() -> None:
    estimate = Estimate(7_000_00, 5_000, 35_00, "facture 12")
    plain = said(estimate).replace("\u202f", " ").replace("\xa0", " ")
    assert plain == "7 000 € × 50 % ÷ 35 € = 100 h (facture 12)"
    assert estimate_of(estimate.kept()) == estimate


def test_each_value_is_refused_beside_its_field() -> None:
    assert [field for field, _ in refusals(Estimate(0, 0, 12_00, ""))] == ["amount", "labour_share", "hourly_cost", "source"]  # fmt: skip
    assert refusals(Estimate(1, 1, 15_00, "facture")) == []
