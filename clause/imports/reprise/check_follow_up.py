"""Checks of what became of people, and of their qualifications (OPE-10)."""

from __future__ import annotations

from datetime import date

from clause.candidates.follow_up.codes import Moment, QualificationState, Situation
from clause.candidates.follow_up.rules import AFTER_END, AFTER_ENTRY, IN_A_JOB
from clause.imports.reprise.context import Context
from clause.imports.reprise.lines import Line
from clause.kernel.values import add_months, format_date

NO_END = "Ce contrat n'a pas de fin : sa suite se demande quand il se termine. Remplissez d'abord sa fin."
SILENT = "Sans réponse, la situation est « Inconnue » : corrigez l'une des deux."
NOT_SAID = "On ne sait pas si c'est la même entreprise : un emploi durable sera compté « autre entreprise »."
NO_JOB = "« Même entreprise » va avec un emploi : cette information n'est pas enregistrée."
TOO_LATE = "Cette date est dans le futur : vérifiez l'année."
ENDS_FIRST = "La fin est avant le début : vérifiez les deux dates."
NO_DATE = "Une qualification obtenue ou abandonnée a une date de fin : remplissez « Terminée le »."
STILL = "Une qualification terminée est obtenue ou abandonnée : corrigez l'état, ou videz « Terminée le »."
OTHERS = "Ce contrat est celui d'une autre personne : vérifiez les deux identifiants."


def due_on(moment: Moment, starts_on: date, ends_on: date | None) -> date | None:
    """The day on which a contract is asked about; None where it has no end yet."""
    if moment in AFTER_ENTRY:
        return add_months(starts_on, AFTER_ENTRY[moment])
    if ends_on is None:
        return None
    return ends_on if moment is Moment.CONTRACT_END else add_months(ends_on, AFTER_END)


def check_follow_up(context: Context, line: Line) -> None:
    contract = context.found("contracts", line.get("contract"))
    if contract is None:
        line.refuse("contract", context.missing("contracts", line.get("contract"), line.get("contract")))
        return
    due = due_on(line.get("moment"), contract["starts_on"], contract.get("ends_on"))
    if due is None:
        line.refuse("contract", NO_END)
    elif due > context.today:
        line.refuse("moment", f"Cette suite est à demander le {format_date(due)} : elle ne peut pas être déjà connue.")
    line.made["due_on"] = due
    if line.get("known_on") and line.get("known_on") > context.today:
        line.refuse("known_on", TOO_LATE)
    _situation(line)


def _situation(line: Line) -> None:
    situation, reply = line.get("situation"), line.get("reply")
    if reply is False and situation is not Situation.UNKNOWN:
        line.refuse("reply", SILENT)
    if situation in IN_A_JOB:
        if "same_company" not in line.values and line.existing is None:
            line.warn("same_company", NOT_SAID)
    elif line.values.pop("same_company", None) is not None:
        line.warn("same_company", NO_JOB)


def check_qualification(context: Context, line: Line) -> None:
    person = context.found("participants", line.get("participant"))
    if person is None:
        line.refuse("participant", context.missing("participants", line.get("participant"), line.get("participant")))
    _contract(context, line)
    if "level" in line.values:
        line.values["level"] = line.values["level"][0]
    begun, ended = line.get("begun_on"), line.get("ended_on")
    if begun > context.today:
        line.refuse("begun_on", TOO_LATE)
    if ended and ended < begun:
        line.refuse("ended_on", ENDS_FIRST)
    elif ended and ended > context.today:
        line.refuse("ended_on", TOO_LATE)
    _state(line)


def _contract(context: Context, line: Line) -> None:
    said = line.get("contract")
    contract = context.found("contracts", said) if said else None
    if said and contract is None:
        line.refuse("contract", context.missing("contracts", said, said))
    elif contract is not None and contract["participant"] != line.get("participant"):
        line.refuse("contract", OTHERS)


def _state(line: Line) -> None:
    """A blank state follows from the end; of a line already known, the two that will hold go together."""
    known = line.existing.values if line.existing else {}
    ended = line.get("ended_on") or known.get("ended_on")
    if "state" not in line.values and line.existing is None:
        line.values["state"] = QualificationState.OBTAINED if ended else QualificationState.BEGUN
    state = line.get("state") or known.get("state")
    if state is not QualificationState.BEGUN and not ended:
        line.refuse("ended_on", NO_DATE)
    elif state is QualificationState.BEGUN and ended:
        line.refuse("state", STILL)
