"""The filters of the two lists: read from the address, said in words."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectField

from clause.kernel.forms import CodeField, Form, select_choices, text_field
from clause.markets.codes import (
    ClauseKind,
    MarketStatus,
    Nature,
    OperationStatus,
    Programme,
    Sector,
)
from clause.markets.queries.choices import Choice
from clause.markets.queries.filters import MarketFilters, OperationFilters

ANY_CLAUSE, NO_CLAUSE = "avec", "sans"


class ListFilters(Form):
    """What both lists narrow by. The viewer's own choices are set by the view."""

    q = text_field("Rechercher")
    acheteur = SelectField("Maître d'ouvrage", validate_choice=False)
    programme = CodeField("Programme", code=Programme, empty="Tous", only=[Programme.ANRU])
    facilitateur = SelectField("Facilitateur", validate_choice=False)
    en_cours = BooleanField("En cours aujourd'hui")

    def __init__(self, args: MultiDict[str, str], authorities: list[Choice], facilitators: list[Choice]) -> None:
        super().__init__(args, meta={"csrf": False})
        self.acheteur.choices = select_choices([("", "Tous"), *authorities])
        self.facilitateur.choices = select_choices([("", "Tous"), *facilitators])

    def common(self) -> dict[str, Any]:
        return {
            "words": self.q.data or "",
            "authority": _chosen(self.acheteur),
            "programme": self.programme.data,
            "facilitator": _chosen(self.facilitateur),
            "ongoing": bool(self.en_cours.data),
        }

    def said(self) -> list[str]:
        """Each filter in words, in the order of the form."""
        found = [f"« {self.q.data} »"] if self.q.data else []
        for each in self:
            words = _words(each)
            if words:
                found.append(words)
        return found


class OperationListFilters(ListFilters):
    statut = CodeField("État", code=OperationStatus, empty="Tous")

    def values(self) -> OperationFilters:
        return OperationFilters(status=self.statut.data, **self.common())


class MarketListFilters(ListFilters):
    statut = CodeField("État", code=MarketStatus, empty="Tous")
    clause = SelectField(
        "Clause",
        choices=select_choices(
            [("", "Toutes"), (ANY_CLAUSE, "Avec une clause"), (NO_CLAUSE, "Sans clause"), *ClauseKind.choices()]
        ),
        validate_choice=False,
    )
    nature = CodeField("Nature", code=Nature, empty="Toutes")
    secteur = CodeField("Secteur", code=Sector, empty="Tous")
    retard = BooleanField("En retard sur l'objectif")

    def values(self) -> MarketFilters:
        clause = _chosen(self.clause)
        kind = {ANY_CLAUSE: True, NO_CLAUSE: False}.get(clause, ClauseKind.read(clause) if clause else None)
        return MarketFilters(
            status=self.statut.data,
            clause=kind,
            nature=self.nature.data,
            sector=self.secteur.data,
            late=bool(self.retard.data),
            **self.common(),
        )


def _chosen(field: Any) -> str:
    """The value chosen, if it is one of the choices."""
    return str(field.data) if field.data and field.data in {choice.value for choice in field.choices} else ""


def _words(field: Any) -> str:
    if isinstance(field, BooleanField):
        return str(field.label.text).lower() if field.data else ""
    if isinstance(field, CodeField):
        return f"{field.label.text.lower()} : {field.data.label.lower()}" if field.data else ""
    if isinstance(field, SelectField) and _chosen(field):
        return f"{field.label.text.lower()} : {next(c.label for c in field.choices if c.value == field.data)}"
    return ""
