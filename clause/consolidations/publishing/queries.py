"""Reads of publications: lists, one, its files, what was published of a subject last, and what was entered since."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.models import EmploymentContract, Participant
from clause.consolidations.as_json import as_data
from clause.consolidations.models import Publication, PublishedFile
from clause.consolidations.publishing.actions import of_subject
from clause.consolidations.publishing.differences import Comparison, compare
from clause.consolidations.publishing.subjects import Subject
from clause.consolidations.publishing.visibility import file_condition, publication_condition, visible_publications
from clause.consolidations.report import RULES_VERSION, Report
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.visibility import line_condition
from clause.kernel import clock
from clause.ledger.models import EntryKind, LedgerEntry
from clause.markets.models import Market, ObjectiveEvent, Operation
from clause.organisations.models import Company, Establishment


def publication(session: Session, viewer: Viewer, public_id: str) -> Publication | None:
    return session.scalars(visible_publications(viewer).where(Publication.public_id == public_id)).one_or_none()


def publications(viewer: Viewer) -> Select[Any]:
    """Every publication that the viewer sees, latest first, without its content."""
    P = Publication
    statement = (
        select(
            P.id, P.public_id, P.year, P.number, P.as_of, P.published_at, P.published_by, P.comment,
            Operation.reference, Operation.title,
        )
        .outerjoin(Operation, Operation.id == P.operation_id)
        .where(publication_condition(viewer))
        .order_by(P.published_at.desc(), P.id.desc())
    )  # fmt: skip
    return cast(Select[Any], statement)


def files_of(session: Session, viewer: Viewer, publication_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Name, size and address of the files of these publications that the viewer may have, without their bytes."""
    F = PublishedFile
    rows = session.execute(
        select(F.publication_id, F.public_id, F.name, F.size, F.sha256, F.for_authority)
        .join(Publication, Publication.id == F.publication_id)
        .where(F.publication_id.in_(publication_ids), file_condition(viewer))
    )
    found: dict[int, list[Any]] = {}
    for row in sorted(rows, key=lambda r: (r.publication_id, r.for_authority, r.name)):
        found.setdefault(row.publication_id, []).append(row)
    return found


def file(session: Session, viewer: Viewer, publication_id: str, file_id: str) -> PublishedFile | None:
    statement = (
        select(PublishedFile)
        .join(Publication, Publication.id == PublishedFile.publication_id)
        .where(Publication.public_id == publication_id, PublishedFile.public_id == file_id, file_condition(viewer))
    )
    return session.scalars(statement).one_or_none()


def latest(session: Session, viewer: Viewer, subject: Subject) -> Publication | None:
    """The last publication of a subject, for whoever sees it."""
    statement = visible_publications(viewer).where(*of_subject(subject)).order_by(Publication.number.desc()).limit(1)
    return session.scalars(statement).one_or_none()


# What differs since

# Lateness grows with the days, whatever is entered: it would be a difference every morning.
MOVING = frozenset({"C15"})


def since(published: Publication, today: Report) -> Comparison:
    """What was published against the report of today."""
    return compare(json.loads(published.content), as_data(today), MOVING)


@dataclass(frozen=True)
class Badge:
    """What the page of a report says of its last publication; ``count`` None where it was not compared."""

    publication: Publication
    count: int | None


def badge(session: Session, viewer: Viewer, subject: Subject, today: Report | None) -> Badge | None:
    """For the structure that published. ``today`` None: the page shows another day or a part, which is not what was published."""
    found = latest(session, viewer, subject) if subject.is_of(viewer) else None
    if found is None:
        return None
    return Badge(found, since(found, today).count if today is not None else None)


def changed_settings(published: Publication, subject: Subject) -> list[tuple[str, str, str]]:
    """Rules and settings that are not those of the publication: name, then, now."""
    kept, now = published.parameters, subject.perimeter
    pairs = [
        ("Version des règles de comptage", published.rules_version, RULES_VERSION),
        ("Heures d'un équivalent temps plein", str(kept["fte_hours"]), str(now.base)),
        ("Effectif en dessous duquel un chiffre est masqué", str(kept["min_cell"]), str(now.min_cell)),
    ]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _after(published: Publication) -> ColumnElement[bool]:
    """Ledger entries that the publication did not know: entered after it, or after its day where that was past."""
    border = int(published.parameters["last_entry"])
    return or_(LedgerEntry.id > border, LedgerEntry.posted_on > published.as_of)


def _of(subject: Subject, published: Publication) -> list[ColumnElement[bool]]:
    """Of the markets and the years that the report tells: the year and the one before it for comparison."""
    first, last = subject.period(clock.today())
    first = date(first.year - 1, 1, 1) if subject.year else first
    markets = select(Market.id).where(*subject.perimeter.conditions())
    return [LedgerEntry.market_id.in_(markets), LedgerEntry.month.between(first, last), _after(published)]


def entries_since(viewer: Viewer, subject: Subject, published: Publication) -> Select[Any]:
    """Entries since the publication, latest first: the viewer's own people, and transfers, which have nobody."""
    L, D, P = DeclarationLine, Declaration, Participant
    statement = (
        select(
            LedgerEntry.id, LedgerEntry.kind, LedgerEntry.month, LedgerEntry.hours_real, LedgerEntry.posted_on, LedgerEntry.posted_by,
            L.correction_reason, D.public_id.label("declaration"), P.public_id.label("person"), P.last_name, P.first_name,
            Market.public_id.label("market"), Market.reference, Company.name.label("employer"),
        )
        .join(Market, Market.id == LedgerEntry.market_id)
        .outerjoin(L, L.id == LedgerEntry.declaration_line_id)
        .outerjoin(D, D.id == L.declaration_id)
        .outerjoin(P, P.id == L.participant_id)
        .outerjoin(EmploymentContract, EmploymentContract.id == L.employment_contract_id)
        .outerjoin(Establishment, Establishment.id == EmploymentContract.establishment_id)
        .outerjoin(Company, Company.id == Establishment.company_id)
        .where(*_of(subject, published), or_(LedgerEntry.kind == EntryKind.TRANSFER, line_condition(viewer)))
        .order_by(LedgerEntry.id.desc())
    )  # fmt: skip
    return cast(Select[Any], statement)


def hours_of_others_since(session: Session, viewer: Viewer, subject: Subject, published: Publication) -> int:
    """Hours (hundredths) since, of people that other structures follow: a sum, never a name."""
    total = session.scalar(
        select(func.sum(LedgerEntry.hours_real))
        .join(DeclarationLine, DeclarationLine.id == LedgerEntry.declaration_line_id)
        .where(*_of(subject, published), ~line_condition(viewer))
    )
    return int(total or 0)


def events_since(session: Session, subject: Subject, published: Publication) -> Sequence[Any]:
    """Acts on the objectives that the publication did not know, latest first."""
    E, border = ObjectiveEvent, int(published.parameters["last_event"])
    return session.execute(
        select(E.kind, E.effective_on, E.recorded_on, E.delta_due, E.reason, E.entered_by, Market.public_id, Market.reference, Market.title)
        .join(Market, Market.id == E.market_id)
        .where(*subject.perimeter.conditions(), or_(E.id > border, E.recorded_on > published.as_of))
        .order_by(E.id.desc())
        .limit(200)
    ).all()  # fmt: skip
