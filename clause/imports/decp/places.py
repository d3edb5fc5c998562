"""The department of a place of execution or of a buyer, and whether it belongs to a territory. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from clause.kernel.values import fold

OVERSEAS = ("97", "98")
COLLECTIVITIES = frozenset(
    ["21", "22", "23", "24", "25", "26", "27", "28"]
)  # SIREN of local bodies: two digits, then the department


def department_of(code: str, kind: str = "") -> str:
    """The department of a DECP place: « 59170 », « Code postal » → « 59 »; empty for a region, a country or nothing.

    The kind of code is often mistaken (« Code region » with a postal code), so the length of the code decides first.
    """
    code = code.strip().upper()
    digits = code.replace("2A", "20").replace("2B", "20")
    if not digits.isdigit():
        return ""
    if len(code) == 5:
        return _of_five(code)
    region_or_country = "region" in fold(kind) or "pays" in fold(kind)
    if region_or_country or len(code) > 4:
        return ""
    return code[:3] if code.startswith(OVERSEAS) else code[:2] if len(code) != 1 else f"0{code}"


def _of_five(code: str) -> str:
    """Of a postal or INSEE code; Corsica's postal codes begin with 20."""
    if code.startswith(OVERSEAS):
        return code[:3]
    if code.startswith("20"):
        return "2A" if code[:3] in ("200", "201") else "2B"
    return code[:2]


def department_of_buyer(siren: str) -> str:
    """The department that the SIREN of a local body holds (21 59 0163 8 → « 59 »); empty for every other."""
    if siren[:2] not in COLLECTIVITIES or not siren.isdigit():
        return ""
    department = siren[2:5] if siren[2:4] in OVERSEAS else siren[2:4]
    return "" if department == "00" else department


def in_territory(prefixes: Sequence[str], code: str, kind: str, buyer_siren: str) -> bool:
    """True where the place begins with one of the prefixes, or its department or the buyer's is one of them."""
    departments = {department_of(code, kind), department_of_buyer(buyer_siren)}
    if "20" in departments:  # the SIREN of Corsican bodies keep the old department
        departments |= {"2A", "2B"}
    is_place = bool(department_of(code, kind))
    return any(p in departments or (is_place and code.upper().startswith(p)) for p in prefixes)
