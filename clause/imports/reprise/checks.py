"""What each line says against the rules: references, dates, duplicates refused; the unusual only said (formats.md § 1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from clause.candidates.codes import JUSTICE, EducationLevel, PublicKind
from clause.candidates.rules.ages import age_on
from clause.candidates.rules.contracts import ContractFacts, ContractWarning, contract_warnings, dates_refusal
from clause.candidates.rules.eligibility import Window
from clause.imports.reprise.check_follow_up import check_follow_up, check_qualification
from clause.imports.reprise.check_hours import check_hours
from clause.imports.reprise.context import Context
from clause.imports.reprise.lines import Line
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import fold, format_date, format_hours, siren_of
from clause.markets.codes import NO_CLAUSE, OBJECTIVE_EXPECTED, RESERVED, Programme
from clause.markets.rules.bounds import formula_warnings
from clause.markets.rules.checks import Refusal, date_refusals
from clause.markets.rules.objective import Formula, objective
from clause.organisations.codes import INSERTION_EMPLOYERS, EmployerType

COLUMN_OF = {"consultation_date": "consultation", "notification_date": "notified_on"}
Progress = Callable[[int], None]


def check(context: Context, progress: Progress = lambda done: None) -> None:
    """Check every line of the plan, sheet after sheet in the order of references."""
    done = 0
    for sheet, lines in context.plan.lines.items():
        seen = context.lines.setdefault(sheet, {})
        for line in lines:
            if sheet != "hours":
                _identify(context, line)
                if not line.refused and line.repeats is None:
                    CHECKS[sheet](context, line)
                if None not in line.key or sheet == "steps":
                    seen.setdefault(line.key, line)
            done += 1
            if done % 500 == 0:
                progress(done)
        if sheet == "hours":
            check_hours(context, lines)
    progress(done)


def _identify(context: Context, line: Line) -> None:
    """Whether the line is new, known, or said twice."""
    if line.refused:
        return
    earlier = context.lines.get(line.sheet.name, {}).get(line.key)
    if earlier is not None:
        _repeated(context, line, earlier)
        return
    line.existing = context.known.of(line.sheet.name).get(line.key)


def _repeated(context: Context, line: Line, earlier: Line) -> None:
    same = all(earlier.raw(key) == line.raw(key) for key in earlier.cells.keys() | line.cells.keys())
    if same and not earlier.refused and (context.repeats or line.sheet.name in ("authorities", "companies")):
        line.repeats = earlier
        if not context.repeats:
            line.warn(line.sheet.key[0], f"Cette ligne répète la ligne {earlier.number} : elle n'est comptée qu'une fois.")  # fmt: skip
        return
    keys = ", ".join(f"« {line.sheet.label_of(k)} »" for k in line.sheet.key if line.get(k) is not None)
    line.refuse(line.sheet.key[0], f"Déjà à la ligne {earlier.number} (même {keys}) : gardez une seule des deux lignes.")  # fmt: skip


# Organisations


def _authority(context: Context, line: Line) -> None:
    siren = siren_of(line.get("siret"))
    others = [o for k, o in context.lines["authorities"].items() if siren_of(k[0]) == siren and not o.refused]
    if others and others[0].get("kind") != line.get("kind"):
        line.warn("kind", f"Même SIREN que la ligne {others[0].number} avec un autre type : c'est celui de cette ligne-là qui est gardé.")  # fmt: skip


def _company(context: Context, line: Line) -> None:
    if line.get("kind") is None and line.existing is None:
        line.warn("kind", "Type non renseigné : l'établissement est enregistré comme entreprise ordinaire.")


# Operations and markets


def _operation(context: Context, line: Line) -> None:
    siret = line.get("authority")
    if not context.knows_authority(siret):
        line.refuse("authority", context.missing("authorities", siret, siret))
    elif context.found("authorities", siret) is None:
        line.warn("authority", "Ce SIRET n'est pas dans la feuille « Maîtres d'ouvrage » : l'opération est rattachée à l'organisme de même SIREN.")  # fmt: skip
    line.values["authority"] = siren_of(siret)
    _dates(line, consultation=line.get("consultation"))


def _dates(line: Line, consultation: date | None = None, notification: date | None = None) -> None:
    existing = line.existing.values if line.existing else {}
    starts_on = line.get("starts_on") or existing.get("starts_on")
    ends_on = line.get("ends_on") or existing.get("ends_on")
    for name, refusal in date_refusals(starts_on, ends_on, consultation=consultation, notification=notification):
        line.refuse(COLUMN_OF.get(name, name), str(refusal))


def _market(context: Context, line: Line) -> None:
    if context.found("operations", line.get("operation")) is None:
        line.refuse("operation", context.missing("operations", line.get("operation"), line.get("operation")))
    contractor = line.get("contractor")
    if contractor and context.found("companies", contractor) is None:
        line.refuse("contractor", context.missing("companies", contractor, contractor))
    _dates(line, notification=line.get("notified_on"))
    _objective(line)
    if not line.refused:
        _unusual_market(context, line)


def _objective(line: Line) -> None:
    """An objective of zero is no objective: tools write 0 where there is nothing."""
    if line.get("objective") == 0:
        line.warn("objective", "Un objectif de 0 h est lu comme une absence d'objectif.")
        del line.values["objective"]
    if line.get("clause") == NO_CLAUSE and line.get("objective") is not None:
        line.refuse("objective", str(Refusal.NO_CLAUSE_NO_OBJECTIVE))
    if line.get("clause") == NO_CLAUSE and line.existing and line.existing.values["objective"] is not None:
        line.refuse("clause", str(Refusal.OBJECTIVE_STAYS))
    if line.get("clause") in OBJECTIVE_EXPECTED and line.get("objective") is None and not _has_objective(line):
        line.warn("objective", f"Ce marché a une clause et pas d'objectif d'heures : il n'entrera dans aucun taux.{_proposal(line)} Complétez-le sur sa fiche.")  # fmt: skip


def _has_objective(line: Line) -> bool:
    return line.existing is not None and line.existing.values["objective"] is not None


def _proposal(line: Line) -> str:
    parts = [line.get(k) for k in ("amount", "labour_share", "insertion_rate", "hourly_cost")]
    if not all(parts):
        return ""
    return f" La formule donnerait {format_hours(objective(Formula(*parts)))} h."


def _unusual_market(context: Context, line: Line) -> None:
    if (
        line.get("anru_base")
        and (context.found("operations", line.get("operation")) or {}).get("programme") is not Programme.ANRU
    ):
        line.warn(
            "anru_base",
            "La base ANRU ne sert que sur un marché d'une opération ANRU : vérifiez le programme de l'opération.",
        )
    if isinstance(line.get("sector"), str) and not hasattr(line.get("sector"), "label"):
        line.warn("sector", "Secteur hors de la liste : il est gardé tel quel et compté dans « inconnu ».")
    for sentence in formula_warnings(line.get("labour_share"), line.get("insertion_rate"), line.get("hourly_cost")):
        line.warn("insertion_rate" if sentence.startswith("Taux") else "hourly_cost", sentence)
    if not line.get("contractor") and line.existing is None:
        line.warn("contractor", "Pas de titulaire : aucune entreprise ne pourra déclarer d'heures sur ce marché.")
        return
    holder = context.found("companies", line.get("contractor")) or {}
    if line.get("clause") in RESERVED and holder and holder.get("kind", EmployerType.COMPANY) not in INSERTION_EMPLOYERS:  # fmt: skip
        line.warn("contractor", "Marché réservé tenu par une entreprise ordinaire : vérifiez le type de clause ou le titulaire.")  # fmt: skip


# People


def _participant(context: Context, line: Line) -> None:
    _without_justice(context, line)
    birth, since = line.get("birth_date"), line.get("eligible_from")
    until = line.get("eligible_until")
    if birth > context.today:
        line.refuse("birth_date", "La date de naissance est dans le futur : vérifiez l'année.")
    elif since <= birth:
        line.refuse("eligible_from", "L'éligibilité commence avant la naissance : vérifiez les deux dates.")
    elif not 15 <= age_on(birth, since) <= 80:
        line.warn("birth_date", f"La personne a {age_on(birth, since)} ans au début de son éligibilité : vérifiez la date de naissance.")  # fmt: skip
    if until and until < since:
        line.refuse("eligible_until", "« Éligible au » est avant « Éligible du » : vérifiez les deux dates.")
    if not line.refused:
        _unusual_person(context, line)


def _without_justice(context: Context, line: Line) -> None:
    """GDPR-04: a structure that is not entitled to criteria of justice keeps a reasoned opinion in their place."""
    if "other_publics" in line.values:
        others = [p for p in line.values["other_publics"] if p is not line.get("public")]
        line.values["other_publics"] = tuple(sorted(others, key=lambda k: k.value))
    if setting("criteria.justice_enabled", context.parameters):
        return
    for key in ("public", "other_publics"):
        said = line.get(key)
        if said in JUSTICE:
            line.values[key] = PublicKind.REASONED_OPINION
        elif isinstance(said, tuple) and JUSTICE & set(said):
            line.values[key] = tuple(p for p in said if p not in JUSTICE)
        else:
            continue
        line.warn(key, "Votre structure n'est pas autorisée à enregistrer une mesure de justice : c'est gardé comme « Autre, sur avis motivé ».", quoted=False)  # fmt: skip


def _unusual_person(context: Context, line: Line) -> None:
    if line.existing is None:
        if line.get("eligible_until") is None:
            line.warn("eligible_until", "« Éligible au » est vide : l'éligibilité est enregistrée sans fin connue.")
        if line.get("decided_by") is None:
            line.warn("decided_by", "« Validé par » est vide : la décision est enregistrée au nom de la reprise.")
    who = (fold(line.get("last_name")), fold(line.get("first_name")), line.get("birth_date"))
    if not context.people:
        for key, row in context.known.of("participants").items():
            v = row.values
            context.people[fold(v["last_name"]), fold(v["first_name"]), v["birth_date"]] = key[0]
    other = context.people.setdefault(who, line.get("reference"))
    if other != line.get("reference"):
        line.warn("reference", f"Même nom, même prénom et même date de naissance que « {other} » : vérifiez que ce n'est pas la même personne sous deux identifiants.")  # fmt: skip


def _contract(context: Context, line: Line) -> None:
    person = context.found("participants", line.get("participant"))
    employer = context.found("companies", line.get("employer"))
    if person is None:
        line.refuse("participant", context.missing("participants", line.get("participant"), line.get("participant")))
    if employer is None:
        line.refuse("employer", context.missing("companies", line.get("employer"), line.get("employer")))
    if person is None or employer is None:
        return
    ends_on = line.get("ends_on") or (line.existing.values["ends_on"] if line.existing else None)
    refusal = dates_refusal(line.get("starts_on"), ends_on, person["birth_date"])
    if refusal:
        line.refuse("ends_on" if ends_on and ends_on < line.get("starts_on") else "starts_on", str(refusal))
    elif line.existing is None:
        _unusual_contract(context, line, employer.get("kind") or EmployerType.COMPANY)


def _unusual_contract(context: Context, line: Line, employer: EmployerType) -> None:
    facts = ContractFacts(
        contract_type=line.get("type"), mode=line.get("mode"), employer=employer, starts_on=line.get("starts_on"),
        ends_on=line.get("ends_on"),
        windows=tuple(Window(*w) for w in context.windows(line.get("participant"))),
    )  # fmt: skip
    for warning in contract_warnings(facts):
        line.warn(WARNED.get(warning, "starts_on"), str(warning))


WARNED = {
    ContractWarning.CDI_WITH_END: "ends_on", ContractWarning.NO_END: "ends_on", ContractWarning.LONG_CDD: "ends_on",
    ContractWarning.MODE: "mode", ContractWarning.MISSION: "type", ContractWarning.AWAITING: "participant",
}  # fmt: skip


# PLIE


def _pathway(context: Context, line: Line) -> None:
    person = context.found("participants", line.get("participant"))
    if person is None:
        line.refuse("participant", context.missing("participants", line.get("participant"), line.get("participant")))
        return
    if "level" in line.values:
        line.values["level"] = line.values["level"][0] or EducationLevel.UNKNOWN
    entered, exited = line.get("entered_on"), line.get("exited_on")
    if entered <= person["birth_date"] or entered > context.today:
        line.refuse("entered_on", "La date d'entrée n'est pas possible : vérifiez l'année.")
    if exited and exited < entered:
        line.refuse("exited_on", "La sortie est avant l'entrée : vérifiez les deux dates.")
    elif exited and exited > context.today:
        line.refuse("exited_on", "La date de sortie est dans le futur : enregistrez la sortie le jour où elle a lieu.")
    existing = line.existing.values if line.existing else {}
    kind = line.get("exit_kind") or existing.get("exit_kind")
    if bool(exited or existing.get("exited_on")) != bool(kind):
        line.refuse("exit_kind" if exited else "exited_on", "La date et le type de sortie vont ensemble : remplissez les deux, ou aucun.")  # fmt: skip
    if not line.refused and not kind:
        _no_exit(line)


def _no_exit(line: Line) -> None:
    for key in ("naf", "employer_type", "workforce", "contract_type", "scheme", "field", "level", "validation", "months"):  # fmt: skip
        if line.values.pop(key, None) is not None:
            line.warn(key, "Cette information va avec une sortie : sans sortie, elle n'est pas enregistrée.")


def _step(context: Context, line: Line) -> None:
    entries = sorted(
        {key[1] for key in context.known.of("pathways") if key[0] == line.get("participant")}
        | {k[1] for k, o in context.lines.get("pathways", {}).items() if k[0] == line.get("participant") and not o.refused}
    )  # fmt: skip
    if not entries:
        line.refuse("participant", f"« {line.get('participant')} » n'a pas de parcours dans la feuille « Parcours PLIE » : ajoutez-le.")  # fmt: skip
        return
    if line.get("ends_on") and line.get("ends_on") < line.get("starts_on"):
        line.refuse("ends_on", "La fin de l'étape est avant son début : vérifiez les deux dates.")
    before = [e for e in entries if e <= line.get("starts_on")]
    line.made["entered_on"] = before[-1] if before else entries[0]
    if not before:
        line.warn("starts_on", f"L'étape commence avant l'entrée dans le parcours ({format_date(entries[0])}) : vérifiez les dates.")  # fmt: skip


CHECKS: dict[str, Callable[[Context, Line], None]] = {
    "authorities": _authority, "operations": _operation, "markets": _market, "companies": _company,
    "participants": _participant, "contracts": _contract, "pathways": _pathway, "steps": _step, "follow_ups": check_follow_up, "qualifications": check_qualification,
}  # fmt: skip
