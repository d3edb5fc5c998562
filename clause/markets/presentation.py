"""What the pages of this slice share: links to other rooms, exports, the warnings of a market from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, abort, current_app, url_for

from clause.access import Viewer
from clause.kernel.settings_catalogue import setting
from clause.kernel.spreadsheet import XLSX, Cell, Column, Kind, write_list
from clause.kernel.values import BadValue, read_date
from clause.markets.codes import NO_CLAUSE
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.queries.markets import MarketRow
from clause.markets.queries.operations import OperationPage, OperationRow
from clause.markets.rules.bounds import SmallLot
from clause.markets.rules.legal import ClauseContents, LegalRegime, legal_basis, regime
from clause.markets.rules.objective import effective_rate
from clause.markets.rules.obligation import EFFECTIVE_FROM
from clause.markets.rules.trades import Trade
from clause.markets.rules.warnings import Lot, MarketFacts, market_warnings, obligation_warning
from clause.markets.visibility import leads


def room(endpoint: str, **values: Any) -> str | None:
    """The address of a page of another slice; None where this installation does not open it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def lead_or_403(viewer: Viewer, structure_id: int) -> None:
    """The lead structure edits; a partner, who sees the page, is told that it may not."""
    if not leads(viewer, structure_id):
        abort(403)


def xlsx(name: str, content: bytes) -> Response:
    return Response(content, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})


# The law


def law_of(operation: Operation, market: Market | None = None) -> LegalRegime | None:
    """The regime of an operation, or of one of its markets where only its notification is known."""
    later = (market.notification_date or market.starts_on) if market else operation.starts_on
    return regime(operation.consultation_date, later, operation.authority.kind)


def article_of(operation: Operation, market: Market) -> str:
    """« L2112-2 du code de la commande publique »; empty for a market without clause or without known regime."""
    law = law_of(operation, market)
    if market.clause_kind is None or law is None:
        return ""
    article = legal_basis(market.clause_kind, law.regime)
    return f"{article} — {law.label}" if article else ""


# Warnings


def warnings_of(
    operation: Operation, market: Market, hours: int | None, parties: Sequence[MarketParty], trade: str
) -> list[str]:
    """The sentences that stay on the page of a market until it is mended."""
    said = market.parameters.get("clause", {})
    contents = ClauseContents(
        has_hours=hours is not None,
        facilitator="yes" if operation.facilitator_id else "",
        **{name: said.get(name, "") for name in ("publics", "modes", "contractor_contact", "follow_up", "penalties")},
    )
    contractor = next((p.establishment.kind for p in parties), None)
    facts = MarketFacts(
        market.clause_kind, hours, market.starts_on, market.ends_on, market.labour_share, market.insertion_rate,
        market.hourly_cost_cents, Trade.read(trade) if trade else None, contents, contractor,
    )  # fmt: skip
    return market_warnings(facts, small_lot(operation, market))


def small_lot(operation: Operation, market: Market) -> SmallLot:
    settings = (operation.structure.parameters, market.parameters)
    return SmallLot(
        int(setting("small_lot.min_hours", *settings)) * 100,
        int(setting("small_lot.min_duration_weeks", *settings)),
        int(setting("small_lot.min_labour_share", *settings)),
    )


def obligation_of(page: OperationPage) -> str | None:
    """The sentence on the social obligation that an operation seems to miss."""
    operation = page.operation
    lots = [Lot(r.market.amount_cents, r.market.nature, r.market.clause_kind is not None) for r in page.markets]
    return obligation_warning(operation.consultation_date, operation.authority.kind, lots, effective_day(operation))


def effective_day(operation: Operation) -> date:
    try:
        return read_date(setting("law.social_obligation_effective_date", operation.structure.parameters))
    except BadValue:
        return EFFECTIVE_FROM


def equivalent_rate(market: Market, hours: int | None) -> int | None:
    """OBJ-02: the effort that the objective amounts to, where the market says enough to compute it."""
    if not (hours and market.amount_cents and market.labour_share and market.hourly_cost_cents):
        return None
    return effective_rate(hours, market.amount_cents, market.labour_share, market.hourly_cost_cents)


# Exports

MARKET_COLUMNS = (
    Column("Référence"), Column("Lot"), Column("Objet"), Column("Opération"), Column("Maître d'ouvrage"),
    Column("Titulaire"), Column("Type de clause"), Column("Nature"), Column("Secteur"), Column("Montant HT", Kind.EUROS),
    Column("Début", Kind.DATE), Column("Fin", Kind.DATE), Column("État"), Column("Objectif initial", Kind.HOURS),
    Column("Objectif actualisé", Kind.HOURS), Column("Objectif exigible", Kind.HOURS), Column("Heures faites", Kind.HOURS),
    Column("Attendu à ce jour", Kind.HOURS), Column("Taux de réalisation", Kind.RATE), Column("Alerte"),
)  # fmt: skip


def market_cells(row: MarketRow) -> list[Cell]:
    """The cells of a market, in the order of ``MARKET_COLUMNS``."""
    market, found, objective = row.market, row.figures, row.figures.objective
    return [
        market.reference, market.lot, market.title, market.operation.reference, market.operation.authority.name,
        row.contractor, market.clause_kind.label if market.clause_kind else NO_CLAUSE,
        market.nature.label if market.nature else None, market.sector.label if market.sector else None,
        market.amount_cents, market.starts_on, market.ends_on, found.status.label,
        objective.initial if objective else None, objective.current if objective else None,
        objective.due if objective else None, found.done, found.expected,
        Decimal(found.rate) / 100 if found.rate is not None else None, found.alert.label,
    ]  # fmt: skip


OPERATION_COLUMNS = (
    Column("Référence"), Column("Intitulé"), Column("Maître d'ouvrage"), Column("Programme"), Column("Commune"),
    Column("Consultation", Kind.DATE), Column("Début", Kind.DATE), Column("Fin", Kind.DATE), Column("État"),
    Column("Marchés", Kind.INTEGER), Column("Marchés avec objectif", Kind.INTEGER), Column("Objectif exigible", Kind.HOURS),
    Column("Heures faites", Kind.HOURS),
)  # fmt: skip


def operation_cells(row: OperationRow) -> list[Cell]:
    """The cells of an operation, in the order of ``OPERATION_COLUMNS``."""
    operation, found = row.operation, row.total
    return [
        operation.reference, operation.title, operation.authority.name, operation.programme.label, operation.commune,
        operation.consultation_date, operation.starts_on, operation.ends_on, operation.status.label, found.markets,
        found.with_objective, found.due, found.done + found.outside,
    ]  # fmt: skip


def list_file(title: str, filters: Sequence[str], columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bytes:
    said = f"Filtres : {' ; '.join(filters)}" if filters else "Toute la liste"
    return write_list(title, said, columns, rows)
