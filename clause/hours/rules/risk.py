"""What a facilitator should look at in declared hours before validating them, why, and how early (field.md § 1.3). Pure.

A month that is like the one before and inside every rule has no reason: it is validated in one gesture with the others like it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from clause.hours.codes import HourKind, NotCounted
from clause.hours.rules.findings import Check, Finding
from clause.kernel.codes import Code
from clause.kernel.values import format_date, format_decimal, format_hours

JUMP_HOURS = 20_00
JUMP_SHARE = 3300  # a third of the usual month, in ten-thousandths
MEAN_OF = 3  # months known before their mean says anything


class Reason(Code):
    """In the order in which they are read."""

    NOT_ELIGIBLE = "not_eligible", "Hors éligibilité"
    TO_SPLIT = "to_split", "À séparer"
    OUTSIDE = "outside", "Hors dates"
    TWO_EMPLOYERS = "two_employers", "Deux employeurs"
    ABOVE_PAYROLL = "above_payroll", "Plus que la paie"
    CEILING = "ceiling", "Plafond d'heures"
    CONTRACTOR = "contractor", "Remarque du titulaire"
    NOT_COUNTED = "not_counted", "Ne comptera pas"
    ESTIMATED = "estimated", "Heures estimées"
    NO_STATEMENT = "no_statement", "Sans relevé"
    CHECK = "check", "À vérifier"
    PAID = "paid", "Heures payées"
    REOPENED = "reopened", "Déjà décidée"
    RESENT = "resent", "Renvoyée puis corrigée"
    PARTLY = "partly", "Traitée en partie"
    MISSING = "missing", "Personne manquante"
    NEW_PERSON = "new_person", "Nouvelle personne"
    JUMP = "jump", "Écart inhabituel"
    FIRST = "first", "Première déclaration"
    COMMENT = "comment", "Commentaire"


WEIGHTS = {
    Reason.NOT_ELIGIBLE: 40, Reason.TO_SPLIT: 40, Reason.OUTSIDE: 40, Reason.TWO_EMPLOYERS: 40,
    Reason.ABOVE_PAYROLL: 30, Reason.CEILING: 30, Reason.CONTRACTOR: 30,
    Reason.NOT_COUNTED: 20, Reason.ESTIMATED: 20, Reason.NO_STATEMENT: 20, Reason.CHECK: 15,
    Reason.PAID: 10, Reason.REOPENED: 10, Reason.RESENT: 10, Reason.PARTLY: 10, Reason.MISSING: 8,
    Reason.NEW_PERSON: 6, Reason.JUMP: 6, Reason.FIRST: 4, Reason.COMMENT: 2,
}  # fmt: skip
OF_ELIGIBILITY = frozenset({NotCounted.BEFORE_VALIDATION, NotCounted.ELIGIBILITY_EXPIRED, NotCounted.NOT_ELIGIBLE})
OF_DATES = frozenset({NotCounted.OUTSIDE_CONTRACT, NotCounted.OUTSIDE_MARKET})
EXPECTED = frozenset({NotCounted.KIND, NotCounted.NO_CLAUSE, NotCounted.ESTIMATED})  # nothing to look at, or said apart
SAID_BY_DATES = frozenset({Check.OUTSIDE_CONTRACT, Check.OUTSIDE_MARKET})
CEILINGS = frozenset(
    {Check.MONTH_WORKED, Check.MONTH_PAID, Check.MONTH_ANY, Check.MONTH_BLOCK, Check.MONTH_HARD, Check.SPAN, Check.MINOR, Check.YEAR}
)  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """One reason to look, and the sentence that says it with its figures; it names no person."""

    reason: Reason
    sentence: str

    @property
    def weight(self) -> int:
        return WEIGHTS[self.reason]


@dataclass(frozen=True)
class Claim:
    """Hours of the same person that another employer declares for days of the line."""

    employer: str
    first: date
    last: date
    hours: int


@dataclass(frozen=True)
class LineFacts:
    """One line that waits; hours in hundredths.

    ``last_month`` and ``before`` (up to six months before, that one included) are figures of the same contract, market and
    kind, ``of_month`` the figure of this month where several lines make it. ``payroll`` are the hours paid, read in a DSN or typed from the pay slip, for the contract and month, ``of_contract`` those declared for it.
    ``decided_before``: the hours of the decided line that this one takes the place of, None where there was none.
    """

    hours: int
    hour_kind: HourKind = HourKind.WORK
    known: bool = True
    of_month: int | None = None
    last_month: int | None = None
    before: tuple[int, ...] = ()
    not_counted: NotCounted | None = None
    split_request: str | None = None
    findings: tuple[Finding, ...] = ()
    explained: bool = False
    claims: tuple[Claim, ...] = ()
    payroll: int | None = None
    of_contract: int = 0
    paid: bool = False
    estimated: str = ""
    decided_before: int | None = None
    comment: str = ""
    jump_hours: int = JUMP_HOURS
    jump_share: int = JUMP_SHARE

    @property
    def whole_month(self) -> int:
        return self.hours if self.of_month is None else self.of_month


@dataclass(frozen=True)
class Progress:
    """How many lines of a declaration do not wait for a decision any more; ``adjusted`` are among the validated."""

    validated: int = 0
    adjusted: int = 0
    rejected: int = 0
    contested: int = 0
    returned: int = 0


NO_PROGRESS = Progress()


@dataclass(frozen=True)
class DeclarationFacts:
    """A declaration that waits, beside its lines. ``missing`` people had ``missing_hours`` the month before and none now.

    ``resent``: sent back, then sent again, whatever was decided since; ``asked`` is what the company had been asked.
    """

    is_nil: bool = False
    missing: int = 0
    missing_hours: int = 0
    contractor_remark: str = ""
    without_statement: bool = False
    resent: bool = False
    asked: str = ""
    progress: Progress = NO_PROGRESS
    first: bool = False
    comment: str = ""


def line_remarks(line: LineFacts) -> list[Remark]:
    """What stands out in a line, most serious first; empty where it is as usual."""
    return _in_order(remark for rule in LINE_RULES for remark in rule(line))


def declaration_remarks(declaration: DeclarationFacts) -> list[Remark]:
    """What stands out in a declaration beside its lines, most serious first."""
    rules = (_contractor, _statement, _resent, _partly, _missing, _first, _declaration_comment)
    return _in_order(remark for rule in rules for remark in rule(declaration))


def _in_order(found: Iterable[Remark]) -> list[Remark]:
    order = list(Reason)
    return sorted(found, key=lambda remark: order.index(remark.reason))


def weight(reasons: Iterable[Reason]) -> int:
    """How early a declaration is read: each reason weighs once, however many lines it concerns."""
    return sum(WEIGHTS[reason] for reason in set(reasons))


# Lines


def _eligibility(line: LineFacts) -> Iterator[Remark]:
    if line.split_request:
        yield Remark(Reason.TO_SPLIT, line.split_request)
    elif line.not_counted in OF_ELIGIBILITY and line.not_counted is not None:
        yield Remark(Reason.NOT_ELIGIBLE, f"{_said(line.hours)} ne compteront pas : {line.not_counted.label}.")
    elif line.not_counted in OF_DATES and line.not_counted is not None:
        explained = ", ce que l'entreprise explique en commentaire" if line.explained else ""
        yield Remark(Reason.OUTSIDE, f"{_said(line.hours)} {line.not_counted.label}{explained} : elles ne compteront pas.")  # fmt: skip
    elif line.not_counted is not None and line.not_counted not in EXPECTED:
        yield Remark(Reason.NOT_COUNTED, f"{_said(line.hours)} ne compteront pas : {line.not_counted.label}.")


def _estimated(line: LineFacts) -> Iterator[Remark]:
    if line.estimated:
        yield Remark(
            Reason.ESTIMATED,
            f"{line.estimated} : estimées d'après un montant, elles ne compteront pas telles quelles. « Ajuster » les confirme"
            " avec les heures d'un document.",
        )


def _claims(line: LineFacts) -> Iterator[Remark]:
    for claim in line.claims:
        yield Remark(
            Reason.TWO_EMPLOYERS,
            f"{claim.employer} déclare aussi cette personne, du {format_date(claim.first)} au {format_date(claim.last)} :"
            f" {_said(claim.hours)}, en plus de {_said(line.hours)} ici.",
        )


def _payroll(line: LineFacts) -> Iterator[Remark]:
    if line.payroll is not None and line.of_contract > line.payroll:
        yield Remark(
            Reason.ABOVE_PAYROLL,
            f"{_said(line.of_contract)} déclarées pour ce contrat, {_said(line.payroll)} payées d'après la paie.",
        )


def _findings(line: LineFacts) -> Iterator[Remark]:
    for finding in line.findings:
        if finding.code not in SAID_BY_DATES:
            reason = Reason.CEILING if finding.code in CEILINGS else Reason.CHECK
            yield Remark(reason, finding.sentence)


def _paid(line: LineFacts) -> Iterator[Remark]:
    if line.paid:
        yield Remark(Reason.PAID, "Ce sont des heures payées : assurez-vous que les absences n'y sont pas.")


def _reopened(line: LineFacts) -> Iterator[Remark]:
    if line.decided_before is not None:
        change = "les mêmes heures" if line.decided_before == line.hours else f"{_said(line.hours)} maintenant"
        yield Remark(Reason.REOPENED, f"Ligne rouverte : {_said(line.decided_before)} la première fois, {change}.")


def _new_person(line: LineFacts) -> Iterator[Remark]:
    if not line.known and line.hour_kind is not HourKind.ABSENCE:
        yield Remark(Reason.NEW_PERSON, "Premières heures de ce contrat sur ce marché.")


def _jump(line: LineFacts) -> Iterator[Remark]:
    mean = mean_of(line.before)
    if line.hour_kind is not HourKind.ABSENCE and jumps(line, mean):
        said = [f"{_said(line.last_month)} le mois précédent"] if line.last_month is not None else []
        said += [f"{_said(mean)} en moyenne sur {len(line.before)} mois"] if mean is not None else []
        yield Remark(Reason.JUMP, f"{_said(line.whole_month)} ce mois-ci, {', '.join(said)}.")


def jumps(line: LineFacts, mean: int | None) -> bool:
    """Far from last month, and from the mean where there is one: neither a return to normal nor a lasting change is said twice."""
    references = [figure for figure in (line.last_month, mean) if figure is not None]
    return bool(references) and all(_far(line, figure) for figure in references)


def _far(line: LineFacts, usual: int) -> bool:
    gap = abs(line.whole_month - usual)
    return gap > line.jump_hours and gap * 10_000 > usual * line.jump_share


def mean_of(before: tuple[int, ...]) -> int | None:
    """The mean of the months before, None under three of them."""
    return round(sum(before) / len(before)) if len(before) >= MEAN_OF else None


def _comment(line: LineFacts) -> Iterator[Remark]:
    if line.comment:
        yield Remark(Reason.COMMENT, f"L'entreprise écrit : « {line.comment} »")


LINE_RULES: tuple[Callable[[LineFacts], Iterator[Remark]], ...] = (
    _eligibility, _estimated, _claims, _payroll, _findings, _paid, _reopened, _new_person, _jump, _comment,
)  # fmt: skip


# The declaration


def _contractor(facts: DeclarationFacts) -> Iterator[Remark]:
    if facts.contractor_remark:
        yield Remark(Reason.CONTRACTOR, f"Le titulaire du marché écrit : « {facts.contractor_remark} »")


def _statement(facts: DeclarationFacts) -> Iterator[Remark]:
    if facts.without_statement:
        yield Remark(Reason.NO_STATEMENT, "Saisie sans relevé signé joint.")


def _resent(facts: DeclarationFacts) -> Iterator[Remark]:
    if facts.resent and facts.asked:
        yield Remark(
            Reason.RESENT, f"Corrigée par l'entreprise après un renvoi. Il lui était demandé : « {facts.asked} »"
        )
    elif facts.resent:
        yield Remark(Reason.RESENT, "Corrigée par l'entreprise après un renvoi : vérifiez ce qui lui était demandé.")


def _partly(facts: DeclarationFacts) -> Iterator[Remark]:
    said = [text for text in _progress_said(facts.progress) if text]
    if said:
        yield Remark(Reason.PARTLY, f"Une partie de ce mois est déjà traitée : {', '.join(said)}.")


def _progress_said(progress: Progress) -> tuple[str, ...]:
    adjusted = f", dont {progress.adjusted} avec d'autres heures" if progress.adjusted else ""
    return (
        _lines_said(progress.validated, "validée", "validées") + adjusted,
        _lines_said(progress.rejected, "refusée", "refusées"),
        _lines_said(progress.contested, "en attente d'une pièce", "en attente d'une pièce"),
        _lines_said(progress.returned, "renvoyée à l'entreprise", "renvoyées à l'entreprise"),
    )


def _lines_said(count: int, one: str, several: str) -> str:
    if not count:
        return ""
    return f"une ligne {one}" if count == 1 else f"{format_decimal(count)} lignes {several}"


def _missing(facts: DeclarationFacts) -> Iterator[Remark]:
    if not facts.missing:
        return
    had = f"{_said(facts.missing_hours)} le mois précédent"
    if facts.is_nil:
        yield Remark(Reason.MISSING, f"Personne ce mois-ci, {had}.")
    elif facts.missing == 1:
        yield Remark(Reason.MISSING, f"Une personne toujours sous contrat n'a plus d'heures : {had}.")
    else:
        yield Remark(
            Reason.MISSING,
            f"{format_decimal(facts.missing)} personnes toujours sous contrat n'ont plus d'heures : {had}.",
        )


def _first(facts: DeclarationFacts) -> Iterator[Remark]:
    if facts.first:
        yield Remark(Reason.FIRST, "Rien n'a encore été validé pour cette entreprise.")


def _declaration_comment(facts: DeclarationFacts) -> Iterator[Remark]:
    if facts.comment:
        yield Remark(Reason.COMMENT, f"L'entreprise écrit : « {facts.comment} »")


def _said(hours: int | None) -> str:
    return f"{format_hours(hours or 0)} h"
