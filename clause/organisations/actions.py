"""Registering and editing authorities, companies, prescribers and structures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.invitations import checked_email
from clause.kernel import audit, clock
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused
from clause.kernel.values import fold, siren_of
from clause.organisations import rulebook
from clause.organisations.codes import BuyerType, EmployerType, PrescriberKind, StructureKind
from clause.organisations.history import check_shared_version
from clause.organisations.models import (
    AuthorityEstablishment,
    Company,
    ContractingAuthority,
    Establishment,
    PrescriberOrganisation,
    Structure,
)
from clause.organisations.parameters import PARAMETERS, thresholds_fault, with_parameters
from clause.organisations.register import authority_by_siret, establishment_by_siret

Made = TypeVar("Made")
RULES = rulebook.rules_in(rulebook.groups_of_structure())


@dataclass(frozen=True)
class CompanyEntry:
    siret: str
    name: str
    kind: EmployerType = EmployerType.COMPANY
    email: str = ""
    naf: str = ""
    workforce: int | None = None
    commune: str = ""


@dataclass(frozen=True)
class AuthorityEntry:
    siret: str
    name: str
    kind: BuyerType
    commune: str = ""


@dataclass(frozen=True)
class StructureEntry:
    siret: str
    name: str
    kind: StructureKind
    territory: str = ""
    region: str = ""
    email: str = ""


# Companies


def register_company(session: Session, viewer: Viewer, entry: CompanyEntry) -> tuple[Company, bool]:
    """The company of this SIRET with its new establishment; True where the company was known already by its SIREN."""
    taken = session.scalar(select(Establishment.name).where(Establishment.siret == entry.siret))
    if taken is not None:
        raise Refused(f"Cet établissement est déjà enregistré, sous le nom « {taken} ».", "siret")
    known = session.scalar(select(Company.id).where(Company.siren == siren_of(entry.siret))) is not None
    establishment = _unless_just_made(session, lambda: _new_establishment(session, entry))
    company = session.get_one(Company, establishment.company_id)
    if not known:
        company.email = _email(entry.email)
    action = f"établissement {entry.siret} rattaché" if known else "entreprise enregistrée"
    audit.record(session, viewer, action, company, {"Nom": ["", entry.name]})
    return company, known


def _new_establishment(session: Session, entry: CompanyEntry) -> Establishment:
    return establishment_by_siret(
        session, entry.siret, name=entry.name, kind=entry.kind, naf=entry.naf, workforce=entry.workforce,
        commune=entry.commune,
    )  # fmt: skip


def _unless_just_made(session: Session, make: Callable[[], Made]) -> Made:
    """Two people register the same SIRET at the same moment: the second is told, nothing is made twice."""
    try:
        with session.begin_nested():
            return make()
    except IntegrityError:
        raise Refused(
            "Ce SIRET vient d'être enregistré par quelqu'un d'autre. Cherchez-le dans la liste.", "siret"
        ) from None


def edit_company(
    session: Session, viewer: Viewer, company: Company, name: str, email: str, version: int | None
) -> None:
    check_shared_version(session, viewer, company, version)
    before = {"Nom": company.name, "Adresse e-mail": company.email}
    with session.no_autoflush:  # one update, so one version more
        company.name, company.email = name, _email(email)
        _refresh_company_search(session, company)
    _record(session, viewer, company, before, {"Nom": company.name, "Adresse e-mail": company.email})


def edit_establishment(
    session: Session, viewer: Viewer, establishment: Establishment, values: dict[str, Any], version: int | None
) -> None:
    """``values``: name, kind, naf, workforce, commune. The SIRET stays: another SIRET is another establishment."""
    check_shared_version(session, viewer, establishment, version)
    before = describe_establishment(establishment)
    for name in ("name", "kind", "naf", "workforce", "commune"):
        setattr(establishment, name, values[name])
    session.flush()
    _refresh_company_search(session, session.get_one(Company, establishment.company_id))
    _record(session, viewer, establishment, before, describe_establishment(establishment))


def describe_establishment(e: Establishment) -> dict[str, Any]:
    return {"Nom": e.name, "Type": e.kind.label, "Code NAF": e.naf, "Effectif": e.workforce, "Commune": e.commune}


def _refresh_company_search(session: Session, company: Company) -> None:
    rows = session.execute(
        select(Establishment.siret, Establishment.name, Establishment.commune).where(
            Establishment.company_id == company.id
        )
    )
    company.search = fold(" ".join([company.name, company.siren, *(" ".join(row) for row in rows)]))[:400]


# Authorities


def register_authority(session: Session, viewer: Viewer, entry: AuthorityEntry) -> tuple[ContractingAuthority, bool]:
    """The authority of this SIRET; True where it was known already by its SIREN and gains an establishment."""
    taken = session.scalar(select(AuthorityEstablishment.name).where(AuthorityEstablishment.siret == entry.siret))
    if taken is not None:
        raise Refused(f"Cet établissement est déjà enregistré, sous le nom « {taken} ».", "siret")
    siren = siren_of(entry.siret)
    known = session.scalar(select(ContractingAuthority.id).where(ContractingAuthority.siren == siren)) is not None
    authority = _unless_just_made(
        session,
        lambda: authority_by_siret(session, entry.siret, name=entry.name, kind=entry.kind, commune=entry.commune),
    )
    action = f"établissement {entry.siret} rattaché" if known else "maître d'ouvrage enregistré"
    audit.record(session, viewer, action, authority, {"Nom": ["", entry.name]})
    return authority, known


def edit_authority(
    session: Session, viewer: Viewer, authority: ContractingAuthority, values: dict[str, Any], version: int | None
) -> None:
    """``values``: name, kind, commune."""
    check_shared_version(session, viewer, authority, version)
    before = describe_authority(authority)
    for name in ("name", "kind", "commune"):
        setattr(authority, name, values[name])
    authority.search = fold(f"{authority.name} {authority.commune} {authority.siren}")[:400]
    _record(session, viewer, authority, before, describe_authority(authority))


def describe_authority(a: ContractingAuthority) -> dict[str, Any]:
    return {"Nom": a.name, "Type": a.kind.label, "Commune": a.commune}


# Prescribers


def add_prescriber(session: Session, viewer: Viewer, name: str, kind: PrescriberKind) -> PrescriberOrganisation:
    """A prescriber of the viewer's structure, its name unique there."""
    assert viewer.structure_id is not None
    _refuse_taken_prescriber(session, viewer, name, None)
    prescriber = PrescriberOrganisation(structure_id=viewer.structure_id, name=name, kind=kind)
    session.add(prescriber)
    session.flush()
    audit.record(session, viewer, "prescripteur enregistré", prescriber, {"Nom": ["", name]})
    return prescriber


