"""Ways of fixing an objective, what later acts add to it, and what is worth a second look."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from clause.kernel.values import NBSP, NNBSP
from clause.markets.codes import ClauseKind, Nature, ObjectiveKind, ObjectiveMode
from clause.markets.rules.calculation import Calculation, Settings, Values, calculate
from clause.markets.rules.checks import Refusal, date_refusals
from clause.markets.rules.events import Deltas, change
from clause.markets.rules.legal import ClauseContents
from clause.markets.rules.objective import Rounding, ThresholdMode
from clause.markets.rules.warnings import Lot, MarketFacts, market_warnings, obligation_warning
from clause.organisations.codes import BuyerType, EmployerType

M = ObjectiveMode
FULL = ClauseContents(True, "Habitants", "Embauche", "Camille", "M. Roy", "Mensuel", "Au marché")


def plain(text: str) -> str:
    return text.replace(NBSP, " ").replace(NNBSP, " ")


@pytest.mark.parametrize(
    ("values", "hours", "said"),
    [
        (Values(M.FIXED_HOURS, hours=500_00), 500_00, ""),
        (
            Values(M.FORMULA, amount_cents=10**8, labour_share=5000, insertion_rate=500, hourly_cost_cents=3000),
            833_00,
            "1 000 000 € × 50 % × 5 % ÷ 30 € = 833,33 → 833 h",
        ),
        (
            Values(M.PERCENT_OF_HOURS, total_hours=12_400_00, insertion_rate=500),
            620_00,
            "12 400 h × 5 % = 620 → 620 h",
        ),
        (
            Values(M.PER_AMOUNT, amount_cents=4_000_000_00, step_cents=2_000_00, threshold_cents=2_700_000_00),
            650_00,
            "(4 000 000 € − 2 700 000 €) ÷ 2 000 €, en tranches complètes = 650 h",
        ),
        (Values(M.JOBS_OR_FTE, fte=250), 4018_00, "2,5 ETP × 1 607 h = 4 018 h"),
    ],
)
def test_each_way_gives_the_hours_and_says_how(values: Values, hours: int, said: str) -> None:
    found = calculate(values)
    assert isinstance(found, Calculation)
    assert found.hours == hours
    assert plain(found.explanation) == said
    assert found.values["mode"] == values.mode.value


def test_the_settings_used_are_kept_with_the_calculation() -> None:
    values = Values(M.FORMULA, amount_cents=10**8, labour_share=5000, insertion_rate=500, hourly_cost_cents=3000)
    found = calculate(values, Settings(rounding=Rounding.CEIL))
    assert isinstance(found, Calculation)
    assert (found.hours, found.values["rounding"], found.values["exact_hours"]) == (834_00, "ceil_unit", "833.3333")
    first_euro = Settings(threshold_mode=ThresholdMode.FROM_FIRST_EURO)
    orders = Values(M.PER_AMOUNT, amount_cents=4_000_000_00, step_cents=2_000_00, threshold_cents=2_700_000_00)
    found = calculate(orders, first_euro)
    assert isinstance(found, Calculation)
    assert (found.hours, found.values["threshold_mode"]) == (2_000_00, "from_first_euro")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (Values(M.FIXED_HOURS), "hours"),
        (Values(M.FIXED_HOURS, hours=0), "hours"),
        (Values(M.FIXED_HOURS, hours=10**12), "hours"),
        (Values(M.FIXED_HOURS, hours=100, hourly_cost_cents=10**9), "hourly_cost"),
        (Values(M.FORMULA, labour_share=5000, insertion_rate=500, hourly_cost_cents=3000), "amount"),
        (Values(M.FORMULA, amount_cents=1, labour_share=5000, insertion_rate=50, hourly_cost_cents=3000), "insertion_rate"),
        (Values(M.FORMULA, amount_cents=1, labour_share=5000, insertion_rate=500, hourly_cost_cents=1000), "hourly_cost"),
        (Values(M.FORMULA, amount_cents=100, labour_share=5000, insertion_rate=500, hourly_cost_cents=3000), ""),
        (Values(M.PERCENT_OF_HOURS, insertion_rate=500), "total_hours"),
        (Values(M.PERCENT_OF_HOURS, total_hours=100_00, insertion_rate=50), "insertion_rate"),
        (Values(M.PER_AMOUNT, step_cents=1), "amount"),
        (Values(M.PER_AMOUNT, amount_cents=1), "step"),
        (Values(M.JOBS_OR_FTE), "fte"),
    ],
)  # fmt: skip
def test_a_value_missing_or_out_of_range_names_its_field(values: Values, field: str) -> None:
    found = calculate(values)
    assert not isinstance(found, Calculation)
    assert found[0] == field
    assert str(found[1]).endswith(".")


K = ObjectiveKind


@pytest.mark.parametrize(
    ("kind", "figures", "new", "new_due", "expected"),
    [
        (K.AMENDMENT, (714_00, 714_00), 800_00, None, Deltas(0, 86_00, 86_00)),
        (K.AMENDMENT, (714_00, 400_00), 800_00, None, Deltas(0, 86_00, 0)),
        (K.AMENDMENT, (714_00, 400_00), 300_00, None, Deltas(0, -414_00, -100_00)),
        (K.AMENDMENT, (714_00, 400_00), 800_00, 500_00, Deltas(0, 86_00, 100_00)),
        (K.TRANCHE_CONFIRMED, (714_00, 428_00), 714_00, None, Deltas(0, 0, 286_00)),
        (K.PURCHASE_ORDER, (100_00, 100_00), 130_00, None, Deltas(0, 30_00, 30_00)),
        (K.WAIVER, (714_00, 714_00), 0, None, Deltas(0, -714_00, -714_00)),
        (K.CORRECTION, (714_00, 714_00), 700_00, None, Deltas(-14_00, -14_00, -14_00)),
        (K.AMENDMENT, (714_00, 714_00), 714_00, None, Refusal.NOTHING_CHANGES),
        (K.INVOICE, (714_00, 428_00), 400_00, None, Refusal.DUE_GOES_DOWN),
        (K.WAIVER, (714_00, 714_00), 800_00, None, Refusal.WAIVER_GOES_UP),
        (K.AMENDMENT, (714_00, 714_00), 800_00, 900_00, Refusal.DUE_ABOVE_TOTAL),
    ],
)
def test_what_an_act_adds_to_the_three_figures(
    kind: ObjectiveKind, figures: tuple[int, int], new: int, new_due: int | None, expected: Any
) -> None:
    assert change(kind, *figures, new, new_due) == expected


def test_dates_out_of_order_name_their_field() -> None:
    early, late = date(2026, 1, 1), date(2026, 12, 31)
    assert date_refusals(late, early) == [("ends_on", Refusal.END_BEFORE_START)]
    assert date_refusals(early, late, consultation=date(2027, 1, 1))[0][0] == "consultation_date"
    assert date_refusals(early, late, notification=date(2027, 1, 1))[0][0] == "notification_date"
    assert date_refusals(date(2206, 1, 1), None) == [("starts_on", Refusal.IMPLAUSIBLE_DATE)]
    assert date_refusals(None, None) == []
    assert date_refusals(early, early, notification=early) == []


def facts(**values: Any) -> MarketFacts:
    defaults: dict[str, Any] = {
        "clause_kind": ClauseKind.EXECUTION_CONDITION, "hours": 500_00, "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31), "labour_share": None, "insertion_rate": None, "hourly_cost_cents": None,
        "trade": None, "contents": FULL, "contractor": None,
    }  # fmt: skip
    return MarketFacts(**{**defaults, **values})


def test_warnings_of_a_market() -> None:
    assert market_warnings(facts()) == []
    assert market_warnings(facts(clause_kind=None, hours=1)) == []
    assert market_warnings(facts(contents=ClauseContents(True)))[0].startswith("Clause incomplète : publics éligibles")
    assert "sous 70" in plain(market_warnings(facts(hours=34_00))[0])
    reserved = facts(clause_kind=ClauseKind.RESERVED_IAE, contractor=EmployerType.COMPANY)
    assert market_warnings(reserved) == [
        "Marché réservé tenu par une entreprise ordinaire : vérifiez le type de clause ou le titulaire."
    ]
    assert market_warnings(facts(clause_kind=ClauseKind.RESERVED_IAE, contractor=EmployerType.EI)) == []


def test_the_social_obligation_is_of_all_the_lots_together() -> None:
    day, commune = date(2026, 9, 1), BuyerType.COMMUNE
    two = [Lot(120_000_00, Nature.SERVICES, False), Lot(100_000_00, Nature.SERVICES, False)]
    warned = obligation_warning(day, commune, two)
    assert warned is not None
    assert "216 000" in plain(warned)
    assert obligation_warning(day, commune, two[:1]) is None
    assert obligation_warning(date(2026, 8, 20), commune, two) is None
    assert obligation_warning(None, commune, two) is None
    assert obligation_warning(day, commune, [two[0], Lot(100_000_00, Nature.SERVICES, True)]) is None
