"""The obligation of August 2026 as public contract data lets it be estimated (LEG-03, LEG-04), and what is matched."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from clause.imports.decp.matching import ContractFacts, MarketFacts, Resemblance, resemblance
from clause.imports.decp.obligation import Outcome, buyer_kind, nature_of, outcome
from clause.markets.codes import Nature
from clause.organisations.codes import BuyerType

COMMUNE, STATE = "215901638", "110002011"
FACTS: dict[str, Any] = {
    "notification_date": date(2026, 9, 1), "amount_cents": 21_600_000, "buyer_siren": COMMUNE, "purchase": Nature.SERVICES,
    "cpv": "90910000", "published_nature": "marche", "is_concession": False, "has_social": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Outcome.MISSING),  # T-LEG-2: commune, services, 216 000 €
        ({"amount_cents": 21_599_900}, Outcome.NOT_CONCERNED),  # T-LEG-2: 215 999 €
        ({"notification_date": date(2026, 8, 20), "amount_cents": 30_000_000}, Outcome.NOT_CONCERNED),  # T-LEG-3
        ({"notification_date": date(2026, 8, 21), "amount_cents": 30_000_000}, Outcome.MISSING),
        ({"buyer_siren": STATE, "amount_cents": 15_000_000, "purchase": Nature.SUPPLIES}, Outcome.MISSING),  # T-LEG-4
        ({"purchase": Nature.WORKS, "amount_cents": 540_399_900}, Outcome.NOT_CONCERNED),  # T-LEG-5
        ({"purchase": Nature.WORKS, "amount_cents": 540_400_000}, Outcome.MISSING),
        ({"is_concession": True, "amount_cents": 600_000_000}, Outcome.MISSING),
        ({"cpv": "85312500", "amount_cents": 70_000_000}, Outcome.NOT_CONCERNED),  # social services: 750 000 €
        ({"has_social": True}, Outcome.MET),
        ({"has_social": None}, Outcome.UNKNOWN),
        ({"published_nature": "marche de defense ou de securite"}, Outcome.NOT_CONCERNED),
        ({"notification_date": None}, Outcome.NOT_CONCERNED),
        ({"amount_cents": None}, Outcome.NOT_CONCERNED),
    ],
)
def test_obligation(changes: dict[str, Any], expected: Outcome) -> None:
    assert outcome(**{**FACTS, **changes}) is expected


@pytest.mark.parametrize(
    ("cpv", "published", "ccag", "nature"),
    [
        ("45214200", "marche", "", Nature.WORKS), ("77313000", "accord cadre", "", Nature.SERVICES),
        ("30190000", "", "", Nature.SUPPLIES), ("71221000", "", "", Nature.INTELLECTUAL), ("71221000", "", "travaux", Nature.WORKS),
        ("", "concession de travaux", "", Nature.WORKS), ("", "concession de service public", "", Nature.SERVICES), ("", "", "", None),
        ("45000000", "", "maitrise d oeuvre", Nature.INTELLECTUAL),
    ],
)  # fmt: skip
def test_nature(cpv: str, published: str, ccag: str, nature: Nature | None) -> None:
    assert nature_of(cpv, published, ccag) is nature


def test_type_of_buyer_by_its_siren() -> None:
    assert buyer_kind(COMMUNE) is BuyerType.COMMUNE
    assert buyer_kind(STATE) is BuyerType.STATE
    assert buyer_kind("200053403") is BuyerType.INTERCOMMUNALITY
    assert buyer_kind("552081317") is None


def contract(**changes: Any) -> ContractFacts:
    values: dict[str, Any] = {
        "id": 1, "identifier": "2026/12", "buyer_siren": COMMUNE, "holder_sirens": frozenset({"A"}),
        "notification_date": date(2026, 3, 10),
    }  # fmt: skip
    return ContractFacts(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"reference": "2026-12"}, Resemblance.REFERENCE),
        ({"notification_date": date(2026, 4, 10)}, Resemblance.HOLDER_AND_DATE),
        ({"notification_date": date(2026, 4, 11)}, None),
        ({"notification_date": None}, None),
        ({"holder_sirens": frozenset({"B"})}, None),
        ({"buyer_siren": STATE, "reference": "2026-12"}, None),
    ],
)
def test_resemblance(changes: dict[str, Any], why: Resemblance | None) -> None:
    values: dict[str, Any] = {
        "id": 1, "public_id": "x", "reference": "M-1", "title": "", "buyer_siren": COMMUNE,
        "holder_sirens": frozenset({"A"}), "notification_date": date(2026, 3, 1),
    }  # fmt: skip
    assert resemblance(contract(), MarketFacts(**{**values, **changes})) is why
