"""Who may open, close and invite which accounts: never above oneself, never in another structure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from clause.access import Role, Viewer

PARTNER_ROLES = frozenset({Role.COMPANY, Role.AUTHORITY, Role.PRESCRIBER})
GRANTS: dict[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.COMPANY, Role.AUTHORITY}),
    Role.COORDINATOR: frozenset({Role.COORDINATOR, Role.FACILITATOR, Role.PLIE_MANAGER}) | PARTNER_ROLES,
    Role.FACILITATOR: PARTNER_ROLES,
}


class Denial(StrEnum):
    ROLE = "Votre compte ne permet pas d'ouvrir un compte de ce rôle."
    OTHER_STRUCTURE = "Ce compte n'est pas de votre structure."
    SHARED = (
        "Cette organisation travaille aussi avec une autre structure : ses comptes voient les données des deux. "
        "Demandez à l'administration de la plateforme d'ouvrir ou de fermer ce compte."
    )
    ONESELF = "Vous ne pouvez pas fermer votre propre compte. Demandez-le à une autre personne de la coordination."


@dataclass(frozen=True)
class Affiliation:
    """Whom an account belongs to; the one of its role is set, the others are None."""

    structure_id: int | None = None
    company_id: int | None = None
    authority_id: int | None = None
    prescriber_id: int | None = None


def may_grant(viewer: Viewer, role: Role, of: Affiliation, works_with: Set[int]) -> Denial | None:
    """Why ``viewer`` may not open, close or invite an account of ``role``; None where they may.

    ``works_with`` are the structures that have markets or people with the company or authority: an account of it
    sees them all, so one structure alone does not decide for two.
    """
    if role not in GRANTS.get(viewer.role, frozenset()):
        return Denial.ROLE
    if viewer.role is Role.ADMINISTRATOR:
        return None
    if role in (Role.COMPANY, Role.AUTHORITY):
        return None if works_with <= {viewer.structure_id} else Denial.SHARED
    return None if of.structure_id == viewer.structure_id else Denial.OTHER_STRUCTURE
