"""Completing a frozen entry: what was unknown, never what was known; by whom; and what the consolidation then reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.candidates.actions.entry import Known, complete_entry, missing
from clause.candidates.codes import EducationLevel, PublicKind, Sex
from clause.candidates.entries import freeze_entry
from clause.candidates.models import ClauseEntry, Participant
from clause.kernel import audit, clock
from clause.kernel.db import db
from clause.kernel.refusals import Refused
from clause.organisations.models import Structure
from tests.consolidations.publishing.support import DAY
from tests.support import factories as make
from tests.support.client import Client


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(DAY)
    yield
    clock.move_to(None)


def unknown(session: Session) -> tuple[Structure, Participant, ClauseEntry]:
    structure = make.structure(session)
    person = make.participant(session, structure, sex=Sex.UNKNOWN, education_level=EducationLevel.UNKNOWN, in_qpv=None, birth_date=date(2015, 1, 1))  # fmt: skip
    make.eligible(session, person)
    entry = freeze_entry(session, person.id, date(2026, 1, 5))
    entry.primary_public = None
    session.flush()
    return structure, person, entry


def test_what_was_unknown_is_completed(session: Session, engine: str) -> None:
    structure, person, entry = unknown(session)
    assert missing(entry) == {"level", "in_qpv", "sex", "public", "age"}
    person.birth_date = date(1990, 1, 1)
    known = Known(EducationLevel.L3, True, Sex.F, PublicKind.LONG_TERM_JOBSEEKER, age=True)
    complete_entry(session, make.viewer_of(structure), person.id, known)
    assert missing(entry) == set()
    assert (entry.age, entry.in_qpv, entry.primary_public) == (36, True, PublicKind.LONG_TERM_JOBSEEKER)
    said = audit.history(session, person)[0]
    assert said.action == "entrée complétée : niveau, quartier prioritaire, sexe, public principal, âge"
    assert said.changes == {}


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (Known(), "Rien n'est à compléter"), (Known(public=PublicKind.RQTH_BOETH), "pas été reconnu"),
        (Known(age=True), "L'âge reste impossible"),
    ],
)  # fmt: skip
def test_what_is_refused(session: Session, known: Known, sentence: str) -> None:
    structure, person, _entry = unknown(session)
    with pytest.raises(Refused, match=sentence):
        complete_entry(session, make.viewer_of(structure), person.id, known)


def test_what_was_known_never_changes(session: Session) -> None:
    structure, person, entry = unknown(session)
    entry.education_level = EducationLevel.L4
    session.flush()
    with pytest.raises(Refused, match="déjà connue"):
        complete_entry(session, make.viewer_of(structure), person.id, Known(level=EducationLevel.L3))
    with pytest.raises(Refused, match="ne fait pas partie"):
        complete_entry(session, make.viewer_of(make.structure(session, "MDE voisine")), person.id, Known(in_qpv=True))
    with pytest.raises(Refused, match="ne permet pas"):
        complete_entry(session, make.viewer_of(structure, Role.PLIE_MANAGER), person.id, Known(in_qpv=True))


def test_the_page(app: Flask, session: Session, client: Client) -> None:
    structure, person, entry = unknown(session)
    entry.sex = Sex.F
    user, address = make.facilitator(session, structure), f"/bilans/entrees/{person.public_id}"
    make.committed(session, *session)
    client.sign_in(user.email)
    page = client.get(address).get_data(as_text=True)
    assert 'name="level"' in page
    assert 'name="sex"' not in page
    refused = client.post(address, data={"age": "y", "level": "3", "in_qpv": "", "public": ""})
    assert refused.status_code == 422
    assert "reste impossible" in refused.get_data(as_text=True)
    assert client.post(address, data={"level": "", "in_qpv": "", "public": ""}).status_code == 422
    assert client.post(address, data={"level": "3", "in_qpv": "0", "public": ""}).status_code == 302
    with app.app_context():
        kept = db.session.scalars(select(ClauseEntry)).one()
        assert (kept.education_level, kept.in_qpv) == (EducationLevel.L3, False)
    assert client.get("/bilans/entrees/inconnu").status_code == 404
