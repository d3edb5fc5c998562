"""Eligibility: who is asked what, the window, the states, the alerts (domain.md PUB-01 to PUB-04). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clause.candidates.codes import JUSTICE, EducationLevel, EligibilityState, PublicKind
from clause.candidates.rules.ages import MIN_APPRENTICE_AGE, YOUTH_LIMIT, age_on
from clause.candidates.rules.levels import is_below
from clause.kernel.codes import Code
from clause.kernel.values import add_months, format_date

S, K = EligibilityState, PublicKind


# Criteria (PUB-01)


@dataclass(frozen=True)
class Needs:
    """What the platform can check of a criterion, and the proof usually seen; the rest is the facilitator's reading."""

    proof: str
    under_26: bool = False
    senior: bool = False
    below_cap: bool = False
    qpv: bool = False


_CAF = "Attestation CAF ou MSA de moins de 3 mois"
_WORK = "Contrat de travail ou attestation de la structure"
_FT = "Avis de situation ou historique France Travail"
NEEDS: dict[PublicKind, Needs] = {
    K.LONG_TERM_JOBSEEKER: Needs(_FT),
    K.RSA: Needs(_CAF),
    K.ASS: Needs("Attestation France Travail de moins de 3 mois"),
    K.AAH: Needs(_CAF),
    K.OTHER_MINIMUM: Needs("Attestation de l'organisme payeur"),
    K.RQTH_BOETH: Needs("Notification MDPH ou CDAPH en cours de validité"),
    K.INVALIDITY_PENSION: Needs("Notification CPAM"),
    K.YOUTH_LOW_QUALIFIED: Needs("Pièce d'identité et attestation de la mission locale", under_26=True, below_cap=True),
    K.YOUTH_GRADUATE_INACTIVE: Needs("Pièce d'identité et avis de situation France Travail", under_26=True),
    K.YOUTH_REINFORCED_SUPPORT: Needs("Attestation de la mission locale"),
    K.E2C_EPIDE: Needs("Attestation de l'école ou de l'EPIDE"),
    K.SENIOR_JOBSEEKER: Needs("Pièce d'identité et avis de situation France Travail", senior=True),
    K.IAE_EMPLOYEE: Needs("PASS IAE ou contrat de travail"),
    K.REGIE_QUARTIER: Needs(_WORK),
    K.GEIQ_EMPLOYEE: Needs("Contrat GEIQ"),
    K.ADAPTED_SECTOR: Needs("Attestation de la structure"),
    K.JUSTICE_INVOLVED: Needs("Attestation du SPIP, ou billet de sortie de moins de 6 mois"),
    K.REFUGEE: Needs("Titre de séjour en cours de validité"),
    K.QPV_RESIDENT: Needs("Justificatif de domicile de moins de 6 mois", qpv=True),
    K.PLIE_PARTICIPANT: Needs("Attestation du PLIE"),
    K.REASONED_OPINION: Needs("Avis motivé écrit"),
}
USUAL_PROOFS: tuple[str, ...] = tuple(dict.fromkeys(needs.proof for needs in NEEDS.values()))


def open_criteria(*, justice_enabled: bool) -> list[PublicKind]:
    """The criteria that may be chosen; those of justice only where the structure is entitled to them (GDPR-04)."""
    return [kind for kind in PublicKind if justice_enabled or kind not in JUSTICE]


@dataclass(frozen=True)
class PersonFacts:
    birth_date: date
    level: EducationLevel
    in_qpv: bool | None


class CriterionRefusal(StrEnum):
    NOT_YOUTH = "La personne a 26 ans ou plus ce jour-là : ce critère de jeunesse ne s'applique pas."
    NOT_SENIOR = "La personne n'a pas encore l'âge du critère « senior » ce jour-là."
    LEVEL_UNKNOWN = "Ce critère dépend du niveau d'étude : renseignez-le sur la fiche de la personne."
    LEVEL_TOO_HIGH = (
        "La personne a un niveau CAP, BEP ou plus : le critère « jeune sans qualification » ne s'applique pas."
    )
    NOT_IN_QPV = (
        "La fiche de la personne ne dit pas qu'elle habite un QPV : corrigez la fiche ou choisissez un autre critère."
    )
    JUSTICE_DISABLED = (
        "Votre structure n'est pas autorisée à enregistrer ce critère : utilisez « Autre, sur avis motivé »."
    )


