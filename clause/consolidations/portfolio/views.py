"""The portfolio: page, workbook, everything in one file."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, Response, current_app, render_template

from clause.access import Permission, Role
from clause.consolidations.attachments import attachment
from clause.consolidations.portfolio.archive import Entry, Step, entries, wanted, zipped
from clause.consolidations.portfolio.reading import portfolio
from clause.consolidations.workbook import as_workbook
from clause.guard import requires, viewer
from clause.kernel import clock
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session

bp = Blueprint("portfolio", __name__, url_prefix="/bilans/portefeuille")


@bp.get("/")
@requires(Permission.SEE_CONSOLIDATIONS)
def index() -> str:
    found = portfolio(current_session(), viewer(), clock.today())
    by_code = {table.code: table for table in found.report.tables}
    return render_template(
        "consolidations/portfolio/index.html", report=found.report, followed=found.followed, map=found.map, tables=by_code,
        outside=viewer().role is Role.AUTHORITY,
    )  # fmt: skip


@bp.get("/portefeuille.xlsx")
@requires(Permission.SEE_CONSOLIDATIONS)
def workbook() -> Response:
    report = portfolio(current_session(), viewer(), clock.today()).report
    return attachment(as_workbook(report), XLSX, "portefeuille", report.as_of, "xlsx")


@bp.get("/tout.zip")
@requires(Permission.SEE_CONSOLIDATIONS)
def everything() -> Response:
    """Sent as it is made: the first report leaves while the others are still to be read."""
    session, today = current_session(), clock.today()
    asked = wanted(session, viewer(), portfolio(session, viewer(), today), today)
    response = attachment(b"", "application/zip", "tous-les-bilans", today, "zip")
    response.response = zipped(entries(asked, _apart()), today)
    response.headers.remove("Content-Length")
    return response


def _apart() -> Callable[[Step], list[Entry]]:
    """Steps run in an application context of their own, with its own session, closed before anything is sent."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # behind werkzeug's stand-in

    def run(step: Step) -> list[Entry]:
        with app.app_context():
            return step(current_session())

    return run
