"""SIRET with La Poste's own rule, and the settings that a structure may change."""

from __future__ import annotations

from decimal import Decimal

import pytest

from clause.kernel.settings_catalogue import DEFAULTS, setting
from clause.kernel.values import BadValue, read_siret
from clause.organisations.parameters import PARAMETERS, Parameter, thresholds_fault, with_parameters


@pytest.mark.parametrize(
    ("typed", "siret"),
    [
        ("356 000 000 00048", "35600000000048"),  # La Poste, its seat: also right by the usual key
        ("35600000049837", "35600000049837"),  # La Poste, an office: the sum of its digits is a multiple of 5
        ("73282932000074", "73282932000074"),
        ("732 829 320 00074", "73282932000074"),
        (73282932000074.0, "73282932000074"),
    ],
)
def test_a_siret_is_read(typed: object, siret: str) -> None:
    assert read_siret(typed) == siret


@pytest.mark.parametrize(
    "typed", ["35600000049838", "73282932000075", "1234", "7328293200007", "732829320000740", "ABC", "", None]
)
def test_a_wrong_siret_is_refused(typed: object) -> None:
    with pytest.raises(BadValue):
        read_siret(typed)


def by_name(name: str) -> Parameter:
    return next(p for p in PARAMETERS if p.name == name)


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("eligibility.duration_months", "18", 18),
        ("report.due_day", "10", 10),
        ("alert.orange_below", "75", "0.75"),
        ("alert.orange_below", "82,5 %", "0.825"),
        ("hourly_cost.default", "36,50 €", 3650),
        ("insertion_rate.default", "7", 700),
        ("insertion_rate.default", "7,25", 725),
        ("etp.hours", "1 820", 1820),
        ("stats.min_cell", "11", 11),
    ],
)
def test_a_setting_is_read_exactly(name: str, typed: str, kept: object) -> None:
    assert by_name(name).read(typed) == kept


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("eligibility.duration_months", "0"), ("eligibility.duration_months", "2,5"), ("report.due_day", "31"),
        ("alert.red_below", "0"), ("alert.red_below", "120"), ("hourly_cost.default", "0"),
        ("hourly_cost.default", "800"), ("insertion_rate.default", "7,255"), ("etp.hours", "12"),
        ("stats.min_cell", "1"), ("stats.min_cell", "beaucoup"),
    ],
)  # fmt: skip
def test_a_setting_out_of_bounds_is_refused(name: str, typed: str) -> None:
    with pytest.raises(BadValue):
        by_name(name).read(typed)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.name)
def test_what_is_shown_can_be_typed_back(parameter: Parameter) -> None:
    default = DEFAULTS[parameter.name]
    assert Decimal(str(parameter.read(parameter.typed(default)))) == Decimal(str(default))


def test_an_empty_setting_goes_back_to_the_default_and_others_stay() -> None:
    kept = {"etp.hours": 1820, "criteria.justice_enabled": True}
    after = with_parameters(kept, {"etp.hours": None, "report.due_day": 10})
    assert after == {"criteria.justice_enabled": True, "report.due_day": 10}
    assert setting("etp.hours", after) == 1607


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ({}, False),
        ({"alert.orange_below": "0.5"}, True),
        ({"alert.red_below": "0.8"}, True),
        ({"alert.orange_below": "0.9", "alert.red_below": "0.8"}, False),
    ],
)
def test_the_red_threshold_stays_under_the_orange_one(typed: dict[str, str], refused: bool) -> None:
    assert (thresholds_fault(typed) is not None) is refused
