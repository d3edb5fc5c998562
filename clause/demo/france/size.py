"""How big the country is, and how a total is divided exactly. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

QUARTER = 25  # of an hour, in hundredths: people declare quarters of hours


@dataclass(frozen=True)
class Size:
    """What one year counts (C01); hours in hundredths. ``suppliers`` employ people on the markets of others: they hold none."""

    structures: int
    authorities: int
    operations: int
    markets: int
    companies: int
    participants: int
    employment_contracts: int
    hours: int
    suppliers: int

    def reduced(self, part: int) -> Size:
        """The same country ``part`` times smaller."""
        smaller = {name: max(1, number // part) for name, number in vars(self).items()}
        return replace(self, **{**smaller, "hours": self.hours // part // QUARTER * QUARTER})

    @property
    def key_figures(self) -> dict[str, int]:
        """What C01 must say of each year, by the keys of its rows."""
        return {
            "structures": self.structures, "contracting_authorities": self.authorities, "operations": self.operations,
            "markets": self.markets, "companies": self.companies, "participants": self.participants,
            "employment_contracts": self.employment_contracts, "hours": self.hours,
        }  # fmt: skip


# Golden case of the consolidation: seeds, fiche 1, « Résultats de la mise en œuvre de la clause en 2016 ».
FRANCE_2016 = Size(
    structures=171, authorities=2_122, operations=6_894, markets=29_412, companies=13_663, participants=29_188,
    employment_contracts=43_899, hours=1_150_000_000, suppliers=1_500,
)  # fmt: skip


def divided(total: int, weights: Sequence[float], floors: Sequence[int] | None = None) -> list[int]:
    """``total`` in proportion to the weights, each part at its floor or above (default 1), the sum exact.

    Refuses (ValueError) where the floors alone are more than the total.
    """
    least = list(floors) if floors is not None else [1] * len(weights)
    left = total - sum(least)
    if left < 0:
        raise ValueError(f"{total} cannot be divided: the floors make {sum(least)}.")
    return [floor + more for floor, more in zip(least, _proportional(left, weights), strict=True)]


def _proportional(total: int, weights: Sequence[float]) -> list[int]:
    """By the rounded differences of exact running sums: never off by one at the end."""
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact)
    ends = [int(total * reached / whole) for reached in accumulate(exact)]
    return [end - start for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """The same for very many integer weights, each part 1 at least, as long as the total allows it."""
    whole, left = sum(weights), total - len(weights)
    parts, reached, given = [], 0, 0
    for weight in weights:
        reached += weight
        upto = left * reached // whole
        parts.append(1 + upto - given)
        given = upto
    return parts
