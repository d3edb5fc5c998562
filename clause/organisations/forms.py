"""Forms of organisations, of their accounts and of structures."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import Length

from clause.kernel.forms import CodeField, Form, ValueField, optional, required, siret_field, text_field
from clause.kernel.values import BadValue, read_count, read_decimal
from clause.organisations.codes import BuyerType, EmployerType, PrescriberKind, StructureKind
from clause.organisations.models import Structure
from clause.organisations.parameters import PARAMETERS

SIRET_HINT = "14 chiffres, tels que sur le devis ou l'extrait Sirene ; les espaces sont acceptés."


def read_workforce(text: str) -> int:
    value = read_decimal(text)
    if value != value.to_integral_value() or not 0 <= value <= 1_000_000:
        raise BadValue("Un nombre entier de personnes est attendu. Exemple : 25.")
    return int(value)


def at_most(length: int) -> Length:
    return Length(max=length, message=f"{length} caractères au plus.")


def email_text(label: str = "Adresse e-mail", **kw: Any) -> Any:
    attributes = {"type": "email", "autocomplete": "off", "maxlength": 254}
    return text_field(label, kw.pop("validators", [at_most(254)]), render_kw=attributes, **kw)


class VersionForm(Form):
    """A form on a row that two people can edit."""

    version = HiddenField()

    def seen_version(self) -> int | None:
        """The version of the row when the page was opened."""
        return read_count(self.version.data)

    def show_version(self, version: int) -> None:
        """Put the row's present version in the form: saving again is then a choice made knowing what changed."""
        self.version.data, self.version.raw_data = str(version), None


class CompanyForm(Form):
    siret = siret_field("SIRET de l'établissement", [required("Indiquez le SIRET de l'établissement.")], description=SIRET_HINT)  # fmt: skip
    name = text_field("Nom", [required("Indiquez le nom de l'entreprise."), at_most(200)])
    kind = CodeField("Type", [required("Choisissez un type.")], code=EmployerType, description="Il dit comment sont comptées les personnes que cet établissement emploie.")  # fmt: skip
    commune = text_field("Commune", [at_most(120)])
    naf = text_field("Code NAF", [at_most(10)])
    workforce = ValueField("Effectif", [optional()], read=read_workforce, show=str, render_kw={"inputmode": "numeric"})
    email = email_text("Adresse e-mail de contact")


class CompanyEditForm(VersionForm):
    name = text_field("Nom", [required("Indiquez le nom de l'entreprise."), at_most(200)])
    email = email_text("Adresse e-mail de contact")


class EstablishmentForm(VersionForm):
    name = text_field("Nom", [required("Indiquez le nom de l'établissement."), at_most(200)])
    kind = CodeField("Type", [required("Choisissez un type.")], code=EmployerType)
    commune = text_field("Commune", [at_most(120)])
    naf = text_field("Code NAF", [at_most(10)])
    workforce = ValueField("Effectif", [optional()], read=read_workforce, show=str, render_kw={"inputmode": "numeric"})


class AuthorityForm(Form):
    siret = siret_field("SIRET", [required("Indiquez le SIRET du maître d'ouvrage.")], description=SIRET_HINT)
    name = text_field("Nom", [required("Indiquez le nom du maître d'ouvrage."), at_most(200)])
    kind = CodeField("Type", [required("Choisissez un type.")], code=BuyerType, empty="Choisir…")
    commune = text_field("Commune", [at_most(120)])


class AuthorityEditForm(VersionForm):
    name = text_field("Nom", [required("Indiquez le nom du maître d'ouvrage."), at_most(200)])
    kind = CodeField("Type", [required("Choisissez un type.")], code=BuyerType)
    commune = text_field("Commune", [at_most(120)])


class PrescriberForm(VersionForm):
    name = text_field("Nom", [required("Indiquez le nom du prescripteur."), at_most(200)])
    kind = CodeField("Type", [required("Choisissez un type.")], code=PrescriberKind, empty="Choisir…")


class InviteForm(Form):
    """An account of an organisation that the page already names."""

    name = text_field("Prénom et nom", [required("Indiquez le prénom et le nom de la personne."), at_most(120)])
    email = email_text(validators=[required("Indiquez l'adresse e-mail de la personne."), at_most(254)])


class TeamInviteForm(InviteForm):
    role = SelectField("Rôle", [required("Choisissez un rôle.")], validate_choice=False)
    prescriber = SelectField("Organisme prescripteur", [optional()], validate_choice=False, description="Pour un compte de prescripteur seulement.")  # fmt: skip


class StructureForm(Form):
    name = text_field("Nom", [required("Indiquez le nom de la structure."), at_most(200)])
    siret = siret_field("SIRET", [required("Indiquez le SIRET de la structure.")], description=SIRET_HINT)
    kind = CodeField("Type", [required("Choisissez un type.")], code=StructureKind, empty="Choisir…")
    territory = text_field("Territoire", [at_most(200)], description="Tel qu'il paraîtra sur les bilans.")
    region = text_field("Région", [at_most(80)])
    email = email_text("Adresse e-mail de contact")


class HouseInviteForm(InviteForm):
    """An account of a company or an authority, found by its number, for the administrator."""

    siret = siret_field("SIRET de l'organisation", [required("Indiquez le SIRET.")], description="D'une entreprise ou d'un maître d'ouvrage déjà enregistré.")  # fmt: skip


class SettingsForm(VersionForm):
    """Own structure: how to reach it, and its settings, one field a parameter (added below)."""

    territory = text_field("Territoire", [at_most(200)], description="Tel qu'il paraît sur les bilans.")
    region = text_field("Région", [at_most(80)])
    email = email_text("Adresse e-mail de contact")
    phone = text_field("Téléphone", [at_most(40)], render_kw={"type": "tel"})

    @property
    def settings(self) -> list[Any]:
        return [self[p.field] for p in PARAMETERS]

    def typed(self) -> dict[str, Any]:
        """Each setting by its name; None where it is left to the default."""
        return {p.name: self[p.field].data for p in PARAMETERS}

    def show_settings(self, structure: Structure) -> None:
        for p in PARAMETERS:
            self[p.field].data = structure.parameters.get(p.name)


for parameter in PARAMETERS:
    setattr(
        SettingsForm,
        parameter.field,
        ValueField(
            parameter.label, [optional()], read=parameter.read, show=parameter.typed,
            description=f"{parameter.hint} Par défaut : {parameter.default}.", render_kw={"inputmode": "decimal"},
        ),
    )  # fmt: skip
