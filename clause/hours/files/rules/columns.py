"""Columns of a company's sheet (formats.md § 2): ours by their headings, another layout by its mapping. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clause.kernel.values import fold


class Col(StrEnum):
    """What a column of the sheet holds."""

    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    FULL_NAME = "full_name"
    BIRTH_DATE = "birth_date"
    CONTRACT = "contract"
    MARKET = "market"
    MONTH = "month"
    WORK = "work"
    TRAINING = "training"
    COMMENT = "comment"


@dataclass(frozen=True)
class Known:
    """A column as people call it: its label in our template, and other headings that mean it."""

    label: str
    synonyms: tuple[str, ...] = ()

    @property
    def folded(self) -> frozenset[str]:
        return frozenset(fold(text) for text in (self.label, *self.synonyms))


COLUMNS: dict[Col, Known] = {
    Col.LAST_NAME: Known("Nom", ("nom de famille", "nom du salarié", "nom salarié")),
    Col.FIRST_NAME: Known("Prénom", ("prénom du salarié", "prénoms")),
    Col.FULL_NAME: Known("Nom et prénom", ("nom prénom", "prénom nom", "prénom et nom", "salarié", "bénéficiaire")),
    Col.BIRTH_DATE: Known("Date de naissance", ("né le", "née le", "né(e) le", "naissance", "date naissance")),
    Col.CONTRACT: Known("Identifiant contrat", ("identifiant du contrat", "contrat", "référence contrat", "n° contrat")),
    Col.MARKET: Known("Référence marché", ("référence du marché", "marché", "n° marché", "chantier")),
    Col.MONTH: Known("Mois", ("période", "mois de paie")),
    Col.WORK: Known("Heures travaillées", ("heures", "heures de travail", "heures effectuées", "nombre d'heures", "nb heures", "total heures", "heures normales", "h normales")),
    Col.TRAINING: Known("Heures de formation", ("formation", "heures formation", "h formation")),
    Col.COMMENT: Known("Commentaire", ("commentaires", "observation", "observations", "remarque", "remarques")),
}  # fmt: skip
# The columns of the template, in its order: one name column each, the two in one is for other layouts.
TEMPLATE = tuple(col for col in COLUMNS if col is not Col.FULL_NAME)
HEADER_WITHIN = 40  # rows from the top among which the headings are looked for
Places = dict[Col, int]


def enough(places: Mapping[Col, object]) -> bool:
    """Somebody and some hours: what a sheet must say at least."""
    who = Col.CONTRACT in places or Col.FULL_NAME in places or {Col.LAST_NAME, Col.FIRST_NAME} <= places.keys()
    return who and (Col.WORK in places or Col.TRAINING in places)


def by_heading(headings: Sequence[str]) -> Places:
    """Where each of our columns is, by its label or a usual synonym; the first where a heading comes twice."""
    places: Places = {}
    for position, heading in enumerate(headings):
        found = (
            next((col for col, known in COLUMNS.items() if fold(heading) in known.folded), None) if heading else None
        )
        if found is not None:
            places.setdefault(found, position)
    return places


def by_mapping(headings: Sequence[str], mapping: Mapping[Col, str]) -> Places | None:
    """Where the mapped columns are; None where one of them is not in this row: it is another layout."""
    folded = [fold(heading) for heading in headings]
    try:
        return {col: folded.index(fold(heading)) for col, heading in mapping.items()}
    except ValueError:
        return None


def header_of(rows: Sequence[Sequence[str]], mapping: Mapping[Col, str] | None = None) -> tuple[int, Places] | None:
    """(row, places) of the headings among the first rows; None where none says enough."""
    for number, row in enumerate(rows[:HEADER_WITHIN]):
        places = by_heading(row) if mapping is None else by_mapping(row, mapping)
        if places and enough(places):
            return number, places
    return None


def likely_header(rows: Sequence[Sequence[str]]) -> int:
    """Of an unknown layout, the row that most looks like headings: the one with the most texts and no number."""

    def weight(row: Sequence[str]) -> int:
        said = [cell for cell in row if cell]
        return 0 if any(cell[:1].isdigit() for cell in said) else len({fold(cell) for cell in said})

    return max(range(min(len(rows), HEADER_WITHIN)), key=lambda number: (weight(rows[number]), -number), default=0)