def criterion_refusal(
    kind: PublicKind, person: PersonFacts, day: date, *, senior_age: int = 50, justice_enabled: bool = False
) -> CriterionRefusal | None:
    """Why a criterion cannot stand for this person on ``day`` (the first day of work, PUB-03), or None."""
    if kind in JUSTICE and not justice_enabled:
        return CriterionRefusal.JUSTICE_DISABLED
    needs, age = NEEDS[kind], age_on(person.birth_date, day)
    if needs.under_26 and age >= YOUTH_LIMIT:
        return CriterionRefusal.NOT_YOUTH
    if needs.senior and age < senior_age:
        return CriterionRefusal.NOT_SENIOR
    if needs.qpv and not person.in_qpv:
        return CriterionRefusal.NOT_IN_QPV
    return _level_refusal(person.level) if needs.below_cap else None


def _level_refusal(level: EducationLevel) -> CriterionRefusal | None:
    below = is_below(level, EducationLevel.L3)
    if below is None:
        return CriterionRefusal.LEVEL_UNKNOWN
    return None if below else CriterionRefusal.LEVEL_TOO_HIGH


# States (PUB-02)

_NEXT: dict[EligibilityState, frozenset[EligibilityState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.INCOMPLETE, S.ELIGIBLE, S.NOT_ELIGIBLE, S.WITHDRAWN}),
    S.INCOMPLETE: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.ELIGIBLE: frozenset({S.EXPIRED, S.WITHDRAWN}),
    S.NOT_ELIGIBLE: frozenset(),
    S.EXPIRED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
OPEN_STATES = frozenset({S.DRAFT, S.SUBMITTED, S.INCOMPLETE})


def may_become(state: EligibilityState, wanted: EligibilityState) -> bool:
    """Whether an assessment in ``state`` may go to ``wanted``: draft → submitted → (incomplete ↔ submitted) → decided."""
    return wanted in _NEXT[state]


def state_on(state: EligibilityState, until: date | None, today: date) -> EligibilityState:
    """The state as seen on a day: an eligible person whose window has ended is expired, whether a job said so or not."""
    return S.EXPIRED if state is S.ELIGIBLE and until is not None and until < today else state


# Window and decision (PUB-03, PUB-04)


@dataclass(frozen=True)
class Window:
    """From a day to a day, both included; ``until`` None: no known end."""

    since: date
    until: date | None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def eligible_until(first_day: date, months: int = 24) -> date:
    """Last day of the window: months added, clamped to the month's end, minus one day (T-PUB-1, T-PUB-2)."""
    return add_months(first_day, months) - timedelta(days=1)


def end_from_first_day(window: Window, contract_days: Iterable[date], months: int = 24) -> date:
    """Last day of a window whose clause contracts begin on these days: counted from the first of them that it holds, all
    contracts together; from its own first day while there is none (PUB-04)."""
    return eligible_until(min((d for d in contract_days if window.holds(d)), default=window.since), months)


class DecisionRefusal(StrEnum):
    """Why a decision cannot be recorded as it is filled in."""

    NO_CRITERION = "Choisissez au moins un critère : sans critère, la personne n'est pas éligible."
    NO_PRIMARY = "Choisissez le critère principal parmi ceux cochés."
    NO_PROOF = "Indiquez au moins un justificatif vu, avec sa date."
    PROOF_IN_FUTURE = "La date d'un justificatif vu ne peut pas être dans le futur."
    REASON_NEEDED = "Dites pourquoi la décision vient après le premier jour de travail."
    TOO_LATE = "Le premier jour de travail est trop ancien pour être repris : au-delà du délai, l'éligibilité part de la décision et les heures d'avant ne comptent pas."
    TOO_YOUNG = "La personne a moins de 15 ans ce jour-là : vérifiez sa date de naissance."
    NO_EXPLANATION = "Écrivez le motif de la décision : il est transmis à la personne qui a proposé."
    NO_MISSING = "Écrivez ce qui manque : le dossier repart vers la personne qui l'a proposé."
    NOT_OPEN = "Ce dossier n'attend plus de décision : rouvrez la fiche pour voir où il en est."
    OVERLAPS = "Une période d'éligibilité couvre déjà ces jours : le renouvellement commence après sa fin."
    RENEWAL_CLOSED = "Votre structure n'autorise pas le renouvellement de l'éligibilité."
    GAP = "Le délai entre deux périodes d'éligibilité n'est pas écoulé."


