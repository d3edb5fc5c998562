"""PLIE pathways: list and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.candidates.codes import ExitKind, PathwayCategory
from clause.candidates.models import Participant, Pathway, PathwayStep
from clause.candidates.visibility import pathway_condition
from clause.kernel.codes import Code
from clause.kernel.listing import Page, page_of, sorted_by
from clause.kernel.values import fold


class PathwayState(Code):
    """Where a pathway is, for the filter; what waits for the manager comes first."""

    ENTRY_TO_VALIDATE = "entry_to_validate", "Entrée à valider"
    OPEN = "open", "En parcours"
    EXIT_TO_VALIDATE = "exit_to_validate", "Sortie à valider"
    EXITED = "exited", "Sorti"


@dataclass(frozen=True)
class PathwayFilters:
    search: str = ""
    state: PathwayState | None = None
    category: PathwayCategory | None = None
    exit_kind: ExitKind | None = None
    mine: bool = False


PATHWAY_SORTS: dict[str, Any] = {
    "personne": Participant.search,
    "entree": Pathway.entered_on,
    "sortie": Pathway.exited_on,
    "referent": Pathway.advisor,
}
_WHERE = {
    PathwayState.ENTRY_TO_VALIDATE: Pathway.entry_validated_at.is_(None),
    PathwayState.OPEN: Pathway.exited_on.is_(None),
    PathwayState.EXIT_TO_VALIDATE: Pathway.exited_on.is_not(None) & Pathway.exit_validated_at.is_(None),
    PathwayState.EXITED: Pathway.exited_on.is_not(None) & Pathway.exit_validated_at.is_not(None),
}


def state_of(pathway: Pathway) -> PathwayState:
    if pathway.exited_on is not None:
        return PathwayState.EXITED if pathway.exit_validated_at else PathwayState.EXIT_TO_VALIDATE
    return PathwayState.OPEN if pathway.entry_validated_at else PathwayState.ENTRY_TO_VALIDATE


def pathways_page(
    session: Session, viewer: Viewer, filters: PathwayFilters, *, sort: str = "-entree", number: int = 1
) -> Page[Pathway]:
    """One page of the pathways the viewer sees, each with its person."""
    statement = sorted_by(_pathways(viewer, filters), PATHWAY_SORTS, sort, Pathway.id)
    rows, total = page_of(session, statement.options(joinedload(Pathway.participant)), number)
    return Page(rows, total, number, sort=sort, filters=_said(filters))


def _pathways(viewer: Viewer, filters: PathwayFilters) -> Select[Any]:
    statement = (
        select(Pathway).join(Participant, Participant.id == Pathway.participant_id).where(pathway_condition(viewer))
    )
    for word in fold(filters.search).split():
        statement = statement.where(Participant.search.contains(word, autoescape=True))
    if filters.state is not None:
        statement = statement.where(_WHERE[filters.state])
    if filters.category is not None:
        statement = statement.where(Pathway.category == filters.category)
    if filters.exit_kind is not None:
        statement = statement.where(Pathway.exit_kind == filters.exit_kind)
    if filters.mine:
        statement = statement.where(Pathway.advisor_id == viewer.user_id)
    return statement


def _said(filters: PathwayFilters) -> list[str]:
    words = [
        (bool(filters.search), f"recherche « {filters.search} »"),
        (filters.state is not None, filters.state.label.lower() if filters.state else ""),
        (filters.category is not None, f"catégorie : {filters.category.label}" if filters.category else ""),
        (filters.exit_kind is not None, f"sortie : {filters.exit_kind.label.lower()}" if filters.exit_kind else ""),
        (filters.mine, "mes parcours"),
    ]
    return [text for on, text in words if on]


def find_pathway(session: Session, viewer: Viewer, public_id: str) -> Pathway | None:
    return session.scalars(
        select(Pathway)
        .where(Pathway.public_id == public_id, pathway_condition(viewer))
        .options(joinedload(Pathway.participant), selectinload(Pathway.steps))
    ).one_or_none()


def step_of(pathway: Pathway, position: int) -> PathwayStep | None:
    """The step at this place of the pathway's list, counted from 1: a step has no address of its own."""
    return pathway.steps[position - 1] if 1 <= position <= len(pathway.steps) else None


def advisor_choices(session: Session, viewer: Viewer) -> list[tuple[str, str]]:
    """(public_id, name) of the accounts that may follow pathways in the viewer's structure."""
    return [
        (r.public_id, r.name)
        for r in session.execute(
            select(User.public_id, User.name)
            .where(_advisors(viewer), User.closed_at.is_(None))
            .order_by(User.name, User.id)
        )
    ]


def _advisors(viewer: Viewer) -> ColumnElement[bool]:
    """The whole team; a prescriber chooses among the accounts of its own organisation."""
    if viewer.role is Role.PRESCRIBER:
        return User.prescriber_id == viewer.prescriber_id
    follows = (Role.PRESCRIBER, Role.FACILITATOR, Role.PLIE_MANAGER, Role.COORDINATOR)
    return (User.structure_id == viewer.structure_id) & User.role.in_(follows)


def advisor_at(session: Session, viewer: Viewer, public_id: str | None) -> User | None:
    if not public_id:
        return None
    wanted = select(User).where(User.public_id == public_id, _advisors(viewer))
    return session.scalars(wanted).one_or_none()


def months_since(entered_on: date, today: date) -> int:
    """Whole months in pathway."""
    months = (today.year - entered_on.year) * 12 + today.month - entered_on.month
    return max(0, months - (today.day < entered_on.day))
