"""What no form measured still ends in a sentence: on both engines, the same, and never an error of ours."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.kernel import values
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue
from clause.markets.models import Operation
from tests.consolidations.support import golden
from tests.support import factories
from tests.support.people import signed_in


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [("commune", "é" * 121, "120 caractères au plus"), ("title", "x" * 301, "300 caractères au plus")],
)
def test_a_text_longer_than_its_column_is_refused_and_the_page_still_reads(
    engine: str, session: Session, column: str, value: str, sentence: str
) -> None:
    of = factories.structure(session)
    operation = factories.operation(session, of)
    setattr(operation, column, value)
    with pytest.raises(Refused, match=sentence) as refused:
        session.flush()
    assert refused.value.field == column
    assert len(refused.value.sentence) < 100
    assert session.scalars(select(Operation.id)).all()  # no second refusal while the page is drawn
    session.rollback()
    assert session.autoflush


def test_a_number_that_does_not_fit_is_refused(engine: str, session: Session) -> None:
    market = factories.market(session, factories.operation(session, factories.structure(session)))
    market.hourly_cost_cents = 3_000_000_000
    with pytest.raises(Refused, match="trop grand"):
        session.flush()


QUERIES = (
    "page=-1", "page=0", "page=99999999", "page=" + "9" * 5000, "page=%C2%B2", "tri=x", "statut=zzz", "au=31/02/2026",
    "au=0001-01-01", "q=%00a", "q=%ED%A0%80", "acheteur=%00", "operation=%00", "personne=%00", "mois=2026-99",
)  # fmt: skip


@pytest.mark.parametrize("path", ["/operations/", "/marches/", "/marches/nouveau", "/contrats/nouveau", "/personnes/"])
def test_an_address_with_odd_parameters_is_a_page(engine: str, app: Flask, session: Session, path: str) -> None:
    user = factories.facilitator(session, factories.structure(session))
    factories.committed(session, user)
    client = signed_in(app, user)
    assert [client.get(f"{path}?{query}").status_code for query in QUERIES] == [200] * len(QUERIES)


OF_FLASK = (
    "endpoint=x",
    "_scheme=javascript",
    "_scheme=javascript&_external=1",
    "_anchor=x",
    "_method=POST",
    "_external=1",
    "year=3",
)


LISTS = (
    "/operations/", "/marches/", "/personnes/", "/contrats/", "/heures/", "/heures/retards", "/validation/", "/previsions/", "/penalites/",
    "/difficultes/", "/explorer/", "/bilans/",
)  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_a_parameter_is_never_an_option_of_our_own_addresses(app: Flask, session: Session, path: str) -> None:
    """Sorts, pages, filters and exports are written with the parameters of the address that was asked."""
    case = golden(session)
    user = factories.facilitator(session, case.structure)
    factories.committed(session, *session)
    client = signed_in(app, user)
    for query in OF_FLASK:
        page = client.get(f"{path}?{query}")
        assert page.status_code == 200, query
        assert "javascript:" not in page.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/bilans/2026/consolidation.xlsx?au=zz", "/explorer/tableau.csv?lignes=zz"])
def test_a_file_asked_wrongly_leads_back_to_its_page(app: Flask, session: Session, path: str) -> None:
    user = factories.facilitator(session, factories.structure(session))
    factories.committed(session, user)
    client = signed_in(app, user)
    for query in OF_FLASK:
        answer = client.get(f"{path}&{query}")
        assert answer.status_code == 302, query
        assert answer.location.startswith(path.rpartition("/")[0])
        assert client.get(answer.location).status_code in (200, 422)


@pytest.mark.parametrize("path", ["/bilans/0", "/bilans/99999", "/bilans/" + "9" * 30, "/marches/a%00b", "/%00"])
def test_an_address_that_names_nothing_is_not_found(engine: str, app: Flask, session: Session, path: str) -> None:
    user = factories.facilitator(session, factories.structure(session))
    factories.committed(session, user)
    assert signed_in(app, user).get(path).status_code == 404


def test_what_no_keyboard_types_is_dropped_from_a_form(engine: str, app: Flask, session: Session) -> None:
    user = factories.user(session, Role.COORDINATOR, structure_id=factories.structure(session).id)
    factories.committed(session, user)
    values_typed = {
        "siret": factories.siret(7), "name": "Bâti\x00 <script>alert(1)</script>\x1b 😀", "kind": "company",
    }  # fmt: skip
    client = signed_in(app, user)
    response = client.post("/organisations/entreprises/nouvelle", data=values_typed, follow_redirects=True)
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "Bâti &lt;script&gt;alert(1)&lt;/script&gt; 😀" in page
    assert "<script>alert" not in page


def test_a_version_that_is_not_a_number_is_no_version(app: Flask, session: Session) -> None:
    of = factories.structure(session)
    user, operation = factories.facilitator(session, of), factories.operation(session, of)
    factories.committed(session, user, operation)
    client = signed_in(app, user)
    for odd in ("²", "-1", "9" * 5000, "1e309", "\x00"):
        response = client.post(f"/operations/{operation.public_id}/modifier", data={"version": odd, "title": ""})
        assert response.status_code == 422


@pytest.mark.parametrize(
    "typed", ["NaN", "1e309", "-1", "99999999999", "²", "\N{ARABIC-INDIC DIGIT THREE}e400", "9" * 6000]
)
def test_odd_hours_are_refused_in_a_short_sentence(typed: str) -> None:
    with pytest.raises(BadValue) as refused:
        values.read_hours(typed)
    assert len(str(refused.value)) < 160


@pytest.mark.parametrize("typed", ["31/02/2026", "01/01/0001", "31/12/9999", "²²/01/2026"])
def test_odd_days_are_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        values.read_date(typed)


def test_a_file_too_large_says_so(app: Flask, session: Session) -> None:
    user = factories.facilitator(session, factories.structure(session))
    factories.committed(session, user)
    sent = signed_in(app, user).post(
        "/imports/reprise/", data=bytes(17 * 1024 * 1024), content_type="multipart/form-data; boundary=x"
    )
    assert sent.status_code == 413
    assert "dépasse 16 Mo" in sent.get_data(as_text=True)
