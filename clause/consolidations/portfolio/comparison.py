"""F03: the ratios of an authority beside those of the territory, where what is left of the others says nothing of anybody. Pure.

The reader knows their own figures: a share of the territory is told only where those who work for others alone would be
enough on their own, on both sides of it. An own share is told where the consolidation of the year tells its people: a
class hidden there beside a small one would give the small one back.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from clause.consolidations.facts import Facts
from clause.consolidations.figures import HIDDEN, Unit, Value, rate
from clause.consolidations.masking import masked_table
from clause.consolidations.report import Column, Row, Table
from clause.consolidations.tables.annual_cuts import CUTS
from clause.consolidations.tables.cuts import cut_table
from clause.consolidations.tables.measures import market_figures, whole

OTHERS = 3  # authorities, at least, beside the one that reads
BY_CODE = {cut.code: cut for cut in CUTS}
SHARES: Mapping[str, tuple[str, str, str]] = {
    "women": ("Part des femmes", "C06a", "f"),
    "young": ("Part des moins de 26 ans à l'entrée", "C06b", "lt26"),
    "qpv": ("Part des habitants des quartiers prioritaires", "C06f", "qpv"),
}
NOTE = (
    "Territoire : tous les marchés avec clause suivis par {names}, les vôtres compris. Il n'est montré que si au moins trois autres maîtres"
    " d'ouvrage y ont des marchés en cours, et assez de personnes de chaque côté d'une part (« n. c. » sinon)."
)
SHARE = "Parts : personnes de la classe ÷ personnes qui ont au moins une heure validée dans l'année, celles dont l'information manque comprises."


def comparison(own: Facts, territory: Facts, names: str, min_cell: int) -> Table:
    """Ratios of the year, own and territory."""
    told = _others(own, territory) >= OTHERS
    rows = (
        _row("rate", "Taux de réalisation des marchés en cours", Unit.RATE, _rate(own), _rate(territory) if told else HIDDEN),
        _row("hours_each", "Heures par personne dans l'année", Unit.HOURS, _each(own, min_cell), _each_of_territory(own, territory, min_cell) if told else HIDDEN),
        *(_share(key, own, territory, min_cell, told=told) for key in SHARES),
    )  # fmt: skip
    columns = (Column("own", "Vos opérations", opens=False), Column("territory", "Le territoire", opens=False))
    return Table("F03", "Comparaison avec le territoire", "Ratio", columns, rows, notes=(NOTE.format(names=names), SHARE), unit="pourcentages et heures")  # fmt: skip


def _row(key: str, label: str, unit: Unit, own: Value, territory: Value) -> Row:
    return Row(key, label, {"own": own, "territory": territory}, unit=unit)


def _others(own: Facts, territory: Facts) -> int:
    running = [set(f.markets[f.ongoing(f.first, f.last)]["authority"]) for f in (own, territory)]
    return len(running[1] - running[0])


def _rate(facts: Facts) -> Decimal | None:
    figures = market_figures(facts)
    bound = figures[facts.ongoing(facts.first, facts.last) & (figures["due"] > 0)]
    return rate(int(bound["hours_cumulative"].sum()), int(bound["due"].sum()))


def _each(facts: Facts, min_cell: int) -> Value:
    """Hours in hundredths of one person on average."""
    sums = whole(facts.period)
    return HIDDEN if sums["participants"] < min_cell else sums["hours"] // sums["participants"]


def _each_of_territory(own: Facts, territory: Facts, min_cell: int) -> Value:
    left = whole(territory.period)["participants"] - whole(own.period)["participants"]
    return HIDDEN if left < min_cell else _each(territory, min_cell)


def _share(key: str, own: Facts, territory: Facts, min_cell: int, *, told: bool) -> Row:
    label, code, row = SHARES[key]
    table, around = cut_table(own, BY_CODE[code]), cut_table(territory, BY_CODE[code])
    mine, all_of = _counted(table, row), _counted(around, row)
    left = (all_of[0] - mine[0], all_of[1] - mine[1])
    told = told and _enough(left, min_cell) and _enough(all_of, min_cell)
    shown = _enough(mine, min_cell) and _counted(masked_table(table, min_cell), row) == mine
    return _row(key, label, Unit.RATE, rate(*mine) if shown else HIDDEN, rate(*all_of) if told else HIDDEN)


def _counted(table: Table, row: str) -> tuple[int, int]:
    """People of the class, and people in all; 0 where the consolidation of the year hides them."""
    found, total = table.row(row), table.total or {}
    return (_whole(found.cells["participants"]) if found else 0), _whole(total.get("participants"))


def _enough(counts: tuple[int, int], min_cell: int) -> bool:
    part, every = counts
    return part >= min_cell and every - part >= min_cell


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0
