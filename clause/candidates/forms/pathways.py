"""PLIE pathways."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField
from wtforms.validators import NumberRange

from clause.candidates.actions import ExitData, StepData
from clause.candidates.codes import ContractType, EducationLevel, ExitKind, PathwayCategory
from clause.candidates.forms.fields import choice_field, short_text, version_field, yes_no, yes_no_field
from clause.candidates.rules.pathways import EXIT_PROOFS
from clause.kernel.forms import CodeField, Form, date_field, optional, required
from clause.organisations.codes import EmployerType

STEPS = (
    "Étape clause",
    "Atelier ou chantier d'insertion",
    "Autre structure d'insertion",
    "Emploi hors insertion",
    "Emploi de sortie",
    "Formation qualifiante",
    "Formation préparatoire",
    "Évaluation en milieu de travail",
    "Accompagnement renforcé",
    "Mobilité",
    "Remobilisation",
)


class PathwayForm(Form):
    entered_on = date_field("Date d'entrée", [required("Indiquez la date d'entrée.")])
    category = CodeField("Catégorie", [required("Choisissez la catégorie.")], code=PathwayCategory, empty="Choisir")
    disabled = yes_no_field("Travailleur handicapé")
    registered = yes_no_field("Inscrite à France Travail")
    inactivity_months = IntegerField(
        "Durée d'inactivité, en mois", [optional(), NumberRange(0, 600, "De 0 à 600 mois.")]
    )
    never_worked = BooleanField("N'a jamais travaillé")
    advisor = choice_field("Référent de parcours")


class StepForm(Form):
    kind = short_text("Type d'étape", [required("Indiquez le type d'étape.")])
    starts_on = date_field("Début", [required("Indiquez le début de l'étape.")])
    ends_on = date_field("Fin")
    operator = short_text("Opérateur", longest=200)
    financed = yes_no_field("Financée par le PLIE")

    def step(self) -> StepData:
        return StepData(
            self.kind.data, self.starts_on.data, self.ends_on.data, self.operator.data, yes_no(self.financed.data)
        )


class EndStepForm(Form):
    ends_on = date_field("Fin de l'étape", [required("Indiquez la fin de l'étape.")])


class ExitForm(Form):
    kind = CodeField("Type de sortie", [required("Choisissez le type de sortie.")], code=ExitKind, empty="Choisir")
    exited_on = date_field("Date de sortie", [required("Indiquez la date de sortie.")])
    proof = short_text(
        "Justificatif vu",
        description="Demandé pour une sortie positive : " + ", ".join(p.lower() for p in EXIT_PROOFS[:-1]) + ".",
    )
    job_start = date_field("Premier jour de l'emploi")
    job_end = date_field("Dernier jour prévu", description="Vide pour un CDI.")
    contract_type = CodeField("Type de contrat", code=ContractType, empty="Sans objet")
    employer_type = CodeField("Type d'employeur", code=EmployerType, empty="Sans objet")
    naf = short_text("Secteur (code NAF)", longest=10)
    workforce = IntegerField(
        "Effectif de l'employeur", [optional(), NumberRange(0, 1_000_000, "Un effectif ne peut pas être négatif.")]
    )
    scheme = short_text("Mesure d'aide à l'emploi")
    field = short_text("Domaine de la formation")
    level = CodeField("Niveau de la formation", code=EducationLevel, empty="Sans objet")
    validated = BooleanField("Formation validée (diplôme, titre ou certificat obtenu)")
    months = IntegerField("Durée de la formation, en mois", [optional(), NumberRange(0, 120, "De 0 à 120 mois.")])
    comment = short_text("Précision", longest=300)
    version = version_field()

    def exit(self) -> ExitData:
        names = (
            "kind",
            "exited_on",
            "proof",
            "job_start",
            "job_end",
            "contract_type",
            "employer_type",
            "naf",
            "workforce",
            "scheme",
            "field",
            "level",
            "months",
            "comment",
        )
        return ExitData(**{name: self[name].data for name in names}, validated=bool(self.validated.data))
