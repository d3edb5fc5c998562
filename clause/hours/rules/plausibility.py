"""Are these hours believable, and inside the dates? (domain.md REA-07). Pure.

Limits are those of one person, all contracts added, whoever employs. A finding that blocks can be lifted by a comment of the
declarant, by a facilitator alone (above the ceiling of last resort), or never (a month to come, a line typed twice). Days
and weeks are in ``spans.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from clause.hours.codes import HourKind, HoursBasis
from clause.hours.rules.counting import LineFacts, Window, boundary, split_request
from clause.hours.rules.findings import (
    COMMENT_ASKED,
    HARD_LIMIT,
    MONTH_WARN,
    PAID_WARN,
    WEEK_BLOCK,
    WEEKDAY,
    WORKED,
    YEAR_BLOCK,
    YEAR_STRONG,
    YEAR_WARN,
    Check,
    Finding,
    Lift,
    Line,
    PersonMonth,
    Span,
)
from clause.hours.rules.spans import span_findings
from clause.kernel.values import format_date, format_hours, format_month, half_up, month_end, of_month

__all__ = [
    "COMMENT_ASKED", "HARD_LIMIT", "MONTH_WARN", "Check", "Finding", "Lift", "Line", "PersonMonth", "Span", "blocking",
    "month_block_limit", "month_findings", "month_usual_limit",
]  # fmt: skip


def month_findings(facts: PersonMonth) -> list[Finding]:
    """All that REA-07 says of a person's month, what blocks first."""
    found = [*_dates(facts), *_duplicates(facts), *_month(facts), *span_findings(facts), *_year(facts)]
    return sorted(found, key=lambda f: not f.blocking)


def blocking(findings: Iterable[Finding], comments: Iterable[str], *, facilitator: bool) -> list[Finding]:
    """The findings that still stand in the way: ``comments`` are the keys of the lines that carry an explanation."""
    explained = set(comments)

    def lifted(finding: Finding) -> bool:
        if finding.lift is Lift.NEVER or (finding.lift is Lift.FACILITATOR and not facilitator):
            return False
        return bool(explained & set(finding.keys))

    return [f for f in findings if f.blocking and not lifted(f)]


def month_block_limit(month: date) -> int:
    """48 h × days ÷ 7, in hundredths: 192,00 for 28 days, 205,71 for 30, 212,57 for 31."""
    return int(half_up(Decimal(WEEK_BLOCK) * month_end(month).day / 7))


def month_usual_limit(month: date) -> int:
    """7 h a weekday of the month: 154 for 22 weekdays, 161 for 23."""
    days = (month.replace(day=d) for d in range(1, month_end(month).day + 1))
    return WEEKDAY * sum(1 for day in days if day.weekday() < 5)


def month_limits(month: date, hard_limit: int = HARD_LIMIT) -> dict[str, int]:
    """The limits of a person's month in hundredths: what is usual, high, above the law, refused."""
    return {
        "usual": month_usual_limit(month),
        "warn": MONTH_WARN,
        "block": month_block_limit(month),
        "hard": hard_limit,
    }


# Dates


def _dates(facts: PersonMonth) -> Iterator[Finding]:
    keys = tuple(line.key for line in facts.lines if line.hours)
    if facts.month > facts.today and keys:
        yield Finding(
            Check.FUTURE,
            f"Le mois {of_month(facts.month)} n'a pas commencé : on ne déclare que des heures déjà faites.",
            True, Lift.NEVER, keys,
        )  # fmt: skip
    elif keys and month_end(facts.month) > facts.today:
        yield Finding(
            Check.NOT_OVER,
            f"Le mois {of_month(facts.month)} n'est pas terminé : vérifiez que ce sont bien les heures du mois entier.",
            False,
        )
    for line in facts.lines:
        if line.hours:
            yield from _line_dates(line)


def _line_dates(line: Line) -> Iterator[Finding]:
    contract, market = (line.contract_from, line.contract_to), (line.market_from, line.market_to)
    if line.hour_kind is HourKind.PREHIRE:  # before the contract, by nature
        contract = (date.min, line.contract_to)
    if not _inside(line, contract):
        yield _outside(line, Check.OUTSIDE_CONTRACT, "du contrat de travail", contract)
    if not _inside(line, market):
        yield _outside(line, Check.OUTSIDE_MARKET, "du marché", market)
    if line.windows is not None and line.has_clause and line.counts:
        yield from _eligibility(line, line.windows)


def _inside(line: Line, window: Window) -> bool:
    return window[0] <= line.worked_from and (window[1] is None or line.worked_to <= window[1])


def _outside(line: Line, check: Check, whose: str, window: Window) -> Finding:
    until = f" au {format_date(window[1])}" if window[1] else ", sans fin prévue"
    return Finding(
        check,
        f"Ces heures ({_days(line)}) sortent des dates {whose} : du {format_date(window[0])}{until}."
        " Corrigez Du et Au ; si elles ont bien été faites, expliquez-le en commentaire : elles seront gardées sans compter.",
        True, Lift.COMMENT, (line.key,),
    )  # fmt: skip


def _eligibility(line: Line, windows: tuple[Window, ...]) -> Iterator[Finding]:
    facts = LineFacts(
        line.worked_from, line.worked_to, HourKind.WORK, windows,
        line.contract_from, line.contract_to, line.market_from, line.market_to,
    )  # fmt: skip
    if boundary(facts):
        yield Finding(Check.STRADDLE, split_request(facts) or "", True, Lift.NEVER, (line.key,))
    elif not any(_inside(line, window) for window in windows):
        yield Finding(
            Check.NOT_ELIGIBLE,
            "L'éligibilité de cette personne n'est pas validée pour ces jours : les heures seront gardées sans compter."
            " Demandez à votre facilitateur de l'examiner.",
            False, Lift.COMMENT, (line.key,),
        )  # fmt: skip


