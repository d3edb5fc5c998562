"""C12b qualifications, C14 people proposed, C14b posts, C14c what became of those who were not kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from clause.candidates.codes import EducationLevel, EligibilityState, NotKept, PlacementState
from clause.candidates.follow_up.codes import QualificationState
from clause.consolidations import definitions as d
from clause.consolidations.facts import OPEN, Facts, Frame
from clause.consolidations.figures import Value
from clause.consolidations.report import Column, Row, Table
from clause.consolidations.tables.cuts import PARTICIPANTS, UNKNOWN, year_before
from clause.consolidations.tables.people_frames import (
    ASSESSMENTS,
    ENDED,
    PLACEMENTS,
    QUALIFICATIONS,
    in_period,
    of,
)

STATES = ("begun", "obtained", "abandoned")


def _people(rows: Frame) -> int:
    return int(rows["person"].nunique())


# C12b


def _acts(facts: Facts) -> Frame:
    """What happened to qualifications in the period: one row an act, begun, obtained or abandoned."""
    every = of(facts, "qualifications", QUALIFICATIONS)
    every = every.assign(key=every["level"].replace("", UNKNOWN))
    ended = every[every["state"] != QualificationState.BEGUN.value]
    ended = ended.assign(act=ended["state"], on=ended["ended"].where(ended["ended"] < OPEN, ended["begun"]))
    acts: Frame = pd.concat([every.assign(act="begun", on=every["begun"]), ended], ignore_index=True)
    found: Frame = acts[in_period(facts, acts["on"])]
    return found


def qualifications(facts: Facts) -> Table:
    """By level: begun, obtained and given up in the year, and the people concerned."""
    now, before = _acts(facts), _acts(year_before(facts))
    year = facts.first.year - 1
    columns = (
        Column("begun", "Commencées"), Column("obtained", "Obtenues"), Column("abandoned", "Abandonnées"), PARTICIPANTS,
        Column("begun_previous", f"Commencées en {year}"), Column("obtained_previous", f"Obtenues en {year}"),
    )  # fmt: skip
    used = set(now["key"]) | set(before["key"])
    rows = tuple(
        Row(level.value, level.label, _qualified(now[now["key"] == level.value], before[before["key"] == level.value]))
        for level in EducationLevel
        if level.value in used
    )
    return Table(
        "C12b", "Qualifications", "Niveau préparé", columns, rows, total=_qualified(now, before), notes=(d.QUALIFICATIONS,),
        unit="qualifications et personnes", summed=frozenset({*STATES, "begun_previous", "obtained_previous"}), guarded=True,
    )  # fmt: skip


def _qualified(now: Frame, before: Frame) -> dict[str, Value]:
    return {
        **{act: int((now["act"] == act).sum()) for act in STATES}, "participants": _people(now),
        **{f"{act}_previous": int((before["act"] == act).sum()) for act in STATES[:2]},
    }  # fmt: skip


# C14

PROPOSALS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "validated": ("Validés éligibles", (EligibilityState.ELIGIBLE.value, EligibilityState.EXPIRED.value)),
    "not_eligible": ("Non éligibles", (EligibilityState.NOT_ELIGIBLE.value,)),
    "incomplete": ("Dossier à compléter", (EligibilityState.INCOMPLETE.value, EligibilityState.DRAFT.value)),
    "submitted": ("En attente de décision", (EligibilityState.SUBMITTED.value,)),
    "withdrawn": ("Retirés", (EligibilityState.WITHDRAWN.value,)),
}


def _proposed(facts: Facts) -> Frame:
    every = of(facts, "assessments", ASSESSMENTS)
    keys = {state: key for key, (_label, states) in PROPOSALS.items() for state in states}
    return every.assign(key=every["state"].map(keys))[in_period(facts, every["proposed"])]


def candidates(facts: Facts) -> Table:
    """People proposed in the year and what was decided; a person proposed again counts in each row, once in the total."""
    now, before = _proposed(facts), _proposed(year_before(facts))
    rows = tuple(
        Row(key, label, _two(now[now["key"] == key], before[before["key"] == key]))
        for key, (label, _s) in PROPOSALS.items()
    )
    return Table(
        "C14", "Candidats proposés", "Décision", (PARTICIPANTS, _before(facts)), rows, total=_two(now, before),
        total_label="Proposés", notes=(d.CANDIDATES, d.DISTINCT), guarded=True, unit="personnes",
    )  # fmt: skip


def _before(facts: Facts) -> Column:
    return Column("participants_previous", f"Personnes en {facts.first.year - 1}")


def _two(now: Frame, before: Frame) -> dict[str, Value]:
    return {"participants": _people(now), "participants_previous": _people(before)}


# C14b

ANSWERS = {
    "hired": "Embauchés", "presented": "Présentés, sans réponse encore", "proposed": "Proposés, pas encore présentés",
    **{f"not_kept/{why.value}": f"Non retenus / {why.label}" for why in NotKept},
    f"not_kept/{UNKNOWN}": "Non retenus / raison non classée",
}  # fmt: skip


def _placed(facts: Facts) -> Frame:
    every = of(facts, "placements", PLACEMENTS)
    lost = every["state"] == PlacementState.NOT_KEPT.value
    keys = every["state"].where(~lost, "not_kept/" + every["not_kept"].replace("", UNKNOWN))
    return every.assign(key=keys)[in_period(facts, every["proposed"])]


def placements(facts: Facts) -> Table:
    """Proposals on posts made in the year, by answer."""
    now, before = _placed(facts), _placed(year_before(facts))
    columns = (Column("placements", "Propositions"), PARTICIPANTS, Column("placements_previous", f"Propositions en {facts.first.year - 1}"), _before(facts))  # fmt: skip

    def cells(one: Frame, other: Frame) -> dict[str, Value]:
        return {"placements": len(one), "placements_previous": len(other), **_two(one, other)}

    rows = tuple(
        Row(key, label, cells(now[now["key"] == key], before[before["key"] == key])) for key, label in ANSWERS.items()
    )
    shown = tuple(row for row in rows if "/" not in row.key or any(row.cells.values()))
    return Table(
        "C14b", "Candidats présentés sur des postes", "Réponse", columns, shown, total=cells(now, before), notes=(d.PLACED, d.DISTINCT),
        summed=frozenset({"placements", "placements_previous"}), guarded=True, unit="propositions et personnes",
    )  # fmt: skip


# C14c

AFTER = {
    "hired_after": "Embauchés ensuite",
    "presented_after": "Proposés ensuite sur un autre poste",
    "none": "Sans suite connue",
}


def _became(facts: Facts) -> Frame:
    """People not kept in the period, each once, with what came after the first refusal: key, person, title, on."""
    every = of(facts, "placements", PLACEMENTS)
    lost = every[(every["state"] == PlacementState.NOT_KEPT.value) & in_period(facts, every["answered"])]
    lost = lost.sort_values(["answered", "title"], kind="stable").drop_duplicates("person")
    hired = every[every["state"] == PlacementState.HIRED.value]
    starts = of(facts, "ended", ENDED)[["person", "starts"]].rename(columns={"starts": "day"})
    jobs = pd.concat([hired[["person", "answered"]].rename(columns={"answered": "day"}), starts], ignore_index=True)
    others = every[["person", "proposed"]].rename(columns={"proposed": "day"})
    until = facts.as_of.toordinal()
    job, other = _latest(lost, jobs, until), _latest(lost, others, until)
    key = pd.Series("none", index=lost.index, dtype="object")
    key = key.mask(other > lost["answered"], "presented_after").mask(job >= lost["answered"], "hired_after")
    made: Frame = lost.assign(key=key, on=lost["answered"])
    return made


def _latest(people: Frame, days: Frame, until: int) -> pd.Series:
    """The latest day of each person by ``until``; 0 where there is none."""
    latest = days[days["day"] <= until].groupby("person")["day"].max()
    return people["person"].map(latest).fillna(0).astype("int64")


def not_kept(facts: Facts) -> Table:
    now, before = _became(facts), _became(year_before(facts))
    rows = tuple(
        Row(key, label, _two(now[now["key"] == key], before[before["key"] == key])) for key, label in AFTER.items()
    )
    return Table(
        "C14c", "Candidats non retenus : la suite", "Ensuite", (PARTICIPANTS, _before(facts)), rows, total=_two(now, before),
        total_label="Non retenus", notes=(d.NOT_KEPT,), summed=frozenset({"participants", "participants_previous"}), guarded=True, unit="personnes",
    )  # fmt: skip


def listed(facts: Facts, code: str, row: str, column: str) -> Frame:
    """What is behind a cell: person, what, on, state."""
    if code == "C12b":
        found = _acts(facts)
        words = {"begun": "Commencée", "obtained": "Obtenue", "abandoned": "Abandonnée"}
        found = found.assign(what=found["title"], state=found["act"].map(words))
        found = found[found["act"] == column] if column in STATES else found
    elif code == "C14":
        found = _proposed(facts)
        found = found.assign(
            what="Proposition", on=found["proposed"], state=found["key"].map({k: v[0] for k, v in PROPOSALS.items()})
        )
    elif code == "C14b":
        found = _placed(facts)
        found = found.assign(what=found["title"], on=found["proposed"], state=found["key"].map(ANSWERS))
    else:
        found = _became(facts)
        found = found.assign(what=found["title"], state=found["key"].map(AFTER))
    return found if row == "total" else found[found["key"] == row]
