"""The first page of each role as a browser shows it: no rule of accessibility broken, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.access import Role
from clause.kernel import clock
from tests.browser.axe import violations
from tests.dashboard.scene import NOW, Scene, scene

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def emails(app: Flask, session: Session) -> Iterator[dict[Role, str]]:
    clock.move_to(NOW)
    alpha: Scene = scene(session, "Alpha")
    alpha.one_of_each()
    found = {role: user.email for role, user in alpha.users.items()}
    session.commit()
    yield found
    clock.move_to(None)


def test_each_first_page_is_accessible_and_fits_a_small_screen(browse: Any, emails: dict[Role, str]) -> None:
    faults = []
    for role, email in emails.items():
        page = browse(email)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto("/")
            faults += [f"{role.value} at {width}: {fault}" for fault in violations(page)]
            if page.evaluate(OVERFLOW) > 0:
                faults.append(f"{role.value} at {width}: wider than the screen")
    assert faults == []


def test_the_menu_of_a_small_screen_opens_and_closes(browse: Any, emails: dict[Role, str]) -> None:
    page = browse(emails[Role.FACILITATOR], width=360)
    button, rooms = page.get_by_role("button", name="Menu"), page.get_by_role("navigation", name="Menu principal")
    assert (button.get_attribute("aria-expanded"), rooms.is_visible()) == ("false", False)
    button.click()
    assert (button.get_attribute("aria-expanded"), rooms.is_visible()) == ("true", True)
    page.keyboard.press("Escape")
    assert (rooms.is_visible(), page.evaluate("document.activeElement.id")) == (False, "menu-bouton")


def test_a_table_wider_than_the_screen_scrolls_with_the_keyboard(browse: Any, emails: dict[Role, str]) -> None:
    page = browse(emails[Role.FACILITATOR], width=320)
    wrapper = page.locator(".table-responsive").first
    page.locator(".table-responsive[tabindex]").first.wait_for()  # the script measures once the page is laid out
    assert wrapper.get_attribute("tabindex") == "0"
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator(
        ".table-responsive.fits"
    ).first.wait_for()  # a function polled by the page would be eval, which the CSP refuses
    assert wrapper.get_attribute("tabindex") is None
