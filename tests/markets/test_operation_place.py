"""The position of an operation: pasted, refused with what is expected, changed with its history."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from clause.kernel.db import db
from clause.markets.models import Operation
from tests.markets.pages import OPERATION, count, text
from tests.support.client import Client

NEW = {**OPERATION, "authority": "Ville de Valmont"}


def test_a_position_is_kept_and_shown(signed_in: Client, app: Flask) -> None:
    made = signed_in.post("/operations/nouvelle", data={**NEW, "place": "50,62925 ; 3,0573"})
    assert made.status_code == 302
    assert "50.6293, 3.0573" in text(signed_in.get(made.location))
    with app.app_context():
        row = db.session.scalars(select(Operation).where(Operation.reference == "OP-77")).one()
        version = str(row.version)
    form = f"{made.location}/modifier"
    assert 'value="50.6293, 3.0573"' in text(signed_in.get(form))
    changed = signed_in.post(form, data={**NEW, "place": "", "version": version})
    assert changed.status_code == 302
    assert "position" in text(signed_in.get(made.location))  # in the history


def test_what_is_no_position_is_refused(signed_in: Client, app: Flask) -> None:
    before = count(app, Operation)
    response = signed_in.post("/operations/nouvelle", data={**NEW, "place": "près de Lille"})
    assert response.status_code == 422
    assert "n'est pas une position" in text(response)
    assert "près de Lille" in text(response)
    assert count(app, Operation) == before
