"""Exact values as people write them: hours in hundredths, euros in cents, months, dates, SIRET.

Every reader takes what a form or a cell holds and either returns an exact value or raises BadValue with a French
sentence. Nothing here knows a database or a request.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

NBSP = "\N{NO-BREAK SPACE}"
SEPARATORS = re.compile(r"[\s'’\-_/.]+")
NNBSP = "\N{NARROW NO-BREAK SPACE}"
MOST_HOURS = 10**9  # in hundredths: ten million hours, above any market, below what a column holds
LARGEST = 10**12  # above any hours or euros of the trade: a larger number is a mistake of typing


class BadValue(ValueError):
    """A value that cannot be read; the text says why and what is expected, in French."""


def fold(text: str) -> str:
    """The text without accents, case or double spaces: what searches and readers of codes compare."""
    if not text.isascii():  # most of what is read by the thousand is
        decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return SEPARATORS.sub(" ", text).strip().casefold()


def half_up(value: Decimal, places: int = 0) -> Decimal:
    """Round half up, as people do (domain.md § 0)."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def half_up_of(number: int, by: int) -> int:
    """The quotient of whole numbers as ``half_up`` rounds it, without a decimal: for what is computed by the thousand."""
    whole = (2 * abs(number) + by) // (2 * by)
    return whole if number >= 0 else -whole


# Numbers


def read_decimal(raw: object) -> Decimal:
    """A number typed with comma or point, spaces between thousands, or a number cell."""
    if isinstance(raw, bool) or raw is None:
        raise BadValue("Un nombre est attendu.")
    text = repr(raw) if isinstance(raw, float) else str(raw)
    text = re.sub(rf"[\s{NBSP}{NNBSP}€%]", "", text).replace(",", ".")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise BadValue(f"« {_shown(raw)} » n'est pas un nombre. Exemple : 1 234,50.") from None
    if not value.is_finite():
        raise BadValue("Un nombre est attendu.")
    if abs(value) > LARGEST:
        raise BadValue(f"« {_shown(raw)} » est trop grand.")
    return value


def read_count(text: object) -> int | None:
    """A whole number of at most nine digits, from an address or a hidden field; None for anything else."""
    digits = str(text if text is not None else "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 9 else None


def _shown(raw: object) -> str:
    """What was typed, short enough to be quoted in a sentence."""
    text = str(raw).strip()
    return text if len(text) <= 40 else text[:40] + "…"


def _scaled(raw: object, factor: int, what: str) -> int:
    value = read_decimal(raw) * factor
    exact = value.to_integral_value()
    if isinstance(raw, float):  # a spreadsheet's 0.1 + 0.2: what was meant is the nearest hundredth
        exact = half_up(value)
        if abs(value - exact) > Decimal("0.001"):
            raise BadValue(f"« {raw} » a trop de décimales : {what}.")
    elif value != exact:
        raise BadValue(f"« {_shown(raw)} » a trop de décimales : {what}.")
    return int(exact)


_CLOCK = re.compile(r"^(\d{1,6})\s*(?:h|:)\s*([0-5]?\d)?\s*(?:min|mn|m)?(?::00)?$", re.IGNORECASE)


def read_hours(raw: object) -> int:
    """Hours in hundredths, from ``35,5``, ``35.5``, ``35h30``, ``35:30``, a number, a time or a duration cell.

    Minutes become hundredths, half up (20 min → 33). Refuses negative hours and more than two decimals.
    """
    if isinstance(raw, timedelta):
        return _from_minutes(Decimal(raw.total_seconds()) / 60)
    if isinstance(raw, time):
        return _from_minutes(Decimal(raw.hour * 60 + raw.minute))
    clock = _CLOCK.match(str(raw).strip()) if raw is not None else None
    if clock:
        return _from_minutes(Decimal(int(clock[1]) * 60 + int(clock[2] or 0)))
    hours = _scaled(raw, 100, "deux au plus pour des heures")
    if hours < 0:
        raise BadValue("Un nombre d'heures ne peut pas être négatif.")
    if hours > MOST_HOURS:
        raise BadValue(f"« {_shown(raw)} » dépasse dix millions d'heures : vérifiez la saisie.")
    return hours


def _from_minutes(minutes: Decimal) -> int:
    if minutes < 0:
        raise BadValue("Un nombre d'heures ne peut pas être négatif.")
    return int(half_up(minutes * 100 / 60))


def read_euros(raw: object) -> int:
    """Euros in cents; negative amounts are refused."""
    cents = _scaled(raw, 100, "deux au plus pour un montant")
    if cents < 0:
        raise BadValue("Un montant ne peut pas être négatif.")
    return cents


def read_share(raw: object) -> int:
    """A share in ten-thousandths, from ``50 %``, ``50`` (read as percent above 1) or ``0,5``; 0 < share ≤ 100 %."""
    percent = isinstance(raw, str) and "%" in raw
    value = read_decimal(raw)
    factor = 100 if percent or value > 1 else 10_000
    share = int(half_up(value * factor))
    if not 0 < share <= 10_000:
        raise BadValue("Une part se situe entre 0 et 100 %. Exemple : 50 %.")
    return share


# Dates and months

_FRENCH_DATE = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$")


YEARS = range(1800, 2200)  # outside, a mistake of typing, and years from which no month could be counted


def read_date(raw: object) -> date:
    """A day, from a date cell, JJ/MM/AAAA or AAAA-MM-JJ; refused where its year is out of ``YEARS``."""
    day = _any_date(raw)
    if day.year not in YEARS:
        raise BadValue(
            f"L'année {day.year} n'est pas plausible. Vérifiez la date {day.day:02}/{day.month:02}/{day.year:04}."
        )
    return day


def _any_date(raw: object) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw or "").strip()
    french, iso = _FRENCH_DATE.match(text), _ISO_DATE.match(text)
    parts = (french[3], french[2], french[1]) if french else iso.groups()[:3] if iso else None
    try:
        if parts:
            return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        pass
    raise BadValue(f"« {_shown(text)} » n'est pas une date. Écrivez-la JJ/MM/AAAA, par exemple 09/03/2027.")


