"""Forms of globalisation. Field names are those of the refusals of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from clause.hours.pooling.actions import ConventionData, TransferData
from clause.kernel.forms import (
    Form,
    date_field,
    hours_field,
    input_required,
    month_field,
    required,
    select_choices,
    text_field,
)
from clause.markets.models import Market

CHOOSE = "Choisissez"


class MultiCheckboxField(SelectMultipleField):
    """Boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ConventionForm(Form):
    reference = text_field(
        "Référence de la convention", [required("Donnez une référence à la convention."), Length(max=60, message="60 caractères au plus.")]
    )  # fmt: skip
    starts_on = date_field("Premier jour", [input_required("Indiquez le premier jour de la convention.")])
    ends_on = date_field("Dernier jour", [input_required("Indiquez le dernier jour de la convention.")])
    markets = MultiCheckboxField("Marchés réunis", choices=[])
    notes = TextAreaField(
        "Notes", [Length(max=2000, message="2 000 caractères au plus.")], render_kw={"rows": 3},
        filters=[lambda text: (text or "").strip()],
    )  # fmt: skip
    version = HiddenField()

    def offer(self, markets: Sequence[Market]) -> None:
        self._ids = {m.public_id: m.id for m in markets}
        self.markets.choices = select_choices((m.public_id, f"{m.reference} – {m.title}") for m in markets)

    def values(self, company_id: int) -> ConventionData:
        ids = tuple(self._ids[key] for key in self.markets.data or () if key in self._ids)
        return ConventionData(
            company_id, self.reference.data, self.starts_on.data, self.ends_on.data, ids, self.notes.data or ""
        )


class SignatureForm(Form):
    on = date_field(
        "Date de la signature", [input_required("Indiquez la date de la signature.")], description="Celle qui est écrite sur le document signé."
    )  # fmt: skip
    version = HiddenField()


class AgreementForm(SignatureForm):
    document = FileField("Accord signé", description="PDF ou image, 10 Mo au plus.")


class EndForm(Form):
    on = date_field("Dernier jour de la convention", [input_required("Indiquez le dernier jour.")])
    reason = text_field("Motif", [required("Indiquez le motif : il reste dans l'historique."), Length(max=200, message="200 caractères au plus.")])  # fmt: skip
    version = HiddenField()


class TransferForm(Form):
    giver = SelectField("Marché qui cède", [required("Choisissez le marché qui cède.")], choices=[], default="")
    taker = SelectField("Marché qui reçoit", [required("Choisissez le marché qui reçoit.")], choices=[], default="")
    month = month_field("Mois où les heures ont été travaillées", [input_required("Indiquez le mois.")])
    hours = hours_field("Heures", [input_required("Indiquez le nombre d'heures.")])
    reason = text_field("Précision", [Length(max=300, message="300 caractères au plus.")])
    version = HiddenField()

    def offer(self, markets: Sequence[Market]) -> None:
        self._ids = {m.public_id: m.id for m in markets}
        pairs = [("", CHOOSE), *((m.public_id, f"{m.reference} – {m.title}") for m in markets)]
        self.giver.choices = self.taker.choices = select_choices(pairs)

    def values(self) -> TransferData:
        return TransferData(
            self._ids[str(self.giver.data)],
            self._ids[str(self.taker.data)],
            self._month(),
            self.hours.data,
            self.reason.data or "",
        )

    def _month(self) -> date:
        return cast(date, self.month.data)

    @property
    def typed(self) -> dict[str, str]:
        """What the page that confirms sends again."""
        return {name: self[name]._value() for name in ("month", "hours", "reason", "version")} | {
            name: str(self[name].data) for name in ("giver", "taker")
        }


class TakeBackForm(Form):
    reason = text_field("Motif", [required("Indiquez pourquoi ces heures reviennent."), Length(max=300, message="300 caractères au plus.")])  # fmt: skip
    version = HiddenField()
