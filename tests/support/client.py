"""The test client as second reviewer: every HTML page it fetches is read strictly."""

from __future__ import annotations

import contextvars
import re
from typing import Any

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "motdepasse-de-test-2026"


class Client(FlaskClient):
    """Signs in by the real page, checks every page, keeps no application context open between requests."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # An empty context: a test that holds an application context open would otherwise share it, and with it the
        # user and the session of the previous request.
        response = contextvars.Context().run(super().open, *args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 308):
            review(response.get_data(as_text=True), response.request.path)
        return response

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        self.get("/deconnexion")
        return self.post("/connexion", data={"email": email, "password": password})


def review(html: str, path: str) -> None:
    """Fail on what a reader would trip over: broken HTML, no title or h1, double ids, fields without label."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    document = parser.parse(html)
    faults = [f"{code} {where}" for where, code, _ in parser.errors if code not in TOLERATED]
    title = document.findtext(".//title") or ""
    if not title.replace("· Clause", "").strip():
        faults.append("no title")
    if len(document.findall(".//h1")) != 1:
        faults.append(f"{len(document.findall('.//h1'))} h1")
    ids = [e.get("id") for e in document.iter() if isinstance(e.tag, str) and e.get("id")]
    faults += [f"id {i} twice" for i in {i for i in ids if ids.count(i) > 1}]
    labelled = {e.get("for") for e in document.iter("label")}
    for tag in ("input", "select", "textarea"):
        for element in document.iter(tag):
            if element.get("type") in ("hidden", "submit", "button"):
                continue
            if element.get("id") not in labelled and not (element.get("aria-label") or element.get("aria-labelledby")):
                faults.append(f"no label: {element.get('name')}")
    faults += [f"inline handler or style: {m}" for m in re.findall(r"\s(on[a-z]+=|style=)", html)]
    assert not faults, f"{path}: {faults}"


TOLERATED: frozenset[str] = frozenset()
