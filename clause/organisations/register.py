"""Registering organisations by SIRET: one legal entity a SIREN, one establishment a SIRET, found before made."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.kernel import clock
from clause.kernel.values import fold, siren_of
from clause.organisations.codes import BuyerType, EmployerType, PrescriberKind
from clause.organisations.models import (
    AuthorityEstablishment,
    Company,
    ContractingAuthority,
    Establishment,
    PrescriberOrganisation,
)


def authority_by_siret(
    session: Session, siret: str, *, name: str = "", kind: BuyerType = BuyerType.PUBLIC_BODY, commune: str = ""
) -> ContractingAuthority:
    """The authority of this SIRET, made with its establishment where it is new. ``siret`` is already checked."""
    siren = siren_of(siret)
    authority = session.scalars(select(ContractingAuthority).where(ContractingAuthority.siren == siren)).one_or_none()
    if authority is None:
        name = name or f"Acheteur {siren}"
        authority = ContractingAuthority(siren=siren, name=name, kind=kind, commune=commune, created_at=clock.now())
        authority.search = fold(f"{name} {commune} {siren}")
        session.add(authority)
        session.flush()
    known = select(AuthorityEstablishment.id).where(AuthorityEstablishment.siret == siret)
    if session.scalar(known) is None:
        session.add(AuthorityEstablishment(authority_id=authority.id, siret=siret, name=name or authority.name))
        session.flush()
    return authority


def establishment_by_siret(
    session: Session,
    siret: str,
    *,
    name: str = "",
    kind: EmployerType = EmployerType.COMPANY,
    naf: str = "",
    workforce: int | None = None,
    commune: str = "",
) -> Establishment:
    """The establishment of this SIRET, made with its company where they are new. ``siret`` is already checked."""
    found = session.scalars(select(Establishment).where(Establishment.siret == siret)).one_or_none()
    if found is not None:
        return found
    company = company_by_siren(session, siren_of(siret), name or f"Entreprise {siret}")
    establishment = Establishment(
        company_id=company.id, siret=siret, name=name or company.name, kind=kind, naf=naf, workforce=workforce,
        commune=commune,
    )  # fmt: skip
    session.add(establishment)
    company.search = fold(f"{company.search} {siret} {establishment.name} {commune}")[:400]
    session.flush()
    return establishment


def company_by_siren(session: Session, siren: str, name: str) -> Company:
    company = session.scalars(select(Company).where(Company.siren == siren)).one_or_none()
    if company is None:
        company = Company(siren=siren, name=name, search=fold(f"{name} {siren}"), created_at=clock.now())
        session.add(company)
        session.flush()
    return company


def prescriber_by_name(
    session: Session, structure_id: int, name: str, kind: PrescriberKind | None = None
) -> PrescriberOrganisation:
    """The prescriber of this name in a structure; the kind of a new one is read from its name where none is given."""
    wanted = select(PrescriberOrganisation).where(
        PrescriberOrganisation.structure_id == structure_id, PrescriberOrganisation.name == name
    )
    found = session.scalars(wanted).one_or_none()
    if found is None:
        kind = kind or PrescriberKind.read(name) or PrescriberKind.OTHER
        found = PrescriberOrganisation(structure_id=structure_id, name=name, kind=kind)
        session.add(found)
        session.flush()
    return found
