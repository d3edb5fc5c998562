"""C16: urban renewal (LEG-07): insertion hours against the share of all hours worked that the charter asks for. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd

from clause.consolidations import definitions as d
from clause.consolidations.facts import Facts, Frame
from clause.consolidations.figures import Unit, Value, rate
from clause.consolidations.report import Column, Row, Table
from clause.consolidations.tables.annual_cuts import CUTS
from clause.consolidations.tables.cuts import HOURS, MARKETS, Cut, Grain, compared, year_before
from clause.consolidations.tables.more_cuts import MORE_CUTS
from clause.consolidations.tables.people_frames import of
from clause.kernel.values import half_up
from clause.markets.codes import AnruBase

ANRU = {"market": "int64", "base": "str", "rate": "int64", "total": "int64", "total_previous": "int64"}
CUT_FROM = {
    "C16b": ("C04", "ANRU, modalités et employeurs"), "C16c": ("C10", "ANRU, entreprises par taille"),
    "C16d": ("C10b", "ANRU, entreprises par secteur"), "C16e": ("C06a", "ANRU, personnes par sexe"),
    "C16f": ("C06b", "ANRU, personnes par âge à l'entrée"), "C16g": ("C06f", "ANRU, habitants des quartiers (QPV)"),
}  # fmt: skip
_BY_CODE = {cut.code: cut for cut in (*CUTS, *MORE_CUTS)}
ANRU_CUTS: dict[str, Cut] = {
    code: replace(_BY_CODE[old], code=code, title=title, notes=(d.ANRU_ONLY, *_BY_CODE[old].notes), chart=None)
    for code, (old, title) in CUT_FROM.items()
}

OF_PEOPLE = {cut.keys for cut in ANRU_CUTS.values() if cut.grain in (Grain.CONTRACT, Grain.PERSON)}


def totals(facts: Facts) -> Frame:
    """The markets of urban renewal, indexed by id."""
    found = of(facts, "anru", ANRU)
    return found if "market" not in found else found.set_index("market")


def of_anru(facts: Facts) -> Facts:
    """The same facts, of these markets alone; once for all their tables."""
    return facts.once("anru", lambda: _of_anru(facts))


def _of_anru(facts: Facts) -> Facts:
    ids = totals(facts).index
    made = replace(
        facts, markets=facts.markets[facts.markets.index.isin(ids)], hours=facts.hours[facts.hours["market"].isin(ids)],
        parties=facts.parties[facts.parties["market"].isin(ids)], transfers=facts.transfers[facts.transfers["market"].isin(ids)],
    )  # fmt: skip
    # People and contracts are those of all markets: so are their keys, where another table has made them.
    made.__dict__["_kept"] = {name: kept for name, kept in facts.kept.items() if name in OF_PEOPLE}
    return made


def anru_cut(facts: Facts, code: str) -> Table:
    return compared(of_anru(facts), ANRU_CUTS[code])


def anru(facts: Facts) -> Table:
    """Works and engineering, then urban management, against all hours worked on their markets."""
    now, before = _figures(facts, "total"), _figures(year_before(facts), "total_previous")
    year = facts.first.year - 1
    columns = (
        MARKETS, Column("hours_worked", "Total des heures travaillées", Unit.HOURS), HOURS,
        Column("hours_asked", "Heures demandées par la charte", Unit.HOURS),
        Column("share", "Part d'insertion", Unit.RATE), Column("hours_remaining", "Heures restantes", Unit.HOURS),
        Column("without_total", "Marchés sans total déclaré"), Column("hours_previous", f"Heures en {year}", Unit.HOURS),
        Column("share_previous", f"Part en {year}", Unit.RATE),
    )  # fmt: skip
    rows = tuple(Row(base.value, base.label, _cells(now, before, [base.value])) for base in AnruBase)
    return Table(
        "C16", "ANRU, heures d'insertion et charte", "Part demandée à", columns, rows, total=_cells(now, before, [b.value for b in AnruBase]),
        notes=(d.ANRU, d.MONTH_OF_WORK), unit="heures et pourcentages",
        summed=frozenset({"markets", "hours_worked", "hours", "hours_asked", "hours_remaining", "without_total", "hours_previous"}),
    )  # fmt: skip


def _figures(facts: Facts, total: str) -> Frame:
    """Of each market: base, whether it runs, its hours, all hours worked there, what is asked (ten-thousandths of hundredths)."""
    found = totals(facts)
    hours = facts.period.groupby("market")["real"].sum().reindex(found.index, fill_value=0)
    runs = facts.ongoing(facts.first, facts.last).reindex(found.index, fill_value=False)
    return pd.DataFrame(
        {"base": found["base"], "runs": runs, "hours": hours, "worked": found[total], "asked": found[total] * found["rate"]}, index=found.index
    )  # fmt: skip


def _cells(now: Frame, before: Frame, bases: list[str]) -> dict[str, Value]:
    remaining = 0
    for base in bases:
        rows = now[now["base"] == base]
        remaining += max(0, _asked(rows) - int(rows["hours"].sum()))
    rows, ago = now[now["base"].isin(bases)], before[before["base"].isin(bases)]
    return {
        "markets": int(rows["runs"].sum()), "hours_worked": int(rows["worked"].sum()), "hours": int(rows["hours"].sum()),
        "hours_asked": sum(_asked(rows[rows["base"] == base]) for base in bases), "share": _share(rows), "hours_remaining": remaining,
        "without_total": int((rows["runs"] & (rows["worked"] == 0)).sum()), "hours_previous": int(ago["hours"].sum()),
        "share_previous": _share(ago),
    }  # fmt: skip


def _asked(rows: Frame) -> int:
    return int(half_up(Decimal(int(rows["asked"].sum())) / 10_000))


def _share(rows: Frame) -> Decimal | None:
    """Of the markets that declared their total alone: the others would make the share too high."""
    told = rows[rows["worked"] > 0]
    return rate(int(told["hours"].sum()), int(told["worked"].sum()))


def markets_of(facts: Facts, row: str, column: str) -> frozenset[int]:
    """The markets behind a cell."""
    found = _figures(facts, "total")
    found = found if row == "total" else found[found["base"] == row]
    if column == "markets":
        found = found[found["runs"]]
    elif column == "without_total":
        found = found[found["runs"] & (found["worked"] == 0)]
    return frozenset(int(i) for i in found.index)
