"""Age on a day and the age classes of the tables (domain.md PUB-05, IND-08; consolidations.md § 6)."""

from __future__ import annotations

from datetime import date

from clause.kernel.codes import Code

MIN_WORKING_AGE = 16
MIN_APPRENTICE_AGE = 15
YOUTH_LIMIT = 26


class AgeClass(Code):
    """Age at entry into the clause; people of exactly 26 are « 26 à 44 ans »."""

    LT26 = "lt26", "Moins de 26 ans"
    FROM_26 = "26_44", "26 à 44 ans"
    FROM_45 = "45_54", "45 à 54 ans"
    GE55 = "ge55", "55 ans et plus"
    UNKNOWN = "unknown", "Inconnu"


class PlieAge(Code):
    """The bands of the PLIE tables."""

    FROM_15 = "15_24", "15 à 24 ans"
    FROM_25 = "25_44", "25 à 44 ans"
    FROM_45 = "45_54", "45 à 54 ans"
    FROM_55 = "55_64", "55 à 64 ans"
    GE65 = "ge65", "65 ans et plus"
    UNKNOWN = "unknown", "Inconnu"


def age_on(birth: date, day: date) -> int:
    """Completed years on ``day``; negative before the birth. Who is born on a 29 February ages on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_youth(birth: date, day: date) -> bool:
    """Strictly before the 26th birthday (PUB-05)."""
    return age_on(birth, day) < YOUTH_LIMIT


def is_senior(birth: date, day: date, min_age: int = 50) -> bool:
    """``min_age`` or more on the day (setting ``senior.min_age``)."""
    return age_on(birth, day) >= min_age


def age_class(age: int | None) -> AgeClass:
    if age is None or age < 0:
        return AgeClass.UNKNOWN
    bounds = ((26, AgeClass.LT26), (45, AgeClass.FROM_26), (55, AgeClass.FROM_45))
    return next((c for limit, c in bounds if age < limit), AgeClass.GE55)


def plie_age(age: int | None) -> PlieAge:
    """The PLIE band; under 15 is unknown, as no pathway begins before."""
    if age is None or age < 15:
        return PlieAge.UNKNOWN
    bounds = ((25, PlieAge.FROM_15), (45, PlieAge.FROM_25), (55, PlieAge.FROM_45), (65, PlieAge.FROM_55))
    return next((c for limit, c in bounds if age < limit), PlieAge.GE65)
