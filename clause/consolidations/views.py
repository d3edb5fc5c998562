"""Bilan of an operation and annual consolidation: pages, downloads, lines behind each figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clause.access import Permission, Role
from clause.consolidations import asked as asking
from clause.consolidations import queries
from clause.consolidations.annual import annual, of_facts, year_facts
from clause.consolidations.asked import Asked
from clause.consolidations.attachments import attachment
from clause.consolidations.behind import Behind, behind, rule_of
from clause.consolidations.bilan import operation_report
from clause.consolidations.documents.completion import completion
from clause.consolidations.explorer.reading import employers
from clause.consolidations.facts import Facts
from clause.consolidations.figures import Unit, as_text
from clause.consolidations.lines import opens, selection
from clause.consolidations.operation_facts import life_of
from clause.consolidations.perimeter import of_operation, of_viewer
from clause.consolidations.pictures import picture
from clause.consolidations.publishing import on_page
from clause.consolidations.publishing.files import BY_EXTENSION
from clause.consolidations.publishing.subjects import of_led, of_year
from clause.consolidations.report import Report
from clause.consolidations.workbook import Appendix
from clause.guard import requires, viewer
from clause.kernel import clock, listing
from clause.kernel.presentation import asked_arguments
from clause.kernel.unit import current_session
from clause.markets.codes import Programme
from clause.markets.models import Operation
from clause.markets.visibility import visible_operations

bp = Blueprint("consolidations", __name__, url_prefix="/bilans")
FIRST_YEAR = 1990


@bp.app_context_processor
def _writers() -> dict[str, Any]:
    """What the templates of reports write figures with."""
    return {"figure_text": as_text, "rate_text": partial(as_text, Unit.RATE), "picture": picture, "rule_of": rule_of}


@bp.get("/")
@requires(Permission.SEE_CONSOLIDATIONS)
def index() -> str:
    """Choose a year or an operation."""
    session, words = current_session(), request.args.get("q", "").strip()[:100]
    number = listing.page_number()
    rows, total = listing.page_of(session, queries.operations(viewer(), words), number)
    page = listing.Page(rows, total, number, filters=[f"opérations : « {words} »"] if words else [])
    perimeter = of_viewer(session, viewer())
    years = queries.years(session, perimeter, clock.today())
    return render_template("consolidations/index.html", page=page, years=years, words=words, perimeter=perimeter.name, structure_id=viewer().structure_id)  # fmt: skip


# A year


@bp.get("/<int:year>")
@requires(Permission.SEE_CONSOLIDATIONS)
def year(year: int) -> Any:
    asked = _asked_year(year)
    report = annual(current_session(), asked.perimeter, year, asked.as_of, viewer())
    page = render_template(
        "consolidations/year.html", report=report, asked=asked, year=year, programmes=Programme,
        publication=_of_year(year, asked, report), **_figures("year", asked, year=year),
    )  # fmt: skip
    return page, 422 if asked.error else 200


@bp.get("/<int:year>/consolidation.<any(xlsx, json):extension>")
@requires(Permission.SEE_CONSOLIDATIONS)
def year_file(year: int, extension: str) -> AnyResponse:
    asked = _asked_year(year)
    if asked.error:
        return redirect(url_for("consolidations.year", year=year, **cast(Any, asked_arguments())))
    report = annual(current_session(), asked.perimeter, year, asked.as_of, viewer())
    more = on_page.appendices(current_session(), viewer(), asked, report) if extension == "xlsx" else []
    return _file(report, f"consolidation-{year}", extension, more)


def _of_year(year: int, asked: Asked, report: Report) -> dict[str, Any] | None:
    structure_id = viewer().structure_id
    if not viewer().in_structure or structure_id is None:
        return None
    return on_page.of_report(current_session(), viewer(), of_year(current_session(), structure_id, year), asked, report)


@bp.get("/<int:year>/lignes")
@requires(Permission.SEE_CONSOLIDATIONS)
def year_lines(year: int) -> str:
    asked = _asked_year(year)
    code = request.args.get("table", "")
    facts = year_facts(current_session(), asked.perimeter, year, asked.as_of, only=code)
    report = of_facts(facts, asked.perimeter, year, viewer(), only=code)
    back = url_for("consolidations.year", year=year, **asked.arguments)
    return _lines(report, facts, asked, back)


def _asked_year(year: int) -> Asked:
    if not FIRST_YEAR <= year <= clock.today().year + 1:
        abort(404)
    return asking.asked_year(current_session(), viewer())


# An operation


@bp.get("/operations/<public_id>")
@requires(Permission.SEE_CONSOLIDATIONS)
def operation(public_id: str) -> Any:
    found = _operation(public_id)
    asked = asking.asked_operation(viewer(), of_operation(found))
    report = operation_report(current_session(), found, asked.as_of, viewer())
    page = render_template(
        "consolidations/operation.html", report=report, asked=asked, operation=found, completed=completion(report),
        publication=on_page.of_report(current_session(), viewer(), of_led(current_session(), found), asked, report),
        **_figures("operation", asked, public_id=public_id),
    )  # fmt: skip
    return page, 422 if asked.error else 200


@bp.get("/operations/<public_id>/bilan.<any(xlsx, json, pdf):extension>")
@requires(Permission.SEE_CONSOLIDATIONS)
def operation_file(public_id: str, extension: str) -> AnyResponse:
    found = _operation(public_id)
    asked = asking.asked_operation(viewer(), of_operation(found))
    if asked.error:
        return redirect(url_for("consolidations.operation", public_id=public_id, **cast(Any, asked_arguments())))
    return _file(
        operation_report(current_session(), found, asked.as_of, viewer()), f"bilan-{found.reference}", extension
    )


@bp.get("/operations/<public_id>/lignes")
@requires(Permission.SEE_CONSOLIDATIONS)
def operation_lines(public_id: str) -> str:
    found = _operation(public_id)
    asked = asking.asked_operation(viewer(), of_operation(found))
    report = operation_report(current_session(), found, asked.as_of, viewer())
    facts = life_of(current_session(), asked.perimeter, asked.as_of)
    facts = replace(facts, more={**facts.more, "employers": employers(current_session(), facts)})
    return _lines(report, facts, asked, url_for("consolidations.operation", public_id=public_id, **asked.arguments))


def _operation(public_id: str) -> Operation:
    found = (
        current_session().scalars(visible_operations(viewer()).where(Operation.public_id == public_id)).one_or_none()
    )
    return found or abort(404)


# What they share


def _outside() -> bool:
    return viewer().role is Role.AUTHORITY


def _figures(of: str, asked: Asked, **address: Any) -> dict[str, Any]:
    """What the templates need to turn a figure into a link, and the report into files."""
    lines = url_for(
        f"consolidations.{of}_lines", **address, **asked.arguments
    )  # once: a report has thousands of figures
    lines += "&" if "?" in lines else "?"

    def behind_url(table: Any, row: Any, column: Any, value: Any) -> str | None:
        if not opens(table, row, column, value, outside=_outside()):
            return None
        cell = {"table": table.code, "ligne": row.key if row else "total", "colonne": column.key}
        return lines + urlencode(cell)

    def file_url(extension: str) -> str:
        return url_for(f"consolidations.{of}_file", extension=extension, **address, **asked.arguments)

    return {"behind_url": behind_url, "file_url": file_url, "outside": _outside()}


def _file(report: Report, name: str, extension: str, more: Sequence[Appendix] = ()) -> Response:
    kind = BY_EXTENSION[extension]
    return attachment(kind.write(report, more), kind.media_type, name, report.as_of, extension)


def _lines(report: Report, facts: Facts, asked: Asked, back: str) -> str:
    """The page of what is behind one figure; 404 where the address names no figure of this report, or a hidden one."""
    code, row_key, column_key = (request.args.get(name, "") for name in ("table", "ligne", "colonne"))
    table = report.table(code)
    column = table.column(column_key) if table else None
    row = table.row(row_key) if table else None
    if table is None or column is None or (row is None and (row_key != "total" or table.total is None)):
        abort(404)
    value = (row.cells if row else table.total or {}).get(column_key)
    chosen = selection(facts, code, row_key, column_key)
    if chosen is None or not opens(table, row, column, value, outside=_outside()):
        abort(404)
    shown: Behind = behind(current_session(), viewer(), asked.perimeter, facts, chosen)
    return render_template(
        "consolidations/lines.html", report=report, table=table, row=row, column=column, value=value, back=back, shown=shown,
        asked=asked, outside=_outside(),
    )  # fmt: skip
