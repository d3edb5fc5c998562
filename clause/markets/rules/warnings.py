"""What is worth a second look on a market or an operation: sentences that stay on its page and never block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clause.markets.codes import RESERVED, ClauseKind, Nature
from clause.markets.rules.bounds import SmallLot, formula_warnings, small_lot_warnings
from clause.markets.rules.legal import ClauseContents, missing_contents
from clause.markets.rules.obligation import EFFECTIVE_FROM, Purchase, social_obligation
from clause.markets.rules.trades import Trade
from clause.organisations.codes import INSERTION_EMPLOYERS, BuyerType, EmployerType


@dataclass(frozen=True)
class MarketFacts:
    """What the warnings of a market look at."""

    clause_kind: ClauseKind | None
    hours: int | None
    starts_on: date
    ends_on: date | None
    labour_share: int | None
    insertion_rate: int | None
    hourly_cost_cents: int | None
    trade: Trade | None
    contents: ClauseContents
    contractor: EmployerType | None


def market_warnings(facts: MarketFacts, limits: SmallLot | None = None) -> list[str]:
    """LEG-08, OBJ-03 to OBJ-05, OBJ-15, and a reserved market held by an ordinary company."""
    if facts.clause_kind is None:
        return []
    found = []
    missing = missing_contents(facts.contents)
    if missing:
        found.append(f"Clause incomplète : {', '.join(missing)}.")
    found += formula_warnings(facts.labour_share, facts.insertion_rate, facts.hourly_cost_cents, facts.trade)
    if facts.hours is not None:
        found += small_lot_warnings(facts.hours, facts.starts_on, facts.ends_on, facts.labour_share, limits)
    if facts.clause_kind in RESERVED and facts.contractor and facts.contractor not in INSERTION_EMPLOYERS:
        found.append("Marché réservé tenu par une entreprise ordinaire : vérifiez le type de clause ou le titulaire.")
    return found


@dataclass(frozen=True)
class Lot:
    """What the social obligation looks at in each market of an operation."""

    amount_cents: int | None
    nature: Nature | None
    has_clause: bool


def obligation_warning(
    consultation: date | None, buyer: BuyerType, lots: Sequence[Lot], effective: date = EFFECTIVE_FROM
) -> str | None:
    """LEG-03: the operation passes the threshold and none of its markets has a social consideration; amounts are summed."""
    if consultation is None or not lots or any(lot.has_clause for lot in lots):
        return None
    total = sum(lot.amount_cents or 0 for lot in lots)
    largest = max(lots, key=lambda lot: lot.amount_cents or 0)
    obligation = social_obligation(Purchase(consultation, total, buyer, largest.nature), effective)
    if not obligation.applies:
        return None
    return f"{obligation.sentence} Aucun marché de cette opération n'en comporte : prévenez le maître d'ouvrage."
