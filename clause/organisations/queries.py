"""Reads of organisations. Every list is a statement that ``kernel.listing`` pages and sorts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from clause.access import Viewer
from clause.accounts.models import Invitation, User
from clause.accounts.visibility import visible_accounts
from clause.kernel import clock
from clause.kernel.codes import Code
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue, fold, read_siret
from clause.organisations.codes import SIAE, BuyerType, EmployerType, PrescriberKind
from clause.organisations.models import (
    Company,
    ContractingAuthority,
    Establishment,
    PrescriberOrganisation,
    Structure,
)
from clause.organisations.visibility import (
    visible_authorities,
    visible_companies,
    visible_prescribers,
    visible_structures,
)

ALL_SIAE = "siae"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to: words looked for, and a kind of its closed list (empty: all)."""

    words: str = ""
    kind: str = ""

    def said(self, kinds: type[Code]) -> list[str]:
        """In words: ``nom contenant « bati »``, ``type : SPIE``."""
        found = kinds.read(self.kind) if self.kind else None
        label = "toutes les SIAE" if self.kind == ALL_SIAE else found.label if found else ""
        return [*([f"recherche « {self.words} »"] if self.words else []), *([f"type : {label}"] if label else [])]


def _like(words: str) -> str:
    """A pattern for the folded search column; what the reader typed is taken as it is."""
    plain = fold(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"


COMPANY_SORTS: dict[str, Any] = {
    "nom": Company.search,
    "siren": Company.siren,
    "enregistrement": Company.created_at,
}
AUTHORITY_SORTS: dict[str, Any] = {
    "nom": ContractingAuthority.search, "siren": ContractingAuthority.siren, "type": ContractingAuthority.kind,
    "commune": ContractingAuthority.commune,
}  # fmt: skip
PRESCRIBER_SORTS: dict[str, Any] = {
    "nom": PrescriberOrganisation.name,
    "type": PrescriberOrganisation.kind,
}


def companies(viewer: Viewer, filters: Filters) -> Select[Company]:
    """The companies of the register, with their establishments."""
    statement = visible_companies(viewer).options(selectinload(Company.establishments))
    if filters.words:
        statement = statement.where(Company.search.like(_like(filters.words), escape="\\"))
    kinds = _employer_kinds(filters.kind)
    if kinds:
        having = select(Establishment.company_id).where(Establishment.kind.in_(kinds))
        statement = statement.where(Company.id.in_(having))
    return statement


def _employer_kinds(text: str) -> list[EmployerType]:
    if text == ALL_SIAE:
        return sorted(SIAE)
    found = EmployerType.read(text) if text else None
    return [found] if found else []


def authorities(viewer: Viewer, filters: Filters) -> Select[ContractingAuthority]:
    statement = visible_authorities(viewer)
    if filters.words:
        statement = statement.where(ContractingAuthority.search.like(_like(filters.words), escape="\\"))
    kind = BuyerType.read(filters.kind) if filters.kind else None
    return statement.where(ContractingAuthority.kind == kind) if kind else statement


def prescribers(viewer: Viewer, filters: Filters) -> Select[PrescriberOrganisation]:
    """Names of prescribers are few and short: looked for without their capitals, with their accents."""
    statement = visible_prescribers(viewer)
    if filters.words:
        statement = statement.where(PrescriberOrganisation.name.icontains(filters.words.strip(), autoescape=True))
    kind = PrescriberKind.read(filters.kind) if filters.kind else None
    return statement.where(PrescriberOrganisation.kind == kind) if kind else statement


def company(session: Session, viewer: Viewer, public_id: str) -> Company | None:
    found = visible_companies(viewer).where(Company.public_id == public_id)
    return session.scalars(found.options(selectinload(Company.establishments))).one_or_none()


def authority(session: Session, viewer: Viewer, public_id: str) -> ContractingAuthority | None:
    found = visible_authorities(viewer).where(ContractingAuthority.public_id == public_id)
    return session.scalars(found.options(selectinload(ContractingAuthority.establishments))).one_or_none()


def prescriber(session: Session, viewer: Viewer, public_id: str) -> PrescriberOrganisation | None:
    return session.scalars(
        visible_prescribers(viewer).where(PrescriberOrganisation.public_id == public_id)
    ).one_or_none()


def establishment(session: Session, viewer: Viewer, public_id: str) -> tuple[Establishment, Company] | None:
    seen = visible_companies(viewer).subquery()
    row = session.execute(
        select(Establishment, Company)
        .join(Company, Company.id == Establishment.company_id)
        .where(Establishment.public_id == public_id, Company.id.in_(select(seen.c.id)))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def own_structure(session: Session, viewer: Viewer) -> Structure | None:
    return session.scalars(visible_structures(viewer).where(Structure.id == viewer.structure_id)).one_or_none()


# Accounts of an organisation


@dataclass(frozen=True)
class AccountRow:
    """An account with what is known of its invitation and of the organisation it belongs to."""

    user: User
    invited_until: datetime | None
    organisation: str = ""

    @property
    def state(self) -> str:
        if self.user.closed_at is not None:
            return "Fermé"
        if self.user.password_hash is not None:
            return "Ouvert"
        return "Invitation envoyée" if self.invitation_open else "Invitation expirée"

    @property
    def tone(self) -> str:
        return {"Fermé": "neutral", "Ouvert": "ok", "Invitation envoyée": "info"}.get(self.state, "warn")

    @property
    def invitation_open(self) -> bool:
        return self.invited_until is not None and self.invited_until > clock.now()


def with_invitation(statement: Select[User]) -> Select[Any]:
    """Each account with the end of its last unused invitation."""
    last = (
        select(Invitation.expires_at)
        .where(Invitation.user_id == User.id, Invitation.used_at.is_(None))
        .order_by(Invitation.id.desc())
        .limit(1)
        .correlate(User)
        .scalar_subquery()
    )
    return statement.add_columns(last)


def accounts_of(session: Session, house: Company | ContractingAuthority | PrescriberOrganisation) -> list[AccountRow]:
    """The accounts of one organisation, which the caller has found through its ``visible`` query."""
    key = {
        Company: User.company_id,
        ContractingAuthority: User.authority_id,
        PrescriberOrganisation: User.prescriber_id,
    }
    statement = with_invitation(select(User).where(key[type(house)] == house.id))
    return [AccountRow(user, until) for user, until in session.execute(statement.order_by(User.name, User.id))]


def team(session: Session, viewer: Viewer) -> list[AccountRow]:
    """The accounts of the viewer's structure, then those of its prescribers with the name of each."""
    statement = with_invitation(visible_accounts(viewer)).add_columns(PrescriberOrganisation.name)
    statement = statement.outerjoin(PrescriberOrganisation, PrescriberOrganisation.id == User.prescriber_id)
    rows = session.execute(statement.order_by(User.closed_at.is_not(None), User.name, User.id))
    return [AccountRow(user, until, name or "") for user, until, name in rows]


def structures(session: Session, viewer: Viewer) -> Sequence[Structure]:
    return session.scalars(visible_structures(viewer).order_by(Structure.name, Structure.id)).all()


def structure_named(session: Session, text: str) -> Structure:
    """The structure of a SIRET said on the command line. Refused where it is no SIRET, or nobody's."""
    try:
        siret = read_siret(text)
    except BadValue as fault:
        raise Refused(str(fault)) from None
    found = session.scalars(select(Structure).where(Structure.siret == siret)).one_or_none()
    if found is None:
        raise Refused(
            f"Aucune structure n'a le SIRET {siret} : vérifiez-le, ou créez-la d'abord (clause structure add)."
        )
    return found
