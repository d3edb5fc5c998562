"""First scene: structures, organisations and accounts."""

from __future__ import annotations

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.demo.accounts import ACCOUNTS, DemoAccount
from clause.demo.stage import Stage
from clause.demo.territory import AUTHORITIES, COMPANIES, PRESCRIBERS, STRUCTURES, siret
from clause.kernel import audit, clock
from clause.organisations.models import Structure
from clause.organisations.register import authority_by_siret, establishment_by_siret, prescriber_by_name

PLATFORM = Viewer(role=Role.ADMINISTRATOR, name="Mise en service")


def play(stage: Stage) -> None:
    """Everything that exists before the first market."""
    stage.at(stage.month(-8))
    _structures(stage)
    _organisations(stage)
    for account in ACCOUNTS:
        stage.accounts[account.email] = _account(stage, account)


def _structures(stage: Stage) -> None:
    for seed in STRUCTURES:
        row = Structure(
            siret=siret(seed.number), name=seed.name, kind=seed.kind, territory=seed.territory, region="Lysane",
            email=f"contact@{seed.key}.example", created_at=clock.now(),
        )  # fmt: skip
        stage.session.add(row)
        audit.record(stage.session, PLATFORM, "structure créée", row)
        stage.structures[seed.key] = row


def _organisations(stage: Stage) -> None:
    session = stage.session
    for seed in AUTHORITIES:
        authority = authority_by_siret(
            session, siret(seed.number), name=seed.name, kind=seed.kind, commune=seed.commune
        )
        stage.authorities[seed.key] = authority.id
    for firm in COMPANIES:
        stage.establishments[firm.key] = establishment_by_siret(
            session, siret(firm.number), name=firm.name, kind=firm.kind, naf=firm.naf, workforce=firm.workforce,
            commune=firm.commune,
        )  # fmt: skip
    for structure, name, kind in PRESCRIBERS:
        row = prescriber_by_name(session, stage.structures[structure].id, name, kind)
        stage.prescribers.setdefault(structure, []).append(row)


def _account(stage: Stage, account: DemoAccount) -> Viewer:
    user = User(
        email=account.email, name=account.name, role=account.role, password_hash=stage.password_hash,
        created_at=clock.now(), **_affiliation(stage, account),
    )  # fmt: skip
    stage.session.add(user)
    stage.session.flush()
    audit.record(stage.session, PLATFORM, "compte ouvert", user)
    return user.viewer()


def _affiliation(stage: Stage, account: DemoAccount) -> dict[str, int]:
    if account.role is Role.ADMINISTRATOR:
        return {}
    if account.role is Role.COMPANY:
        return {"company_id": stage.establishments[account.place].company_id}
    if account.role is Role.AUTHORITY:
        return {"authority_id": stage.authorities[account.place]}
    affiliation = {"structure_id": stage.structures[account.place].id}
    if account.role is Role.PRESCRIBER:
        affiliation["prescriber_id"] = stage.prescribers[account.place][0].id
    return affiliation
