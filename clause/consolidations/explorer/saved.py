"""Saved views: a question kept under a name, never its figures. Own ones, and those shared within the structure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.accounts.models import User
from clause.consolidations.models import SavedView
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused

MOST_VIEWS = 100
NAME_TAKEN = "Vous avez déjà une vue de ce nom. Choisissez-en un autre."
NO_NAME = "Donnez un nom à cette vue."
TOO_MANY = f"Vous avez déjà {MOST_VIEWS} vues. Supprimez-en avant d'en garder une autre."
NOT_SHARED = "Une vue se partage avec une équipe : votre compte n'en a pas."


def view_condition(viewer: Viewer) -> ColumnElement[bool]:
    """One's own views, and those that the team shares."""
    own = SavedView.user_id == viewer.user_id
    return or_(own, _shared(viewer)) if viewer.in_structure else own


def _shared(viewer: Viewer) -> ColumnElement[bool]:
    return SavedView.shared & (SavedView.structure_id == viewer.structure_id)


def saved_views(viewer: Viewer) -> Select[Any]:
    """The viewer's views with the name of their owner, by name."""
    statement = (
        select(SavedView, User.name.label("owner"))
        .join(User, User.id == SavedView.user_id)
        .where(view_condition(viewer))
        .order_by(SavedView.name, SavedView.id)
    )
    return cast(Select[Any], statement)


def own_view(session: Session, viewer: Viewer, public_id: str) -> SavedView | None:
    """A view that the viewer may change: its owner alone."""
    return session.scalars(
        select(SavedView).where(SavedView.public_id == public_id, SavedView.user_id == viewer.user_id)
    ).one_or_none()


def keep(session: Session, viewer: Viewer, name: str, question: Mapping[str, Any], *, shared: bool) -> SavedView:
    """Keep a question under a name; refused without a name, with one already taken, past a hundred."""
    name = _checked(session, viewer, name, None, shared=shared)
    if len(_names(session, viewer)) >= MOST_VIEWS:
        raise Refused(TOO_MANY, "name")
    view = SavedView(
        user_id=viewer.user_id, name=name, question=dict(question), shared=shared, structure_id=viewer.structure_id,
        created_at=clock.now(),
    )  # fmt: skip
    session.add(view)
    audit.record(session, viewer, "vue enregistrée", view)
    return view


def change(session: Session, viewer: Viewer, view: SavedView, name: str, *, shared: bool) -> None:
    """Rename a view, share it with the team or keep it for oneself."""
    name = _checked(session, viewer, name, view, shared=shared)
    before = {"nom": view.name, "partagée": "oui" if view.shared else "non"}
    after = {"nom": name, "partagée": "oui" if shared else "non"}
    view.name, view.shared = name, shared
    audit.record(session, viewer, "vue modifiée", view, {k: [v, after[k]] for k, v in before.items() if v != after[k]})


def drop(session: Session, viewer: Viewer, view: SavedView) -> None:
    audit.record(session, viewer, "vue supprimée", view, {"nom": [view.name, ""]})
    session.delete(view)


def _checked(session: Session, viewer: Viewer, name: str, view: SavedView | None, *, shared: bool) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused(NO_NAME, "name")
    if shared and not viewer.in_structure:
        raise Refused(NOT_SHARED, "shared")
    taken = _names(session, viewer)
    if name in taken and taken[name] != (view.id if view else None):
        raise Refused(NAME_TAKEN, "name")
    return name


def _names(session: Session, viewer: Viewer) -> dict[str, int]:
    rows = session.execute(select(SavedView.name, SavedView.id).where(SavedView.user_id == viewer.user_id))
    return {row.name: row.id for row in rows}
