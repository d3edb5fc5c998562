"""Are these hours believable, and inside the dates? (domain.md REA-07). Pure.

Limits are those of one person, all contracts added. A finding that blocks can be lifted by a comment of the declarant,
by a facilitator alone (above the ceiling of last resort), or never (a month to come, a line typed twice).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from clause.hours.codes import HourKind, HoursBasis
from clause.hours.rules.counting import LineFacts, Window, boundary, split_request
from clause.kernel.values import add_months, format_date, format_hours, format_month, half_up, month_end, of_month

HARD_LIMIT = 220_00
DAY_WARN, DAY_BLOCK = 10_00, 12_00
WEEK_WARN, WEEK_BLOCK = 44_00, 48_00
MINOR_WEEK_WARN, MINOR_WEEK_BLOCK = 35_00, 40_00
PAID_WARN = 151_67
MONTH_WARN = 190_67  # 44 × 52 ÷ 12
YEAR_WARN, YEAR_STRONG, YEAR_BLOCK = 1_607_00, 1_827_00, 2_288_00
WEEKDAY = 7_00
WORKED = frozenset({HourKind.WORK, HourKind.TRAINING, HourKind.OTHER_TRAINING})
COMMENT_ASKED = "Vérifiez ; si c'est exact, expliquez-le en commentaire de la ligne."


class Lift(StrEnum):
    """Who may let a blocking finding pass."""

    COMMENT = "comment"
    FACILITATOR = "facilitator"
    NEVER = "never"


class Check(StrEnum):
    MONTH_WORKED = "month_worked"
    MONTH_PAID = "month_paid"
    MONTH_ANY = "month_any"
    MONTH_BLOCK = "month_block"
    MONTH_HARD = "month_hard"
    SPAN = "span"
    MINOR = "minor"
    YEAR = "year"
    OUTSIDE_CONTRACT = "outside_contract"
    OUTSIDE_MARKET = "outside_market"
    FUTURE = "future"
    NOT_OVER = "not_over"
    DUPLICATE = "duplicate"
    STRADDLE = "straddle"
    NOT_ELIGIBLE = "not_eligible"


@dataclass(frozen=True)
class Finding:
    """One remark of a rule: a French sentence that names the limit and what to do. ``keys`` are the lines concerned."""

    code: str
    sentence: str
    blocking: bool
    lift: Lift = Lift.COMMENT
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a person's month. ``key`` is how the caller knows it; ``group`` is its contract on its market."""

    key: str
    hour_kind: HourKind
    hours: int
    worked_from: date
    worked_to: date
    contract_from: date
    contract_to: date | None
    market_from: date
    market_to: date | None
    group: str = ""
    basis: HoursBasis = HoursBasis.WORKED
    windows: tuple[Window, ...] | None = None  # None: eligibility is not looked at
    has_clause: bool = True
    counts: bool = True


@dataclass(frozen=True)
class PersonMonth:
    """A person's month: the lines being declared, and hundredths of hours known elsewhere.

    ``elsewhere`` are hours of the same month on other contracts or markets (absence left out), ``rest_of_year`` those of the
    other months of the calendar year. ``discreet`` keeps the sums of other employers out of the sentences: a company must
    know that it cannot go on, not how much a person works elsewhere.
    """

    month: date
    today: date
    lines: tuple[Line, ...]
    birth_date: date | None = None
    elsewhere: int = 0
    rest_of_year: int = 0
    hard_limit: int = HARD_LIMIT
    discreet: bool = False


def month_findings(facts: PersonMonth) -> list[Finding]:
    """All that REA-07 says of a person's month, what blocks first."""
    found = [*_dates(facts), *_duplicates(facts), *_month(facts), *_spans(facts), *_year(facts)]
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
    paid = [line for line in facts.lines if line.basis is HoursBasis.PAID]
    total, usual = _present(worked) + facts.elsewhere, month_usual_limit(facts.month)
    if worked and total > usual:
        yield Finding(
            Check.MONTH_WORKED,
            f"{_said(facts, total)} : c'est plus que 7 h par jour ouvré ({format_hours(usual)} h en {format_month(facts.month)})."
            " Vérifiez qu'il s'agit bien d'heures travaillées, sans les congés.",
            False, Lift.COMMENT, keys,
        )  # fmt: skip
    if paid and sum(line.hours for line in paid) > PAID_WARN:
        yield Finding(
            Check.MONTH_PAID,
            f"{format_hours(sum(line.hours for line in paid))} h payées : c'est plus que {format_hours(PAID_WARN)} h,"
            " un mois à temps plein. Vérifiez.",
            False, Lift.COMMENT, tuple(line.key for line in paid),
        )  # fmt: skip


