"""Fields read what people type, and an error says what is wrong with it, not that it is missing."""

from __future__ import annotations

from flask import Flask

from clause.kernel.forms import CodeField, Form, hours_field, required, siret_field, text_field
from clause.organisations.codes import EmployerType


class Sample(Form):
    siret = siret_field("SIRET", [required("Indiquez le SIRET.")])
    hours = hours_field("Heures", [required("Indiquez les heures.")])
    kind = CodeField("Type", [required("Choisissez un type.")], code=EmployerType, empty="Choisir…")


def errors(app: Flask, **typed: str) -> dict[str, list[str]]:
    with app.test_request_context(method="POST", data=typed):
        form = Sample()
        form.validate()
        return {name: list(found) for name, found in form.errors.items()}


def test_what_is_wrong_is_said_rather_than_required(app: Flask) -> None:
    found = errors(app, siret="73282932000075", hours="douze", kind="club")
    assert "clé de contrôle" in found["siret"][0]
    assert "n'est pas un nombre" in found["hours"][0]
    assert found["kind"] == ["Choisissez une valeur de la liste."]


def test_what_is_missing_is_asked_for(app: Flask) -> None:
    assert errors(app) == {
        "siret": ["Indiquez le SIRET."],
        "hours": ["Indiquez les heures."],
        "kind": ["Choisissez un type."],
    }


def test_what_is_right_passes(app: Flask) -> None:
    assert errors(app, siret="732 829 320 00074", hours="35h30", kind="EI") == {}


def test_the_text_typed_is_kept(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"siret": " 7328 ", "hours": "douze"}):
        form = Sample()
        form.validate()
        assert 'value=" 7328 "' in str(form.siret())
        assert 'value="douze"' in str(form.hours())


def test_a_text_of_one_line_stays_on_one_line(app: Flask) -> None:
    class Named(Form):
        name = text_field("Nom")

    with app.test_request_context(method="POST", data={"name": " Lot 2 \r\n\tGros\u00a0 œuvre\n"}):
        assert Named().name.data == "Lot 2 Gros œuvre"
