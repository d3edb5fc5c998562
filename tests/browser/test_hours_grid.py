"""The grid of a month under somebody's fingers: keyboard, pasted block, draft that keeps itself, accessibility."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.codes import HourKind
from clause.hours.models import DeclarationLine
from clause.kernel import clock
from clause.kernel.db import open_for_reading
from tests.browser.axe import violations
from tests.support import factories as make

pytestmark = pytest.mark.browser
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def month(app: Any, session: Session) -> dict[str, Any]:
    """A company with twelve people on a market in March 2026, and the month before sent."""
    clock.move_to(datetime(2026, 4, 10, 9, 0))
    structure, company = make.structure(session), make.establishment(session)
    market = make.market(session, make.operation(session, structure), company)
    contracts = []
    for _ in range(12):
        person = make.participant(session, structure)
        make.eligible(session, person)
        contracts.append(make.contract(session, person, company, market))
    viewer = Viewer(role=Role.COMPANY, name="Dominique", company_id=company.company_id)
    before = actions.open_declaration(session, viewer, market, company.company_id, date(2026, 2, 1))
    lines = tuple(DraftLine(c.id, HourKind.WORK, 10000) for c in contracts)
    actions.save_draft(session, viewer, before, DraftData(lines))
    actions.submit(session, viewer, before)
    found = {
        "company": make.user(session, Role.COMPANY, company_id=company.company_id).email,
        "facilitator": make.facilitator(session, structure).email,
        "grid": f"/heures/saisie/{market.public_id}/2026-03",
        "declaration": before.public_id,
    }
    session.commit()
    open_for_reading(session)
    return found


def test_what_a_block_loses_stays_said(month: dict[str, Any], browse: Callable[..., Any]) -> None:
    page = browse(month["company"])
    page.goto(month["grid"])
    page.locator("input.cell").first.focus()
    page.evaluate(PASTE, "\n".join(f"{100 + n}" for n in range(14)))
    said = page.locator("#etat-brouillon")
    page.get_by_text("Brouillon enregistré à").wait_for()
    assert "pas collé : 112 ; 113." in said.inner_text()
    page.locator("input.cell").first.type("1")
    page.get_by_text("Brouillon enregistré à").wait_for()
    assert "pas collé" not in said.inner_text()


def test_twelve_people_are_declared_by_pasting(
    month: dict[str, Any], browse: Callable[..., Any], session: Session
) -> None:
    page = browse(month["company"])
    page.goto(month["grid"])
    page.locator("input.cell").first.focus()
    page.evaluate(PASTE, "\n".join(f"{100 + n},5\t7" for n in range(12)))
    page.get_by_text("Brouillon enregistré à").wait_for()
    assert page.locator("#total-mois").inner_text().replace("\u202f", "").replace("\xa0", " ") == "1356 h"
    page.reload()
    assert page.locator("input.cell").nth(4).input_value() == "101,5"
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url("**/heures/*")
    assert "À valider" in page.locator("dl.details").inner_text()
    session.rollback()
    hours = session.scalars(select(DeclarationLine.hours).where(DeclarationLine.month == date(2026, 3, 1))).all()
    assert sum(hours) == sum(10050 + 100 * n for n in range(12)) + 12 * 700


def test_arrows_and_enter_move_between_cells(month: dict[str, Any], browse: Callable[..., Any]) -> None:
    page = browse(month["company"])
    page.goto(month["grid"])
    ids = [cell.get_attribute("id") for cell in page.locator("input.cell").all()[:8]]
    focused = "document.activeElement.id"
    page.locator("input.cell").first.focus()
    for key, expected in (("ArrowRight", ids[1]), ("Enter", ids[5]), ("ArrowLeft", ids[4]), ("ArrowUp", ids[0])):
        page.keyboard.press(key)
        assert page.evaluate(focused) == expected, key


def test_a_warning_stands_beside_its_row_and_the_bad_cell_is_told(
    month: dict[str, Any], browse: Callable[..., Any]
) -> None:
    page = browse(month["company"])
    page.goto(month["grid"])
    cells = page.locator("input.cell")
    cells.nth(0).fill("300")
    cells.nth(4).fill("beaucoup")
    page.get_by_text("refuse plus de 220 h").wait_for()
    assert page.get_by_text("« beaucoup » n'est pas un nombre").is_visible()
    page.get_by_role("button", name="Envoyer").click()
    page.locator("#erreurs").wait_for()
    assert cells.nth(0).input_value() == "300"
    assert page.evaluate("document.activeElement.id") == "erreurs"
    assert page.title().startswith("Erreur :")
    assert violations(page) == []


@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_hours_are_accessible(month: dict[str, Any], browse: Callable[..., Any], width: int) -> None:
    page = browse(month["company"], width=width)
    for path in ("/heures/", month["grid"], f"/heures/{month['declaration']}"):
        page.goto(path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), path
    page = browse(month["facilitator"], width=width)
    for path in ("/validation/", f"/validation/{month['declaration']}", "/heures/", "/heures/retards?tout=1"):
        page.goto(path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), path
