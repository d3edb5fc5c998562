"""Every route of the URL map, for every role: who gets in is what RIGHTS says, and nothing else.

Derived from the routes themselves, so that a new one is held from its first day.
"""

from __future__ import annotations

import dataclasses

import pytest
from flask import Blueprint, Flask
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from clause import access
from clause.access import RIGHTS, Permission, Role
from clause.accounts.models import User
from clause.app import create_app
from clause.config import Settings
from clause.guard import PUBLIC, UndeclaredRoute, access_of
from clause.kernel import clock
from tests.support.client import Client
from tests.support.people import one_of_each_role, signed_in

# What everybody may open without signing in; any other public route is a mistake until it is written here.
PUBLIC_ENDPOINTS = {
    "static", "bootstrap.static", "site.health", "accounts.sign_in", "accounts.sign_out", "accounts.invitation",
    "accounts.renew_invitation", "accounts.forgotten", "accounts.reset", "dashboard.home", "pages.accessibility",
    "pages.personal_data", "links.landing", "links.enter", "links.renew", "transfers.published_schema",
}  # fmt: skip
SAMPLES = {
    "int": "2026", "year": "2026", "month": "2026-03", "filename": "clause.css", "token": "x" * 43, "format": "xlsx",
}  # fmt: skip
NOBODYS = "0123456789abcdef0123"


def rules_of(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ())))


def address_of(app: Flask, rule: Rule) -> str:
    """An address of this rule: a random object, that nobody has, where it names one."""
    values = {name: _sample(name, rule._converters[name]) for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def _sample(name: str, converter: BaseConverter) -> str:
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return SAMPLES.get("int" if isinstance(converter, IntegerConverter) else name, NOBODYS)


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})


def expected_access(app: Flask, rule: Rule) -> Permission | None:
    """The permission of a route; None for a public one."""
    declared = access_of(app, rule.endpoint)
    return None if declared == PUBLIC else Permission(str(declared))


@pytest.fixture
def users(session: Session) -> dict[Role, User]:
    return one_of_each_role(session)


def test_public_routes_are_those_that_are_written_here(app: Flask) -> None:
    public = {rule.endpoint for rule in rules_of(app) if expected_access(app, rule) is None}
    assert public == PUBLIC_ENDPOINTS


def test_every_permission_is_held_by_somebody_and_asked_for_by_a_known_name() -> None:
    held = frozenset().union(*RIGHTS.values())
    assert held == frozenset(Permission)
    assert set(RIGHTS) == set(Role)


def test_a_visitor_is_sent_to_the_sign_in_page(app: Flask, client: Client) -> None:
    faults = []
    for rule in rules_of(app):
        for method in methods_of(rule) if expected_access(app, rule) is not None else ():
            response = client.open(address_of(app, rule), method=method)
            if response.status_code != 302 or not response.location.startswith("/connexion"):
                faults.append(f"{method} {rule.rule}: {response.status_code}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_refused_exactly_where_rights_say_so(app: Flask, users: dict[Role, User], role: Role) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False  # an error is a status here, so that all of them are said at once
    client = signed_in(app, users[role])
    faults = []
    for rule in rules_of(app):
        permission = expected_access(app, rule)
        if permission is None:
            continue
        allowed = permission in RIGHTS[role]
        for method in methods_of(rule):
            status = client.open(address_of(app, rule), method=method).status_code
            if not allowed and status != 403:
                faults.append(f"{method} {rule.rule}: {status} where 403 is due")
            if allowed and (status >= 500 or (status == 403 and not rule.arguments)):
                faults.append(f"{method} {rule.rule}: {status} where {role.value} may")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("permission", list(Permission))
def test_every_right_but_the_one_needed_is_not_enough(
    app: Flask, users: dict[Role, User], monkeypatch: pytest.MonkeyPatch, permission: Permission
) -> None:
    """Refusal by subtraction: the role that has all the others still gets 403."""
    monkeypatch.setitem(access.RIGHTS, Role.COORDINATOR, frozenset(Permission) - {permission})
    client = signed_in(app, users[Role.COORDINATOR])
    for rule in rules_of(app):
        if expected_access(app, rule) is permission:
            for method in methods_of(rule):
                assert client.open(address_of(app, rule), method=method).status_code == 403, rule.rule


def test_an_address_that_only_reads_never_takes_a_write(app: Flask, users: dict[Role, User]) -> None:
    """405, not a silent success, where a route has no POST."""
    client = signed_in(app, users[Role.COORDINATOR])
    for rule in rules_of(app):
        if methods_of(rule) == ["GET"] and not any(
            other.rule == rule.rule and "POST" in (other.methods or ()) for other in app.url_map.iter_rules()
        ):
            assert client.post(address_of(app, rule)).status_code == 405, rule.rule


def test_the_application_does_not_start_with_an_undeclared_route(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clause import site

    room = Blueprint("forgotten", __name__)
    room.add_url_rule("/oubliee", "page", lambda: "tout le monde")

    class Room:
        bp = room

    real = site.import_module
    monkeypatch.setattr(site, "ROOMS", (*site.ROOMS, "forgotten"))
    monkeypatch.setattr(site, "import_module", lambda name: Room if name == "forgotten" else real(name))
    with pytest.raises(UndeclaredRoute, match=r"forgotten\.page"):
        create_app(dataclasses.replace(settings, fixed_now=clock.now()))
    clock.move_to(None)


def test_health_is_for_everybody(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.get_json()["status"] == "ok"
