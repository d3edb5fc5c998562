"""What is asked of the explorer: rows, columns, measure, years, filters. Read from an address, kept in a saved view. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from clause.consolidations.explorer.dimensions import MARKETS, TIME, Dimension
from clause.consolidations.explorer.scope import GUARDED, Scope
from clause.consolidations.figures import Unit
from clause.kernel.codes import Code
from clause.kernel.values import read_count

FIRST_YEAR = 1990
MOST_FILTERS = 12
MOST_VALUES = 60
NO_SUCH = "« {} » n'est pas une façon de diviser les heures que votre compte peut lire."
SAME = "Choisissez deux façons différentes pour les lignes et les colonnes."
NO_MEASURE = "Cette mesure n'existe pas."
BAD_YEARS = "Choisissez des années entre {} et {}, la première avant la seconde."
NO_FILTER = "Votre compte lit une année entière, sans autre filtre : deux tableaux filtrés pourraient se soustraire."
TOO_MANY = f"Gardez au plus {MOST_FILTERS} filtres de {MOST_VALUES} valeurs."
ONLY_GUARDED = "Pour votre compte, « {} » se lit en heures, avec le temps ou les marchés."


class Measure(Code):
    """What is counted; the codes are columns of ``crossing.Counts``."""

    HOURS = "hours", "Heures réelles"
    VALUED = "valued", "Heures valorisées"
    PARTICIPANTS = "participants", "Personnes"
    CONTRACTS = "employment_contracts", "Contrats de travail"

    @property
    def unit(self) -> Unit:
        return Unit.HOURS if self in (Measure.HOURS, Measure.VALUED) else Unit.COUNT


@dataclass(frozen=True)
class Filter:
    """Hours whose value of a dimension is one of these."""

    dimension: Dimension
    values: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """``columns`` None: one dimension, with every measure beside each other. Years are included, both."""

    rows: Dimension
    columns: Dimension | None
    measure: Measure
    first_year: int
    last_year: int
    filters: tuple[Filter, ...] = ()
    perimeter: str = ""
    sort: str = ""

    @property
    def first(self) -> date:
        return date(self.first_year, 1, 1)

    @property
    def last(self) -> date:
        return date(self.last_year, 12, 31)

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        return (self.rows,) if self.columns is None else (self.rows, self.columns)

    @property
    def period(self) -> str:
        one = self.first_year == self.last_year
        return f"année {self.first_year}" if one else f"de {self.first_year} à {self.last_year}"

    @property
    def title(self) -> str:
        """« Heures réelles : sexe × secteur »."""
        by = " × ".join(one.label.lower() if not one.label.startswith(("Q", "R")) else one.label for one in self.dimensions)  # fmt: skip
        return f"{self.measure.label} : {by}" if self.columns else f"Par {by}"

    @property
    def of_public_hours(self) -> bool:
        """Hours by market and time, which nobody is hidden (consolidations.md § 2 rule 8)."""
        counts_hours = self.measure in (Measure.HOURS, Measure.VALUED)
        return counts_hours and all(one.group in (TIME, MARKETS) for one in self.dimensions)

    def without(self, dimension: Dimension) -> Question:
        return replace(self, filters=tuple(f for f in self.filters if f.dimension is not dimension))

    def arguments(self) -> dict[str, str | list[str]]:
        """The address of the question, as the form writes it."""
        said: dict[str, str | list[str]] = {
            "lignes": self.rows.key, "colonnes": self.columns.key if self.columns else "", "mesure": self.measure.value,
            "de": str(self.first_year), "a": str(self.last_year), "f": [f"{f.dimension.key}:{v}" for f in self.filters for v in f.values],
            "perimetre": self.perimeter, "tri": self.sort,
        }  # fmt: skip
        return {key: value for key, value in said.items() if value}


class Arguments(Protocol):
    """An address: one value of a name, or all."""

    def get(self, key: str, default: str = ...) -> str: ...
    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True)
class Read:
    """The question, and what is wrong in the address: (field, sentence). With errors the question is a plain one."""

    question: Question
    errors: tuple[tuple[str, str], ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)


def read_question(arguments: Arguments, scope: Scope, this_year: int) -> Read:
    """The question of an address; what is missing has a default, what cannot be answered a sentence."""
    errors: list[tuple[str, str]] = []

    def dimension(name: str, default: str) -> Dimension | None:
        text = arguments.get(name, default) if name in ("lignes",) else arguments.get(name, "")
        if not text:
            return None
        if text not in scope.dimensions:
            errors.append((name, NO_SUCH.format(text[:40])))
        return scope.dimensions.get(text)

    plain = scope.dimensions["operation"]
    rows, columns = dimension("lignes", "operation") or plain, dimension("colonnes", "")
    if columns is rows:
        errors.append(("colonnes", SAME))
    measure = _measure(arguments.get("mesure", ""), errors)
    years = _years(arguments, this_year, scope, errors)
    question = Question(
        rows, None if columns is rows else columns, measure, *years, filters=_filters(arguments, scope, errors), perimeter=scope.chosen,
        sort=arguments.get("tri", "")[:80],
    )  # fmt: skip
    errors += [] if errors or not scope.masked else _too_fine(question)
    typed = {name: arguments.get(name, "") for name in ("lignes", "colonnes", "mesure", "de", "a")}
    if errors:
        question = Question(plain, None, Measure.HOURS, this_year, this_year, perimeter=scope.chosen)
    return Read(question, tuple(errors), typed)


def _measure(text: str, errors: list[tuple[str, str]]) -> Measure:
    found = next((m for m in Measure if m.value == (text or Measure.HOURS.value)), None)
    if found is None:
        errors.append(("mesure", NO_MEASURE))
    return found or Measure.HOURS


def _years(arguments: Arguments, this_year: int, scope: Scope, errors: list[tuple[str, str]]) -> tuple[int, int]:
    typed = arguments.get("de", "").strip(), arguments.get("a", "").strip()
    first = read_count(typed[0]) if typed[0] else read_count(typed[1]) if typed[1] else this_year
    last = read_count(typed[1]) if typed[1] and not scope.masked else first
    if first is None or last is None or not FIRST_YEAR <= first <= last <= this_year + 1:
        errors.append(("de", BAD_YEARS.format(FIRST_YEAR, this_year + 1)))
        return this_year, this_year
    return first, last


def _filters(arguments: Arguments, scope: Scope, errors: list[tuple[str, str]]) -> tuple[Filter, ...]:
    found: dict[str, list[str]] = {}
    for text in arguments.getlist("f"):
        key, _, value = text.partition(":")
        if key not in scope.dimensions or not value:
            errors.append(("f", NO_SUCH.format(key[:40])))
        elif value not in found.setdefault(key, []):
            found[key].append(value)
    if found and not scope.may_filter:
        errors.append(("f", NO_FILTER))
    if len(found) > MOST_FILTERS or any(len(values) > MOST_VALUES for values in found.values()):
        errors.append(("f", TOO_MANY))
    return tuple(Filter(scope.dimensions[key], tuple(values)) for key, values in found.items())


def _too_fine(question: Question) -> list[tuple[str, str]]:
    """What ADR 0027 tells nobody outside: two levels of one family, or people by them."""
    if question.of_public_hours:
        return []
    fine = [one for one in question.dimensions if one.key not in GUARDED]
    field_of = "lignes" if fine and fine[0] is question.rows else "colonnes"
    return [(field_of, ONLY_GUARDED.format(fine[0].label))] if fine else []


def said(filters: Sequence[Filter], labels: Mapping[str, Mapping[str, str]]) -> list[tuple[Filter, str]]:
    """Each filter in words: « Sexe : Femme ou Inconnu »."""
    return [
        (f, f"{f.dimension.label} : {' ou '.join(labels.get(f.dimension.key, {}).get(v, v) for v in f.values)}") for f in filters
    ]  # fmt: skip
