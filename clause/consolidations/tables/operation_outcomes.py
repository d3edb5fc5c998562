"""B09f: what became of the people of an operation, over its whole life (consolidations.md § 4). Pure.

Unlike C13, which counts the follow-ups of a year, each column counts people: once at each moment, by their last follow-up due.
The classes are wider than those of C13: an operation has few people, and small cells are hidden.
"""

from __future__ import annotations

from collections.abc import Mapping

from clause.candidates.follow_up.codes import Moment
from clause.candidates.follow_up.rules import Outcome
from clause.consolidations import definitions as d
from clause.consolidations.facts import Facts, Frame
from clause.consolidations.figures import Value
from clause.consolidations.report import Column, Row, Table
from clause.consolidations.tables.outcomes import OUTCOMES, answered

CODE = "B09f"
GROUPS: Mapping[str, tuple[str, tuple[Outcome, ...]]] = {
    "durable": ("Emploi durable ou création d'activité", (Outcome.DURABLE_SAME, Outcome.DURABLE_OTHER)),
    "on_the_way": ("Autre emploi, formation, insertion par l'activité économique", (Outcome.TRANSITIONAL, Outcome.TRAINING, Outcome.IAE)),
    "without": ("Recherche d'emploi ou autre situation", (Outcome.JOBSEEKER, Outcome.OTHER)),
    "unknown": ("Inconnue ou sans réponse", (Outcome.UNKNOWN,)),
}  # fmt: skip
GROUP_OF = {outcome.value: key for key, (_label, outcomes) in GROUPS.items() for outcome in outcomes}


def last_answers(facts: Facts) -> Frame:
    """The last follow-up due of each person at each moment, answered or not: person, contract, moment, on, outcome, replied, group."""
    ordered = answered(facts).sort_values(["on", "contract"], kind="stable")
    last = ordered.drop_duplicates(["person", "moment"], keep="last")
    return last.assign(group=last["outcome"].map(GROUP_OF))


def what_became(facts: Facts) -> Table:
    """Every class of outcomes, at each moment that somebody has reached; no row where nobody has."""
    found = last_answers(facts)
    moments = [m for m in Moment if (found["moment"] == m.value).any()]
    counts = found.groupby(["group", "moment"]).size()

    def people(group: str) -> dict[str, Value]:
        return {m.value: int(counts.get((group, m.value), 0)) for m in moments}

    total: dict[str, Value] = {m.value: int((found["moment"] == m.value).sum()) for m in moments}
    return Table(
        CODE, "Ce que les personnes sont devenues", "Situation", tuple(Column(m.value, m.label) for m in moments),
        tuple(Row(key, label, people(key)) for key, (label, _outcomes) in GROUPS.items()) if moments else (), total or None,
        notes=(d.FOLLOW_UP_SO_FAR, d.OUTCOMES), summed=frozenset(total), unit="personnes",
    )  # fmt: skip


def listed(facts: Facts, row: str, column: str) -> Frame:
    """The follow-ups behind a cell: person, what, on, state."""
    found = last_answers(facts)
    found = found if row == "total" else found[found["group"] == row]
    found = found[found["moment"] == column]
    what = found["moment"].map({m.value: m.label for m in Moment})
    return found.assign(what=what, state=found["outcome"].map(OUTCOMES))
