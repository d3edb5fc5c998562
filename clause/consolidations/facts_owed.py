"""The months of declaration that contractors owed, with the day when each was sent (C15). Four queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, String, Text, case, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from clause.consolidations.columns import OPEN, Array, Frame, as_day, fetch, flags, integers, mapped, paris_days
from clause.consolidations.facts import Facts
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.tables.commitment_figures import OWED
from clause.hours.codes import DeclarationState, Origin
from clause.hours.models import Declaration
from clause.hours.reporting.queries.obligations import rhythms_of_hours
from clause.hours.reporting.rules.periods import Rhythm, period_of_hours, rhythm_by, suspended_all_through
from clause.kernel.values import month_end, months_between
from clause.markets.models import Market
from clause.markets.rules.progress import suspensions_of
from clause.organisations.models import Structure

KEPT = ("report.", "suspensions")
Settings = dict[str, Any]
Special = dict[int, tuple[list[Rhythm], Rhythm, Any]]


def owed(session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    """The months that the contractors owed since the year before the period: market, company, month, due, sent (OPEN: not sent).

    Months up to the last one that a reprise file gave are out, and months wholly suspended (OPE-08).
    """
    months = list(months_between(date(facts.first.year - 1, 1, 1), min(facts.last, facts.as_of)))
    return owed_of(facts, months, _sent(session, perimeter, months), _special(session, perimeter))


def owed_of(facts: Facts, months: Sequence[date], declared: Sent, special: Special) -> Frame:
    """The same from the declarations of these months, and the markets that have a rhythm of their own."""
    held = _held(facts, months)
    pairs, at, due = _due(held, months, special)
    sent, imported = _placed(declared, held, len(months))
    kept = at > imported[pairs]
    pairs, at, due = pairs[kept], at[kept], due[kept]
    firsts = np.array([month.toordinal() for month in months], dtype="int64")
    columns = (held["market"].to_numpy()[pairs], held["company"].to_numpy()[pairs], firsts[at], due, sent[pairs, at])
    return Frame(dict(zip(OWED, columns, strict=True)))


def _held(facts: Facts, months: Sequence[date]) -> Frame:
    """The contractors of the markets that run in these months: market, company, starts, ends."""
    held = facts.parties[facts.parties["role"] == "contractor"]
    held = held.join(facts.markets[["starts", "ends", "may_run"]], on="market", how="inner")
    since, until = months[0].toordinal(), month_end(months[-1]).toordinal()
    return held[held["may_run"] & (held["starts"] <= until) & (held["ends"] >= since)].reset_index(drop=True)


# What was due


def _due(held: Frame, months: Sequence[date], special: Special) -> tuple[Array, Array, Array]:
    """Of each month owed: the row of ``held``, the place of the month, the ordinal of the day when it was due."""
    by_rule = held["market"].isin(list(special)).to_numpy()
    starts, ends = held["starts"].to_numpy()[:, None], held["ends"].to_numpy()[:, None]
    first = np.array([month.toordinal() for month in months])
    last = np.array([month_end(month).toordinal() for month in months])
    pairs, at = np.nonzero((starts <= last) & (ends >= first) & ~by_rule[:, None])
    usual = np.array([_usual_due(month) for month in months], dtype="int64")
    others = np.array(list(_by_rule(held[by_rule], months, special)), dtype="int64").reshape(-1, 3).T
    return (
        np.concatenate((pairs, others[0])),
        np.concatenate((at, others[1])),
        np.concatenate((usual[at], others[2])),
    )


@lru_cache(maxsize=512)
def _usual_due(month: date) -> int:
    return period_of_hours((), rhythm_by(), month)[1].due.toordinal()


def _by_rule(held: Frame, months: Sequence[date], special: Special) -> Iterator[tuple[int, int, int]]:
    for pair, market, starts, ends in zip(held.index, held["market"], held["starts"], held["ends"], strict=True):
        obligations, settings, suspensions = special[int(market)]
        for at, month in enumerate(months):
            runs = starts <= month_end(month).toordinal() and ends >= month.toordinal()
            if runs and not suspended_all_through(month, month_end(month), suspensions):
                yield int(pair), at, period_of_hours(obligations, settings, month)[1].due.toordinal()


def _special(session: Session, perimeter: Perimeter) -> Special:
    """The markets that do not follow the platform's own rhythm: their obligations, settings and suspensions."""
    own, shared = cast(Market.parameters, Text), cast(Structure.parameters, Text)
    rows = session.execute(
        select(Market.id, Market.parameters, Structure.parameters)
        .join(Structure, Structure.id == Market.structure_id)
        .where(*perimeter.conditions(), (own != "{}") | (shared != "{}"))
    )
    markets = select(Market.id).where(*perimeter.conditions())
    return special_of([tuple(row) for row in rows], rhythms_of_hours(session, Market.id.in_(markets)))


