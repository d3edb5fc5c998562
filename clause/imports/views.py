"""The imports at hand, and those under way."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.imports import progress, queries
from clause.imports.kept_reports import counts, whole
from clause.imports.report import Report, from_json
from clause.imports.report_file import report_workbook
from clause.kernel.jobs import JobState
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session

bp = Blueprint("imports", __name__, url_prefix="/imports")


@bp.get("/")
@requires(Permission.IMPORT_FILES)
def index() -> str:
    """What can be imported, and what was."""
    return render_template("imports/index.html", rows=queries.recent_imports(current_session(), viewer()), State=JobState)  # fmt: skip


@bp.get("/travaux/<public_id>")
@requires(Permission.IMPORT_FILES)
def job(public_id: str) -> Any:
    """An import: how far it is, then its report."""
    row = _row(public_id)
    if row.job.kind == "decp":
        return redirect(url_for("decp.result", public_id=public_id))
    under_way = row.job.state in (JobState.WAITING, JobState.RUNNING)
    report = from_json(row.job.report) if row.job.report else Report()
    return render_template(
        "imports/job.html", row=row, job=row.job, report=report, under_way=under_way, counts=counts(row.job.report),
        progress=progress.told(current_app.config["CLAUSE"], public_id) if under_way else None, State=JobState,
    )  # fmt: skip


@bp.get("/travaux/<public_id>/avancement")
@requires(Permission.IMPORT_FILES)
def advance(public_id: str) -> dict[str, Any]:
    """For the page's module: the same words as the page."""
    row = _row(public_id)
    told = progress.told(current_app.config["CLAUSE"], public_id)
    over = row.job.state in (JobState.DONE, JobState.FAILED)
    return {"over": over, "label": told.label, "done": told.done, "total": told.total, "percent": told.percent}


@bp.get("/travaux/<public_id>/compte-rendu.xlsx")
@requires(Permission.IMPORT_FILES)
def report_file(public_id: str) -> Response:
    """The whole report, to work from in a spreadsheet."""
    row = _row(public_id)
    if not row.job.report:
        abort(404)
    content = report_workbook(whole(current_app.config["CLAUSE"], row.job), row.job.payload["name"], row.job.created_at)
    headers = {"Content-Disposition": 'attachment; filename="compte-rendu-import.xlsx"'}
    return Response(content, mimetype=XLSX, headers=headers)


def _row(public_id: str) -> queries.Row:
    return queries.import_by_address(current_session(), viewer(), public_id) or abort(404)
