"""C13: what became of people at the end of a contract and six months after; ANRU: six and twelve months after entry. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from clause.candidates.codes import Mode, PublicKind, Sex
from clause.candidates.follow_up.codes import Moment, Situation
from clause.candidates.follow_up.rules import Outcome, outcome_of
from clause.consolidations import definitions as d
from clause.consolidations.facts import Facts, Frame
from clause.consolidations.figures import Unit, Value, rate
from clause.consolidations.report import Chart, Column, Row, Table
from clause.consolidations.tables import keys as k
from clause.consolidations.tables.annual_cuts import QPV
from clause.consolidations.tables.coded import UNKNOWN, Integers, different, distinct
from clause.consolidations.tables.cuts import PARTICIPANTS, coded_keys, or_unknown, year_before
from clause.consolidations.tables.people_frames import DUE, ENDED, FOLLOW_UPS, MOMENTS, every_due, of

COLUMNS = tuple(Column(m.value, m.label) for m in MOMENTS)
ENTRY = (Moment.ENTRY_SIX, Moment.ENTRY_TWELVE)
ORDER = {outcome: place for place, outcome in enumerate(Outcome)}
OF_SITUATION = {s.value: ORDER[outcome_of(s, same_company=False)] for s in Situation}
JOBS = (Situation.CDI.value, Situation.CDD_LONG.value)


@dataclass(frozen=True)
class Asked:
    """Follow-ups due as arrays: ``moment`` and ``outcome`` are places in ``MOMENTS`` and ``Outcome``."""

    person: Integers
    contract: Integers
    moment: Integers
    on: Integers
    outcome: Integers
    replied: Integers

    def only(self, kept: Integers) -> Asked:
        return Asked(*(values[kept] for values in vars(self).values()))


def asked(facts: Facts) -> Asked:
    """The follow-ups due in the period, with what was answered."""
    every = facts.always("asked", lambda: _every(facts))
    until = min(facts.last, facts.as_of).toordinal()
    return facts.once("asked", lambda: every.only((every.on >= facts.first.toordinal()) & (every.on <= until)))


def _every(facts: Facts) -> Asked:
    """All follow-ups ever due. The answer of an entry is the person's, others the contract's."""
    found = every_due(facts)
    person, contract, moment, on = (found[name].to_numpy(dtype="int64") for name in DUE)
    outcome, replied = _answers(facts, _key(person, contract, moment))
    return Asked(person, contract, moment, on, outcome, replied)


def _key(person: Integers, contract: Integers, moment: Integers) -> Integers:
    entry = moment >= MOMENTS.index(Moment.ENTRY_SIX)
    return np.where(entry, person, contract) * len(MOMENTS) + moment


def _answers(facts: Facts, wanted: Integers) -> tuple[Integers, Integers]:
    """The outcome and whether somebody replied, of each wanted key; the first answer where there are several."""
    answers = of(facts, "follow_ups", FOLLOW_UPS)
    moments = answers["moment"].map({m.value: place for place, m in enumerate(MOMENTS)}).to_numpy(dtype="int64")
    keys = _key(answers["person"].to_numpy(dtype="int64"), answers["contract"].to_numpy(dtype="int64"), moments)
    known, first = np.unique(keys, return_index=True)
    classes = answers["situation"].map(OF_SITUATION).fillna(ORDER[Outcome.UNKNOWN]).to_numpy(dtype="int64")
    same = answers["situation"].isin(JOBS).to_numpy() & (answers["same"].to_numpy() == 1)
    classes = np.where(same, ORDER[Outcome.DURABLE_SAME], classes)
    at = np.searchsorted(known, wanted).clip(max=max(0, len(known) - 1))
    there = known[at] == wanted if len(known) else np.zeros(len(wanted), dtype="bool")
    row = first[at[there]]
    outcome, replied = np.full(len(wanted), ORDER[Outcome.UNKNOWN]), np.zeros(len(wanted), dtype="bool")
    outcome[there], replied[there] = classes[row], answers["replied"].to_numpy(dtype="bool")[row]
    return outcome, replied


def answered(facts: Facts) -> Frame:
    """The same as a frame: person, contract, moment, on, outcome, replied; codes as their text."""
    found = asked(facts)
    return pd.DataFrame(
        {
            **vars(found), "moment": pd.array([m.value for m in MOMENTS], dtype="str").take(found.moment),
            "outcome": pd.array([o.value for o in Outcome], dtype="str").take(found.outcome),
        }
    )  # fmt: skip


def outcomes(facts: Facts) -> Table:
    """Every outcome at each moment; an unanswered follow-up is unknown, so that a column sums to what was due."""
    found = asked(facts)
    return _table("C13", "Suites de parcours", "Situation", found, found.outcome, tuple(OUTCOMES), OUTCOMES, shown=True)


def replies(facts: Facts) -> Table:
    """What was due and what was answered, for each moment, with the year before."""
    now, before = asked(facts), asked(year_before(facts))
    year = facts.first.year - 1
    columns = (
        Column("asked", "Suites à demander"), Column("replied", "Réponses"), Column("reply_rate", "Taux de réponse", Unit.RATE),
        Column("durable", "Emplois durables"), Column("asked_previous", f"À demander en {year}"),
        Column("replied_previous", f"Réponses en {year}"), Column("reply_rate_previous", f"Taux de réponse en {year}", Unit.RATE),
    )  # fmt: skip
    rows = tuple(
        Row(m.value, m.label, _replies(now.only(now.moment == place), before.only(before.moment == place)))
        for place, m in enumerate(MOMENTS)
    )
    return Table(
        "C13b", "Suites de parcours : réponses", "Moment", columns, rows, total=_replies(now, before), notes=(d.FOLLOW_UP, d.REPLY),
        unit="personnes et pourcentages", summed=frozenset({"asked", "replied", "durable", "asked_previous", "replied_previous"}), guarded=True,
    )  # fmt: skip


DURABLE = (Outcome.DURABLE_SAME, Outcome.DURABLE_OTHER)


def _replies(now: Asked, before: Asked) -> dict[str, Value]:
    cells: dict[str, Value] = {}
    for rows, after in ((now, ""), (before, "_previous")):
        due, replied = len(rows.person), int(rows.replied.sum())
        cells |= {f"asked{after}": due, f"replied{after}": replied, f"reply_rate{after}": rate(replied, due)}
    return {**cells, "durable": int(np.isin(now.outcome, [ORDER[o] for o in DURABLE]).sum())}


# Crossed: one row a pair, key a/b

OUTCOMES = {o.value: o.label for o in Outcome}


def of_person(column: str) -> k.Keys:
    return lambda facts: facts.people[column].replace("", UNKNOWN)


def _mode(facts: Facts) -> pd.Series:
    return of(facts, "ended", ENDED).set_index("contract")["mode"]


CROSSINGS: Mapping[str, tuple[str, str, str, k.Keys, Mapping[str, str]]] = {
    "C13c": ("Suites et quartiers (QPV)", "Quartier prioritaire", "person", of_person("qpv"), QPV),
    "C13d": ("Suites par sexe", "Sexe", "person", of_person("sex"), {m.value: m.label for m in Sex}),
    "C13e": (
        "Suites par public",
        "Public principal",
        "person",
        of_person("public"),
        {m.value: m.label for m in PublicKind},
    ),
    "C13f": ("Suites par modalité", "Modalité", "contract", _mode, {m.value: m.label for m in Mode}),
}


def crossed_keys(facts: Facts, code: str, found: Frame) -> pd.Series:
    _title, _about, grain, keys, _labels = CROSSINGS[code]
    return or_unknown(found[grain].map(keys(facts))) + "/" + found["outcome"].astype("str")


def crossing(facts: Facts, code: str) -> Table:
    title, about, grain, keys, names = CROSSINGS[code]
    found = asked(facts)
    first = coded_keys(facts, keys)
    places = first.of(found.person if grain == "person" else found.contract)
    places = np.where(places < 0, first.unknown, places) * len(OUTCOMES) + found.outcome
    firsts = {**names, UNKNOWN: names.get(UNKNOWN, "Inconnu")}
    labels = {f"{a}/{b}": f"{x} / {y}" for a, x in firsts.items() for b, y in OUTCOMES.items()}
    known = tuple(f"{a}/{b}" for a in first.keys for b in OUTCOMES)
    return _table(code, title, f"{about} / situation", found, places, known, labels, shown=False)


def after_entry(facts: Facts) -> Table:
    """C16h: the outcomes six and twelve months after entry alone."""
    found = asked(facts)
    found = found.only(found.moment >= MOMENTS.index(Moment.ENTRY_SIX))
    title = "ANRU, situation 6 et 12 mois après l'entrée"
    made = _table("C16h", title, "Situation", found, found.outcome, tuple(OUTCOMES), OUTCOMES, shown=True)
    kept = tuple(c for c in made.columns if c.key not in (Moment.CONTRACT_END, Moment.SIX_MONTHS_AFTER))
    return replace(made, columns=kept, chart=None)


def _table(code: str, title: str, about: str, found: Asked, places: Integers, keys: tuple[str, ...], labels: Mapping[str, str], *, shown: bool) -> Table:  # fmt: skip
    """``places`` of each follow-up in ``keys``."""
    counts = np.bincount(places * len(MOMENTS) + found.moment, minlength=len(keys) * len(MOMENTS)).reshape(
        len(keys), -1
    )
    people = distinct(places, found.person, np.ones_like(found.person), len(keys))
    cells = {
        key: {**{m.value: int(counts[row, at]) for at, m in enumerate(MOMENTS)}, "participants": int(people[row])}
        for row, key in enumerate(keys)
    }
    nothing = {**dict.fromkeys((m.value for m in MOMENTS), 0), "participants": 0}
    rows = tuple(
        Row(key, label, cells.get(key, nothing))
        for key, label in labels.items()
        if shown or cells.get(key, nothing)["participants"]
    )
    total = counts.sum(axis=0)
    return Table(
        code, title, about, (*COLUMNS, PARTICIPANTS), rows,
        total={**{m.value: int(total[at]) for at, m in enumerate(MOMENTS)}, "participants": different(found.person)},
        notes=(d.FOLLOW_UP, d.OUTCOMES), summed=frozenset(m.value for m in MOMENTS), guarded=True, unit="personnes suivies",
        chart=Chart("column", (Moment.CONTRACT_END.value, Moment.SIX_MONTHS_AFTER.value), "Situation à la fin du contrat et 6 mois après") if code == "C13" else None,
    )  # fmt: skip


def listed(facts: Facts, code: str, row: str, column: str) -> Frame:
    """The follow-ups behind a cell: person, what, on, state."""
    found = answered(facts)
    found = found.assign(
        what=found["moment"].map({m.value: m.label for m in Moment}), state=found["outcome"].map(OUTCOMES)
    )
    if code == "C13b":
        found = found if row == "total" else found[found["moment"] == row]
        kept = {"replied": found["replied"], "durable": found["outcome"].isin([o.value for o in DURABLE])}
        return found[kept[column]] if column in kept else found
    if code == "C16h":
        found = found[found["moment"].isin([m.value for m in ENTRY])]
    keys = crossed_keys(facts, code, found) if code in CROSSINGS else found["outcome"]
    found = found if row == "total" else found[keys == row]
    return found[found["moment"] == column] if column in set(Moment) else found
