"""Lists of people. Criteria are never read here (GDPR-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.codes import EligibilityState
from clause.candidates.models import Participant
from clause.candidates.queries import states
from clause.candidates.rules.eligibility import Alert, end_alert
from clause.candidates.visibility import participant_condition
from clause.kernel.codes import by_value
from clause.kernel.listing import Page, keyed_page, sorted_by
from clause.kernel.values import fold
from clause.organisations.models import PrescriberOrganisation

EXPORT_LIMIT = 20_000
DEFAULT_SORT = "nom"


@dataclass(frozen=True)
class PeopleFilters:
    """What a list of people is narrowed to; empty values narrow nothing."""

    search: str = ""
    state: EligibilityState | None = None
    at_work: bool | None = None
    prescriber: str = ""
    commune: str = ""
    plie: bool | None = None


@dataclass(frozen=True)
class PersonRow:
    """One person in a list. ``state`` is that of today; ``alert`` is about the end of the window."""

    public_id: str
    reference: str
    last_name: str
    first_name: str
    birth_date: date
    commune: str
    prescriber: str
    state: EligibilityState
    until: date | None
    awaits: bool
    at_work: bool
    plie: bool
    today: date

    @property
    def alert(self) -> Alert | None:
        return end_alert(self.until, self.today) if self.state is EligibilityState.ELIGIBLE else None


def people_page(
    session: Session, viewer: Viewer, filters: PeopleFilters, today: date, *, sort: str = DEFAULT_SORT, number: int = 1
) -> Page[PersonRow]:
    """One page of the people the viewer sees. Three queries."""
    columns, keys = sort_columns(today), select(Participant.id)
    if filters.state is not None or filters.prescriber or sort.lstrip("-") in ("fin", "etat"):
        keys = _joined(keys, today)

    def ordered(statement: Select[Any]) -> Select[Any]:
        return sorted_by(statement, columns, sort, Participant.id)

    rows, total = keyed_page(
        session, ordered(_narrowed(keys, viewer, filters, today)),
        lambda shown: ordered(_people(viewer, today).where(Participant.id.in_(shown))), number,
    )  # fmt: skip
    return Page([_row(r, today) for r in rows], total, number, sort=sort, filters=filters_said(filters))


def all_people(session: Session, viewer: Viewer, filters: PeopleFilters, today: date) -> list[PersonRow]:
    """The same, whole, for an export."""
    statement = _narrowed(_people(viewer, today), viewer, filters, today).order_by(
        Participant.last_name, Participant.first_name, Participant.id
    )
    return [_row(r, today) for r in session.execute(statement.limit(EXPORT_LIMIT)).all()]


def sort_columns(today: date) -> dict[str, Any]:
    """What a list of people may be sorted by, under the names of the address."""
    return {
        "nom": Participant.search,
        "commune": Participant.commune,
        "fin": states.Current.eligible_until,
        "etat": states.state_today(today),
        "ajout": Participant.created_at,
    }


def _people(viewer: Viewer, today: date) -> Select[Any]:
    """What a list says of people, whom the caller has narrowed to those that the viewer sees."""
    columns: list[Any] = [
        Participant.public_id, Participant.reference, Participant.last_name, Participant.first_name,
        Participant.birth_date, Participant.commune, PrescriberOrganisation.name.label("prescriber"),
        states.state_today(today).label("state"), states.Current.eligible_until.label("until"),
        states.awaits_decision().label("awaits"), states.at_work(viewer, today).label("at_work"),
        states.in_pathway().label("plie"),
    ]  # fmt: skip
    return _joined(select(*columns), today)


def _joined(statement: Select[Any], today: date) -> Select[Any]:
    """With the assessment that speaks today and the prescriber."""
    return (
        statement.select_from(Participant)
        .outerjoin(states.Current, states.current_is(today))
        .outerjoin(PrescriberOrganisation, PrescriberOrganisation.id == Participant.prescriber_id)
    )


def _narrowed(statement: Select[Any], viewer: Viewer, filters: PeopleFilters, today: date) -> Select[Any]:
    """The people that the viewer sees and the filters keep; those on state and prescriber ask for ``_joined``."""
    statement = statement.where(participant_condition(viewer))
    for word in fold(filters.search).split():
        statement = statement.where(Participant.search.contains(word, autoescape=True))
    if filters.state is EligibilityState.SUBMITTED:
        statement = statement.where(states.awaits_decision())
    elif filters.state is not None:
        statement = statement.where(states.state_today(today) == filters.state.value)
    if filters.at_work is not None:
        statement = statement.where(states.at_work(viewer, today) == filters.at_work)
    if filters.plie is not None:
        statement = statement.where(states.in_pathway() == filters.plie)
    if filters.prescriber:
        statement = statement.where(PrescriberOrganisation.public_id == filters.prescriber)
    if filters.commune:
        statement = statement.where(Participant.commune == filters.commune)
    return statement


def _row(row: Any, today: date) -> PersonRow:
    state = by_value(EligibilityState, row.state)
    assert isinstance(state, EligibilityState)
    return PersonRow(
        row.public_id, row.reference, row.last_name, row.first_name, row.birth_date, row.commune, row.prescriber or "",
        state, row.until, bool(row.awaits), bool(row.at_work), bool(row.plie), today,
    )  # fmt: skip


def filters_said(filters: PeopleFilters, prescriber_name: str = "") -> list[str]:
    """The filters in words."""
    words = [
        (bool(filters.search), f"recherche « {filters.search} »"),
        (filters.state is not None, f"éligibilité : {filters.state.label.lower()}" if filters.state else ""),
        (filters.at_work is True, "en contrat aujourd'hui"),
        (filters.at_work is False, "sans contrat aujourd'hui"),
        (bool(filters.commune), f"commune : {filters.commune}"),
        (filters.plie is True, "en parcours PLIE"),
        (filters.plie is False, "hors parcours PLIE"),
        (bool(filters.prescriber), f"prescripteur : {prescriber_name}" if prescriber_name else "un prescripteur"),
    ]
    return [text for on, text in words if on]


def prescribers(session: Session, viewer: Viewer) -> Sequence[PrescriberOrganisation]:
    """The prescribers of the viewer's structure, by name; none for companies and prescribers."""
    if not viewer.in_structure:
        return []
    return session.scalars(
        select(PrescriberOrganisation)
        .where(PrescriberOrganisation.structure_id == viewer.structure_id)
        .order_by(PrescriberOrganisation.name)
    ).all()


def communes(session: Session, viewer: Viewer) -> list[str]:
    """The communes of the people the viewer sees, for the filter."""
    found = session.scalars(
        select(Participant.commune).where(participant_condition(viewer), Participant.commune != "").distinct()
    )
    return sorted(found, key=fold)


def ids_of(session: Session, viewer: Viewer, rows: Sequence[PersonRow]) -> list[int]:
    """The keys of the people of an export, for the log of reads."""
    wanted = {row.public_id for row in rows}
    found = session.execute(select(Participant.id, Participant.public_id).where(participant_condition(viewer)))
    return [key for key, public_id in found if public_id in wanted]
