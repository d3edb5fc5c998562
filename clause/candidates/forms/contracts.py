"""Employment contracts, posts, placements."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField
from wtforms.validators import NumberRange, ValidationError

from clause.candidates.codes import ContractType, Mode, NotKept
from clause.candidates.forms.fields import choice_field, long_text, rome_field, short_text, version_field
from clause.kernel.forms import CodeField, Form, date_field, hours_field, optional, required, siret_field
from clause.organisations.codes import EmployerType

MOST_WEEKLY = 4_800


def weekly_field(label: str) -> Any:
    """Hours a week, at most 48 (the working week of the law); data in hundredths."""

    def plausible(_form: object, field: Any) -> None:
        if field.data is not None and not 0 < field.data <= MOST_WEEKLY:
            raise ValidationError("De 1 à 48 heures par semaine.")

    return hours_field(label, [optional(), plausible], description="Elles servent à la prévision. Exemple : 35.")


class ContractForm(Form):
    """The view takes away the other employer's fields from a company, which chooses among its own establishments."""

    employer = choice_field("Employeur")
    siret = siret_field("SIRET d'un autre employeur", description="S'il n'est pas dans la liste : 14 chiffres.")
    employer_name = short_text("Raison sociale de cet employeur", longest=200)
    employer_kind = CodeField("Type de cet employeur", code=EmployerType)
    mode = CodeField("Modalité", [required("Choisissez la modalité.")], code=Mode, empty="Choisir")
    contract_type = CodeField(
        "Type de contrat", [required("Choisissez le type de contrat.")], code=ContractType, empty="Choisir"
    )
    starts_on = date_field("Premier jour", [required("Indiquez le premier jour du contrat.")])
    ends_on = date_field("Dernier jour", description="Vide pour un CDI.")
    weekly_hours = weekly_field("Heures par semaine")
    job = short_text("Poste occupé", longest=200)
    rome = rome_field()
    market = choice_field("Marché")
    market_2 = choice_field("Autre marché servi par le même contrat")
    market_3 = choice_field("Troisième marché")
    reference = short_text("Votre référence du contrat", longest=60, description="Vide : une référence est donnée.")


class AnnouncedContractForm(ContractForm):
    """For a company that sees a market: without one its months would never come to be declared."""

    market = choice_field("Marché", [required("Choisissez le marché sur lequel la personne travaillera.")])


class EndForm(Form):
    ends_on = date_field("Dernier jour du contrat")
    version = version_field()


class RefusalForm(Form):
    """Why something is not admitted."""

    reason = long_text("Motif", validators=[required("Écrivez le motif.")])
    version = version_field()


class NotKeptForm(Form):
    """Why a person presented is not hired: a reason of the list, and words where they help."""

    why = CodeField("Raison", [required("Choisissez la raison.")], code=NotKept, empty="Choisir")
    reason = long_text("Précision")


class PositionForm(Form):
    market = choice_field("Marché", [required("Choisissez le marché.")])
    employer = choice_field("Employeur", [required("Choisissez l'employeur.")])
    title = short_text("Intitulé du poste", [required("Indiquez l'intitulé du poste.")], longest=200)
    rome = rome_field()
    places = IntegerField(
        "Nombre de places",
        [required("Indiquez le nombre de places."), NumberRange(1, 200, "De 1 à 200 places.")],
        default=1,
    )
    mode = CodeField("Modalité prévue", code=Mode, empty="Pas encore choisie")
    starts_on = date_field("Début prévu", [optional()])
    ends_on = date_field("Fin prévue", [optional()])
    weekly_hours = weekly_field("Heures par semaine, pour une place")


class PlaceForm(Form):
    person = choice_field("Personne", [required("Choisissez une personne.")])
    present = BooleanField("La présenter tout de suite à l'entreprise", default=True)