def is_special(settings: Iterable[str]) -> bool:
    """Whether settings change which months are owed, or when."""
    return any(key.startswith(KEPT) for key in settings)


def special_of(rows: Iterable[tuple[int, Settings, Settings]], rhythms: dict[int, list[Rhythm]]) -> Special:
    """The same from settings: of each market, of its structure."""
    found: Special = {}
    for market, values, of_structure in rows:
        if market in rhythms or is_special((*values, *of_structure)):
            found[market] = (rhythms.get(market, []), rhythm_by(of_structure, values), suspensions_of(values))
    for market, obligations in rhythms.items():
        found.setdefault(market, (obligations, rhythm_by(), ()))
    return found


# What was sent


@dataclass(frozen=True)
class Sent:
    """Declarations as arrays; ``month`` is its place among the months, ``day`` an ordinal (OPEN: not sent)."""

    market: Array
    company: Array
    month: Array
    day: Array
    imported: Array


def _sent(session: Session, perimeter: Perimeter, months: Sequence[date]) -> Sent:
    """Every declaration of these months."""
    D = Declaration
    at: ColumnElement[Any] = case(
        (D.state != DeclarationState.DRAFT, type_coerce(func.coalesce(D.submitted_at, D.decided_at), String))
    )
    if session.get_bind().dialect.name == "sqlite":
        at = func.substr(at, 1, 13)  # the hour tells the day in Paris, and there are fewer of them to convert
    statement = select(D.market_id, D.company_id, type_coerce(D.month, String), at, D.origin == Origin.IMPORT)
    markets = select(Market.id).where(*perimeter.conditions())
    statement = statement.where(D.month.between(months[0], months[-1]), D.market_id.in_(markets))
    market, company, month, instants, imported = fetch(session, statement)
    places = {day: place for place, day in enumerate(months)}
    return Sent(
        integers(market), integers(company), mapped(month, lambda value: places[as_day(value)], "int64"),
        paris_days(instants), flags(imported),
    )  # fmt: skip


def _placed(sent: Sent, held: Frame, months: int) -> tuple[Array, Array]:
    """Of each row of ``held``: the day when each month was sent, and the last month that a reprise file gave (-1: none)."""
    markets, companies = held["market"].to_numpy(), held["company"].to_numpy()
    span = int(max(companies.max(initial=0), sent.company.max(initial=0))) + 1
    keys, wanted = markets * span + companies, sent.market * span + sent.company
    order = np.argsort(keys)
    at = np.searchsorted(keys[order], wanted).clip(max=max(0, len(keys) - 1))
    there = keys[order][at] == wanted if len(keys) else np.zeros(len(wanted), dtype="bool")
    days = np.full((len(keys), months), OPEN, dtype="int64")
    days[order[at[there]], sent.month[there]] = sent.day[there]
    last = np.full(int(markets.max(initial=0)) + 1, -1, dtype="int64")
    given = sent.imported & (sent.market < len(last))
    np.maximum.at(last, sent.market[given], sent.month[given])
    return days, last[markets]
