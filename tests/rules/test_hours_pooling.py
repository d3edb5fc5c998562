"""Globalisation (REA-06): T-REA-5, and each reason why hours stay where they were worked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clause.hours.pooling import rules
from clause.hours.pooling.rules import MonthGiven, Side, Signature, Terms, Wish, Worked
from clause.markets.codes import MarketStatus

MARCH = date(2026, 3, 1)
YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
TERMS = Terms(
    **YEAR, ended_on=None,
    signatures=(Signature("Bâti Val", date(2026, 1, 10)), Signature("Ville A", date(2026, 1, 12)), Signature("Bailleur B", date(2026, 2, 28))),
)  # fmt: skip
A = Side("A", in_convention=True, held=True, due=50_000, attained=56_000, **YEAR)  # type: ignore[arg-type]  # of the kind that the test made
B = Side("B", in_convention=True, held=True, due=30_000, attained=22_000, **YEAR)  # type: ignore[arg-type]  # of the kind that the test made
WISH = Wish(MARCH, 6_000, (Worked(MARCH, date(2026, 3, 31), 14_000),))


def refusal(terms: Terms = TERMS, giver: Side = A, taker: Side = B, wish: Wish = WISH) -> str:
    found = rules.transfer_refusal(terms, giver, taker, wish)
    return found[1] if found else ""


def test_t_rea_5() -> None:
    """A 560 of 500, B 220 of 300; 60 move: 500/500, 280/300, 780 before and after. One hundredth more is refused."""
    assert refusal() == ""
    after = replace(A, attained=A.attained - 6_000), replace(B, attained=B.attained + 6_000)
    assert [(s.attained, s.due) for s in after] == [(50_000, 50_000), (28_000, 30_000)]
    assert sum(s.attained for s in after) == A.attained + B.attained == 78_000
    assert "60" in refusal(wish=replace(WISH, hours=6_001))
    assert "n'a pas dépassé son objectif" in refusal(giver=after[0], taker=after[1], wish=replace(WISH, hours=1))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"giver": replace(A, in_convention=False)}, "Le marché A n'est pas dans cette convention."),
        ({"taker": replace(B, held=False)}, "n'est plus titulaire ni cotraitante du marché B"),
        ({"taker": replace(B, name="A")}, "deux marchés différents"),
        ({"giver": replace(A, status=MarketStatus.CLOSED)}, "clôturé : ses heures ne bougent plus"),
        ({"terms": replace(TERMS, signatures=(Signature("Ville A", None),))}, "Il manque l'accord écrit de Ville A"),
        ({"terms": replace(TERMS, signatures=(Signature("Ville A", MARCH),))}, "Ville A a signé le 01/03/2026"),
        ({"terms": replace(TERMS, signatures=(Signature("Ville A", date(2026, 4, 2)),))}, "avant cette signature"),
        ({"terms": replace(TERMS, ends_on=date(2026, 2, 28))}, "ne couvre pas le mois de mars 2026"),
        ({"terms": replace(TERMS, ended_on=date(2026, 2, 1))}, "elle a pris fin plus tôt"),
        ({"wish": replace(WISH, worked=())}, "n'a aucune heure validée pour le mois de mars 2026"),
        ({"taker": replace(B, starts_on=date(2026, 3, 2))}, "n'ont pas été faites pendant l'exécution du marché B"),
        ({"taker": replace(B, ends_on=date(2026, 2, 28))}, "n'ont pas été faites pendant l'exécution du marché B"),
        ({"wish": replace(WISH, hours=0)}, "Indiquez combien d'heures"),
        ({"wish": replace(WISH, given=9_000)}, "ne peut plus céder que 50"),
        ({"giver": replace(A, due=None)}, "n'a pas d'objectif dû"),
        ({"taker": replace(B, due=None)}, "n'a rien à recevoir"),
        ({"taker": replace(B, attained=30_000)}, "a déjà atteint son objectif"),
        ({"taker": replace(B, attained=25_000)}, "Il ne reste que 50"),
    ],
)  # fmt: skip
def test_each_refusal_is_a_sentence(change: dict[str, Any], said: str) -> None:
    assert said in refusal(**change)


def test_the_tolerance_widens_the_execution_of_the_market_that_receives() -> None:
    late = replace(B, starts_on=date(2026, 4, 15))
    assert refusal(taker=late)
    assert (
        refusal(taker=late, wish=replace(WISH, tolerance_months=1)) != ""
    )  # from 15 March: a whole-month line starts before
    assert refusal(taker=late, wish=replace(WISH, tolerance_months=2)) == ""
    assert refusal(taker=replace(B, ends_on=None)) == ""


def test_only_lines_inside_the_days_may_move() -> None:
    """Days are on the lines: what was done before the receiving market began stays."""
    wish = replace(
        WISH, worked=(Worked(MARCH, date(2026, 3, 14), 7_000), Worked(date(2026, 3, 15), date(2026, 3, 31), 4_000))
    )
    taker = replace(B, starts_on=date(2026, 3, 15))
    assert "ne peut plus céder que 40" in refusal(taker=taker, wish=wish)
    assert refusal(taker=taker, wish=replace(wish, hours=4_000)) == ""


def test_hours_open_the_month_after_the_last_signature() -> None:
    first = TERMS.starts_on
    assert rules.opens_on(TERMS.signatures, first) == MARCH
    assert rules.opens_on([Signature("Ville A", MARCH)], first) == date(2026, 4, 1)
    assert rules.opens_on([Signature("Ville A", MARCH)], date(2026, 9, 15)) == date(2026, 9, 1)
    assert rules.opens_on([*TERMS.signatures, Signature("Ville C", None)], first) is None
    assert rules.opens_on([], first) is None


@given(st.integers(0, 90_000), st.integers(0, 90_000), st.integers(1, 90_000), st.integers(0, 90_000))
def test_a_transfer_never_creates_a_shortfall_nor_a_surplus(
    attained_a: int, attained_b: int, hours: int, worked: int
) -> None:
    giver, taker = replace(A, attained=attained_a), replace(B, attained=attained_b)
    wish = replace(WISH, hours=hours, worked=(Worked(MARCH, MARCH, worked),))
    if not refusal(giver=giver, taker=taker, wish=wish):
        assert attained_a - hours >= 50_000
        assert attained_b + hours <= 30_000
        assert hours <= worked


def test_a_signature_has_a_day_a_document_and_no_second() -> None:
    today = date(2026, 3, 10)
    assert rules.signature_refusal(today, today, None, True) is None
    for found, field in (
        (rules.signature_refusal(date(2026, 3, 11), today, None, True), "on"),
        (rules.signature_refusal(today, today, MARCH, True), "on"),
        (rules.signature_refusal(today, today, None, False), "document"),
    ):
        assert found is not None
        assert found[0] == field


def test_what_a_correction_leaves_wrong_is_said() -> None:
    assert rules.overdrawn([MonthGiven("A", MARCH, 6_000, 6_000)]) == []
    assert "une correction n'en laisse que 50" in rules.overdrawn([MonthGiven("A", MARCH, 6_000, 5_000)])[0]
    assert rules.fallen_short({"A": (6_000, 50_000, 50_000), "B": (0, 1, 2)}) == []
    assert "n'atteint plus son objectif" in rules.fallen_short({"A": (6_000, 49_000, 50_000)})[0]


def test_ends_once_and_after_what_it_moved() -> None:
    days = date(2026, 1, 1), date(2026, 12, 31)
    assert rules.ending_refusal(date(2026, 6, 30), *days, None, date(2026, 6, 1)) is None
    assert "a déjà pris fin" in str(rules.ending_refusal(MARCH, *days, MARCH, None))
    assert "du 01/01/2026 au 31/12/2026" in str(rules.ending_refusal(date(2027, 1, 1), *days, None, None))
    assert "Reprenez d'abord" in str(rules.ending_refusal(date(2026, 6, 29), *days, None, date(2026, 6, 1)))
    assert rules.taking_back_refusal(is_taking_back=False, taken_back=False) is None
    assert rules.taking_back_refusal(is_taking_back=True, taken_back=False)
    assert rules.taking_back_refusal(is_taking_back=False, taken_back=True)
    assert rules.convention_refusal(*days, 2) is None
    assert rules.convention_refusal(*days, 1)
