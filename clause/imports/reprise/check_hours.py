"""Hours: references, dates, duplicates, REA-07; what will not count is said beforehand (REA-08, decision of formats.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from clause.hours.codes import DeclarationState, HourKind
from clause.hours.rules import cdi, counting, plausibility
from clause.hours.rules.counting import LineFacts
from clause.hours.rules.plausibility import PersonMonth
from clause.imports.reprise.context import Context
from clause.imports.reprise.known import KnownLine
from clause.imports.reprise.lines import Existing, Line
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import format_date, format_month, month_end
from clause.markets.codes import NO_CLAUSE

Group = tuple[str, str, date]
NOT_VALIDATED = (
    "L'entreprise a déjà une déclaration en cours pour ce mois sur ce marché : validez-la ou renvoyez-la plutôt que d'importer"
    " ces heures."
)


def check_hours(context: Context, lines: list[Line]) -> None:
    """Refuse what cannot be written; leave in ``made`` the first and last day of each line."""
    index = _Index(context)
    for line in lines:
        if not line.refused and _references(context, line):
            _days(context, line)
        if not line.refused:
            _place(context, line, index)
    _plausible(context, [line for line in lines if not line.refused], index)
    for line in lines:
        if not line.refused and (line.is_new or line.differences):
            _counting(context, line)


class _Index:
    """The hours of the structure by contract, market and month, and those of the file already seen."""

    def __init__(self, context: Context) -> None:
        self.known: dict[Group, dict[date, dict[HourKind, KnownLine]]] = defaultdict(lambda: defaultdict(dict))
        self.of_person: dict[str, list[KnownLine]] = defaultdict(list)
        for line in context.known.lines:
            self.of_person[line.participant].append(line)
            if line.market:
                self.known[line.contract, line.market, line.month][line.worked_from][line.kind] = line
        self.seen: dict[tuple[Any, ...], Line] = {}


def _references(context: Context, line: Line) -> bool:
    for sheet, key in (("contracts", "contract"), ("markets", "market")):
        found = context.found(sheet, line.get(key))
        if found is None:
            line.refuse(key, context.missing(sheet, line.get(key), line.get(key)))
        else:
            line.made[key] = found
    return not line.refused


def _days(context: Context, line: Line) -> None:
    """Du and Au where they are said, the days that contract and market leave of the month otherwise."""
    contract, market, month = line.made["contract"], line.made["market"], line.get("month")
    for key in ("from", "to"):
        if line.get(key) and line.get(key).replace(day=1) != month:
            line.refuse(key, f"« {line.sheet.label_of(key)} » n'est pas en {format_month(month)} : Du et Au coupent le mois de la ligne.")  # fmt: skip
    if line.refused:
        return
    bounds = (contract["starts_on"], contract.get("ends_on")), (market["starts_on"], market.get("ends_on"))
    left = counting.clip(month, *bounds)
    if left is None and not (line.get("from") and line.get("to")):
        line.refuse("month", _outside(month, *bounds))
        return
    first, last = left or (month, month_end(month))
    line.made["from"], line.made["to"] = line.get("from") or first, line.get("to") or last
    if line.made["to"] < line.made["from"]:
        line.refuse("to", "« Au » est avant « Du » : vérifiez les deux dates.")


def _outside(month: date, *bounds: tuple[date, date | None]) -> str:
    named = zip(("du contrat de travail", "du marché"), bounds, strict=True)
    for whose, window in named:
        if counting.clip(month, window) is None:
            until = f" au {format_date(window[1])}" if window[1] else ", sans fin prévue"
            return f"{format_month(month).capitalize()} est en dehors des dates {whose} (du {format_date(window[0])}{until}) : corrigez le mois ou les dates."  # fmt: skip
    return f"Le contrat de travail et le marché n'ont aucun jour en commun en {format_month(month)} : corrigez les dates."  # fmt: skip


def _place(context: Context, line: Line, index: _Index) -> None:
    """Find the line among those known, refuse what was said twice."""
    group = (line.get("contract"), line.get("market"), line.get("month"))
    known = index.known.get(group, {})
    if line.get("from") is None and known and line.made["from"] not in known:
        if len(known) > 1:
            line.refuse("from", "Ce mois est déjà enregistré en plusieurs périodes : précisez Du et Au.")
            return
        line.made["from"] = next(iter(known))
    key = (*group, line.made["from"])
    earlier = index.seen.setdefault(key, line)
    if earlier is not line:
        line.refuse("contract", f"Mêmes contrat, marché, mois et premier jour que la ligne {earlier.number} : gardez une seule ligne, ou séparez les périodes avec Du et Au.")  # fmt: skip
        return
    rows = known.get(line.made["from"], {})
    if any(row.state is not DeclarationState.VALIDATED for row in rows.values()) or _has_open_month(context, line):
        line.refuse("month", NOT_VALIDATED)
    elif rows:
        line.existing = _existing(rows, line)


def _has_open_month(context: Context, line: Line) -> bool:
    market = context.known.of("markets").get((line.get("market"),))
    company = context.known.company_of_siret.get(line.made["contract"].get("employer"))
    if market is None or company is None:
        return False
    declared = context.known.declarations.get((market.id, company, line.get("month")))
    return declared is not None and declared[1] is not DeclarationState.VALIDATED


def _existing(rows: dict[HourKind, KnownLine], line: Line) -> Existing:
    work, training = rows.get(HourKind.WORK), rows.get(HourKind.TRAINING)
    either = work or training or next(iter(rows.values()))
    values: dict[str, Any] = {"worked": work.hours if work else 0, "training": training.hours if training else 0}
    if line.get("to") is not None:
        values["to"] = either.worked_to
    elif line.get("from") is None:
        line.made["to"] = either.worked_to
    return Existing(either.id, values, {"work": work and work.id, "training": training and training.id})


# REA-07


def _plausible(context: Context, lines: Iterable[Line], index: _Index) -> None:
    """Per person and month, all contracts added: what blocks is refused, the rest is said."""
    months: dict[tuple[str, date], list[Line]] = defaultdict(list)
    for line in lines:
        if line.is_new or (line.differences and context.update):
            months[line.made["contract"]["participant"], line.get("month")].append(line)
    by_year: dict[tuple[str, int], int] = defaultdict(int)
    for (person, month), fresh in months.items():
        by_year[person, month.year] += sum(_hours(line) for line in fresh)
    for (person, month), fresh in months.items():
        _person_month(context, person, month, fresh, index, by_year[person, month.year])


def _hours(line: Line) -> int:
    return int(line.get("worked") or 0) + int(line.get("training") or 0)


def _person_month(
    context: Context, person: str, month: date, fresh: list[Line], index: _Index, in_year: int
) -> None:  # fmt: skip
    replaced = {id for line in fresh if line.existing for id in (line.existing.more["work"], line.existing.more["training"]) if id}  # fmt: skip
    rest = [k for k in index.of_person[person] if k.id not in replaced and k.kind is not HourKind.ABSENCE]
    facts = PersonMonth(
        month=month, today=context.today,
        lines=tuple(row for line in fresh for row in _rows(line)),
        birth_date=(context.found("participants", person) or {}).get("birth_date"),
        elsewhere=sum(k.hours for k in rest if k.month == month),
        rest_of_year=sum(k.hours for k in rest if k.month.year == month.year and k.month != month)
        + in_year - sum(_hours(line) for line in fresh),
        hard_limit=int(setting("check.month_hard_limit", context.parameters)) * 100,
    )  # fmt: skip
    by_key = {str(line.number): line for line in fresh}
    for finding in plausibility.month_findings(facts):
        about = [by_key[k.partition(":")[0]] for k in finding.keys] or fresh[:1]
        for line in {id(line): line for line in about}.values():
            if finding.blocking:
                line.refuse("worked", _said(finding.sentence))
            else:
                line.warn("worked", finding.sentence)


def _said(sentence: str) -> str:
    """What the rule says of a form, for a file: there is no comment to type here."""
    for ending in (plausibility.COMMENT_ASKED, " Vérifiez la saisie ; si ce nombre est exact"):
        sentence = sentence.partition(ending)[0].rstrip()
    sentence = sentence.partition(" Corrigez Du et Au ;")[0]
    return f"{sentence} Corrigez le fichier ; si ces heures sont exactes, saisissez-les sur la page du mois, avec une explication."  # fmt: skip


def _rows(line: Line) -> list[plausibility.Line]:
    contract, market = line.made["contract"], line.made["market"]
    kinds = ((HourKind.WORK, "worked"), (HourKind.TRAINING, "training"))
    return [
        plausibility.Line(
            key=f"{line.number}:{key}", group=f"{line.get('contract')}|{line.get('market')}", hour_kind=kind,
            hours=line.get(key), worked_from=line.made["from"], worked_to=line.made["to"],
            contract_from=contract["starts_on"], contract_to=contract.get("ends_on"),
            market_from=market["starts_on"], market_to=market.get("ends_on"),
        )
        for kind, key in kinds
        if line.get(key)
    ]  # fmt: skip


# What will not count


def _counting(context: Context, line: Line) -> None:
    facts = _facts(context, line)
    reason = counting.not_counted(facts)
    if not _hours(line) or reason is None:
        return
    split = counting.split_request(facts)
    line.warn("worked", f"Ces heures sont gardées sans compter : {reason.label}." + (f" {split}" if split else ""))


def _facts(context: Context, line: Line) -> LineFacts:
    contract, market = line.made["contract"], line.made["market"]
    windows = context.windows(contract["participant"])
    if contract["type"].value == "cdi":
        rule = setting("cdi.rule", context.parameters)
        windows = cdi.windows_of_cdi(windows, rule, contract["starts_on"], market.get("ends_on"))
    return LineFacts(
        worked_from=line.made["from"], worked_to=line.made["to"], hour_kind=HourKind.WORK, windows=windows,
        contract_from=contract["starts_on"], contract_to=contract.get("ends_on"),
        market_from=market["starts_on"], market_to=market.get("ends_on"), has_clause=market["clause"] != NO_CLAUSE,
    )  # fmt: skip
