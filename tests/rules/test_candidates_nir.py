"""GDPR-02: no social security number, in texts or file names."""

from __future__ import annotations

import pytest

from clause.candidates.rules.nir import contains_nir, first_with_nir, nir_key


def test_the_specimen_has_key_38() -> None:
    assert nir_key("2550814168025") == 38


@pytest.mark.parametrize(
    "text",
    [
        "2 55 08 14 168 025 38", "255081416802538", "2550814168025", "son numéro est 2 55 08 14 168 025, merci",
        "CNI_255081416802538_scan.pdf", "2-55-08-14-168-025-38", "2\u00a055\u00a008\u00a014\u00a0168\u00a0025\u00a038", "2.55.08.14.168.025.38",
        f"1 80 05 2A 012 034 {nir_key('180052A012034'):02d}", f"180052b012034{nir_key('180052B012034'):02d}",
    ],
)  # fmt: skip
def test_a_nir_is_found(text: str) -> None:
    assert contains_nir(text)


@pytest.mark.parametrize(
    "text",
    [
        "", None, "2 55 08 14 168 025 39", "06 12 34 56 78", "Embauche le 12/03/2026 à 8 h 30", "SIRET 213 305 117 00019",
        "21330511700019", "35600000000048", "M-2026-000123", "marché 2025 08 du lot 3", "12345678901234567890",
    ],
)  # fmt: skip
def test_other_numbers_are_not(text: str | None) -> None:
    assert not contains_nir(text)


def test_the_field_that_holds_it_is_named() -> None:
    assert first_with_nir({"nom": "Diallo", "notes": "n° 2550814168025"}) == "notes"
    assert first_with_nir({"nom": "Diallo", "notes": None}) is None
