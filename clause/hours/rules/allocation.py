"""One hour, one objective (domain.md REA-04). Pure."""

from __future__ import annotations

from collections.abc import Iterable

from clause.kernel.values import format_hours


def left_to_allocate(worked: int, allocations: Iterable[int]) -> int:
    """Hundredths of a line that no market has received yet; negative where too much was given."""
    return worked - sum(allocations)


def allocation_refusal(worked: int, allocations: Iterable[int]) -> str | None:
    """None where a line may be shared so between markets. T-REA-3: 120 h as 80 + 40 pass, 80 + 50 do not."""
    shares = list(allocations)
    if any(share < 0 for share in shares):
        return "Une part d'heures ne peut pas être négative."
    if left_to_allocate(worked, shares) < 0:
        return (
            f"Vous répartissez {format_hours(sum(shares))} h alors que la personne en a travaillé {format_hours(worked)}."
            " Une heure ne compte que pour un seul marché : réduisez une des parts."
        )
    return None
