"""``clause structure add`` and ``clause user invite``: how production starts."""

from __future__ import annotations

import re

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import User
from clause.cli import main
from clause.organisations.models import Company, Structure
from tests.support import factories
from tests.support.client import Client


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(main, list(arguments))


ADD = ("structure", "add", "--name", "PLIE du Val", "--siret", "732 829 320 00074", "--kind", "plie")


def test_a_structure_then_its_first_user(app: Flask, client: Client) -> None:
    added = run(app, *ADD, "--territory", "Val")
    assert added.exit_code == 0, added.output
    assert "« PLIE du Val » est ouverte" in added.output
    invited = run(app, "user", "invite", "camille@exemple.test", "--name", "Camille", "--role", "coordination")
    assert invited.exit_code == 0, invited.output
    link = re.search(r"http://127.0.0.1:5000(/invitation/\S+)", invited.output)
    assert link is not None
    assert "Camille" in client.get(link[1]).get_data(as_text=True)


def test_an_administrator_needs_no_structure(app: Flask, session: Session) -> None:
    session.rollback()
    assert run(app, "user", "invite", "a@exemple.test", "--name", "A", "--role", "administrator").exit_code == 0
    assert session.scalars(select(User.role)).all() == [Role.ADMINISTRATOR]


def test_a_user_of_a_company_by_its_siren(app: Flask, session: Session) -> None:
    place = factories.establishment(session)
    factories.committed(session, place)
    siren = session.scalars(select(Company.siren)).one()
    session.rollback()
    result = run(app, "user", "invite", "m@exemple.test", "--name", "M", "--role", "entreprise", "--company", siren)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("structure", "add", "--name", "X", "--siret", "73282932000075", "--kind", "plie"), "clé de contrôle"),
        (
            ("structure", "add", "--name", "X", "--siret", "73282932000074", "--kind", "club"),
            "pas un type de structure",
        ),
        (("user", "invite", "a@b.fr", "--name", "A", "--role", "chef"), "pas un rôle"),
        (("user", "invite", "a@b.fr", "--name", "A", "--role", "facilitateur"), "clause structure add"),
        (("user", "invite", "a@b.fr", "--name", "A", "--role", "entreprise"), "--company"),
        (
            ("user", "invite", "a@b.fr", "--name", "A", "--role", "entreprise", "--company", "732829320"),
            "Aucune entreprise",
        ),
        (("user", "invite", "rien", "--name", "A", "--role", "administrator"), "pas une adresse e-mail"),
    ],
)
def test_a_refusal_is_a_sentence_and_writes_nothing(
    app: Flask, session: Session, arguments: tuple[str, ...], sentence: str
) -> None:
    session.rollback()
    result = run(app, *arguments)
    assert result.exit_code == 1
    assert sentence in result.output
    assert session.scalars(select(User.id)).all() == session.scalars(select(Structure.id)).all() == []


def test_the_same_structure_twice_is_refused(app: Flask) -> None:
    assert run(app, *ADD).exit_code == 0
    assert "déjà celui de la structure" in run(app, *ADD).output
