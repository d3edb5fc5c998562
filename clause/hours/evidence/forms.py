"""Forms of the contradictory stage: what the company answers, what the facilitator decides."""

from __future__ import annotations

from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import Length

from clause.hours.evidence.rules import MOST_PIECES
from clause.kernel.forms import Form, required, select_choices

LONGEST = Length(max=4000, message="Écrivez 4 000 caractères au plus.")


class AnswerForm(Form):
    answer = TextAreaField("Votre réponse", [required(), LONGEST])
    pieces = MultipleFileField(
        "Pièces jointes",
        description=f"PDF, PNG ou JPEG, 10 Mo au plus chacune. Vous pouvez en choisir plusieurs, {MOST_PIECES} au plus en tout.",
    )
    version = HiddenField()


class DecisionForm(Form):
    decision = RadioField(
        "Votre décision",
        [required("Choisissez votre décision.")],
        choices=select_choices(
            [
                ("accept", "J'accepte ces heures : elles sont validées"),
                ("reject", "Je refuse ces heures : elles ne seront pas comptées"),
            ]
        ),
    )
    text = TextAreaField("Motif", [LONGEST], description="Il est demandé pour un refus. L'entreprise le lit.")
    version = HiddenField()
