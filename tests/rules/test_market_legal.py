"""LEG-01 to LEG-08, with the vectors T-LEG-1 to T-LEG-9 of the rulebook."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clause.markets.codes import RESERVED, ClauseKind, Nature
from clause.markets.rules import legal
from clause.markets.rules.legal import Exemption, LegalRefusal, Purchase, Regime
from clause.organisations.codes import BuyerType

COMMUNE, STATE = BuyerType.COMMUNE, BuyerType.STATE
EURO = 100


@pytest.mark.parametrize(
    ("day", "code", "article"),
    [
        (date(2006, 8, 31), Regime.CMP_PRE2006, "art. 14"),
        (date(2016, 3, 31), Regime.CMP_2006, "art. 14"),
        (date(2016, 4, 1), Regime.ORD_2015, "art. 38 I"),
        (date(2019, 3, 31), Regime.ORD_2015, "art. 38 I"),
        (date(2019, 4, 1), Regime.CCP, "L2112-2"),
    ],
)
def test_t_leg_1_regime_and_article_follow_the_day_of_consultation(day: date, code: Regime, article: str) -> None:
    found = legal.regime(day, None, COMMUNE)
    assert found is not None
    assert (found.regime, found.is_estimated) == (code, False)
    assert legal.legal_basis(ClauseKind.EXECUTION_CONDITION, found.regime) == article


def test_regime_is_estimated_from_the_notification_when_the_consultation_is_unknown() -> None:
    found = legal.regime(None, date(2019, 4, 1), COMMUNE)
    assert found is not None
    assert found.is_estimated
    assert "estimé" in found.label


def test_no_day_no_regime_unless_the_order_is_private() -> None:
    assert legal.regime(None, None, COMMUNE) is None
    private = legal.regime(None, None, BuyerType.PRIVATE)
    assert private is not None
    assert private.regime is Regime.PRIVATE


def test_landlords_and_mixed_companies_were_under_the_ordinance_of_2005() -> None:
    assert legal.regime_on(date(2014, 6, 1), BuyerType.SOCIAL_LANDLORD) is Regime.ORD_2005
    assert legal.regime_on(date(2014, 6, 1), COMMUNE) is Regime.CMP_2006
    assert legal.regime_on(date(2016, 4, 1), BuyerType.SEM_SPL) is Regime.ORD_2015
    assert legal.legal_basis(ClauseKind.EXECUTION_CONDITION, Regime.ORD_2005) == "décret n° 2005-1742, art. 4"


@given(st.dates(), st.sampled_from(BuyerType))
def test_invariant_10_the_regime_is_total(day: date, buyer: BuyerType) -> None:
    assert legal.regime_on(day, buyer) in Regime


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 1, 1)))
def test_invariant_10_regimes_never_go_back(day: date) -> None:
    order = [Regime.CMP_PRE2006, Regime.CMP_2006, Regime.ORD_2015, Regime.CCP]
    today, tomorrow = legal.regime_on(day, COMMUNE), legal.regime_on(day + timedelta(days=1), COMMUNE)
    assert order.index(today) <= order.index(tomorrow)


@pytest.mark.parametrize(
    ("kind", "day", "refusal"),
    [
        (ClauseKind.RESERVED_IAE, date(2016, 3, 31), LegalRefusal.IAE_TOO_EARLY),
        (ClauseKind.RESERVED_IAE, date(2016, 4, 1), None),
        (ClauseKind.RESERVED_BOTH, date(2018, 1, 1), LegalRefusal.BOTH_FORBIDDEN),
        (ClauseKind.RESERVED_BOTH, date(2020, 12, 8), LegalRefusal.BOTH_FORBIDDEN),
        (ClauseKind.RESERVED_BOTH, date(2020, 12, 9), None),
        (ClauseKind.RESERVED_PRISON, date(2018, 1, 1), LegalRefusal.PRISON_TOO_EARLY),
        (ClauseKind.RESERVED_PRISON, date(2022, 10, 19), LegalRefusal.PRISON_TOO_EARLY),
        (ClauseKind.RESERVED_PRISON, date(2022, 10, 20), None),
        (ClauseKind.RESERVED_SSE, date(2010, 1, 1), LegalRefusal.SSE_TOO_EARLY),
        (ClauseKind.EXECUTION_CONDITION, date(2026, 1, 1), None),
    ],
)
def test_leg_02_combinations_that_the_law_does_not_have(
    kind: ClauseKind, day: date, refusal: LegalRefusal | None
) -> None:
    assert legal.legal_refusal(kind, legal.regime(day, None, COMMUNE)) is refusal


def test_leg_02_concessions_have_their_own_articles() -> None:
    day = legal.regime(date(2026, 1, 1), None, COMMUNE)
    assert legal.legal_basis(ClauseKind.EXECUTION_CONDITION, Regime.CCP, concession=True) == "L3114-2"
    assert legal.legal_refusal(ClauseKind.RESERVED_SSE, day, concession=True) is LegalRefusal.NOT_A_CONCESSION


def test_leg_02_private_orders_have_no_reserved_market() -> None:
    private = legal.regime(date(2026, 1, 1), None, BuyerType.PRIVATE)
    for kind in RESERVED:
        assert legal.legal_refusal(kind, private) is LegalRefusal.PRIVATE_RESERVED
    assert legal.legal_refusal(ClauseKind.PRIVATE_COMMITMENT, private) is None
    assert legal.legal_refusal(ClauseKind.RESERVED_BOTH, None) is None  # no day known: nothing can be said


@pytest.mark.parametrize(
    ("vector", "euros", "day", "buyer", "nature", "applies"),
    [
        ("T-LEG-2 under", 215_999, date(2026, 9, 1), COMMUNE, Nature.SERVICES, False),
        ("T-LEG-2 at", 216_000, date(2026, 9, 1), COMMUNE, Nature.SERVICES, True),
        ("T-LEG-3", 300_000, date(2026, 8, 20), COMMUNE, Nature.SERVICES, False),
        ("T-LEG-3 next day", 300_000, date(2026, 8, 21), COMMUNE, Nature.SERVICES, True),
        ("T-LEG-4", 150_000, date(2026, 10, 1), STATE, Nature.SUPPLIES, True),
        ("T-LEG-4 commune", 150_000, date(2026, 10, 1), COMMUNE, Nature.SUPPLIES, False),
        ("T-LEG-5", 5_403_999, date(2026, 10, 1), COMMUNE, Nature.WORKS, False),
        ("T-LEG-5 at", 5_404_000, date(2026, 10, 1), COMMUNE, Nature.WORKS, True),
        ("private", 9_000_000, date(2026, 10, 1), BuyerType.PRIVATE, Nature.WORKS, False),
        ("after the table", 216_000, date(2028, 2, 1), COMMUNE, Nature.SERVICES, True),
    ],
)
def test_t_leg_2_to_5_social_obligation(
    vector: str, euros: int, day: date, buyer: BuyerType, nature: Nature, applies: bool
) -> None:
    obligation = legal.social_obligation(Purchase(day, euros * EURO, buyer, nature))
    assert obligation.applies is applies, vector
    assert obligation.sentence.endswith(".")


def test_obligation_leaves_defence_out_and_has_its_own_thresholds_for_specific_services() -> None:
    day = date(2026, 10, 1)
    defence = Purchase(day, 10**9, STATE, Nature.SUPPLIES, defence=True)
    assert not legal.social_obligation(defence).applies
    social = Purchase(day, 749_999 * EURO, COMMUNE, Nature.SERVICES, specific_services=True)
    assert not legal.social_obligation(social).applies
    assert legal.threshold(Purchase(day, 0, COMMUNE, Nature.SERVICES, contracting_entity=True)) == 432_000 * EURO
    assert legal.threshold(Purchase(date(2010, 1, 1), 0, COMMUNE, Nature.SERVICES)) is None


def test_t_leg_6_the_motive_of_short_works_is_refused_to_a_concession() -> None:
    motive = Exemption.WORKS_UNDER_6_MONTHS
    assert legal.exemption_refusal(motive, None, concession=True) is legal.ExemptionRefusal.NOT_FOR_CONCESSIONS
    assert legal.exemption_refusal(motive, Nature.SERVICES) is legal.ExemptionRefusal.WORKS_ONLY
    assert legal.exemption_refusal(motive, Nature.WORKS) is None
    assert legal.exemption_refusal(Exemption.INSUFFICIENT_LINK, None, concession=True) is None


def test_t_leg_7_public_data_of_a_condition_and_criterion() -> None:
    assert legal.considerations(ClauseKind.CONDITION_AND_CRITERION) == ["Clause sociale", "Critère social"]
    assert legal.considerations(None) == ["Pas de considération sociale"]
    assert legal.considerations(ClauseKind.RESERVED_IAE) == ["Marché réservé"]
    assert legal.considerations(ClauseKind.RESERVED_IAE, concession=True) == ["Concession réservée"]


@pytest.mark.parametrize(
    "kind", [ClauseKind.EXECUTION_CONDITION, ClauseKind.AWARD_CRITERION, ClauseKind.CONDITION_AND_CRITERION]
)
def test_considerations_read_back_give_the_kind(kind: ClauseKind) -> None:
    assert legal.kind_of_considerations(legal.considerations(kind)) is kind


def test_reserved_without_saying_to_whom_gives_no_kind() -> None:
    assert legal.kind_of_considerations(["Marché réservé"]) is None


def test_t_leg_8_share_of_contracts_with_a_social_consideration() -> None:
    assert legal.social_share(26, 80) == 3250
    assert legal.social_share(0, 0) is None


def test_t_leg_9_anru_minima() -> None:
    minimum = legal.anru_minimum(20_000_00, 3_000_00)
    assert (minimum.works, minimum.upkeep) == (1_000_00, 300_00)
    assert legal.anru_minimum(100_00, 0, works_rate=Decimal("0.10")).works == 10_00


def test_leg_08_says_what_the_record_lacks() -> None:
    full = legal.ClauseContents(True, "Habitants", "Embauche", "Camille", "M. Roy", "Mensuel", "Au marché")
    assert legal.missing_contents(full) == []
    bare = legal.missing_contents(legal.ClauseContents(has_hours=True))
    assert bare[0] == "publics éligibles"
    assert "nombre d'heures" not in bare
    assert legal.missing_contents(legal.ClauseContents(has_hours=False))[0] == "nombre d'heures"
