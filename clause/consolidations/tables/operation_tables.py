"""The tables of the bilan of an operation, B01 to B14. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, cast

import pandas as pd

from clause.consolidations import definitions as d
from clause.consolidations.facts import Facts
from clause.consolidations.figures import Unit, Value, fte, rate
from clause.consolidations.operation_facts import MarketDetail, OperationFacts, months_of
from clause.consolidations.queries import TransferLine
from clause.consolidations.report import Chart, Column, Row, Table
from clause.consolidations.tables.annual_cuts import CUTS
from clause.consolidations.tables.commitment_tables import difficulties, penalties
from clause.consolidations.tables.cuts import CONTRACTS, HOURS, PARTICIPANTS, Cut, Grain, cut_table
from clause.consolidations.tables.keys import article
from clause.consolidations.tables.measures import grouped, market_figures, whole
from clause.consolidations.tables.objectives import SUMS
from clause.consolidations.tables.operation_outcomes import what_became
from clause.hours.codes import DeclarationState
from clause.kernel.codes import by_value
from clause.kernel.values import NBSP, format_date, format_hours, format_month, month_end
from clause.markets.codes import ClauseKind, MarketStatus
from clause.markets.rules.legal import regime

BY_CODE = {cut.code: cut for cut in CUTS}
OVER = frozenset({MarketStatus.RECEIVED, MarketStatus.CLOSED, MarketStatus.TERMINATED})


def text(key: str, label: str) -> Column:
    return Column(key, label, Unit.TEXT, opens=False)


def tables(of: OperationFacts) -> tuple[Table, ...]:
    """Every table of the bilan, in order; results only where a market is over, the last three where there is something."""
    made = (
        identity(of), key_figures(of), markets(of), events(of), months(of), by_company(of),
        *(renamed(of.facts, old, new) for old, new in PEOPLE_AND_CONTRACTS), what_became(of.facts), commitments(of), outcome(of), pooling(of),
        difficulties(of.commitments, of.facts.as_of), penalties(of.commitments, of.facts.as_of),
    )  # fmt: skip
    return tuple(table for table in made if table.rows or table.code not in OPTIONAL)


PEOPLE_AND_CONTRACTS = (
    ("C04", "B07"), ("C05", "B08"), ("C06a", "B09a"), ("C06b", "B09b"), ("C06d", "B09c"), ("C06c", "B09d"), ("C06f", "B09e"),
)  # fmt: skip
OPTIONAL = frozenset({"B04", "B09f", "B11", "B12", "B13", "B14"})


def renamed(facts: Facts, old: str, new: str) -> Table:
    """An annual cut over the whole life of the operation."""
    return replace(cut_table(facts, BY_CODE[old]), code=new, unit="heures et nombres")


def identity(of: OperationFacts) -> Table:
    operation, buyer = of.identity.operation, of.identity.authority
    legal = regime(operation.consultation_date, None, buyer.kind)
    said = (
        ("authority", "Maître d'ouvrage", f"{buyer.name} ({buyer.kind.label.lower()})"),
        ("operation", "Opération", operation.title),
        ("reference", "Référence", operation.reference),
        ("programme", "Programme", operation.programme.label),
        ("commune", "Commune", operation.commune),
        ("consultation", "Date de consultation", _day(operation.consultation_date)),
        ("regime", "Textes applicables", legal.label if legal else ""),
        ("dates", "Dates", _dates(operation.starts_on, operation.ends_on)),
        ("status", "État", operation.status.label),
        ("structure", "Facilitation", of.identity.structure.name),
        ("partners", "Structures partenaires", ", ".join(of.identity.partners)),
    )
    rows = tuple(Row(key, label, {"value": value}) for key, label, value in said if value)
    return Table("B01", "Identité", "Élément", (text("value", "Valeur"),), rows, unit="texte")


def key_figures(of: OperationFacts) -> Table:
    """Headcount and hours always show in a bilan."""
    figures, people = market_figures(of.facts), whole(of.facts.period)
    sums = {name: int(figures[name].sum()) for name in ("initial", "current", "due", *SUMS[2:])}
    has_objective = bool((figures["due"] > 0).any())
    with_one = figures[figures["due"] > 0]
    done = int(with_one["hours_cumulative"].sum())
    said: tuple[tuple[str, str, Unit, Value], ...] = (
        ("markets", "Marchés avec une clause", Unit.COUNT, len(figures)),
        ("objective_initial", "Objectif initial", Unit.HOURS, sums["initial"] if has_objective else None),
        ("objective_current", "Objectif actualisé", Unit.HOURS, sums["current"] if has_objective else None),
        ("objective_due", "Objectif dû", Unit.HOURS, sums["due"] if has_objective else None),
        ("hours", "Heures d'insertion validées", Unit.HOURS, people["hours"]),
        *_pooled(of),
        ("hours_remaining", "Reste à faire", Unit.HOURS, sums["hours_remaining"]),
        ("hours_surplus", "Au-delà de l'objectif", Unit.HOURS, sums["hours_surplus"]),
        ("rate", "Taux de réalisation", Unit.RATE, rate(done, sums["due"])),
        ("rate_capped", "Taux plafonné", Unit.RATE, rate(int(with_one["capped"].sum()), sums["due"])),
        ("participants", "Participants", Unit.COUNT, people["participants"]),
        ("employment_contracts", "Contrats de travail", Unit.COUNT, people["employment_contracts"]),
        ("fte", "Équivalents temps plein sur un an", Unit.FTE, fte(people["hours"], of.facts.base)),
    )
    rows = tuple(Row(key, label, {"value": value}, unit=unit) for key, label, unit, value in said)
    notes = (
        d.PERSON_COUNTED,
        d.CONTRACT_COUNTED,
        d.ATTAINMENT,
        d.POOLING,
        d.RATES,
        d.NO_OBJECTIVE,
        d.fte_rule(of.facts.base),
    )
    return Table(
        "B02", "Chiffres clés", "Indicateur", (Column("value", "Valeur"),), rows, notes=notes, unit="heures et nombres"
    )


def _pooled(of: OperationFacts) -> tuple[tuple[str, str, Unit, Value], ...]:
    """Hours given and received by the operation as a whole: its rates count them, its worked hours do not."""
    if not of.transfers:
        return ()
    moved = [line.hours for line in of.transfers]
    return (
        ("hours_received", "Heures reçues par globalisation", Unit.HOURS, sum(h for h in moved if h > 0)),
        ("hours_given", "Heures cédées par globalisation", Unit.HOURS, -sum(h for h in moved if h < 0)),
    )


MARKET_COLUMNS = (
    text("contractors", "Entreprises"), text("clause", "Clause"), text("dates", "Dates"), 
    Column("objective_initial", "Objectif initial", Unit.HOURS), Column("objective_current", "Actualisé", Unit.HOURS),
    Column("objective_due", "Dû", Unit.HOURS), Column("hours", "Fait", Unit.HOURS),
    Column("expected", "Attendu à ce jour", Unit.HOURS), Column("hours_remaining", "Reste", Unit.HOURS),
    Column("hours_surplus", "Au-delà", Unit.HOURS), Column("rate", "Taux", Unit.RATE),
)  # fmt: skip


def markets(of: OperationFacts) -> Table:
    figures = market_figures(of.facts)
    rows = tuple(_market(of.facts, market, of.details[int(market.Index)]) for market in _by_reference(figures))
    sums = {name: int(figures[name].sum()) for name in ("initial", "current", "due")}
    with_one = figures[figures["due"] > 0]
    total: dict[str, Value] = {
        "objective_initial": sums["initial"], "objective_current": sums["current"], "objective_due": sums["due"],
        "hours": int(figures["hours_cumulative"].sum()), "expected": None,
        "hours_remaining": int(figures["hours_remaining"].sum()), "hours_surplus": int(figures["hours_surplus"].sum()),
        "rate": rate(int(with_one["hours_cumulative"].sum()), sums["due"]),
        "contractors": "", "clause": "", "dates": "",
    }  # fmt: skip
    return Table(
        "B03", "Marchés et objectifs", "Marché", MARKET_COLUMNS, rows, total, notes=(d.ATTAINMENT, d.POOLING, d.RATES, d.NO_OBJECTIVE, d.EXPECTED, *_estimated(of)),
        unit="heures et pourcentages", summed=frozenset({"hours", "hours_remaining", "hours_surplus"}),
        chart=Chart("column", ("hours", "objective_due"), "Fait et dû, par marché"),
    )  # fmt: skip


def _estimated(of: OperationFacts) -> tuple[str, ...]:
    """REA-01: what is estimated is said and left out."""
    if not of.estimated:
        return ()
    said = f"{format_hours(of.estimated)}{NBSP}h sont estimées d'après un montant : elles ne comptent nulle part ici avant d'être confirmées."
    return (said,)


def _by_reference(figures: pd.DataFrame) -> list[Any]:
    return sorted(figures.itertuples(), key=lambda market: (str(market.reference), int(market.Index)))


def _market(facts: Facts, market: Any, detail: MarketDetail) -> Row:
    kind = by_value(ClauseKind, market.clause_kind).label
    basis = article(facts, market)
    due = int(market.due)
    objective: dict[str, Value] = {
        "objective_initial": int(market.initial) if due or market.initial else None,
        "objective_current": int(market.current) if due or market.current else None,
        "objective_due": due or None,
    }
    cells: dict[str, Value] = {
        "contractors": ", ".join(detail.contractors), "clause": f"{kind} ({basis})" if basis else kind,
        "dates": f"{_dates(detail.starts_on, detail.ends_on)} ({detail.status.label.lower()})", **objective,
        "hours": int(market.hours_cumulative), "expected": detail.expected(due, facts.as_of),
        "hours_remaining": int(market.hours_remaining) if due else None, "hours_surplus": int(market.hours_surplus) if due else None,
        "rate": rate(int(market.hours_cumulative), due),
    }  # fmt: skip
    return Row(str(market.reference), _name(market, detail), cells)


def _name(market: Any, detail: MarketDetail) -> str:
    lot = (
        f"lot {detail.lot}, "
        if detail.lot and not detail.lot.casefold().startswith("lot")
        else f"{detail.lot}, "
        if detail.lot
        else ""
    )
    return f"{market.reference} – {lot}{market.title}"


def events(of: OperationFacts) -> Table:
    """How each objective was computed, and what changed it."""
    references = {int(market): str(ref) for market, ref in of.facts.markets["reference"].items()}  # type: ignore[call-overload]  # pandas types keys as Hashable
    columns = (
        text("date", "Date"), text("kind", "Acte"), Column("initial", "Initial", Unit.HOURS),
        Column("current", "Actualisé", Unit.HOURS), Column("due", "Dû", Unit.HOURS), text("why", "Calcul et motif"),
    )  # fmt: skip
    rows = tuple(
        Row(
            f"{references[e.market_id]}/{number}", references[e.market_id],
            {
                "date": format_date(e.effective_on), "kind": e.kind.label, "initial": e.delta_initial, "current": e.delta_current,
                "due": e.delta_due, "why": " ; ".join(filter(None, (str(e.calculation.get("explanation", "")), e.reason))),
            },
        )
        for number, e in enumerate(sorted(of.events, key=lambda e: (references[e.market_id], e.effective_on, e.id)), 1)
    )  # fmt: skip
    return Table("B04", "Objectifs, acte par acte", "Marché", columns, rows, unit="heures ajoutées ou retirées")


def months(of: OperationFacts) -> Table:
    """Hours of each month, then all those done so far against all those expected."""
    facts, figures = of.facts, market_figures(of.facts)
    hours = facts.period.assign(key=facts.period["year"].astype("int64") * 100 + facts.period["month"])
    done, attained = grouped(hours, "key"), _attained(facts, hours)
    so_far, rows = 0, []
    for month in months_of(facts):
        key = month.year * 100 + month.month
        so_far += attained.get(key, 0)
        worked = {m: int(done[m].get(key, 0)) for m in ("hours", "participants")}
        cells: dict[str, Value] = {
            **worked,
            "cumulative": so_far,
            "expected": _expected(of, figures, min(month_end(month), facts.as_of)),
        }
        rows.append(Row(f"{month:%Y-%m}", format_month(month), cells))
    people = whole(facts.period)
    return Table(
        "B05", "Heures par mois", "Mois de travail",
        (
            HOURS, Column("cumulative", "Fait en cumulé", Unit.HOURS), Column("expected", "Attendu en cumulé", Unit.HOURS),
            PARTICIPANTS,
        ),
        tuple(rows),
        {"hours": people["hours"], "cumulative": so_far, "expected": rows[-1].cells["expected"] if rows else None, "participants": people["participants"]},
        notes=(d.MONTH_OF_WORK, d.MONTHS, d.EXPECTED, d.ATTAINMENT, d.POOLING), summed=frozenset({"hours"}), unit="heures et nombres",
        chart=Chart("line", ("cumulative", "expected"), "Heures faites et attendues, en cumulé"),
    )  # fmt: skip


def _attained(facts: Facts, hours: pd.DataFrame) -> dict[int, int]:
    """Hours that count for the objectives, by month, globalisation included."""
    moved = facts.transfers_between(facts.first, facts.last)
    moved = moved.assign(key=moved["year"].astype("int64") * 100 + moved["month"])
    columns = ["key", "market", "real", "valued"]
    both = pd.concat([hours[columns], moved[columns]], ignore_index=True)
    valued = both["market"].map(facts.markets["uses_valued"]).astype("bool")
    sums = both.assign(attained=both["valued"].where(valued, both["real"])).groupby("key")["attained"].sum()
    return {int(key): int(total) for key, total in sums.items()}  # type: ignore[call-overload]  # pandas types keys as Hashable


def _expected(of: OperationFacts, figures: pd.DataFrame, day: date) -> int | None:
    found = [of.details[int(market)].expected(int(due), day) for market, due in figures["due"].items()]  # type: ignore[call-overload]  # pandas types keys as Hashable
    known = [hours for hours in found if hours is not None]
    return sum(known) if known else None


def by_company(of: OperationFacts) -> Table:
    """Hours by employer: the company that employs the people, whoever holds the market."""

    def keys(facts: Facts) -> pd.Series:
        return facts.contracts["company"].map(lambda c: of.employers[int(c)][0]).astype("str")

    cut = Cut(
        "B06", "Heures par entreprise", "Entreprise qui emploie", Grain.CONTRACT, keys, lambda _facts: dict(of.employers.values()),
        summed=frozenset({"hours", "employment_contracts"}), notes=(d.MONTH_OF_WORK, d.CONTRACT_COUNTED, d.DISTINCT),
        columns=(HOURS, PARTICIPANTS, CONTRACTS),
    )  # fmt: skip
    return replace(cut_table(of.facts, cut), unit="heures et nombres")


def commitments(of: OperationFacts) -> Table:
    """Where the declarations of each market stand; penalties come from the contract and are not calculated here."""
    columns = (
        Column("owed", "Mois dus"), Column("validated", "Validés"), Column("submitted", "À valider"),
        Column("returned", "Renvoyés"), Column("missing", "Sans déclaration, délai passé"),
    )  # fmt: skip
    rows = []
    for market in _by_reference(of.facts.markets):
        detail = of.details[int(market.Index)]
        states = detail.declared
        cells: dict[str, Value] = {
            "owed": detail.owed, "validated": states[DeclarationState.VALIDATED], "submitted": states[DeclarationState.SUBMITTED],
            "returned": states[DeclarationState.RETURNED] + states[DeclarationState.DRAFT], "missing": detail.late,
        }  # fmt: skip
        rows.append(Row(str(market.reference), _name(market, detail), cells))
    total: dict[str, Value] = {c.key: sum(int(cast(int, r.cells[c.key])) for r in rows) for c in columns}
    note = (
        "Un mois est dû par l'entreprise titulaire pour chaque mois d'exécution terminé, y compris quand personne n'a travaillé."
        " L'état des déclarations est celui de ce jour, quelle que soit la date d'arrêt."
    )
    return Table(
        "B10",
        "État des engagements",
        "Marché",
        columns,
        tuple(rows),
        total,
        notes=(note,),
        unit="mois",
        summed=frozenset(total),
    )


RESULTS = ((0, "Objectif non atteint"), (1, "Objectif atteint en partie"), (2, "Objectif atteint"))


def outcome(of: OperationFacts) -> Table:
    """The result of each market that is over (OPE-02: met, partially met, not met, not applicable)."""
    rows = []
    for market in _by_reference(market_figures(of.facts)):
        detail = of.details[int(market.Index)]
        if detail.status in OVER or (detail.ends_on is not None and detail.ends_on < of.facts.as_of):
            due, done = int(market.due), int(market.hours_cumulative)
            cells: dict[str, Value] = {
                "objective_due": due or None, "hours": done, "rate": rate(done, due), "result": result(done, due),
            }  # fmt: skip
            rows.append(Row(str(market.reference), _name(market, detail), cells))
    columns = (Column("objective_due", "Objectif dû", Unit.HOURS), Column("hours", "Fait", Unit.HOURS), Column("rate", "Taux", Unit.RATE), text("result", "Résultat"))  # fmt: skip
    return Table("B11", "Résultat à la fin des marchés", "Marché terminé", columns, tuple(rows), notes=(d.ATTAINMENT, d.POOLING, d.NO_OBJECTIVE), unit="heures et pourcentages")  # fmt: skip


def pooling(of: OperationFacts) -> Table:
    """What conventions moved between the markets of this operation and others, transfer by transfer (REA-06).

    The other authority and its market are named: each agreed in writing to the convention that joins them.
    """
    columns = (
        text("month", "Mois de travail"), text("direction", "Sens"), text("other", "L'autre marché"), text("company", "Entreprise"),
        text("convention", "Convention"), Column("hours_received", "Reçues", Unit.HOURS),
        Column("hours_given", "Cédées", Unit.HOURS), text("posted_on", "Inscrit le"),
    )  # fmt: skip
    rows = tuple(_transfer(number, line) for number, line in enumerate(of.transfers, 1))
    total: dict[str, Value] = {
        key: sum(int(cast(int, row.cells[key])) for row in rows) for key in ("hours_received", "hours_given")
    }
    return Table(
        "B12", "Globalisation", "Marché", columns, rows, total, notes=(d.POOLING, d.MONTH_OF_WORK), unit="heures",
        summed=frozenset(total),
    )  # fmt: skip


def _transfer(number: int, line: TransferLine) -> Row:
    given = line.hours < 0
    words = ("Rend" if given else "Reprend") if line.taken_back else ("Cède" if given else "Reçoit")
    return Row(
        f"{line.market}/{number}", f"{line.market} – {line.market_title}",
        {
            "month": format_month(line.month), "direction": words, "company": line.company, "convention": line.convention,
            "other": f"{line.other} – {line.other_title} ({line.other_operation}, {line.other_authority})",
            "hours_received": max(line.hours, 0), "hours_given": max(-line.hours, 0), "posted_on": format_date(line.posted_on),
        },
    )  # fmt: skip


def result(done: int, due: int) -> str:
    """The result of a market that is over, in words; hours in hundredths."""
    if not due:
        return "Sans objet"
    level = 2 if done >= due else 1 if done > 0 else 0
    missing = f" : il manque {format_hours(due - done)} h" if level < 2 else ""
    return RESULTS[level][1] + missing


def _day(day: date | None) -> str:
    return format_date(day) if day else ""


def _dates(first: date | None, last: date | None) -> str:
    if first is None:
        return f"jusqu'au {format_date(last)}" if last else ""
    return f"du {format_date(first)} au {format_date(last)}" if last else f"depuis le {format_date(first)}"
