"""The accounts of the demonstration, in the largest structure; the neighbour is a structure of middling size.

C01 counts them as facilitators: the 432 of the source belong to 307 structures, of which 171 are here, and cannot be divided.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.demo.accounts import ACCOUNTS, DemoAccount
from clause.demo.france.country import Area
from clause.kernel import audit, clock

PLATFORM = Viewer(role=Role.ADMINISTRATOR, name="Mise en service")


def open_all(session: Session, areas: Sequence[Area], password_hash: str) -> None:
    for account in ACCOUNTS:
        area = areas[len(areas) // 2] if account.place == "mde" else areas[0]
        user = User(
            email=account.email, name=account.name, role=account.role, password_hash=password_hash, created_at=clock.now(),
            **_affiliation(account, area),
        )  # fmt: skip
        session.add(user)
        audit.record(session, PLATFORM, "compte ouvert", user)
    session.flush()


def _affiliation(account: DemoAccount, area: Area) -> dict[str, int]:
    if account.role is Role.ADMINISTRATOR:
        return {}
    if account.role is Role.COMPANY:
        return {"company_id": (area.suppliers if account.place == "etti" else area.firms)[0].company}
    if account.role is Role.AUTHORITY:
        return {"authority_id": area.authorities[0][0]}
    if account.role is Role.PRESCRIBER:
        return {"structure_id": area.structure, "prescriber_id": area.prescribers[0][0]}
    return {"structure_id": area.structure}
