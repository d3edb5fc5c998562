"""Forms of the objective: one a way of setting it, one for later changes."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import Length

from clause.kernel import values
from clause.kernel.forms import (
    CodeField,
    Form,
    ValueField,
    date_field,
    euros_field,
    hours_field,
    input_required,
    month_field,
    optional,
    required,
    share_field,
    text_field,
)
from clause.markets.actions.data import ObjectiveChange, ObjectiveData
from clause.markets.codes import LabourBasis, ObjectiveKind, ObjectiveMode
from clause.markets.rules.events import CHANGES
from clause.markets.rules.trades import Trade


class ObjectiveForm(Form):
    """What every way of setting an objective asks; the subclasses add their own values."""

    mode = ObjectiveMode.FIXED_HOURS
    first: tuple[str, ...] = ()

    offered_hours = hours_field(
        "Heures promises dans l'offre",
        [optional()],
        description="Si le titulaire s'est engagé au-delà du minimum, elles deviennent l'objectif.",
    )
    due_hours = hours_field(
        "Heures exigibles dès l'attribution",
        [optional()],
        description="À remplir seulement si des tranches ou des bons de commande restent à venir.",
    )
    effective_on = date_field("Date d'effet", [optional()], description="Par défaut : la notification, sinon le début.")
    reason = text_field("Précision", [Length(max=300, message="300 caractères au plus.")])
    version = HiddenField()

    def own(self) -> dict[str, Any]:
        return {}

    def values(self) -> ObjectiveData:
        return ObjectiveData(
            mode=self.mode,
            offered_hours=self.offered_hours.data,
            due_hours=self.due_hours.data if self.due_hours else None,
            effective_on=self.effective_on.data,
            reason=self.reason.data or "",
            **self.own(),
        )


class FixedForm(ObjectiveForm):
    first = ("hours",)
    hours = hours_field("Nombre d'heures inscrit au marché", [input_required("Indiquez le nombre d'heures.")])
    labour_share = share_field("Part de main d'œuvre", [optional()], description="En %.")
    hourly_cost = euros_field("Coût horaire", [optional()], description="En euros de l'heure.")

    def own(self) -> dict[str, Any]:
        return {
            "hours": self.hours.data,
            "labour_share": self.labour_share.data,
            "hourly_cost_cents": self.hourly_cost.data,
        }


class FormulaForm(ObjectiveForm):
    mode = ObjectiveMode.FORMULA
    first = ("amount", "trade", "labour_share", "insertion_rate", "hourly_cost", "labour_basis")
    amount = euros_field("Montant HT du lot", [input_required("Indiquez le montant HT.")], description="En euros.")
    trade = CodeField("Métier", code=Trade, empty="Non précisé", description="Il propose la part de main d'œuvre habituelle.")  # fmt: skip
    labour_share = share_field(
        "Part de main d'œuvre", [input_required("Indiquez la part de main d'œuvre.")], description="En %."
    )
    insertion_rate = share_field(
        "Taux d'insertion", [input_required("Indiquez le taux d'insertion.")], description="En %, souvent 5 à 10 %."
    )
    hourly_cost = euros_field(
        "Coût horaire", [input_required("Indiquez le coût horaire.")], description="En euros de l'heure."
    )
    labour_basis = CodeField("La part de main d'œuvre est", code=LabourBasis)

    def own(self) -> dict[str, Any]:
        return {
            "amount_cents": self.amount.data,
            "trade": self.trade.data,
            "labour_share": self.labour_share.data,
            "insertion_rate": self.insertion_rate.data,
            "hourly_cost_cents": self.hourly_cost.data,
            "labour_basis": self.labour_basis.data or LabourBasis.PRICE,
        }


class PercentForm(ObjectiveForm):
    mode = ObjectiveMode.PERCENT_OF_HOURS
    first = ("total_hours", "insertion_rate")
    due_hours = None  # what is due follows the hours worked, month by month
    total_hours = hours_field(
        "Heures de travail prévues sur le marché", [input_required("Indiquez le total des heures prévues.")]
    )
    insertion_rate = share_field(
        "Part réservée à l'insertion", [input_required("Indiquez la part.")], description="En %."
    )

    def own(self) -> dict[str, Any]:
        return {"total_hours": self.total_hours.data, "insertion_rate": self.insertion_rate.data}


class PerAmountForm(ObjectiveForm):
    mode = ObjectiveMode.PER_AMOUNT
    first = ("amount", "step", "threshold")
    amount = euros_field("Montant HT prévu", [input_required("Indiquez le montant HT prévu.")], description="En euros.")
    step = euros_field("Une heure par tranche de", [input_required("Indiquez la tranche.")], description="En euros.")
    threshold = euros_field(
        "À partir de", [optional()], description="En euros : seuil de déclenchement, s'il y en a un."
    )

    def own(self) -> dict[str, Any]:
        return {
            "amount_cents": self.amount.data,
            "step_cents": self.step.data,
            "threshold_cents": self.threshold.data,
        }


class JobsForm(ObjectiveForm):
    mode = ObjectiveMode.JOBS_OR_FTE
    first = ("fte",)
    fte = ValueField(
        "Nombre d'équivalents temps plein",
        [input_required("Indiquez le nombre d'équivalents temps plein.")],
        read=values.read_hours,
        show=values.format_hours,
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )

    def own(self) -> dict[str, Any]:
        return {"fte": self.fte.data}


class TotalHoursForm(Form):
    """All the hours worked on a market in a month, from a document."""

    company = SelectField("Entreprise", [required("Choisissez l'entreprise.")], choices=[], default="")
    month = month_field("Mois", [input_required("Indiquez le mois.")])
    hours = hours_field(
        "Total des heures travaillées", [input_required("Indiquez le total des heures travaillées.")],
        description="Par tous les salariés de l'entreprise sur ce marché, en insertion ou non.",
    )  # fmt: skip
    reason = text_field(
        "D'où vient ce chiffre",
        [required("Indiquez le document."), Length(max=300, message="300 caractères au plus.")],
        description="Le courrier, l'attestation ou le relevé : il restera dans l'historique.",
    )


FORMS: dict[ObjectiveMode, type[ObjectiveForm]] = {
    ObjectiveMode.FIXED_HOURS: FixedForm,
    ObjectiveMode.FORMULA: FormulaForm,
    ObjectiveMode.PERCENT_OF_HOURS: PercentForm,
    ObjectiveMode.PER_AMOUNT: PerAmountForm,
    ObjectiveMode.JOBS_OR_FTE: JobsForm,
}


class ChangeForm(Form):
    """A later act on the objective; field names are those of ``ObjectiveChange``."""

    kind = CodeField("Nature du changement", [required("Choisissez la nature.")], code=ObjectiveKind, empty="Choisissez", only=CHANGES)  # fmt: skip
    new_amount = euros_field(
        "Nouveau montant HT", [optional()], description="Pour un avenant : l'objectif proposé en découle."
    )
    hours = hours_field(
        "Nouvel objectif",
        [optional()],
        description="Le total en heures, après le changement. Pour une tranche, un bon de commande ou une facturation :"
        " le total exigible désormais.",
    )
    new_due = hours_field(
        "Dont exigible",
        [optional()],
        description="À remplir seulement si le total exigible n'est pas celui qui découle du changement.",
    )
    effective_on = date_field("Date d'effet", [input_required("Indiquez la date d'effet.")])
    reason = text_field(
        "Motif",
        [
            required("Indiquez le motif : il restera dans l'historique."),
            Length(max=300, message="300 caractères au plus."),
        ],
    )
    version = HiddenField()

    def values(self) -> ObjectiveChange:
        return ObjectiveChange(
            kind=self.kind.data,
            hours=self.hours.data,
            effective_on=self.effective_on.data,
            reason=self.reason.data,
            new_due=self.new_due.data,
            new_amount_cents=self.new_amount.data,
        )
