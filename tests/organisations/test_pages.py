"""The pages of organisations open for those who may, and read well."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.access import Role
from tests.support.people import one_of_each_role, signed_in


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.ADMINISTRATOR, "/plateforme/"),
        (Role.ADMINISTRATOR, "/plateforme/structures/nouvelle"),
        (Role.ADMINISTRATOR, "/plateforme/administration/inviter"),
        (Role.ADMINISTRATOR, "/plateforme/organisations/inviter"),
        (Role.COORDINATOR, "/equipe/"),
        (Role.COORDINATOR, "/equipe/inviter"),
        (Role.COORDINATOR, "/equipe/structure"),
        (Role.COORDINATOR, "/organisations/maitres-d-ouvrage"),
        (Role.FACILITATOR, "/organisations/entreprises"),
        (Role.FACILITATOR, "/organisations/entreprises/nouvelle"),
        (Role.FACILITATOR, "/organisations/maitres-d-ouvrage/nouveau"),
        (Role.FACILITATOR, "/organisations/prescripteurs/nouveau"),
        (Role.PLIE_MANAGER, "/organisations/prescripteurs"),
        *((role, "/compte") for role in Role),
        *((role, "/compte/mot-de-passe") for role in Role),
    ],
)
def test_a_page_opens(app: Flask, session: Session, role: Role, address: str) -> None:
    client = signed_in(app, one_of_each_role(session)[role])
    assert client.get(address).status_code == 200
