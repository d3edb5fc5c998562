"""Who is signed in: Flask-Login on one query a request, and sessions that end with the password's stamp."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, session
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy import select

from clause.accounts.models import User
from clause.kernel.unit import current_session

SESSION_LIFETIME = timedelta(hours=12)


# Sessions of another sort than an account's, by the prefix of their identity: rooms above register how they are read.
_loaders: dict[str, Callable[[str], Any]] = {}


def register(prefix: str, loader: Callable[[str], Any]) -> None:
    """``loader`` gets the identity without « prefix: » and returns who it is, or None where it is over."""
    _loaders[prefix] = loader


def init_app(app: Flask) -> None:
    app.config["PERMANENT_SESSION_LIFETIME"] = SESSION_LIFETIME
    manager = LoginManager()
    manager.user_loader(load)
    manager.init_app(app)


def load(identity: str) -> Any:
    """Who a session cookie names; None where nobody any more."""
    prefix, found, rest = identity.partition(":")
    if found:
        return _loaders[prefix](rest) if prefix in _loaders else None
    return load_user(identity)


def load_user(identity: str) -> User | None:
    """The open account of a session cookie; None once its stamp changed or it was closed.

    The row leaves the session of the request, so that neither a commit nor a rollback makes it be read again.
    """
    public_id, _, stamp = identity.partition(".")
    opened = current_session()
    user = opened.scalars(select(User).where(User.public_id == public_id)).one_or_none()
    if user is None:
        return None
    opened.expunge(user)
    return user if user.stamp == stamp and user.is_active else None


def open_for(user: User) -> None:
    """Start a session for this person in place of whatever the browser had."""
    session.clear()
    session.permanent = True
    login_user(user)


def close() -> None:
    logout_user()
    session.clear()
