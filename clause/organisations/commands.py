"""``clause structure add`` and ``clause user invite``: how production starts."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.invitations import NewAccount, invite
from clause.accounts.rules.granting import Affiliation
from clause.kernel.refusals import Refused
from clause.kernel.unit import work
from clause.kernel.values import BadValue, read_siren, read_siret
from clause.organisations.actions import StructureEntry, add_structure
from clause.organisations.codes import StructureKind
from clause.organisations.models import Company, ContractingAuthority, PrescriberOrganisation, Structure

SERVER = Viewer(role=Role.ADMINISTRATOR, name="Ligne de commande")
STRUCTURE_ROLES = (Role.COORDINATOR, Role.FACILITATOR, Role.PLIE_MANAGER, Role.PRESCRIBER)


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
    group.add_command(structure)
    group.add_command(user)


@click.group(cls=AppGroup)
def structure() -> None:
    """Les structures de facilitation."""


@click.group(cls=AppGroup)
def user() -> None:
    """Les comptes."""


@structure.command("add")
@click.option("--name", required=True, help="Nom de la structure.")
@click.option("--siret", required=True, help="SIRET, 14 chiffres.")
@click.option("--kind", required=True, help="PLIE, Maison de l'emploi, Collectivité territoriale ou Association.")
@click.option("--territory", default="", help="Territoire, tel qu'il paraît sur les bilans.")
@click.option("--region", default="", help="Région.")
@click.option("--email", default="", help="Adresse e-mail de contact.")
def structure_add(name: str, siret: str, kind: str, territory: str, region: str, email: str) -> None:
    """Ouvre une structure de facilitation."""
    try:
        entry = StructureEntry(read_siret(siret), name.strip(), _kind(kind), territory, region, email)
        with work() as session:
            made = add_structure(session, SERVER, entry)
            click.echo(f"La structure « {made.name} » est ouverte (SIRET {made.siret}).")
    except (Refused, BadValue) as refusal:
        _refused(refusal)


def _kind(text: str) -> StructureKind:
    found = StructureKind.read(text)
    if found is None:
        labels = ", ".join(kind.label for kind in StructureKind)
        raise BadValue(f"« {text} » n'est pas un type de structure. Choisissez parmi : {labels}.")
    return found


@user.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="Prénom et nom.")
@click.option("--role", required=True, help="Administration de la plateforme, Coordination, Facilitateur, Responsable PLIE, Entreprise, Maître d'ouvrage ou Prescripteur.")  # fmt: skip
@click.option(
    "--structure", "structure_siret", default="", help="SIRET de la structure ; inutile s'il n'y en a qu'une."
)
@click.option("--company", default="", help="SIREN ou SIRET de l'entreprise.")
@click.option("--authority", default="", help="SIREN ou SIRET du maître d'ouvrage.")
@click.option("--prescriber", default="", help="Nom de l'organisme prescripteur.")
def user_invite(
    email: str, name: str, role: str, structure_siret: str, company: str, authority: str, prescriber: str
) -> None:
    """Ouvre un compte et affiche le lien d'invitation."""
    try:
        with work() as session:
            wanted = _role(role)
            of = _affiliation(session, wanted, structure_siret, company, authority, prescriber)
            link = _invite(session, NewAccount(email, name, wanted, of))
        click.echo(f"{name} est invité·e ({wanted.label}). Lien à usage unique, valable sept jours :")
        click.echo(link)
    except (Refused, BadValue) as refusal:
        _refused(refusal)


def _invite(session: Session, account: NewAccount) -> str:
    """By whoever may open this role: the server as administrator, or as the coordination of the structure."""
    viewer = SERVER
    if account.of.structure_id is not None:
        viewer = Viewer(role=Role.COORDINATOR, name=SERVER.name, structure_id=account.of.structure_id)
    return invite(session, viewer, account, current_app.config["CLAUSE"].base_url)[1]


def _role(text: str) -> Role:
    found = Role.read(text)
    if found is None:
        raise BadValue(f"« {text} » n'est pas un rôle. Choisissez parmi : {', '.join(role.label for role in Role)}.")
    return found


def _affiliation(
    session: Session, role: Role, structure_siret: str, company: str, authority: str, prescriber: str
) -> Affiliation:
    if role in STRUCTURE_ROLES:
        found = _structure(session, structure_siret)
        if role is not Role.PRESCRIBER:
            return Affiliation(structure_id=found.id)
        return Affiliation(structure_id=found.id, prescriber_id=_prescriber(session, found, prescriber))
    if role is Role.COMPANY:
        return Affiliation(company_id=_by_siren(session, Company, company, "--company", "Aucune entreprise"))
    if role is Role.AUTHORITY:
        house = _by_siren(session, ContractingAuthority, authority, "--authority", "Aucun maître d'ouvrage")
        return Affiliation(authority_id=house)
    return Affiliation()


def _structure(session: Session, siret: str) -> Structure:
    statement = select(Structure).order_by(Structure.id)
    if siret:
        statement = statement.where(Structure.siret == read_siret(siret))
    found = session.scalars(statement.limit(2)).all()
    if not found:
        raise BadValue("Cette structure n'existe pas. Ouvrez-la d'abord avec « clause structure add ».")
    if len(found) > 1:
        raise BadValue("Il y a plusieurs structures : indiquez la bonne avec --structure SIRET.")
    return found[0]


def _prescriber(session: Session, of: Structure, name: str) -> int:
    statement = select(PrescriberOrganisation.id).where(
        PrescriberOrganisation.structure_id == of.id, PrescriberOrganisation.name == name
    )
    found = session.scalar(statement)
    if found is None:
        raise BadValue(f"« {name} » n'est pas un prescripteur de {of.name}. Indiquez son nom exact avec --prescriber.")
    return found


def _by_siren(
    session: Session, kind: type[Company | ContractingAuthority], text: str, option: str, nobody: str
) -> int:  # fmt: skip
    if not text:
        raise BadValue(f"Indiquez l'organisation de cette personne avec {option} et son SIREN ou son SIRET.")
    siren = read_siret(text)[:9] if len(text.replace(" ", "")) > 9 else read_siren(text)
    found = session.scalar(select(kind.id).where(kind.siren == siren))
    if found is None:
        raise BadValue(f"{nobody} n'est enregistré sous le SIREN {siren}.")
    return found


def _refused(refusal: Exception) -> None:
    click.echo(f"Refusé : {refusal}", err=True)
    raise SystemExit(1)
