"""What a structure or a market may set: each rule is read, kept exactly, said back; bounds; what contradicts itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from clause.kernel.settings_catalogue import DEFAULTS
from clause.kernel.values import BadValue
from clause.organisations import rulebook
from clause.organisations.rulebook import Rule

RULES = {rule.name: rule for rule in rulebook.rules_in(rulebook.GROUPS)}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_each_rule_is_of_the_catalogue_and_its_value_survives_the_form(rule: Rule) -> None:
    assert rule.name in DEFAULTS
    assert rule.label
    assert rule.of_market or rule.of_structure
    default = DEFAULTS[rule.name]
    if default is not None:
        kept = rule.read(rule.plain(default))
        assert rule.show(kept) == rule.show(default)
        assert rule.read(rule.plain(kept)) == kept


@pytest.mark.parametrize(
    ("name", "typed", "kept", "said"),
    [
        ("coefficients.cdi", "1,5", "1.5", "1,5"),
        ("hours.training_cap_share", "12,5 %", "0.125", "12,5 %"),
        ("hours.prehire_training_ratio", "100", "1", "100 %"),
        ("hours.absence_counts", "oui", True, "Oui"),
        ("penalty.hour_amount", "62,50", 6250, "62,50 €"),
        ("penalty.cap_share_of_amount", "10", 1000, "10 %"),
        ("report.reminders_days", "15, -7; 0, 0", [-7, 0, 15], "-7, 0, 15"),
        ("cdi.rule", "twelve_months", "twelve_months", "Pendant douze mois"),
        ("pool.tolerance_months", "2", 2, "2 mois"),
        ("check.month_hard_limit", "200", 200, "200 h"),
    ],
)
def test_a_value_is_kept_exactly_and_said_in_french(name: str, typed: str, kept: Any, said: str) -> None:
    rule = RULES[name]
    assert rule.read(typed) == kept
    assert rule.show(kept).replace("\N{NO-BREAK SPACE}", " ") == said
    if isinstance(kept, str) and kept[0].isdigit():
        assert Decimal(kept)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("coefficients.cdi", "0"),
        ("coefficients.cdi", "-1"),
        ("coefficients.cdi", "11"),
        ("coefficients.cdi", "1,555"),
        ("hours.paid_training_ratio", "101"),
        ("hours.paid_training_ratio", "-1"),
        ("hours.paid_training_ratio", "33,333"),
        ("penalty.hour_amount", "0"),
        ("penalty.hour_amount", "1,234"),
        ("penalty.cap_share_of_amount", "0"),
        ("report.reminders_days", "demain"),
        ("report.reminders_days", "400"),
        ("report.due_day", "31"),
        ("cdi.rule", "toujours"),
        ("hours.absence_counts", "peut-être"),
        ("check.month_hard_limit", "1000"),
        ("pool.tolerance_months", "1,5"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_a_sentence(name: str, typed: str) -> None:
    with pytest.raises(BadValue) as refused:
        RULES[name].read(typed)
    assert str(refused.value).endswith(".")


def test_penalties_are_of_the_contract_alone() -> None:
    of_structure = {rule.name for rule in rulebook.rules_in(rulebook.groups_of_structure())}
    of_market = {rule.name for rule in rulebook.rules_in(rulebook.groups_of_market())}
    assert not any(name.startswith("penalty.") for name in of_structure)
    assert {"penalty.hour_amount", "penalty.day_amount", "coefficients.cdi", "cdi.rule"} <= of_market


def test_an_empty_field_is_inherited_and_other_parameters_stay() -> None:
    rules = rulebook.rules_in(rulebook.groups_of_market())
    kept = {"cdi.rule": "twelve_months", "coefficients.cdi": "1.5", "suspensions": [["2026-01-01", None]]}
    after = rulebook.with_rules(kept, rules, {"cdi.rule": None, "coefficients.cdi": "2"})
    assert after == {"coefficients.cdi": "2", "suspensions": [["2026-01-01", None]]}
    assert rulebook.describe(rules, after, "comme la structure")["CDI"] == "2"


def test_rules_that_contradict_each_other() -> None:
    assert rulebook.fault({}, {}) is None
    found = rulebook.fault({"alert.orange_below": "0.6"}, {"alert.red_below": "0.6"})
    assert found is not None
    assert found[0] == "alert.red_below"
    assert (
        rulebook.fault({}, {"penalty.requires_formal_notice": False, "penalty.hours_without_notice": True}) is not None
    )
