"""The forms of the registry and of the files received."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import BooleanField
from wtforms.validators import Length, ValidationError

from clause.consolidations.transfer.registry_file import MOST
from clause.kernel.forms import Form, optional, required, siret_field, text_field


class SendFilesForm(Form):
    files = MultipleFileField(
        "Fichiers de transfert", [FileRequired("Choisissez au moins un fichier.")],
        description="Fichiers .json écrits par Clause, plusieurs à la fois, 12 Mo chacun au plus. Chacun est gardé ou refusé en entier.",
    )  # fmt: skip


class RegistryFileForm(Form):
    file = FileField(
        "Fichier du registre", [FileRequired("Choisissez un fichier csv, xlsx ou ods.")],
        description="Colonnes : Nom, SIRET, Région, Emploie des facilitateurs (oui ou non), Facilitateurs (combien). Seul le nom est obligatoire ; une case vide ne change rien.",
    )  # fmt: skip


class StructureForm(Form):
    name = text_field("Nom", [required("Donnez le nom de la structure."), Length(max=200, message="200 caractères au plus.")])  # fmt: skip
    siret = siret_field("SIRET", [optional()], description="Un fichier de transfert est reconnu par lui.")
    region = text_field("Région", [optional(), Length(max=80, message="80 caractères au plus.")])
    employs_facilitators = BooleanField("Emploie des facilitateurs", default=True, description="Elle compte alors dans le taux de participation.")  # fmt: skip
    facilitators = text_field("Nombre de facilitateurs", [optional()], render_kw={"inputmode": "numeric"})

    def validate_facilitators(self, field: object) -> None:
        text = self.facilitators.data or ""
        if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) <= MOST):
            raise ValidationError(f"Donnez un nombre entier, {MOST} au plus.")
