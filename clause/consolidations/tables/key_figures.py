"""C01: the key figures of the year and of the year before. Pure."""

from __future__ import annotations

import numpy as np

from clause.consolidations import definitions as d
from clause.consolidations.facts import Facts
from clause.consolidations.figures import Unit, Value, fte
from clause.consolidations.report import Chart, Column, Row, Table
from clause.consolidations.tables.coded import different, looked_up, worked
from clause.consolidations.tables.cuts import running_holders

LABELS = {
    "structures": "Structures de facilitation",
    "facilitators": "Facilitateurs",
    "contracting_authorities": "Maîtres d'ouvrage",
    "operations": "Opérations en cours",
    "markets": "Marchés en cours",
    "companies": "Entreprises titulaires et cotraitantes",
    "participants": "Participants",
    "employment_contracts": "Contrats de travail",
    "hours": "Heures d'insertion",
    "fte": "Équivalents temps plein",
}
UNITS = {"hours": Unit.HOURS, "fte": Unit.FTE}


def counts(facts: Facts) -> dict[str, Value]:
    """The ten figures of one period, by the rules of IND-03 and IND-04."""
    hours = worked(facts)
    running = facts.markets[facts.ongoing(facts.first, facts.last)]
    of_hours = looked_up(facts.markets.index.to_numpy(dtype="int64"), facts.markets["structure"].to_numpy(dtype="int64"), hours.ids["market"])  # fmt: skip
    structures = {*running["structure"].unique().tolist(), *np.unique(of_hours).tolist()}
    people = hours.whole
    return {
        "structures": len(structures),
        "facilitators": sum(facts.facilitators.get(int(s), 0) for s in structures),
        "contracting_authorities": int(running["authority"].nunique()),
        "operations": int(running["operation"].nunique()),
        "markets": len(running),
        "companies": different(running_holders(facts)["company"].to_numpy(dtype="int64")),
        "participants": people["participants"],
        "employment_contracts": people["employment_contracts"],
        "hours": people["hours"],
        "fte": fte(people["hours"], facts.base),
    }


def key_figures(facts: Facts) -> Table:
    year = facts.first.year
    value, previous = counts(facts), counts(facts.year_before)
    rows = tuple(
        Row(key, label, {"value": value[key], "previous": previous[key]}, unit=UNITS.get(key, Unit.COUNT))
        for key, label in LABELS.items()
    )
    return Table(
        code="C01",
        title="Chiffres clés",
        about="Indicateur",
        columns=(Column("value", str(year)), Column("previous", str(year - 1))),
        rows=rows,
        notes=(
            d.MONTH_OF_WORK, d.ONGOING, d.BUYER_COUNTED, d.COMPANY_COUNTED, d.PERSON_COUNTED, d.CONTRACT_COUNTED,
            d.STRUCTURES_COUNTED, d.fte_rule(facts.base), d.PREVIOUS,
        ),
        unit="nombres, heures et équivalents temps plein",
        chart=Chart("column", ("value", "previous"), "Personnes et contrats, deux années"),
    )  # fmt: skip
