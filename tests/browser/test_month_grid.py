"""The month across markets under somebody's fingers: few key presses, blocks, a draft that outlives its server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from clause.access import Role
from clause.candidates.models import Assignment
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel import clock
from clause.kernel.db import open_for_reading
from tests.browser.axe import violations
from tests.browser.conftest import read_whole
from tests.browser.test_hours_grid import PASTE
from tests.support import factories as make

pytestmark = pytest.mark.browser
MARCH = date(2026, 3, 1)
MONTH = "/heures/mois/2026-03"


class Host:
    """The site on a port of its own, that can be killed and started again."""

    def __init__(self, app: Flask) -> None:
        self.app, self.port = app, 0
        self.start()

    def start(self) -> None:
        self.server = make_server("127.0.0.1", self.port, read_whole(self.app), threaded=True)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def kill(self) -> None:
        self.server.shutdown()
        self.thread.join(timeout=10)
        self.server.server_close()


@pytest.fixture
def host(app: Flask) -> Iterator[Host]:
    app.config["WTF_CSRF_ENABLED"] = True
    found = Host(app)
    yield found
    found.kill()


@pytest.fixture
def site(host: Host) -> str:
    return f"http://127.0.0.1:{host.port}"


@pytest.fixture
def company(app: Any, session: Session) -> dict[str, Any]:
    """A company with twelve people on a market in March 2026, two of them on a second market too."""
    clock.move_to(datetime(2026, 4, 10, 9, 0))
    structure, employer = make.structure(session), make.establishment(session)
    operation = make.operation(session, structure)
    first, second = (make.market(session, operation, employer) for _ in range(2))
    for number in range(12):
        person = make.participant(session, structure, last_name=f"Nom{number:02}")
        make.eligible(session, person)
        contract = make.contract(session, person, employer, first)
        if number < 2:
            make.add(session, Assignment(employment_contract_id=contract.id, market_id=second.id))
    found = {
        "email": make.user(session, Role.COMPANY, company_id=employer.company_id).email,
        "first": first.public_id, "second": second.public_id, "reference": second.reference,
    }  # fmt: skip
    session.commit()
    open_for_reading(session)
    return found


def cells(page: Any, market: str) -> Any:
    return page.locator(f"input.cell[name^='{market}.']")


def kept(session: Session) -> int:
    session.rollback()
    return int(session.scalar(select(func.sum(DeclarationLine.hours))) or 0)


def test_twelve_people_are_declared_in_under_40_key_presses(
    company: dict[str, Any], browse: Callable[..., Any], session: Session
) -> None:
    """From the page open to the month sent, counted in the page: a block copied before, then the keyboard alone."""
    page = browse(company["email"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.context.add_init_script(
        "addEventListener('keydown', () => localStorage.setItem('pressed', 1 + Number(localStorage.getItem('pressed'))), true)"
    )
    page.goto(MONTH)
    page.evaluate(
        "text => navigator.clipboard.writeText(text)", "\n".join(f"Sam NOM{n:02}\t{100 + n},5" for n in range(12))
    )
    while page.evaluate("!document.activeElement.matches('input.cell')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Control+V")
    page.keyboard.press("Control+Enter")
    page.locator("#envoyer-mois:focus").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("sont envoyées pour").wait_for()
    pressed = int(page.evaluate("localStorage.getItem('pressed')"))
    assert kept(session) == sum(10050 + 100 * n for n in range(12))
    assert pressed < 40, pressed


def test_blocks_fill_down_several_people_and_undo(company: dict[str, Any], browse: Callable[..., Any]) -> None:
    page = browse(company["email"])
    page.goto(MONTH)
    first, second = cells(page, company["first"]), cells(page, company["second"])
    first.nth(0).focus()
    page.evaluate(PASTE, "100\t20\n90\t10\n80")
    assert [first.nth(n).input_value() for n in range(3)] == ["100", "90", "80"]
    assert second.nth(1).input_value() == "10"
    assert page.locator("[data-grand-total]").inner_text() == "300"
    page.keyboard.press("Control+z")
    assert first.nth(0).input_value() == ""
    first.nth(0).fill("77")
    first.nth(1).focus()
    page.keyboard.press("Control+d")
    assert first.nth(1).input_value() == "77"
    assert first.nth(2).evaluate("cell => cell === document.activeElement")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert second.nth(1).evaluate("cell => cell === document.activeElement")
    for tick in page.locator(".tick").all()[3:6]:
        tick.check()
    page.fill("#valeur", "151,67")
    page.click("#remplir")
    assert [first.nth(n).input_value() for n in range(2, 7)] == ["", "151,67", "151,67", "151,67", ""]
    first.nth(0).focus()
    page.evaluate(PASTE, f"Nom\t{company['reference']}\nNom01 Sam\t12\nInconnue Zoé\t3")
    assert second.nth(1).input_value() == "12"
    assert "Inconnue Zoé" in page.locator("#etat-brouillon").inner_text()


def test_a_draft_outlives_a_killed_server_and_a_closed_page(
    company: dict[str, Any], browse: Callable[..., Any], host: Host, session: Session
) -> None:
    page = browse(company["email"])
    page.goto(MONTH)
    first = cells(page, company["first"])
    first.nth(0).fill("100")
    page.get_by_text("Brouillon enregistré à").wait_for()
    host.kill()
    first.nth(1).fill("90")
    page.get_by_text("gardée sur cet appareil").wait_for()
    first.nth(2).fill("80")
    page.get_by_role("button", name="Vérifier et envoyer").click()
    page.get_by_text("gardée sur cet appareil").wait_for()
    assert first.nth(2).input_value() == "80", "the page has not left for an error page"
    stored = page.evaluate("JSON.stringify(localStorage)")
    assert "80" in stored
    assert "Nom0" not in stored, "no person's name is kept on the device"
    page.close()
    host.start()
    page = page.context.new_page()
    page.goto(MONTH)
    page.get_by_text("ont été reprises").wait_for()
    first = cells(page, company["first"])
    assert [first.nth(n).input_value() for n in range(3)] == ["100", "90", "80"]
    page.get_by_text("Brouillon enregistré à").wait_for()
    assert kept(session) == 27000
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('clause-')).length") == 0
    host.kill()
    first.nth(3).fill("70")
    page.get_by_text("gardée sur cet appareil").wait_for()
    host.start()
    page.get_by_text("Brouillon enregistré à").wait_for()
    assert kept(session) == 34000
    host.kill()
    first.nth(4).fill("60")
    host.start()
    page.get_by_role("link", name="Se déconnecter").click()
    page.wait_for_url("**/connexion*")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('clause-')).length") == 0


def test_what_one_page_kept_on_the_device_comes_back_on_the_other(
    company: dict[str, Any], browse: Callable[..., Any], session: Session
) -> None:
    page = browse(company["email"])
    page.route("**/brouillon", lambda route: route.abort())
    page.goto(MONTH)
    cells(page, company["first"]).nth(2).fill("64")
    page.get_by_text("gardée sur cet appareil").wait_for()
    page.unroute("**/brouillon")
    page.goto(f"/heures/saisie/{company['first']}/2026-03")
    page.get_by_text("a été reprise").wait_for()
    assert page.locator("input.cell[data-kind=work]").nth(2).input_value() == "64"
    page.get_by_text("Brouillon enregistré à").wait_for()
    assert kept(session) == 6400


def test_two_versions_of_a_cell_are_shown_and_somebody_chooses(
    company: dict[str, Any], browse: Callable[..., Any], session: Session
) -> None:
    here, there = browse(company["email"]), browse(company["email"])
    for page in (here, there):
        page.goto(MONTH)
    cells(there, company["first"]).nth(0).fill("50")
    cells(there, company["first"]).nth(1).fill("40")
    there.get_by_text("Brouillon enregistré à").wait_for()
    cells(here, company["first"]).nth(0).fill("60")
    cells(here, company["second"]).nth(0).fill("7")
    panel = here.locator(".clash")
    panel.wait_for()
    assert [td.inner_text() for td in panel.locator("td.num").all()] == ["60", "50"]
    assert cells(here, company["first"]).nth(1).input_value() == "40", "what nobody typed here is taken"
    assert violations(here) == []
    panel.get_by_role("button", name="Reprendre les valeurs cochées").click()
    here.get_by_text("Brouillon enregistré à").wait_for()
    assert kept(session) == 6000 + 4000 + 700


def test_a_limit_speaks_at_once_and_the_server_after_it(company: dict[str, Any], browse: Callable[..., Any]) -> None:
    page = browse(company["email"])
    page.goto(MONTH)
    cells(page, company["first"]).nth(0).fill("150")
    cells(page, company["second"]).nth(0).fill("80")
    message = page.locator("tbody").first.locator(".finding")
    assert "230 h : au-delà de 220 h" in message.inner_text()
    page.get_by_text("sauf ce qui est à corriger").wait_for()
    assert "230 h pour cette personne en mars 2026" in message.inner_text()
    assert page.locator("[data-remaining]").nth(0).inner_text().replace("\u202f", "") == "850"


def test_sixty_people_on_eight_markets_stay_fluid(app: Any, session: Session, browse: Callable[..., Any]) -> None:
    clock.move_to(datetime(2026, 4, 10, 9, 0))
    structure, employer = make.structure(session), make.establishment(session)
    operation = make.operation(session, structure)
    markets = [make.market(session, operation, employer) for _ in range(8)]
    for _ in range(60):
        person = make.participant(session, structure)
        make.eligible(session, person)
        contract = make.contract(session, person, employer, markets[0])
        session.add_all(Assignment(employment_contract_id=contract.id, market_id=m.id) for m in markets[1:])
    email = make.user(session, Role.COMPANY, company_id=employer.company_id).email
    session.commit()
    open_for_reading(session)
    page = browse(email)
    page.goto(MONTH)
    assert page.locator("input.cell").count() == 480
    assert page.locator("input").count() < 700
    slowest = page.evaluate("""() => {
      const times = [...document.querySelectorAll("input.cell")].slice(0, 60).map((cell) => {
        const start = performance.now();
        cell.value = "12";
        cell.dispatchEvent(new InputEvent("input", {bubbles: true}));
        document.body.offsetHeight;
        return performance.now() - start;
      }).sort((a, b) => a - b);
      return times[Math.floor(times.length * 0.9)];
    }""")
    assert slowest < 50, slowest
    page.get_by_text("Brouillon enregistré à").wait_for()
    assert session.scalar(select(func.count(Declaration.id))) == 8


@pytest.mark.parametrize("width", [1280, 360])
def test_the_month_is_accessible_and_fits(company: dict[str, Any], browse: Callable[..., Any], width: int) -> None:
    page = browse(company["email"], width=width)
    page.goto(MONTH + "?types=absence&total=1")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    cell = cells(page, company["first"]).first
    assert cell.get_attribute("inputmode") == "decimal"
    cell.fill("35h30")
    page.get_by_role("button", name="Vérifier et envoyer").click()
    page.wait_for_url("**/envoi")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    assert page.locator("tfoot").inner_text().count("35,5") == 1
