"""Nothing is open by default: every route says who may take it, or the application does not start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from clause.access import Permission, Viewer

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"


class UndeclaredRoute(RuntimeError):
    """A route without declared access."""


def requires(permission: Permission) -> Callable[[View], View]:
    """The view is for signed-in users whose role holds ``permission``; others get 403, visitors the sign-in page."""

    def declare(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]  # a mark that ``access_of`` reads
        return view

    return declare


def public(view: View) -> View:
    """The view is for everybody, signed in or not."""
    view.access = PUBLIC  # type: ignore[attr-defined]  # the same mark
    return view


def access_of(app: Flask, endpoint: str) -> Permission | str | None:
    return getattr(app.view_functions[endpoint], "access", None)


def init_app(app: Flask) -> None:
    """Check at each request; call ``refuse_undeclared`` once all the routes are there."""
    app.before_request(_check)


def refuse_undeclared(app: Flask) -> None:
    for endpoint in ("static", "bootstrap.static"):
        if endpoint in app.view_functions:
            app.view_functions[endpoint] = _declared_static(app.view_functions[endpoint])
    missing = sorted({r.endpoint for r in app.url_map.iter_rules() if access_of(app, r.endpoint) is None})
    if missing:
        raise UndeclaredRoute("Routes sans accès déclaré : " + ", ".join(missing))


def _declared_static(serve: Callable[..., Any]) -> Callable[..., Any]:
    """Flask's own file views carry no declaration: wrapped in one that does."""

    @public
    def static_file(**values: Any) -> Any:
        return serve(**values)

    return static_file


def _check() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the router answers 404
    access = access_of(current_app, request.endpoint)
    if access == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in", suite=request.full_path if request.method == "GET" else None))
    if access is None or not viewer().may(Permission(access)):
        abort(403)
    return None


def viewer() -> Viewer:
    """The viewer of the current request; only after the guard let the request in."""
    if "viewer" not in g:
        g.viewer = current_user.viewer()
    return cast(Viewer, g.viewer)
