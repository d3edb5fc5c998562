"""The forms of public contract data: sending a file, opening a market from a contract."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, FormField, RadioField, SelectField
from wtforms import Form as PlainForm
from wtforms.validators import Length, ValidationError

from clause.imports.decp.opening import MAX_REFERENCE, MAX_TITLE
from clause.kernel.forms import (
    CodeField,
    Form,
    date_field,
    euros_field,
    hours_field,
    optional,
    required,
    select_choices,
    siret_field,
    text_field,
)
from clause.markets.codes import NO_CLAUSE, ClauseKind, Nature, Sector
from clause.organisations.codes import BuyerType

NEW = "nouvelle"
PREFIX = re.compile(r"^(\d{2,5}|2[AB]\d{0,3})$")
CLAUSES = select_choices([("", "Choisir…"), (NO_CLAUSE, "Sans clause"), *ClauseKind.choices()])


def longest(size: int) -> Length:
    return Length(max=size, message=f"Ce texte dépasse {size} caractères : abrégez-le.")


class SendForm(Form):
    file = FileField(
        "Fichier de données essentielles", [FileRequired("Choisissez un fichier JSON ou XML.")],
        description="JSON ou XML, formats 2019 et 2022, jusqu'à 16 Mo. Il se télécharge sur data.gouv.fr ou sur le profil d'acheteur.",
    )  # fmt: skip
    territory = text_field(
        "Garder seulement ce territoire", [optional()],
        description="Départements ou débuts de codes de communes, séparés par des virgules : 59, 62 ou 59170.",
    )  # fmt: skip

    def validate_territory(self, field: Any) -> None:
        for prefix in self.prefixes:
            if not PREFIX.match(prefix):
                raise ValidationError(
                    f"« {prefix} » n'est ni un département ni un début de code de commune. Exemples : 59, 2A, 97411."
                )

    @property
    def prefixes(self) -> list[str]:
        return [p.strip().upper() for p in (self.territory.data or "").split(",") if p.strip()]


class HolderForm(PlainForm):
    """One company: kept where it has a SIRET."""

    siret = siret_field("SIRET", [optional()])
    name = text_field("Raison sociale", [longest(200)])

    def validate_name(self, field: Any) -> None:
        if self.siret.data and not field.data:
            raise ValidationError("Donnez la raison sociale : les données publiées ne la disent pas.")


class OpenForm(Form):
    """``reference`` is that of the market; the operation is an existing one or a new one."""

    operation = RadioField("Opération", validators=[required("Choisissez une opération.")])
    operation_reference = text_field("Référence de l'opération", [longest(MAX_REFERENCE)])
    operation_title = text_field("Intitulé de l'opération", [longest(MAX_TITLE)])
    consultation_date = date_field("Date de la consultation", [optional()])
    authority_siret = siret_field("SIRET de l'acheteur", [required()])
    authority_name = text_field("Nom de l'acheteur", [required(), longest(200)])
    authority_kind = CodeField(
        "Type d'acheteur", [required("Choisissez le type d'acheteur.")], code=BuyerType, empty="Choisir…"
    )

    reference = text_field("Référence du marché", [required(), longest(MAX_REFERENCE)])
    lot = text_field("Lot", [optional(), longest(60)], description="Les données essentielles ne le disent pas.")
    title = text_field("Objet", [required(), longest(MAX_TITLE)])
    clause = SelectField("Type de clause", choices=CLAUSES, validators=[required("Choisissez le type de clause.")])
    nature = CodeField("Nature", [optional()], code=Nature, empty="Non précisée")
    sector = CodeField("Secteur", [optional()], code=Sector, empty="Non précisé")
    cpv = text_field("Code CPV", [optional(), longest(12)])
    amount = euros_field("Montant HT, en euros", [optional()])
    hours = hours_field(
        "Objectif d'heures d'insertion",
        [optional()],
        description="À lire dans le marché : les données essentielles ne le disent pas.",
    )
    notification_date = date_field("Date de notification", [optional()])
    starts_on = date_field("Début", [required()])
    ends_on = date_field("Fin", [optional()])
    holders = FieldList(FormField(HolderForm), "Titulaires", min_entries=1, max_entries=30)

    @property
    def is_new_operation(self) -> bool:
        return str(self.operation.data) == NEW

    def validate_operation_reference(self, field: Any) -> None:
        if self.is_new_operation and not field.data:
            raise ValidationError("Donnez une référence à la nouvelle opération.")

    def validate_operation_title(self, field: Any) -> None:
        if self.is_new_operation and not field.data:
            raise ValidationError("Donnez un intitulé à la nouvelle opération.")
