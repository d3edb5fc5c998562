"""Where an operation is: a point typed or copied from a map, kept as text with four decimals (some ten metres). Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from clause.kernel.values import BadValue, half_up

_NUMBER = r"(-?\d{1,3}(?:[.,]\d+)?)"
_WITH_COMMAS = re.compile(rf"{_NUMBER}(?:\s*;\s*|\s*,\s+|\s+){_NUMBER}")
_WITH_POINTS = re.compile(r"(-?\d{1,3}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)")
EXPECTED = "Écrivez la latitude puis la longitude, par exemple 50.6292, 3.0573 : un site de cartes les copie ainsi."


def read_place(text: object) -> str:
    """« 50.6292, 3.0573 » of the same typed with commas, semicolons or spaces. BadValue says what is expected."""
    said = str(text or "").strip()
    found = _WITH_COMMAS.fullmatch(said) or _WITH_POINTS.fullmatch(said)
    if found is None:
        raise BadValue(f"« {said[:40]} » n'est pas une position. {EXPECTED}")
    latitude, longitude = (half_up(Decimal(part.replace(",", ".")), 4) for part in found.groups())
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise BadValue(f"« {said[:40]} » n'est nulle part sur la carte. {EXPECTED}")
    return f"{latitude}, {longitude}"


def point(place: str) -> tuple[Decimal, Decimal] | None:
    """(latitude, longitude) in degrees of a place kept as above; None where there is none."""
    if not place:
        return None
    latitude, _, longitude = place.partition(", ")
    return Decimal(latitude), Decimal(longitude)
