"""What a form of this slice lets one choose: authorities, facilitators, structures, operations."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.kernel.values import fold
from clause.markets.models import Operation, OperationPartner
from clause.markets.visibility import operation_condition
from clause.organisations.models import ContractingAuthority, Structure

MOST = 1_000

Choice = tuple[str, str]


def listed_authorities(session: Session, viewer: Viewer) -> list[Choice]:
    """(public id, name) of the authorities of the operations that the viewer sees, for filters."""
    seen = select(Operation.authority_id).where(operation_condition(viewer))
    rows = session.execute(
        select(ContractingAuthority.public_id, ContractingAuthority.name)
        .where(ContractingAuthority.id.in_(seen))
        .order_by(ContractingAuthority.search)
    )
    return [(row.public_id, row.name) for row in rows]


def facilitators(session: Session, viewer: Viewer) -> list[Choice]:
    """(public id, name) of the open accounts of the viewer's structure that follow operations."""
    rows = session.execute(
        select(User.public_id, User.name)
        .where(
            User.structure_id == viewer.structure_id,
            User.role.in_([Role.FACILITATOR, Role.COORDINATOR]),
            User.closed_at.is_(None),
        )
        .order_by(User.name)
    )
    return [(row.public_id, row.name) for row in rows]


def facilitator_id(session: Session, viewer: Viewer, public_id: str) -> int | None:
    return session.scalar(select(User.id).where(User.public_id == public_id, User.structure_id == viewer.structure_id))


def known_authorities(session: Session) -> list[str]:
    """« Ville de Valmont (213 105 554) » for each authority, to search by typing."""
    rows = session.execute(
        select(ContractingAuthority.name, ContractingAuthority.siren).order_by(ContractingAuthority.search).limit(MOST)
    )
    return [authority_words(row.name, row.siren) for row in rows]


def authority_words(name: str, siren: str) -> str:
    return f"{name} ({siren[:3]} {siren[3:6]} {siren[6:]})"


def authority_by_words(session: Session, words: str) -> int | None:
    """The authority meant by what was typed: the SIREN between brackets, else the whole name; None where none is."""
    digits = re.sub(r"\D", "", words.rpartition("(")[2])
    if len(digits) == 9:
        return session.scalar(select(ContractingAuthority.id).where(ContractingAuthority.siren == digits))
    wanted = fold(words)
    rows = session.execute(
        select(ContractingAuthority.id, ContractingAuthority.name).where(
            ContractingAuthority.search.contains(wanted, autoescape=True)
        )
    ).all()
    same = [row.id for row in rows if fold(row.name) == wanted]
    return same[0] if len(same) == 1 else None


def possible_partners(session: Session, operation: Operation) -> list[Choice]:
    """(public id, name) of the structures that neither lead the operation nor share it yet."""
    there = select(OperationPartner.structure_id).where(OperationPartner.operation_id == operation.id)
    rows = session.execute(
        select(Structure.public_id, Structure.name)
        .where(Structure.id != operation.structure_id, Structure.id.not_in(there))
        .order_by(Structure.name)
    )
    return [(row.public_id, row.name) for row in rows]


def structure_by_address(session: Session, public_id: str) -> Structure | None:
    return session.scalars(select(Structure).where(Structure.public_id == public_id)).one_or_none()


def led_operations(session: Session, viewer: Viewer) -> list[Choice]:
    """(public id, « reference · title ») of the operations that the viewer's structure leads."""
    rows = session.execute(
        select(Operation.public_id, Operation.reference, Operation.title)
        .where(Operation.structure_id == viewer.structure_id)
        .order_by(Operation.reference)
    )
    return [(row.public_id, f"{row.reference} · {row.title}") for row in rows]


def account_address(session: Session, user_id: int | None) -> str:
    """The public id of an account, empty where there is none: what a form's choice holds."""
    return (session.scalar(select(User.public_id).where(User.id == user_id)) or "") if user_id else ""
