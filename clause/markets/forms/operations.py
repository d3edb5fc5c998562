"""Forms of an operation, its state and its partners."""

from __future__ import annotations

from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import Length

from clause.kernel.forms import (
    CodeField,
    Form,
    ValueField,
    date_field,
    input_required,
    optional,
    required,
    siret_field,
    text_field,
)
from clause.markets.actions.data import OperationData
from clause.markets.codes import OperationStatus, Programme
from clause.markets.rules.place import read_place
from clause.organisations.codes import BuyerType


class OperationForm(Form):
    """Field names are those of ``OperationData``; ``authority`` is what was typed of a known one."""

    reference = text_field(
        "Référence", [required("Indiquez la référence."), Length(max=60, message="60 caractères au plus.")]
    )
    title = text_field(
        "Intitulé", [required("Indiquez l'intitulé."), Length(max=300, message="300 caractères au plus.")]
    )
    authority = text_field(
        "Maître d'ouvrage",
        description="Tapez les premières lettres, puis choisissez dans la liste.",
        render_kw={"list": "maitres-d-ouvrage", "autocomplete": "off"},
    )
    authority_siret = siret_field("SIRET")
    authority_name = text_field("Nom", [Length(max=200, message="200 caractères au plus.")])
    authority_kind = CodeField("Type", code=BuyerType, empty="Choisissez")
    programme = CodeField("Programme", code=Programme)
    commune = text_field("Commune", [Length(max=120, message="120 caractères au plus.")])
    place = ValueField(
        "Position sur la carte", [optional()], read=read_place, show=str,
        description="Latitude, longitude, comme un site de cartes les copie : 50.6292, 3.0573.",
    )  # fmt: skip
    consultation_date = date_field("Consultation lancée le", [optional()])
    starts_on = date_field("Début prévu", [optional()])
    ends_on = date_field("Fin prévue", [optional()])
    facilitator_id = SelectField("Facilitateur qui suit l'opération", validate_choice=False)
    notes = TextAreaField("Notes", [Length(max=5000, message="5 000 caractères au plus.")], render_kw={"rows": 3})
    version = HiddenField()

    def values(self, authority_id: int | None, facilitator_id: int | None) -> OperationData:
        return OperationData(
            reference=self.reference.data,
            title=self.title.data,
            authority_id=authority_id,
            authority_siret=self.authority_siret.data or "",
            authority_name=self.authority_name.data or "",
            authority_kind=self.authority_kind.data,
            programme=self.programme.data or Programme.NONE,
            commune=self.commune.data or "",
            place=self.place.data or "",
            consultation_date=self.consultation_date.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            facilitator_id=facilitator_id,
            notes=(self.notes.data or "").strip(),
        )


class OperationStatusForm(Form):
    status = CodeField(
        "Nouvel état", [required("Choisissez le nouvel état.")], code=OperationStatus, empty="Choisissez"
    )
    reason = text_field(
        "Motif",
        [Length(max=300, message="300 caractères au plus.")],
        description="Obligatoire pour abandonner une opération.",
    )
    version = HiddenField()


class PartnerForm(Form):
    structure = SelectField("Structure partenaire", [required("Choisissez une structure.")], validate_choice=False)
    agreed_on = date_field("Date de la convention", [input_required("Indiquez la date de la convention.")])
    agreement = text_field("Référence de la convention", [Length(max=300, message="300 caractères au plus.")])
