"""Lists of people: filters in words, states of the day, as many queries whatever the size."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.candidates import actions
from clause.candidates.actions import PathwayData, PositionData
from clause.candidates.codes import EligibilityState, PathwayCategory
from clause.kernel import clock
from tests.candidates.pages import done, sign_in, write
from tests.candidates.scene import Scene, people_of, scene
from tests.support import factories as make
from tests.support.client import Client
from tests.support.queries import count_queries


def test_filters_are_said_and_two_empty_states(client: Client, session: Session, s: Scene) -> None:
    sign_in(client, s, "facilitator")
    assert "Aucune personne pour l&#39;instant" in client.get("/personnes/").get_data(as_text=True)
    write(session)
    people_of(session, s.structure, 2, s.employer, s.market)
    make.participant(session, s.structure, last_name="Éloïse", commune="Aubigny")
    done(session)
    html = client.get("/personnes/?contrat=oui&etat=eligible").get_data(as_text=True).replace("&#39;", "'")
    assert "2 personnes" in html
    assert "éligibilité : éligible ; en contrat aujourd'hui" in html
    assert "1 personne<" in client.get("/personnes/?q=ELOISE").get_data(as_text=True)
    assert "1 personne<" in client.get("/personnes/?commune=Aubigny").get_data(as_text=True)
    assert "ne correspond à ces filtres" in client.get("/personnes/?q=personne-nulle-part").get_data(as_text=True)
    for odd in ("?tri=nimporte", "?page=zzz", "?etat=zzz", "?page=99999999999"):
        assert client.get(f"/personnes/{odd}").status_code == 200


def test_states_today_on_both_engines(engine: str, app: Flask, session: Session) -> None:
    from clause.candidates.queries.people import PeopleFilters, all_people, people_page, sort_columns

    clock.move_to(datetime(2026, 11, 20, 10))
    s, today = scene(session), date(2026, 11, 20)
    ended, renewed, waiting = (make.participant(session, s.structure, last_name=n) for n in ("Ancien", "Bis", "Neuf"))
    make.eligible(session, ended, date(2024, 1, 1), date(2025, 12, 31))
    make.eligible(session, renewed, date(2026, 1, 1), date(2026, 12, 31))
    for person in (renewed, waiting):
        actions.reassess(session, s.viewer("facilitator"), person.id)
    rows = all_people(session, s.viewer("facilitator"), PeopleFilters(), today)
    assert [(r.last_name, r.state.value, r.awaits) for r in rows] == [
        ("Ancien", "expired", False), ("Bis", "eligible", True), ("Neuf", "submitted", True),
    ]  # fmt: skip
    assert rows[1].alert is not None
    for state, count in (("submitted", 2), ("expired", 1), ("eligible", 1), ("not_eligible", 0)):
        filters = PeopleFilters(state=EligibilityState(state))
        assert len(all_people(session, s.viewer("facilitator"), filters, today)) == count
    for key in sort_columns(today):
        for sort in (key, f"-{key}"):
            assert people_page(session, s.viewer("facilitator"), PeopleFilters(), today, sort=sort).total == 3


@pytest.mark.parametrize("path", ["/personnes/", "/contrats/", "/parcours/", "/contrats/postes/"])
def test_as_many_queries_for_30_rows_as_for_one(
    client: Client, app: Flask, session: Session, s: Scene, path: str
) -> None:
    def add(count: int) -> None:
        write(session)
        for person in people_of(session, s.structure, count, s.employer, s.market):
            data = PathwayData(person.id, date(2026, 1, 5), PathwayCategory.RSA)
            actions.enter_pathway(session, s.viewer("facilitator"), data)
            actions.open_position(session, s.viewer("facilitator"), PositionData(s.market.id, s.employer.id, "Poste"))
        done(session)

    add(1)
    sign_in(client, s, "facilitator")
    with count_queries(app) as few:
        client.get(path)
    add(29)
    with count_queries(app) as many:
        client.get(path)
    assert len(few) == len(many) > 2


def test_a_persons_page_counts_as_many_queries_with_many_contracts(client: Client, app: Flask, session: Session, s: Scene) -> None:  # fmt: skip
    write(session)
    [person] = people_of(session, s.structure, 1, s.employer, s.market)
    done(session)
    sign_in(client, s, "facilitator")
    with count_queries(app) as few:
        client.get(f"/personnes/{person.public_id}")
    write(session)
    for month in range(2, 12):
        make.contract(session, person, s.employer, s.market, starts_on=date(2026, month, 1))
    done(session)
    with count_queries(app) as many:
        client.get(f"/personnes/{person.public_id}")
    assert len(few) == len(many)