def edit_prescriber(
    session: Session, viewer: Viewer, prescriber: PrescriberOrganisation, name: str, kind: PrescriberKind, version: int | None
) -> None:  # fmt: skip
    check_version(session, prescriber, version)
    _refuse_taken_prescriber(session, viewer, name, prescriber.id)
    before = {"Nom": prescriber.name, "Type": prescriber.kind.label}
    prescriber.name, prescriber.kind = name, kind
    _record(session, viewer, prescriber, before, {"Nom": name, "Type": kind.label})


def _refuse_taken_prescriber(session: Session, viewer: Viewer, name: str, but: int | None) -> None:
    rows = session.execute(
        select(PrescriberOrganisation.id, PrescriberOrganisation.name).where(
            PrescriberOrganisation.structure_id == viewer.structure_id
        )
    )
    if any(fold(other) == fold(name) and id_ != but for id_, other in rows):
        raise Refused(f"« {name} » est déjà dans vos prescripteurs.", "name")


# Structures


def add_structure(session: Session, viewer: Viewer, entry: StructureEntry) -> Structure:
    """A facilitation structure, by the platform's administrator."""
    if viewer.role is not Role.ADMINISTRATOR:
        raise Refused("Seule l'administration de la plateforme ouvre une structure.")
    taken = session.scalar(select(Structure.name).where(Structure.siret == entry.siret))
    if taken is not None:
        raise Refused(f"Ce SIRET est déjà celui de la structure « {taken} ».", "siret")
    structure = Structure(
        siret=entry.siret, name=entry.name, kind=entry.kind, territory=entry.territory, region=entry.region,
        email=_email(entry.email), created_at=clock.now(),
    )  # fmt: skip
    _unless_just_made(session, lambda: _flushed(session, structure))
    audit.record(session, viewer, "structure ouverte", structure, {"Nom": ["", entry.name]})
    return structure


def _flushed(session: Session, row: Structure) -> None:
    session.add(row)
    session.flush()


def edit_structure(
    session: Session, viewer: Viewer, structure: Structure, values: dict[str, Any], typed: dict[str, Any], version: int | None
) -> None:  # fmt: skip
    """``values``: territory, region, email, phone; ``typed``: settings by their name, None for the default."""
    check_version(session, structure, version)
    fault = thresholds_fault(typed)
    if fault is not None:
        raise Refused(fault, "alert_red_below")
    before = describe_structure(structure)
    for name in ("territory", "region", "phone"):
        setattr(structure, name, values[name])
    structure.email = _email(values["email"])
    structure.parameters = with_parameters(structure.parameters, typed)
    _record(session, viewer, structure, before, describe_structure(structure))


def change_rules(
    session: Session, viewer: Viewer, structure: Structure, typed: Mapping[str, Any], version: int | None
) -> bool:
    """Keep the rules of the structure (by name; None: the platform's); False where nothing changed.

    Hours already validated keep what was applied to them. Refused: rules that contradict one another.
    """
    check_version(session, structure, version)
    parameters = rulebook.with_rules(structure.parameters, RULES, typed)
    found = rulebook.fault(parameters)
    if found is not None:
        raise Refused(found[1], found[0].replace(".", "_"))
    before, after = (
        rulebook.describe(RULES, kept, "comme la plateforme") for kept in (structure.parameters, parameters)
    )
    changes = audit.differences(before, after)
    if changes:
        structure.parameters = parameters
        session.flush()
        audit.record(session, viewer, "règles de la structure modifiées", structure, changes)
    return bool(changes)


def describe_structure(s: Structure) -> dict[str, Any]:
    settings = {p.label: p.show(s.parameters[p.name]) for p in PARAMETERS if p.name in s.parameters}
    texts = {"Territoire": s.territory, "Région": s.region, "Adresse e-mail": s.email, "Téléphone": s.phone}
    return {**texts, **{p.label: settings.get(p.label, f"{p.default} (par défaut)") for p in PARAMETERS}}


def _record(session: Session, viewer: Viewer, row: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    changes = audit.differences(before, after)
    if changes:
        audit.record(session, viewer, "fiche modifiée", row, changes)
    session.flush()


def _email(text: str) -> str:
    return checked_email(text) if text.strip() else ""