def _days(line: Line) -> str:
    return f"du {format_date(line.worked_from)} au {format_date(line.worked_to)}"


def _duplicates(facts: PersonMonth) -> Iterator[Finding]:
    seen: dict[tuple[str, HourKind, date], Line] = {}
    for line in facts.lines:
        key = (line.group, line.hour_kind, line.worked_from)
        if key in seen:
            yield Finding(
                Check.DUPLICATE,
                f"Deux lignes « {line.hour_kind.label} » du même contrat commencent le {format_date(line.worked_from)} :"
                " gardez-en une seule.",
                True, Lift.NEVER, (seen[key].key, line.key),
            )  # fmt: skip
        seen.setdefault(key, line)


# Quantities


def _present(lines: Iterable[Line]) -> int:
    return sum(line.hours for line in lines if line.hour_kind is not HourKind.ABSENCE)


def _keys(facts: PersonMonth) -> tuple[str, ...]:
    return tuple(line.key for line in facts.lines if line.hours and line.hour_kind is not HourKind.ABSENCE)


def _month(facts: PersonMonth) -> Iterator[Finding]:
    total, keys = _present(facts.lines) + facts.elsewhere, _keys(facts)
    everything = sum(line.hours for line in facts.lines) + facts.elsewhere
    if not any(line.hours for line in facts.lines):
        return
    said = _said(facts, total)
    if everything > facts.hard_limit:
        yield Finding(
            Check.MONTH_HARD,
            f"{_said(facts, everything)} : la plateforme refuse plus de {format_hours(facts.hard_limit)} h par mois et par personne."
            " Vérifiez la saisie ; si ce nombre est exact, seul le facilitateur peut l'enregistrer, d'après un relevé signé.",
            True, Lift.FACILITATOR, tuple(line.key for line in facts.lines if line.hours),
        )  # fmt: skip
    elif total > month_block_limit(facts.month):
        yield Finding(
            Check.MONTH_BLOCK,
            f"{said} : le maximum légal est de 48 h par semaine, soit {format_hours(month_block_limit(facts.month))} h"
            f" en {format_month(facts.month)}. {COMMENT_ASKED}",
            True, Lift.COMMENT, keys,
        )  # fmt: skip
    elif total > MONTH_WARN:
        yield Finding(
            Check.MONTH_ANY,
            f"{said} : c'est plus de 44 h par semaine en moyenne ({format_hours(MONTH_WARN)} h par mois). Vérifiez.",
            False, Lift.COMMENT, keys,
        )  # fmt: skip
    else:
        yield from _usual(facts, keys)


def _usual(facts: PersonMonth, keys: tuple[str, ...]) -> Iterator[Finding]:
    worked = [line for line in facts.lines if line.hour_kind in WORKED and line.basis is HoursBasis.WORKED]
    paid = [line for line in facts.lines if line.basis is HoursBasis.PAID and line.hours]
    all_paid = sum(line.hours for line in paid) + facts.paid_elsewhere
    total, usual = _present(worked) + facts.elsewhere, month_usual_limit(facts.month)
    if worked and total > usual:
        yield Finding(
            Check.MONTH_WORKED,
            f"{_said(facts, total)} : c'est plus que 7 h par jour ouvré ({format_hours(usual)} h en {format_month(facts.month)})."
            " Vérifiez qu'il s'agit bien d'heures travaillées, sans les congés.",
            False, Lift.COMMENT, keys,
        )  # fmt: skip
    if paid and all_paid > PAID_WARN:
        said = "Tous employeurs réunis" if facts.discreet else f"{format_hours(all_paid)} h payées"
        yield Finding(
            Check.MONTH_PAID,
            f"{said} : c'est plus que {format_hours(PAID_WARN)} h payées, un mois à temps plein. Vérifiez.",
            False, Lift.COMMENT, tuple(line.key for line in paid),
        )  # fmt: skip


def _said(facts: PersonMonth, total: int) -> str:
    month = format_month(facts.month)
    if facts.discreet:
        return f"En comptant ses autres employeurs, cette personne a beaucoup d'heures en {month}"
    text = f"{format_hours(total)} h pour cette personne en {month}"
    return f"{text}, dont {format_hours(facts.elsewhere)} h déclarées par ailleurs" if facts.elsewhere else text


def _year(facts: PersonMonth) -> Iterator[Finding]:
    total, keys = _present(facts.lines) + facts.elsewhere + facts.rest_of_year, _keys(facts)
    said = f"{format_hours(total)} h en {facts.month.year} pour cette personne"
    if facts.discreet:
        said = f"En comptant ses autres employeurs, cette personne a beaucoup d'heures en {facts.month.year}"
    if not keys or total <= YEAR_WARN:
        return
    if total > YEAR_BLOCK:
        text = (
            f"{said} : le maximum est de 44 h par semaine toute l'année ({format_hours(YEAR_BLOCK)} h). {COMMENT_ASKED}"
        )
        yield Finding(Check.YEAR, text, True, Lift.COMMENT, keys)
    elif total > YEAR_STRONG:
        text = f"{said} : c'est plus qu'une année à temps plein et tout son contingent d'heures supplémentaires ({format_hours(YEAR_STRONG)} h). Vérifiez avec soin."
        yield Finding(Check.YEAR, text, False, Lift.COMMENT, keys)
    else:
        text = f"{said} : c'est plus qu'une année à temps plein ({format_hours(YEAR_WARN)} h). Vérifiez."
        yield Finding(Check.YEAR, text, False, Lift.COMMENT, keys)
