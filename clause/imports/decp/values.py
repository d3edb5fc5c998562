"""Readers of the dirty values of public contract data. Pure.

Each takes what the file holds and returns a value, None where the file says nothing (empty, or one of the words that
platforms write in its place), or raises BadValue with a French sentence where there is something that cannot be read.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from stdnum.fr import siret as stdnum_siret

from clause.kernel.values import NBSP, NNBSP, BadValue, half_up

PARIS = ZoneInfo("Europe/Paris")
PLACEHOLDERS = frozenset(
    {"", "CDL", "MQ", "INX", "NC", "N/C", "N.C.", "ND", "NR", "N/A", "NA", "NULL", "NONE", "NAN", "NIL", "UNDEFINED", "-", "?"}
)  # fmt: skip
YEARS = range(1990, 2101)
MAX_EUROS = Decimal(10) ** 12
MAX_MONTHS = 1200
_DAY = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:Z|[+-]\d{2}:?\d{2})?$")
_FRENCH = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MOJIBAKE = re.compile(r"[ÃÂ][\u0080-\u00bf]|â€|Å“|\ufffd")


def is_missing(raw: Any) -> bool:
    """True for nothing, and for the words that stand for nothing (``CDL``, ``MQ``, ``INX``, ``NC``, ``null``)."""
    if raw is None or raw == [] or raw == {}:
        return True
    return isinstance(raw, str) and raw.strip().upper() in PLACEHOLDERS


def read_text(raw: Any) -> str:
    """One line of text that both databases can hold; empty where missing."""
    if is_missing(raw) or isinstance(raw, (dict, list)):
        return ""
    return re.sub(r"\s+", " ", _UNSAFE.sub(" ", str(raw))).strip()


def is_mojibake(text: str) -> bool:
    """True where accents were lost by a wrong encoding before us (« Ã© » for « é »); it is left as it is."""
    return bool(_MOJIBAKE.search(text))


def read_number(raw: Any) -> Decimal | None:
    """A number, typed as one or as text: ``14 700,00``, ``14.700,00``, ``14700.00 €``."""
    if is_missing(raw):
        return None
    if isinstance(raw, (bool, dict, list)):
        raise BadValue("Un nombre est attendu.")
    text = re.sub(rf"[\s{NBSP}{NNBSP}€'’]", "", str(raw))
    if "," in text and "." in text:  # the last of the two is the decimal mark
        text = text.replace("." if text.rfind(",") > text.rfind(".") else ",", "")
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise BadValue("Ce n'est pas un nombre.") from None
    if not value.is_finite():
        raise BadValue("Ce n'est pas un nombre.")
    return value


def read_cents(raw: Any) -> int | None:
    """An amount in cents, the nearest where the file has more decimals."""
    value = read_number(raw)
    if value is None:
        return None
    if value < 0:
        raise BadValue("Un montant ne peut pas être négatif.")
    if value > MAX_EUROS:
        raise BadValue("Ce montant est trop grand pour être vrai.")
    return int(half_up(value * 100))


def read_months(raw: Any) -> int | None:
    """A duration in whole months; part of a month counts as a month."""
    value = read_number(raw)
    if value is None:
        return None
    if not 0 < value <= MAX_MONTHS:
        raise BadValue("Une durée se compte en mois, de 1 à 1 200.")
    return int(value.to_integral_value(ROUND_CEILING))


def read_day(raw: Any) -> date | None:
    """A day, with or without a time zone: ``2018-08-30+02:00`` is 30 August; an instant is its day in Paris."""
    if is_missing(raw):
        return None
    text = str(raw).strip()
    day = _written_day(text) or _instant(text)
    if day is None:
        raise BadValue("Ce n'est pas une date.")
    if day.year not in YEARS:
        raise BadValue("Cette date est hors des années possibles.")
    return day


def _written_day(text: str) -> date | None:
    iso, french = _DAY.match(text) or _COMPACT.match(text), _FRENCH.match(text)
    parts = iso.groups()[:3] if iso else (french[3], french[2], french[1]) if french else None
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2])) if parts else None
    except ValueError:
        return None


def _instant(text: str) -> date | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(PARIS) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return None


def read_cpv(raw: Any) -> str:
    """The eight digits of a CPV code, its check digit left out, a lost leading zero restored; empty where missing."""
    if is_missing(raw):
        return ""
    digits = re.sub(r"-\d$", "", re.sub(r"\s", "", str(raw)))
    if not digits.isdigit() or not 7 <= len(digits) <= 8:
        raise BadValue("Un code CPV compte huit chiffres.")
    return digits.zfill(8)


def identifier_of(raw: Any) -> str:
    """The identifier of an organisation as text: digits alone, the leading zeros of a SIRET restored."""
    text = str(int(raw)) if isinstance(raw, Decimal) and raw == raw.to_integral_value() else read_text(raw)
    digits = re.sub(r"[\s.\u00a0\u202f-]", "", text)
    return digits.zfill(14) if digits.isdigit() and 10 < len(digits) < 15 else digits if digits.isdigit() else text


def is_siret(text: str) -> bool:
    return len(text) == 14 and bool(stdnum_siret.is_valid(text))
