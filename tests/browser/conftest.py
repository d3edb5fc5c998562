"""A real browser on a real server: headless Chromium, the site in a thread, a database of the test's own.

Without Chromium or Playwright these tests are not collected; where ``CLAUSE_TEST_REQUIRE`` names the browser, the run
fails instead.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.support.client import PASSWORD

CHROMIUM = os.environ.get("CLAUSE_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = "browser" in os.environ.get("CLAUSE_TEST_REQUIRE", "").split(",")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

collect_ignore_glob = [] if CHROMIUM or REQUIRED else ["test_*.py"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM or "/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


def read_whole(app: Flask) -> Any:
    """The application, each answer read to its end before it leaves: a browser that hangs up leaves no file open."""

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()

    return answer


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of the site, served from the test's database with CSRF on, as in life."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, read_whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()
    for answering in [t for t in threading.enumerate() if "process_request_thread" in t.name]:
        answering.join(timeout=5)  # what it still logs must find the capture of the test open


@pytest.fixture
def browse(chromium: Any, site: str) -> Iterator[Any]:
    """``browse(email)`` opens a browser of one's own, signed in; script errors and refused resources fail the test."""
    contexts: list[Any] = []
    faults: list[str] = []

    def open_as(email: str, *, width: int = 1280, password: str = PASSWORD) -> Any:
        context = chromium.new_context(
            base_url=site, locale="fr-FR", timezone_id="Europe/Paris", viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on(
            "console", lambda m: faults.append(f"console: {m.text}") if "Content Security Policy" in m.text else None
        )
        page.goto("/")
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", password)
        page.click("form:has(input[name=password]) [type=submit]")
        page.wait_for_selector("header a[href*=compte]", state="attached")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert not faults, faults
