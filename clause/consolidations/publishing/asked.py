"""Which subject an address names, and 404 where the viewer's structure has none of it."""

from __future__ import annotations

from flask import abort, url_for

from clause.consolidations.models import Publication
from clause.consolidations.publishing import queries
from clause.consolidations.publishing.subjects import Subject, of_led, of_year
from clause.guard import viewer
from clause.kernel import clock
from clause.kernel.unit import current_session
from clause.markets.models import Operation
from clause.markets.visibility import visible_operations

FIRST_YEAR = 1990


def year_subject(year: int) -> Subject:
    """The year of the viewer's structure; nobody else has one to review or to publish."""
    structure_id = viewer().structure_id
    if not viewer().in_structure or structure_id is None or not FIRST_YEAR <= year <= clock.today().year + 1:
        abort(404)
    return of_year(current_session(), structure_id, year)


def operation_subject(public_id: str) -> Subject:
    """The bilan of an operation that the viewer's structure leads."""
    statement = visible_operations(viewer()).where(Operation.public_id == public_id)
    found = current_session().scalars(statement).one_or_none()
    if found is None:
        abort(404)
    subject = of_led(current_session(), found)
    return subject if subject.is_of(viewer()) else abort(404)


def found_publication(public_id: str) -> Publication:
    return queries.publication(current_session(), viewer(), public_id) or abort(404)


def own_publication(public_id: str) -> Publication:
    """One of the viewer's structure: what differs since is for the structure alone."""
    return found_publication(public_id) if viewer().in_structure else abort(404)


def report_url(subject: Subject) -> str:
    """The page of the report itself."""
    if subject.operation:
        return url_for("consolidations.operation", public_id=subject.operation.public_id)
    return url_for("consolidations.year", year=subject.year)


def publish_url(subject: Subject) -> str:
    if subject.operation:
        return url_for("publishing.publish_operation", public_id=subject.operation.public_id)
    return url_for("publishing.publish_year", year=subject.year)


def quality_url(subject: Subject, check: str | None = None) -> str:
    if subject.operation:
        end = "operation_check" if check else "operation_quality"
        return url_for(f"publishing.{end}", public_id=subject.operation.public_id, check=check)
    return url_for("publishing.year_check" if check else "publishing.year_quality", year=subject.year, check=check)
