"""One cell of the workbook → one exact value, or BadValue with a French sentence. Pure.

Each reader takes a cell that is filled; an empty one never comes here. ``show`` writes a value back for a report.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from clause.candidates.codes import EducationLevel, LegacyLevel, PublicKind
from clause.candidates.rules.levels import read_level
from clause.kernel.codes import Code
from clause.kernel.sheet_reader import cell_text
from clause.kernel.values import (
    LARGEST,
    BadValue,
    fold,
    format_date,
    format_euros,
    format_hours,
    format_share,
    read_date,
    read_decimal,
    read_euros,
    read_hours,
    read_month,
    read_share,
    read_siret,
)
from clause.markets.codes import NO_CLAUSE, ClauseKind, Sector

Read = Callable[[Any], Any]


class Kind(Enum):
    """What a column holds: how the template formats it, how a value is written back."""

    TEXT = "texte"
    SIRET = "SIRET"
    DATE = "date"
    MONTH = "mois"
    HOURS = "heures"
    EUROS = "euros"
    SHARE = "part"
    INTEGER = "entier"
    CODE = "liste"
    YES_NO = "oui ou non"


def text(length: int) -> Read:
    def read(cell: object) -> str:
        said = " ".join(cell_text(cell).split())
        if len(said) > length:
            raise BadValue(f"Ce texte dépasse {length} caractères : raccourcissez-le.")
        return said

    return read


def code(codes: type[Code]) -> Read:
    """A code, its label or a usual synonym, whatever its accents and capitals."""

    def read(cell: object) -> Code:
        found = _member(codes, cell_text(cell))
        if found is None:
            raise BadValue(f"« {cell_text(cell)} » n'est pas dans la liste. Choisissez parmi : {', '.join(m.label for m in codes)}.")  # fmt: skip
        return found

    return read


@cache
def _member(codes: type[Code], said: str) -> Code | None:
    return codes.read(said) if said else None


def clause_kind(cell: object) -> ClauseKind | str:
    """The kind of clause, or NO_CLAUSE."""
    if fold(cell_text(cell)) in ("sans clause", "sans", "aucune", "aucun", "non", "none", "pas de clause"):
        return NO_CLAUSE
    found = _member(ClauseKind, cell_text(cell))
    if found is None:
        labels = ", ".join([m.label for m in ClauseKind] + ["Sans clause"])
        raise BadValue(f"« {cell_text(cell)} » n'est pas un type de clause. Choisissez parmi : {labels}.")
    return found


def sector(cell: object) -> Sector | str:
    """A known sector, else the words as they are: the list is not closed."""
    said = text(120)(cell)
    return _member(Sector, said) or said


def hours(cell: object) -> int:
    if isinstance(cell, bool | date):
        raise BadValue(f"« {cell_text(cell)} » n'est pas un nombre d'heures. Exemples : 35,5 ou 35h30.")
    return read_hours(cell)


def integer(cell: object) -> int:
    value = read_decimal(cell)
    if value != value.to_integral_value() or not 0 <= value <= LARGEST:
        raise BadValue(f"« {cell_text(cell)} » n'est pas un nombre entier.")
    if value > 2_000_000_000:
        raise BadValue(f"« {cell_text(cell)} » est trop grand.")
    return int(value)


def yes_no(cell: object) -> bool:
    said = fold(cell_text(cell))
    if said in ("oui", "o", "vrai", "true", "1", "x", "yes"):
        return True
    if said in ("non", "n", "faux", "false", "0", "no"):
        return False
    raise BadValue(f"« {cell_text(cell)} » : écrivez oui ou non.")


_QPV_CODE = re.compile(r"^Q[PN]\w{5,8}$", re.IGNORECASE)


def qpv(cell: object) -> tuple[bool, str]:
    """(lives in a QPV, its code): ``non``, ``oui``, or a code as QP059001 or QN05901M."""
    said = cell_text(cell)
    if fold(said) in ("hors qpv", "aucun"):
        return False, ""
    if fold(said) == "qpv":
        return True, ""
    compact = re.sub(r"[\s\-]", "", said).upper()
    if _QPV_CODE.match(compact):
        return True, compact
    try:
        return yes_no(cell), ""
    except BadValue:
        raise BadValue(f"« {said} » : écrivez le code du quartier (QP059001 ou QN05901M), ou non.") from None


def level(cell: object) -> tuple[EducationLevel, LegacyLevel | None]:
    return read_level(cell_text(cell))


def publics(cell: object) -> tuple[PublicKind, ...]:
    """Several publics, separated by ; (or |)."""
    parts = [part.strip() for part in re.split(r"[;|\n]", cell_text(cell)) if part.strip()]
    return tuple(dict.fromkeys(code(PublicKind)(part) for part in parts))


def inactivity(cell: object) -> tuple[int | None, bool]:
    """(months, never worked)."""
    if fold(cell_text(cell)) in ("jamais travaille", "jamais", "n'a jamais travaille", "n a jamais travaille"):
        return None, True
    return integer(re.sub(r"\s*mois$", "", cell) if isinstance(cell, str) else cell), False


_ROME = re.compile(r"\b([A-Na-n]\d{4})\b")


def job(cell: object) -> tuple[str, str]:
    """(words, ROME code) of « F1703 », « Maçon », « F1703 Maçon »."""
    said = text(200)(cell)
    found = _ROME.search(said)
    if not found:
        return said, ""
    words = (said[: found.start()] + said[found.end() :]).strip(" -–—:()")
    return words, found[1].upper()


DATES: Read = read_date
SIRETS: Read = read_siret
MONTHS: Read = read_month
EUROS: Read = read_euros
SHARES: Read = read_share


def show(value: object) -> str:
    """A value as a report quotes it."""
    if value is None or value == "":
        return "vide"
    if isinstance(value, Code):
        return value.label
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, tuple):
        return " ; ".join(show(part) for part in value if part not in (None, "")) or "vide"
    return str(value)


def show_as(kind: Kind, value: object) -> str:
    """A value of a column, with its unit."""
    if isinstance(value, int) and not isinstance(value, bool):
        if kind is Kind.HOURS:
            return f"{format_hours(value)} h"
        if kind is Kind.EUROS:
            return format_euros(value)
        if kind is Kind.SHARE:
            return format_share(value)
    if kind is Kind.MONTH and isinstance(value, date):
        return f"{value:%Y-%m}"
    return show(value)