def read_month(raw: object) -> date:
    """The first day of a month, from AAAA-MM, MM/AAAA, or any date of that month."""
    if isinstance(raw, (date, datetime)):
        return month_of(read_date(raw))
    text = str(raw or "").strip()
    found = re.match(r"^(\d{4})-(\d{1,2})$", text)
    year, number = (found[1], found[2]) if found else ("", "")
    if not found and (found := re.match(r"^(\d{1,2})/(\d{4})$", text)):
        year, number = found[2], found[1]
    if found and 1 <= int(number) <= 12 and 1900 <= int(year) <= 2200:
        return date(int(year), int(number), 1)
    if not found and (_FRENCH_DATE.match(text) or _ISO_DATE.match(text)):
        return month_of(read_date(text))
    raise BadValue(f"« {_shown(text)} » n'est pas un mois. Écrivez-le AAAA-MM, par exemple 2026-03.")


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later (or earlier), clamped to the end of the month: 31/08 + 6 → 28 or 29/02."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = 28 if day.day < 29 else calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def months_between(first: date, last: date) -> Iterator[date]:
    """The first days of the months from that of ``first`` to that of ``last``, both included."""
    month = month_of(first)
    while month <= last:
        yield month
        month = add_months(month, 1)


# SIRET


def read_siret(raw: object) -> str:
    """A valid 14-digit SIRET; lost leading zeros are restored, La Poste's own rule is known (python-stdnum)."""
    digits = _digits(raw)
    if not 9 < len(digits) <= 14:
        raise BadValue(f"« {_shown(raw)} » n'est pas un SIRET : il compte 14 chiffres.")
    siret = digits.zfill(14)
    if not stdnum_siret.is_valid(siret):
        raise BadValue(f"Le SIRET {siret} n'existe pas : sa clé de contrôle est fausse. Vérifiez les chiffres.")
    return siret


def read_siren(raw: object) -> str:
    """A valid 9-digit SIREN."""
    digits = _digits(raw)
    siren = digits.zfill(9)
    if len(digits) > 9 or not stdnum_siren.is_valid(siren):
        raise BadValue(f"« {_shown(raw)} » n'est pas un SIREN valide : il compte 9 chiffres.")
    return siren


def siren_of(siret: str) -> str:
    return siret[:9]


def _digits(raw: object) -> str:
    text = str(raw if raw is not None else "").strip()
    if isinstance(raw, float) or re.fullmatch(r"\d+\.0+", text):  # a spreadsheet keeps a SIRET as a number
        try:
            text = str(int(float(text)))
        except (ValueError, OverflowError):
            text = ""
    digits = re.sub(rf"[\s{NBSP}{NNBSP}.\-]", "", text)
    if not (digits.isascii() and digits.isdecimal()):
        raise BadValue(f"« {_shown(raw)} » n'est pas un numéro : seuls des chiffres sont attendus.")
    return digits


# French writing


def _grouped(whole: int) -> str:
    return f"{whole:,}".replace(",", NNBSP)


def format_decimal(value: Decimal | int, places: int = 2, *, fixed: bool = False) -> str:
    """``1 234,5``: grouped thousands, comma, at most (or exactly, ``fixed``) ``places`` decimals."""
    rounded = half_up(Decimal(value), places)
    sign, digits = ("-" if rounded < 0 else ""), f"{abs(rounded):.{places}f}"
    whole, _, fraction = digits.partition(".")
    fraction = fraction if fixed else fraction.rstrip("0")
    return sign + _grouped(int(whole)) + (f",{fraction}" if fraction else "")


def format_hours(hundredths: int) -> str:
    """``151,67`` without a unit; the template writes the unit."""
    return format_decimal(Decimal(hundredths) / 100)


def format_euros(cents: int) -> str:
    return format_decimal(Decimal(cents) / 100, 2, fixed=cents % 100 != 0) + NBSP + "€"


def format_share(ten_thousandths: int) -> str:
    return format_decimal(Decimal(ten_thousandths) / 100) + NBSP + "%"


def format_date(day: date) -> str:
    return f"{day:%d/%m/%Y}"


MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def format_month(month: date) -> str:
    """``mars 2026``."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def of_month(month: date) -> str:
    """``de mars 2026``, ``d'avril 2026``: what belongs to a month, elided."""
    name = format_month(month)
    return f"d'{name}" if name[0] in "ao" else f"de {name}"


def hours_number(hundredths: int) -> int | float:
    """Hours as a number in its shortest form, for JSON and workbooks: 960, 151.67."""
    whole, rest = divmod(hundredths, 100)
    return whole if rest == 0 else hundredths / 100
