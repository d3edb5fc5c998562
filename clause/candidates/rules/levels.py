"""Education levels: the framework of 2019 and the nomenclature of 1969 (domain.md PUB-06).

The trap of the field: in a text, « niveau 5 » may be the old V (CAP) or the new 5 (bac + 2). Roman figures are old, Arabic
figures are new, and the words beside the figure win.
"""

from __future__ import annotations

import re

from clause.candidates.codes import EducationLevel, LegacyLevel
from clause.kernel.values import BadValue, fold

_FROM_LEGACY = {
    LegacyLevel.VI: EducationLevel.L1,
    LegacyLevel.VBIS: EducationLevel.L2,
    LegacyLevel.V: EducationLevel.L3,
    LegacyLevel.IV: EducationLevel.L4,
    LegacyLevel.III: EducationLevel.L5,
    LegacyLevel.II: EducationLevel.L6,
    LegacyLevel.I: EducationLevel.L7,
}
# 1 and 2 have no single old level: VI and V bis stay distinguishable only where they were written so.
_TO_LEGACY = {
    EducationLevel.L3: LegacyLevel.V,
    EducationLevel.L4: LegacyLevel.IV,
    EducationLevel.L5: LegacyLevel.III,
    EducationLevel.L6: LegacyLevel.II,
    EducationLevel.L7: LegacyLevel.I,
    EducationLevel.L8: LegacyLevel.I,
}
_UNKNOWN_WORDS = ("", "9", "nc", "nr", "ne sait pas", "indetermine", "diplome etranger", "etranger", "diplome etranger non reconnu")  # fmt: skip
_ORDER: dict[EducationLevel, int] = {
    level: rank for rank, level in enumerate(EducationLevel, start=1) if level.value.isdigit()
}

Levels = tuple[EducationLevel, LegacyLevel | None]


def level_of(legacy: LegacyLevel) -> EducationLevel:
    """The new level of an old one (VI → 1, V bis → 2, V → 3, … I → 7)."""
    return _FROM_LEGACY[legacy]


def legacy_of(level: EducationLevel) -> LegacyLevel | None:
    """The old level of a new one; None for 1 and 2 (VI or V bis, the new level cannot tell) and for unknown."""
    return _TO_LEGACY.get(level)


def is_below(level: EducationLevel, ceiling: EducationLevel) -> bool | None:
    """Whether a person's level is strictly under ``ceiling``; None where the level is unknown."""
    if level is EducationLevel.UNKNOWN:
        return None
    return _ORDER[level] < _ORDER[ceiling]


def read_level(text: object) -> Levels:
    """(new level, old level) of what a form or a cell says: « CAP », « 3 », « V », « V bis », « infra 3 », « Bac+2 ».

    Nothing, « 9 » or a foreign diploma is UNKNOWN. Refuses (BadValue) what cannot be read, « infra 5 » among others.
    """
    raw = "" if text is None else str(text).strip()
    wanted = re.sub(r"\.0$", "", raw)
    words = re.sub(r"^(niveau|niv)\s+", "", fold(wanted))
    if words in _UNKNOWN_WORDS:
        return EducationLevel.UNKNOWN, None
    legacy = LegacyLevel.read(words) or LegacyLevel.read(wanted)
    if legacy is not None:
        return level_of(legacy), legacy
    return _read_new(raw, words)


def _read_new(raw: str, words: str) -> Levels:
    level = EducationLevel.read(words) or EducationLevel.read(raw)
    if level is None and criterion_ceiling(raw) is EducationLevel.L3:
        level = EducationLevel.L2
    if level is None:
        raise BadValue(f"« {raw} » n'est pas un niveau d'étude. Écrivez 1 à 8, ou VI, Vbis, V, IV, III, II, I.")
    return level, legacy_of(level)


_BELOW = r"(?:infra|inferieur\w*(?: strictement)?(?: a| au| aux)?|sous|moins que)(?: le)?(?: niveau)?"
_CEILINGS = (
    (rf"{_BELOW} (?:cap|bep|v\b(?! bis)|3\b)", EducationLevel.L3),
    (rf"{_BELOW} (?:bac\b(?! ?\+)|baccalaureat|iv\b|4\b)", EducationLevel.L4),
)


def criterion_ceiling(text: str) -> EducationLevel | None:
    """The level under which a contract's wording asks people to be, read by its words and not by its figure.

    « niveau infra 5, c'est-à-dire inférieur au CAP/BEP » → 3 (the « 5 » was the old V). « infra 5 » alone → None: ask.
    """
    words = fold(text)
    return next((ceiling for pattern, ceiling in _CEILINGS if re.search(pattern, words)), None)
