"""What the page of a report, and its workbook, say of its publication and its quality; nothing outside its structure."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.consolidations.asked import Asked
from clause.consolidations.publishing import queries
from clause.consolidations.publishing.appendices import quality_appendix
from clause.consolidations.publishing.asked import publish_url, quality_url
from clause.consolidations.publishing.quality.review import review_year
from clause.consolidations.publishing.subjects import Subject
from clause.consolidations.report import Report
from clause.consolidations.workbook import Appendix


def of_report(session: Session, viewer: Viewer, subject: Subject, asked: Asked, report: Report) -> dict[str, Any] | None:  # fmt: skip
    """Badge and addresses; differences are counted where the page shows the whole report of today. Constant number of queries."""
    if not subject.is_of(viewer):
        return None
    whole = not asked.arguments and not asked.error
    badge = queries.badge(session, viewer, subject, report if whole else None)
    return {"badge": badge, "quality": quality_url(subject), "publish": publish_url(subject)}


def appendices(session: Session, viewer: Viewer, asked: Asked, report: Report) -> list[Appendix]:
    """The sheet « Qualité » of the annual workbook of a structure; none in what leaves it."""
    if not viewer.in_structure or report.year is None or report.masked:
        return []
    return [quality_appendix(review_year(session, viewer, asked.perimeter, report.year, report.as_of))]
