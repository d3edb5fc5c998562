"""Each list, detail and dashboard page, for the largest structure and one of middling size, against a page of layout only.

The pages are those of the map of addresses: all that take no argument and answer HTML, then for each list the first
object that it links to. What the facilitator may not see, or leads elsewhere, is left out.
"""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from bench import country
from bench.measure import Server, p95, seconds
from clause.kernel import clock
from clause.kernel.db import db
from clause.kernel.unit import current_session

TRIVIAL = "/accessibilite"
PEOPLE = {"largest": "facilitateur@demo.example", "median": "facilitateur.bocage@demo.example"}
CONSOLIDATION = "/bilans/2016"
OBJECT = re.compile(r'href="(/[a-z/-]+/[0-9a-f]{20})"')
OF_NO_OBJECT = re.compile(r"/static|/healthz|/deconnexion|/connexion|/export|\.(xlsx|csv|json|pdf|svg|zip)")
# The day of the consolidation: the country has not been left alone for years.
NOW = datetime(2017, 1, 25, 10, tzinfo=UTC)
Get = Callable[[str], TestResponse]


def measured(engine: str, years: str, who: str, requests: str) -> dict[str, Any]:
    """By page: seconds (p95), of how many requests, number of queries; and the seconds of the trivial page."""
    app = country.application(country.address(engine, int(years)))
    clock.move_to(NOW)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/connexion", data={"email": PEOPLE[who], "password": country.PASSWORD})
    queries, server, times = _counter(app), _server(app), int(requests)

    def get(path: str) -> TestResponse:
        # An empty context, so that no request finds the session of the one before.
        answer: TestResponse = contextvars.Context().run(client.get, path)
        return answer

    found: dict[str, Any] = {"trivial": p95(lambda: get(TRIVIAL), times, server)[0], "pages": {}}
    for path in _paths(app, get):
        queries.clear()
        get(path)
        count = len(queries)
        took, asked = p95(partial(get, path), times, server)
        found["pages"][re.sub(r"[0-9a-f]{20}", "…", path)] = {"p95": took, "requests": asked, "queries": count}
    few = max(3, times // 20)
    found["consolidation"] = seconds(lambda: get(CONSOLIDATION), few, server)
    found["trivial_median"] = seconds(lambda: get(TRIVIAL), few * 5, server)
    return found


def _paths(app: Flask, get: Get) -> Iterator[str]:
    """Lists and dashboards, each followed by the first objects that it links to, one of a kind."""
    kinds: set[str] = set()
    for path in sorted(str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments):  # fmt: skip
        answer = None if OF_NO_OBJECT.search(path) or path == TRIVIAL else get(path)
        if answer is None or answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        yield path
        for link in OBJECT.findall(answer.text):
            kind = link.rsplit("/", 1)[0]
            if kind not in kinds and get(link).status_code == 200:
                kinds.add(kind)
                yield link


def _server(app: Flask) -> Server:
    """The test client asks with the one connection of the pool, so the process that answers is always the same."""
    with app.app_context():
        found = country.server(current_session())
        current_session().rollback()
        return found


def _counter(app: Flask) -> list[str]:
    found: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", count)
    return found
