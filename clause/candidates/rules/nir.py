"""No social security number anywhere (domain.md GDPR-02: décret 2019-341): found in free texts and file names."""

from __future__ import annotations

import re

from stdnum.fr import siret as stdnum_siret

REFUSAL = (
    "Ce texte contient un numéro de sécurité sociale. La loi n'en autorise pas l'usage ici : retirez-le,"
    " rien n'a été enregistré."
)

_GAP = r"[\s\u00a0\u202f._\-]{0,2}"
# sex, year, month, department (2A and 2B in Corsica), commune, order; then the key where it is written.
_PATTERN = re.compile(
    rf"(?<!\d)([1-478]){_GAP}(\d{{2}}){_GAP}(0[1-9]|1[0-2]|[2-9]\d){_GAP}(\d{{2}}|2[AB]){_GAP}(\d{{3}}){_GAP}(\d{{3}})"
    rf"(?:{_GAP}(\d{{2}}))?(?!\d)",
    re.IGNORECASE,
)


def nir_key(number: str) -> int:
    """The key of 13 characters: 97 − (n mod 97), 2A read as 19 and 2B as 18. Specimen 2550814168025 → 38."""
    digits = number.upper().replace("2A", "19", 1).replace("2B", "18", 1)
    return 97 - int(digits) % 97


def contains_nir(text: str | None) -> bool:
    """Whether a text holds a NIR: 15 characters whose key is right, or 13 alone; a SIRET is never taken for one."""
    return any(_is_nir(found) for found in _PATTERN.finditer(text or ""))


def _is_nir(found: re.Match[str]) -> bool:
    *parts, key = found.groups()
    number = "".join(parts).upper()
    if key is not None:
        return nir_key(number) == int(key)
    # A SIRET that lost its leading zero in a spreadsheet has 13 digits too.
    return not (number.isdigit() and stdnum_siret.is_valid("0" + number))


def first_with_nir(texts: dict[str, str | None]) -> str | None:
    """The name of the first field whose text holds a NIR, or None."""
    return next((name for name, text in texts.items() if contains_nir(text)), None)
