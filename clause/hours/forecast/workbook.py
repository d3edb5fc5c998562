"""The export of the list of forecasts."""

from __future__ import annotations

from clause.hours.forecast.queries.lists import ForecastRow
from clause.hours.forecast.rules.forecast import about
from clause.kernel.spreadsheet import Cell, Column, Kind

COLUMNS = (
    Column("Marché"), Column("Objet"), Column("Maître d'ouvrage"), Column("Titulaire"), Column("Fin", Kind.DATE),
    Column("Objectif actualisé", Kind.HOURS), Column("Attendu à ce jour", Kind.HOURS), Column("Heures faites", Kind.HOURS),
    Column("Déclarées à décider", Kind.HOURS), Column("Prévision basse (environ)", Kind.HOURS),
    Column("Prévision probable (environ)", Kind.HOURS), Column("Prévision haute (environ)", Kind.HOURS),
    Column("Manque probable (environ)", Kind.HOURS), Column("Manque si rien n'est renouvelé (environ)", Kind.HOURS),
    Column("Personnes à 35 h dès lundi", Kind.INTEGER), Column("Remarque"),
)  # fmt: skip


def cells(row: ForecastRow) -> list[Cell]:
    """The cells of a market, in the order of ``COLUMNS``."""
    found, closing, market = row.projection.forecast, row.projection.closing, row.market
    projected = found.unknown is None
    lacking = found.likely_shortfall
    full_time = closing.rows[0].cells[0] if closing and closing.rows else None
    return [
        market.reference, market.title, market.authority, market.contractor, market.ends_on, found.facts.target,
        found.facts.expected, found.facts.done, found.facts.pending,
        *(about(total) if projected else None for total in (found.low, found.likely, found.high)),
        None if lacking is None else about(lacking), None if found.gap is None else about(found.gap), full_time.people if full_time else None,
        found.unknown.label if found.unknown else "Sans objectif" if found.facts.target is None else None,
    ]  # fmt: skip