@dataclass(frozen=True)
class Decision:
    """What a facilitator says to make a person eligible. ``first_day`` None: not hired yet, the decision's day counts."""

    criteria: Collection[PublicKind]
    primary: PublicKind | None
    proof_days: Collection[date]
    decided_on: date
    first_day: date | None = None
    late_reason: str = ""

    @property
    def since(self) -> date:
        return self.first_day or self.decided_on


def decision_refusal(decision: Decision, person: PersonFacts, *, grace_days: int = 30) -> DecisionRefusal | None:
    """Why a person cannot be made eligible so, or None. Criteria are checked one by one by ``criterion_refusal``."""
    if not decision.criteria:
        return DecisionRefusal.NO_CRITERION
    if decision.primary not in decision.criteria:
        return DecisionRefusal.NO_PRIMARY
    if not decision.proof_days:
        return DecisionRefusal.NO_PROOF
    if max(decision.proof_days) > decision.decided_on:
        return DecisionRefusal.PROOF_IN_FUTURE
    if age_on(person.birth_date, decision.since) < MIN_APPRENTICE_AGE:
        return DecisionRefusal.TOO_YOUNG
    return _lateness_refusal(decision, grace_days)


def _lateness_refusal(decision: Decision, grace_days: int) -> DecisionRefusal | None:
    late = (decision.decided_on - decision.since).days
    if late > grace_days:
        return DecisionRefusal.TOO_LATE
    return DecisionRefusal.REASON_NEEDED if late > 0 and not decision.late_reason.strip() else None


def renewal_refusal(
    since: date, earlier: Iterable[Window], *, allowed: bool = True, gap_months: int = 0
) -> DecisionRefusal | None:
    """Why a new window cannot begin on ``since`` beside the earlier ones (PUB-04), or None."""
    windows = list(earlier)
    if any(w.until is None or since <= w.until for w in windows):
        return DecisionRefusal.OVERLAPS
    if windows and not allowed:
        return DecisionRefusal.RENEWAL_CLOSED
    if any(w.until is not None and since < add_months(w.until, gap_months) for w in windows):
        return DecisionRefusal.GAP
    return None


# Alerts (PUB-03, PUB-04)


class Alert(Code):
    ENDS_30 = "ends_30", "L'éligibilité se termine dans les 30 jours"
    ENDS_60 = "ends_60", "L'éligibilité se termine dans les 60 jours"
    ENDED = "ended", "L'éligibilité est terminée"
    UNUSED = "unused", "Validée depuis plus de six mois sans embauche : à réévaluer"


def end_alert(until: date | None, today: date) -> Alert | None:
    """60 and 30 days before the last day, then ended."""
    if until is None:
        return None
    left = (until - today).days
    steps = ((0, Alert.ENDED), (31, Alert.ENDS_30), (61, Alert.ENDS_60))
    return next((alert for limit, alert in steps if left < limit), None)


def is_unused(since: date, first_contract: date | None, today: date, months: int = 6) -> bool:
    """Validated ``months`` ago and still without a contract: to be assessed again (PUB-03)."""
    return first_contract is None and add_months(since, months) <= today


def window_said(window: Window) -> str:
    """« du 10/03/2025 au 09/03/2027 »."""
    end = f" au {format_date(window.until)}" if window.until else ", sans fin connue"
    return f"du {format_date(window.since)}{end}"
