"""REA-01: hours of subcontracting of which only an amount is known. Amounts in cents, shares in ten-thousandths, hours in hundredths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_FLOOR
from typing import Any

from clause.candidates.codes import Mode
from clause.kernel.values import NBSP, format_euros, format_hours, format_share
from clause.markets.rules.bounds import formula_refusals
from clause.markets.rules.objective import Formula, exact_hours

# REA-01 names subcontracting; a co-contractor is known by its invoice in the same way.
ESTIMABLE = frozenset({Mode.SUBCONTRACTING, Mode.CO_CONTRACTING})
ALL = 10_000


@dataclass(frozen=True)
class Estimate:
    """What was invoiced for somebody's work, excl. VAT, and what turns it into hours; ``source`` is the document."""

    amount_cents: int
    labour_share: int
    hourly_cost_cents: int
    source: str

    def kept(self) -> dict[str, Any]:
        """What stays on the line."""
        return asdict(self)


def estimate_of(kept: Mapping[str, Any]) -> Estimate:
    return Estimate(**kept)


def refusals(estimate: Estimate) -> list[tuple[str, str]]:
    """(field, sentence) of each value that the formula cannot take."""
    found = formula_refusals(estimate.amount_cents, estimate.labour_share, ALL, estimate.hourly_cost_cents)
    missing = [] if estimate.source else [("source", "Indiquez le document qui donne ce montant.")]
    return [(field, str(sentence)) for field, sentence in found] + missing


def estimated_hours(estimate: Estimate) -> int:
    """Amount × labour share ÷ hourly cost; never rounded up (OBJ-14). 7 000 € × 50 % ÷ 35 € are 100 h."""
    formula = Formula(estimate.amount_cents, estimate.labour_share, ALL, estimate.hourly_cost_cents)
    return int((exact_hours(formula) * 100).to_integral_value(ROUND_FLOOR))


def said(estimate: Estimate) -> str:
    """« 7 000 € × 50 % ÷ 35 € = 100 h (facture 12) » : what the reader can check with a calculator."""
    return (
        f"{format_euros(estimate.amount_cents)} × {format_share(estimate.labour_share)}"
        f" ÷ {format_euros(estimate.hourly_cost_cents)} = {format_hours(estimated_hours(estimate))}{NBSP}h ({estimate.source})"
    )
