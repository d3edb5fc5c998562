"""Forms of the acts on one line that was declared or decided."""

from __future__ import annotations

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from clause.kernel.forms import Form, date_field, hours_field, input_required, required

LONGEST = Length(max=500, message="Écrivez 500 caractères au plus.")


class AdjustForm(Form):
    """The hours to keep of a line that waits, and why."""

    hours = hours_field(
        "Heures retenues",
        [input_required("Indiquez les heures retenues.")],
        description="Vous pouvez écrire 35,5 ou 35h30.",
    )
    reason = TextAreaField(
        "Motif",
        [required("Écrivez le motif : l'entreprise le lira."), LONGEST],
        description="L'entreprise le lit, à côté des heures qu'elle a déclarées.",
    )
    version = HiddenField()


class ReopenForm(Form):
    """Why what was decided is sent back."""

    reason = TextAreaField("Ce que l'entreprise doit revoir", [required("Écrivez ce que l'entreprise doit revoir."), LONGEST], description="Elle le reçoit par courriel.")  # fmt: skip
    version = HiddenField()


class AskForm(Form):
    """What is asked of the company about a line, and until when it may answer."""

    reason = TextAreaField(
        "Pièce demandée et pourquoi",
        [required(), Length(max=2000, message="Écrivez 2 000 caractères au plus.")],
        description="Par exemple : le relevé d'heures signé de la deuxième quinzaine, qui manque.",
    )
    answer_before = date_field("Réponse attendue au plus tard le", [required()])
    version = HiddenField()
