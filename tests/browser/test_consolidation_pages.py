"""Pages of consolidations as a browser shows them: no rule of accessibility broken, nothing too wide, charts that are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.access import Role
from clause.consolidations.publishing.actions import Wish, publish
from clause.consolidations.publishing.subjects import of_year
from clause.kernel import clock
from tests.browser.axe import violations
from tests.browser.test_dashboards import OVERFLOW
from tests.consolidations.support import golden
from tests.support import factories as make

pytestmark = pytest.mark.browser

YEAR = ["/bilans/2026", "/bilans/portefeuille/", "/explorer/?lignes=sexe&colonnes=age&mesure=participants&de=2026"]
PAGES = {
    Role.FACILITATOR: [*YEAR, "/bilans/", "/bilans/2026/lignes?table=C01&ligne=hours&colonne=value", "/bilans/2026/qualite", "/bilans/2026/publier", "/bilans/publications/", "{operation}", "{published}", "{published}/ecarts", "{published}/ecritures", "/explorer/vues", "/attestations/"],
    Role.AUTHORITY: [*YEAR, "/bilans/", "{operation}"],
    Role.COMPANY: ["/attestations/"],
    Role.ADMINISTRATOR: ["/transferts/2026", "/transferts/registre/importer", "/transferts/registre/nouvelle"],
}  # fmt: skip
SMALLEST_TEXT = "Math.min(...[...document.querySelectorAll('svg text')].map(e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().d))"

OVERLAPS = """[...document.querySelectorAll('.report-chart g')].flatMap(g => {
  const boxes = [...g.children].map(e => [e.textContent, e.getBoundingClientRect()]).filter(([, box]) => box.width);
  return boxes.slice(1).filter(([, box], n) => box.left < boxes[n][1].right).map(([text]) => text);
})"""


@pytest.fixture
def case(app: Flask, session: Session) -> Iterator[tuple[dict[Role, str], dict[str, str]]]:
    """An account of each role, and the addresses of what the golden case has: an operation, a publication."""
    clock.move_to(datetime(2026, 12, 15, 10))
    found = golden(session)
    company = make.establishment(session).company_id
    affiliations: dict[Role, dict[str, Any]] = {
        Role.FACILITATOR: {"structure_id": found.structure.id}, Role.AUTHORITY: {"authority_id": found.authorities["A"].id},
        Role.COMPANY: {"company_id": company}, Role.ADMINISTRATOR: {},
    }  # fmt: skip
    emails = {role: make.user(session, role, **of).email for role, of in affiliations.items()}
    found.operations["O1"].place = "50.6292, 3.0573"
    made = publish(session, make.viewer_of(found.structure), of_year(session, found.structure.id, 2026), Wish())
    addresses = {
        "operation": f"/bilans/operations/{found.operations['O1'].public_id}", "published": f"/bilans/publications/{made.publication.public_id}",
    }  # fmt: skip
    session.commit()
    yield emails, addresses
    clock.move_to(None)


def test_pages_of_consolidations_are_accessible_and_fit_a_small_screen(browse: Any, case: Any) -> None:
    emails, addresses = case
    faults = []
    for role, paths in PAGES.items():
        page = browse(emails[role])
        for path in (path.format(**addresses) for path in paths):
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.goto(path).status == 200, (role, path)
                faults += [f"{role.value}, {path} at {width}: {fault}" for fault in violations(page)]
                if page.evaluate(OVERFLOW) > 0:
                    faults.append(f"{role.value}, {path} at {width}: wider than the screen")
    assert faults == []


def test_the_words_of_a_chart_are_read_on_a_telephone(browse: Any, case: Any) -> None:
    emails, addresses = case
    page = browse(emails[Role.FACILITATOR], width=360)
    for path in ("/bilans/2026", "/bilans/portefeuille/", addresses["operation"]):
        page.goto(path)
        assert page.evaluate(SMALLEST_TEXT) >= 9.5, path
        assert page.evaluate(OVERLAPS) == [], path
