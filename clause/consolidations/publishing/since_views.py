"""What differs since a publication, and the entries that explain it. For the structure that published."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from clause.access import Permission
from clause.consolidations.publishing import entry_views, queries
from clause.consolidations.publishing.appendices import gaps_appendix, quality_appendix
from clause.consolidations.publishing.asked import own_publication, report_url
from clause.consolidations.publishing.quality.review import review
from clause.consolidations.publishing.subjects import of_publication
from clause.consolidations.publishing.views import bp
from clause.consolidations.workbook import as_workbook
from clause.guard import requires, viewer
from clause.kernel import clock
from clause.kernel.listing import Page, page_number, page_of
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session

__all__ = ["bp", "entry_views"]


@bp.get("/publications/<public_id>/ecarts")
@requires(Permission.SEE_CONSOLIDATIONS)
def gaps(public_id: str) -> str:
    """Published and today side by side, where they differ."""
    session, found = current_session(), own_publication(public_id)
    subject = of_publication(session, found)
    compared = queries.since(found, subject.report(session, clock.today()))
    return render_template(
        "consolidations/publishing/gaps.html", publication=found, subject=subject, compared=compared, report_url=report_url(subject),
        settings=queries.changed_settings(found, subject), events=queries.events_since(session, subject, found),
    )  # fmt: skip


@bp.get("/publications/<public_id>/ecarts.xlsx")
@requires(Permission.SEE_CONSOLIDATIONS)
def gaps_file(public_id: str) -> Response:
    """The workbook of today with a sheet of what differs; for the structure alone, whole."""
    session, found, today = current_session(), own_publication(public_id), clock.today()
    subject = of_publication(session, found)
    report = subject.report(session, today)
    checked = review(session, viewer(), subject.perimeter, *subject.period(today), today, shown=0)
    content = as_workbook(report, [gaps_appendix(found, queries.since(found, report)), quality_appendix(checked)])
    response = Response(content, mimetype=XLSX)
    name = f"{subject.file_name}-ecarts-n{found.number}-{today:%Y-%m-%d}.xlsx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.get("/publications/<public_id>/ecritures")
@requires(Permission.SEE_CONSOLIDATIONS)
def entries(public_id: str) -> Any:
    """The lines of the ledger that the publication did not know."""
    session, found, number = current_session(), own_publication(public_id), page_number()
    subject = of_publication(session, found)
    rows, total = page_of(session, queries.entries_since(viewer(), subject, found), number)
    return render_template(
        "consolidations/publishing/entries.html", publication=found, subject=subject, page=Page(rows, total, number),
        others=queries.hours_of_others_since(session, viewer(), subject, found),
    )  # fmt: skip
