"""Is this public contract one of our markets? Proposed, never decided: a person confirms. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clause.kernel.codes import Code
from clause.kernel.values import fold

CLOSE_DAYS = 31


class Resemblance(Code):
    """Why a market is proposed, the surest first."""

    REFERENCE = "reference", "même acheteur et même référence"
    HOLDER_AND_DATE = "holder_and_date", "même acheteur, même titulaire et notification proche"


@dataclass(frozen=True)
class ContractFacts:
    """A public contract; SIREN of 9 digits."""

    id: int
    identifier: str
    buyer_siren: str
    holder_sirens: frozenset[str]
    notification_date: date | None


@dataclass(frozen=True)
class MarketFacts:
    """A market of the viewer's structure."""

    id: int
    public_id: str
    reference: str
    title: str
    buyer_siren: str
    holder_sirens: frozenset[str]
    notification_date: date | None


@dataclass(frozen=True)
class Proposal:
    market: MarketFacts
    why: Resemblance


def resemblance(contract: ContractFacts, market: MarketFacts) -> Resemblance | None:
    """Same buyer, and the same reference, or a common holder and notifications at most ``CLOSE_DAYS`` apart."""
    if contract.buyer_siren != market.buyer_siren:
        return None
    if fold(contract.identifier) == fold(market.reference):
        return Resemblance.REFERENCE
    days = (contract.notification_date, market.notification_date)
    if not contract.holder_sirens & market.holder_sirens or days[0] is None or days[1] is None:
        return None
    return Resemblance.HOLDER_AND_DATE if abs((days[0] - days[1]).days) <= CLOSE_DAYS else None


def proposals(contract: ContractFacts, markets: Iterable[MarketFacts]) -> list[Proposal]:
    """The markets that look like the contract, the surest first."""
    found = [Proposal(m, why) for m in markets if (why := resemblance(contract, m))]
    return sorted(found, key=lambda p: (list(Resemblance).index(p.why), p.market.reference))
