"""Proposing a person, completing a file, correcting a sheet, deciding."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField

from clause.candidates.actions import DecisionData, PersonData, ProofData
from clause.candidates.codes import EducationLevel, EligibilityState, LegacyLevel, PublicKind, Sex
from clause.candidates.forms.fields import (
    CodesField,
    choice_field,
    long_text,
    said_yes_no,
    short_text,
    version_field,
    yes_no,
    yes_no_field,
)
from clause.candidates.models import Participant
from clause.kernel.codes import by_value
from clause.kernel.forms import CodeField, Form, date_field, required, select_choices

PROOF_ROWS = (1, 2, 3, 4)
OUTCOMES = [
    ("eligible", "Éligible"),
    ("incomplete", "Dossier à compléter : il repart vers la personne qui l'a proposé"),
    ("not_eligible", "Non éligible"),
    ("withdrawn", "Retirer la demande (doublon, erreur, désistement)"),
]


class PersonForm(Form):
    last_name = short_text("Nom", [required("Indiquez le nom.")])
    first_name = short_text("Prénom", [required("Indiquez le prénom.")])
    birth_date = date_field("Date de naissance", [required("Indiquez la date de naissance.")])
    sex = CodeField("Sexe", [required("Indiquez le sexe, ou « Inconnu ».")], code=Sex, empty="Choisir")
    commune = short_text("Commune")
    in_qpv = yes_no_field("Habite un quartier prioritaire (QPV)")
    qpv_code = short_text("Code ou nom du quartier", longest=12)
    education_level = CodeField("Niveau d'étude", code=EducationLevel, default=EducationLevel.UNKNOWN)
    legacy_level = CodeField("Ancien niveau (nomenclature de 1969)", code=LegacyLevel, empty="Sans objet")
    email = short_text("Adresse e-mail", longest=254)
    phone = short_text("Téléphone", longest=40)
    namesake = BooleanField("C'est une autre personne, qui porte le même nom et est née le même jour")
    version = version_field()

    def data_of(self) -> dict[str, Any]:
        """The sheet, as the actions take it."""
        names = ("last_name", "first_name", "birth_date", "sex", "commune", "qpv_code", "email", "phone")
        return {
            **{name: self[name].data for name in names},
            "in_qpv": yes_no(self.in_qpv.data),
            "education_level": self.education_level.data or EducationLevel.UNKNOWN,
            "legacy_level": self.legacy_level.data if self.legacy_level else None,
            "namesake": bool(self.namesake and self.namesake.data),
        }


class ProposeForm(PersonForm):
    """The view takes away the fields that are not for the viewer."""

    structure = choice_field("Structure qui suivra la personne")
    prescriber = choice_field("Prescripteur")
    market = choice_field("Marché envisagé")
    motive = long_text(
        "Motif",
        description="La situation de la personne et le projet, en quelques mots. Pas de détail médical ni judiciaire.",
    )
    criteria = CodesField(
        "Critères indiqués",
        code=PublicKind,
        description="Cochez ce que vous savez. Le facilitateur vérifie les justificatifs et décide.",
    )


class CorrectForm(PersonForm):
    prescriber = choice_field("Prescripteur")
    notes = long_text("Notes de suivi", description="Lisibles par votre équipe seulement.")

    def fill(self, person: Participant) -> None:
        """The present sheet, in the fields."""
        for name in (
            "last_name",
            "first_name",
            "birth_date",
            "sex",
            "commune",
            "qpv_code",
            "education_level",
            "legacy_level",
            "email",
            "phone",
            "notes",
            "version",
        ):
            self[name].data = getattr(person, name)
        self.in_qpv.data = said_yes_no(person.in_qpv)
        self.prescriber.data = person.prescriber.public_id if person.prescriber else ""


class ReassessForm(Form):
    motive = long_text("Motif de la nouvelle évaluation")
    criteria = CodesField("Critères indiqués", code=PublicKind)


class CompleteForm(Form):
    message = long_text("Votre réponse", rows=4, validators=[required("Écrivez ce qui complète le dossier.")])
    version = version_field()


class DecisionForm(Form):
    criteria = CodesField("Critères retenus", code=PublicKind)
    primary = CodeField("Critère principal", code=PublicKind, empty="Choisir parmi les critères cochés")
    proof_kind_1 = short_text("Justificatif 1")
    proof_day_1 = date_field("Vu le (1)")
    proof_kind_2 = short_text("Justificatif 2")
    proof_day_2 = date_field("Vu le (2)")
    proof_kind_3 = short_text("Justificatif 3")
    proof_day_3 = date_field("Vu le (3)")
    proof_kind_4 = short_text("Justificatif 4")
    proof_day_4 = date_field("Vu le (4)")
    first_day = date_field(
        "Premier jour de travail", description="S'il est connu. Sinon l'éligibilité commence le jour de la décision."
    )
    late_reason = short_text("Pourquoi la décision vient après ce premier jour", longest=300)
    outcome = RadioField("Décision", [required("Choisissez une décision.")], choices=select_choices(OUTCOMES))
    reason = long_text(
        "Motif, ou ce qui manque",
        description="Transmis à la personne qui a proposé, sauf si c'est une entreprise : elle n'en lit que ce qui manque.",
    )
    version = version_field()

    def proofs(self) -> tuple[ProofData, ...]:
        """The rows filled in; a row half filled is refused on its empty box."""
        found = []
        for row in PROOF_ROWS:
            kind, day = self[f"proof_kind_{row}"], self[f"proof_day_{row}"]
            if kind.data and day.data:
                found.append(ProofData(kind.data, day.data))
        return tuple(found)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for row in PROOF_ROWS:
            kind, day = self[f"proof_kind_{row}"], self[f"proof_day_{row}"]
            if kind.data and not day.data and not day.errors:
                self.refuse(day.name, "Indiquez le jour où ce justificatif a été vu.")
                valid = False
            if day.data and not kind.data:
                self.refuse(kind.name, "Indiquez quel justificatif a été vu.")
                valid = False
        return valid

    def decision(self) -> DecisionData:
        outcome = by_value(EligibilityState, self.outcome.data)
        assert isinstance(outcome, EligibilityState)
        return DecisionData(
            outcome, self.criteria.members, self.primary.data, self.proofs(), self.first_day.data,
            self.late_reason.data, self.reason.data, self.version.data,
        )  # fmt: skip


def person_data(form: PersonForm, **more: Any) -> PersonData:
    return PersonData(**{**form.data_of(), **more})
