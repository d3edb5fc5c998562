"""The forms of the reprise: sending a workbook, describing another tool's sheets."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField
from wtforms.validators import Length, ValidationError

from clause.candidates.rules.nir import contains_nir
from clause.imports.reprise.models import ImportMapping
from clause.imports.reprise.running import NAME_WITH_NIR
from clause.kernel.forms import Form, required, select_choices, text_field

NO_MAPPING = ("", "Non, c'est le classeur de reprise")


class SendForm(Form):
    file = FileField(
        "Classeur", [FileRequired("Choisissez un classeur .xlsx, .ods ou .xls.")],
        description="Le classeur de reprise rempli, ou l'export d'un autre outil. 16 Mo au plus.",
    )  # fmt: skip
    mapping = SelectField("Fichier d'un autre outil", choices=select_choices([NO_MAPPING]), default="")
    valid_only = BooleanField(
        "Importer seulement les lignes valides",
        description="Sinon, une seule ligne refusée et rien n'est écrit.",
    )
    update = BooleanField(
        "Appliquer les différences",
        description="Les lignes déjà enregistrées prennent les valeurs du fichier. Sinon, elles sont seulement signalées.",
    )

    def offer(self, mappings: Sequence[ImportMapping]) -> None:
        """The mappings kept by the structure."""
        self.mapping.choices = select_choices([NO_MAPPING, *((m.public_id, m.name) for m in mappings)])

    def validate_file(self, field: FileField) -> None:
        if field.data and contains_nir(field.data.filename):
            raise ValidationError(NAME_WITH_NIR)


class MappingForm(Form):
    name = text_field(
        "Nom de la correspondance", [required("Donnez un nom, par exemple celui de l'autre outil."), Length(max=80, message="80 caractères au plus.")],
    )  # fmt: skip