def _said(facts: PersonMonth, total: int) -> str:
    month = format_month(facts.month)
    if facts.discreet:
        return f"En comptant ses autres employeurs, cette personne a beaucoup d'heures en {month}"
    text = f"{format_hours(total)} h pour cette personne en {month}"
    return f"{text}, dont {format_hours(facts.elsewhere)} h déclarées par ailleurs" if facts.elsewhere else text


def _spans(facts: PersonMonth) -> Iterator[Finding]:
    """Days and weeks: what the law leaves at most between the first and the last day of lines."""
    spans: dict[tuple[date, date], list[Line]] = {}
    for line in facts.lines:
        if line.hour_kind is not HourKind.ABSENCE and line.hours:
            spans.setdefault((line.worked_from, line.worked_to), []).append(line)
    for (first, last), lines in spans.items():
        yield from _span(facts, first, last, lines)


def _span(facts: PersonMonth, first: date, last: date, lines: list[Line]) -> Iterator[Finding]:
    hours, keys = _present(lines), tuple(line.key for line in lines)
    said = f"{format_hours(hours)} h du {format_date(first)} au {format_date(last)}"
    if _is_minor(facts.birth_date, first):
        yield from _minor(said, hours, keys, first, last)
    elif (last - first).days >= 27:
        return  # the month's own limits are stricter
    elif hours > (limit := span_limit(first, last, WEEK_BLOCK, DAY_BLOCK)):
        text = f"{said} : le maximum est de 12 h par jour et 48 h par semaine, soit {format_hours(limit)} h. {COMMENT_ASKED}"
        yield Finding(Check.SPAN, text, True, Lift.COMMENT, keys)
    elif hours > (limit := span_limit(first, last, WEEK_WARN, DAY_WARN)):
        text = f"{said} : c'est plus que 10 h par jour ou 44 h par semaine ({format_hours(limit)} h). Vérifiez."
        yield Finding(Check.SPAN, text, False, Lift.COMMENT, keys)


def _minor(said: str, hours: int, keys: tuple[str, ...], first: date, last: date) -> Iterator[Finding]:
    if hours > (limit := _minor_limit(first, last, MINOR_WEEK_BLOCK)):
        text = f"{said} pour une personne mineure : le maximum est de 40 h par semaine, soit {format_hours(limit)} h. {COMMENT_ASKED}"
        yield Finding(Check.MINOR, text, True, Lift.COMMENT, keys)
    elif hours > (limit := _minor_limit(first, last, MINOR_WEEK_WARN)):
        text = (
            f"{said} pour une personne mineure : c'est plus que 35 h par semaine ({format_hours(limit)} h). Vérifiez."
        )
        yield Finding(Check.MINOR, text, False, Lift.COMMENT, keys)


def _minor_limit(first: date, last: date, week: int) -> int:
    days = (last - first).days + 1
    return int(half_up(Decimal(week) * days / 7)) if days >= 28 else span_limit(first, last, week, 8_00)


def span_limit(first: date, last: date, week: int, day: int) -> int:
    """The most that ``week`` hours a calendar week and ``day`` hours a day leave between two days, in hundredths."""
    total, monday = 0, first
    while monday <= last:
        sunday = min(last, monday + timedelta(days=6 - monday.weekday()))
        total += min(week, day * ((sunday - monday).days + 1))
        monday = sunday + timedelta(days=1)
    return total


def _is_minor(birth_date: date | None, day: date) -> bool:
    return birth_date is not None and add_months(birth_date, 18 * 12) > day


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
