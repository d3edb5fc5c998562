"""Forms of penalty cases and difficulties."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField

from clause.candidates.forms.fields import choice_field, long_text, short_text
from clause.hours.penalties.codes import DifficultyKind, WaiverMotive
from clause.hours.penalties.figures import Held
from clause.kernel.forms import CodeField, Form, date_field, euros_field, optional, required, select_choices
from clause.kernel.values import read_count

FILE_HINT = "PDF, PNG ou JPEG, 10 Mo au plus."
APPLY, WAIVE = "appliquer", "ecarter"


class Versioned(Form):
    """A form of a thing that may move meanwhile."""

    version = HiddenField(filters=[read_count])


class OpeningForm(Versioned):
    """What is held against the company."""

    with_hours = BooleanField("Compter les heures qui manquent")
    late_since = date_field(
        "Documents attendus le plus tard le", [optional()],
        description="Le dernier jour où ils étaient dans les temps. Vide : aucun retard de document.",
    )  # fmt: skip
    received_on = date_field("Documents reçus le", [optional()], description="Vide : ils ne sont pas encore arrivés.")
    late_what = short_text("Quels documents", longest=300)

    def held(self) -> Held:
        return Held(
            bool(self.with_hours.data), self.late_since.data, self.received_on.data, self.late_what.data or ""
        )  # fmt: skip


class ObservationsForm(Versioned):
    request = long_text(
        "Votre message à l'entreprise", rows=5, description="Les faits et les pièces, sans le nom d'une personne."
    )
    answer_before = date_field("Réponse attendue jusqu'au", [required("Indiquez jusqu'à quand l'entreprise répond.")])


class AnswerForm(Versioned):
    """The view takes the day away from a company: it answers today."""

    text = long_text(
        "Observations", rows=8, validators=[required("Écrivez les observations.")],
        description="Le maître d'ouvrage les lira. Ne nommez pas de salarié.",
    )  # fmt: skip
    on = date_field("Reçues le", [optional()])
    file = FileField("Pièce jointe", description=FILE_HINT)


class ProposalForm(Versioned):
    amount = euros_field("Montant proposé, en euros", description="Zéro pour proposer de ne rien appliquer.")
    motive = CodeField("Motif si vous proposez de ne rien appliquer", code=WaiverMotive, empty="Sans objet")
    text = long_text("Votre avis", rows=6, description="Demandé si vous proposez moins que le montant calculé.")


class DecisionForm(Versioned):
    """The decision of the authority, by itself."""

    outcome = RadioField(
        "Décision",
        choices=select_choices([(APPLY, "Appliquer une pénalité"), (WAIVE, "Ne pas appliquer de pénalité")]),
        validators=[required("Choisissez la décision.")],
    )
    amount = euros_field("Montant appliqué, en euros")
    motive = CodeField("Motif, si la pénalité n'est pas appliquée", code=WaiverMotive, empty="Sans objet")
    text = long_text("Explication", rows=5, description="L'entreprise la lira.")


class ReceivedDecisionForm(DecisionForm):
    """The same, recorded by the facilitator from a letter."""

    decided_on = date_field("Date de la décision", [required("Indiquez la date de la décision.")])
    file = FileField("Décision écrite", description=FILE_HINT)


class CloseForm(Versioned):
    reason = long_text("Motif")


class DifficultyForm(Form):
    """The view takes away from a company what only a facilitator fills in."""

    company = choice_field("Entreprise", [required("Choisissez l'entreprise.")])
    announced_on = date_field("Annoncée le", [optional()], description="Vide : aujourd'hui.")
    kind = CodeField(
        "Nature", [required("Choisissez la nature de la difficulté.")], code=DifficultyKind, empty="Choisir"
    )
    account = long_text(
        "Ce qui se passe", rows=6, validators=[required("Décrivez la difficulté.")],
        description="Depuis quand, ce que vous avez essayé, ce qu'il vous faut. Le maître d'ouvrage lit ce texte : ne nommez pas de salarié.",
    )  # fmt: skip
    file = FileField("Pièce jointe", description="Par exemple le courrier au maître d'ouvrage. " + FILE_HINT)


class FollowForm(Versioned):
    action_taken = long_text("Ce qui a été fait", rows=4)
    solved_on = date_field("Réglée le", [optional()])
