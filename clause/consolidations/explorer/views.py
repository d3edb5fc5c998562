"""The explorer: its page, its files, the lines behind a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clause.access import Permission
from clause.consolidations.behind import behind, rule_of
from clause.consolidations.explorer import saved
from clause.consolidations.explorer.answer import TOTAL, Answer, answered
from clause.consolidations.explorer.behind import only_contracts, selection_of
from clause.consolidations.explorer.dimensions import GROUPS, Dimension
from clause.consolidations.explorer.files import CSV, csv_of, workbook_of
from clause.consolidations.explorer.forms import ViewForm
from clause.consolidations.explorer.pictures import picture_of
from clause.consolidations.explorer.question import Measure, Question, Read, read_question, said
from clause.consolidations.explorer.reading import explored
from clause.consolidations.explorer.scope import Lines, Scope, scope_of
from clause.consolidations.explorer.tables import report_of
from clause.consolidations.facts import Facts
from clause.consolidations.figures import Hidden, Unit, as_text
from clause.consolidations.report import Report, Row, Table
from clause.guard import requires, viewer
from clause.kernel import clock
from clause.kernel.listing import Page, page_number
from clause.kernel.presentation import asked_arguments
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session

bp = Blueprint("explorer", __name__, url_prefix="/explorer")
ROWS = 50
COLUMNS_ON_PAGE = 12
COLUMNS_IN_FILE = 250
YEARS = 12
VIEWS_ON_PAGE = 12


@dataclass(frozen=True)
class Explored:
    """A question with its answer, as a report of one table. ``facts`` are those of the perimeter, before any filter."""

    question: Question
    facts: Facts
    answer: Answer
    report: Report
    filters: list[tuple[Any, str]]

    @property
    def table(self) -> Table:
        return self.report.tables[0]


@bp.get("/")
@requires(Permission.EXPLORE)
def index() -> Any:
    scope, read = _asked()
    if read.errors:
        return render_template("consolidations/explorer/index.html", **_form(scope, read), explored=None), 422
    found = _explored(scope, read.question, COLUMNS_ON_PAGE)
    number = min(page_number(), max(1, -(-len(found.table.rows) // ROWS)))
    rows = found.table.rows[(number - 1) * ROWS : number * ROWS]
    page = Page(rows, len(found.table.rows), number, ROWS, sort=read.question.sort)
    return render_template(
        "consolidations/explorer/index.html", **_form(scope, read, found.facts), explored=found, page=page, picture=picture_of(found.answer),
        behind_url=_behind_url(scope, found), figure_text=as_text, form=ViewForm(), without=_without(read.question),
        views=current_session().execute(saved.saved_views(viewer()).limit(VIEWS_ON_PAGE)).all(),
    )  # fmt: skip


@bp.get("/tableau.<any(xlsx, csv):extension>")
@requires(Permission.EXPLORE)
def file(extension: str) -> AnyResponse:
    """The whole table, whatever the page."""
    scope, read = _asked()
    if read.errors:
        return redirect(url_for("explorer.index", **cast(Any, asked_arguments())))
    report = _explored(scope, read.question, COLUMNS_IN_FILE).report
    content, mimetype = (workbook_of(report), XLSX) if extension == "xlsx" else (csv_of(report), CSV)
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="explorer-{report.as_of:%Y-%m-%d}.{extension}"'
    return response


@bp.get("/lignes")
@requires(Permission.EXPLORE)
def lines() -> str:
    """What a figure was made of; 404 where the address names no figure that opens."""
    scope, read = _asked()
    if read.errors:
        abort(404)
    found = _explored(scope, read.question, COLUMNS_ON_PAGE)
    cell = request.args.get("ligne", ""), request.args.get("colonne", "")
    table, row = found.table, found.table.row(cell[0])
    column = table.column(cell[1])
    if column is None or (row is None and cell[0] != TOTAL) or _behind_url(scope, found)(row, column) is None:
        abort(404)
    keys = cell if found.question.columns else (cell[0], TOTAL)
    chosen = selection_of(found.facts, found.question, keys, found.answer.groups)
    if scope.company_id is not None:
        chosen = only_contracts(found.facts, chosen)
    shown = behind(
        current_session(), viewer(), scope.perimeter, found.facts, chosen, by_month=scope.lines is Lines.MONTHS
    )
    return render_template(
        "consolidations/explorer/lines.html", report=found.report, table=table, row=row, column=column,
        value=(row.cells if row else table.total or {})[column.key], back=url_for("explorer.index", **cast(Any, found.question.arguments())),
        shown=shown, asked=Said([text for _, text in found.filters]), rule_of=rule_of, figure_text=as_text,
    )  # fmt: skip


@dataclass(frozen=True)
class Said:
    """The filters in words, as the page of lines takes them."""

    said: list[str]


def _asked() -> tuple[Scope, Read]:
    scope = scope_of(current_session(), viewer(), request.args.get("perimetre", ""))
    return scope, read_question(cast(Any, request.args), scope, clock.today().year)


def _explored(scope: Scope, question: Question, most_columns: int) -> Explored:
    today = clock.today()
    facts = explored(current_session(), scope, question.first, question.last, today, _needed(scope, question))
    answer = answered(facts, question, scope.perimeter.min_cell, masked=scope.masked, most_columns=most_columns)
    labels = {f.dimension.key: f.dimension.labels(facts, f.values) for f in question.filters}
    filters = said(question.filters, labels)
    report = report_of(answer, scope.perimeter, today, [text for _, text in filters])
    return Explored(question, facts, answer, report, filters)


def _needed(scope: Scope, question: Question) -> set[str]:
    """The dimensions that the page divides by, filters by, or is asked the values of."""
    filtering = request.args.get("filtrer", "")
    asked = {one.key for one in (*question.dimensions, *(f.dimension for f in question.filters))}
    return asked | ({filtering} & set(scope.dimensions))


def _behind_url(scope: Scope, found: Explored) -> Any:
    """The address of the lines of a figure, None where it does not open: nothing there, hidden, or people unseen."""
    whole = url_for("explorer.lines", **cast(Any, found.question.arguments()))  # once: a table has hundreds of cells
    opens = scope.lines is Lines.ENTRIES or (scope.masked and found.question.of_public_hours)

    def url(row: Row | None, column: Any) -> str | None:
        value = (row.cells if row else found.table.total or {}).get(column.key)
        if not opens or not value or isinstance(value, Hidden):
            return None
        cell = {"ligne": row.key if row else TOTAL, "colonne": column.key}
        return f"{whole}&{urlencode(cell)}"

    return url


# The form


def _form(scope: Scope, read: Read, facts: Facts | None = None) -> dict[str, Any]:
    """What the template needs to ask: the choices, what was typed, what is wrong."""
    this_year = clock.today().year
    grouped = [(name, [one for one in scope.dimensions.values() if one.group == name]) for name in GROUPS]
    filtering = scope.dimensions.get(request.args.get("filtrer", "")) if scope.may_filter and facts else None
    return {
        "scope": scope, "question": read.question, "errors": dict(read.errors), "typed": read.typed, "measures": list(Measure),
        "groups": [pair for pair in grouped if pair[1]], "years": list(range(this_year, this_year - YEARS, -1)),
        "hidden": _hidden_inputs(read.question), "form_has_errors": bool(read.errors), "filtering": filtering,
        "values": _values(facts, filtering, read.question) if facts and filtering else (), "Unit": Unit,
    }  # fmt: skip


def _values(facts: Facts, dimension: Dimension, question: Question) -> list[tuple[str, str, bool]]:
    """The values of a dimension that have hours in the years asked: key, label, whether it is chosen already."""
    keys = tuple(str(key) for key in dimension.keyed(facts, facts.period)["key"].unique())
    labels = dimension.labels(facts, keys)
    kept = {value for f in question.filters if f.dimension is dimension for value in f.values}
    rank = {key: number for number, key in enumerate(dimension.order)}
    ordered = sorted(keys, key=lambda key: (rank.get(key, len(rank)), key if dimension.is_time else labels[key]))
    return [(key, labels[key], key in kept) for key in ordered]


def _hidden_inputs(question: Question) -> list[tuple[str, str]]:
    """The whole question as inputs of a form that changes one part of it."""
    return [
        (name, value)
        for name, given in question.arguments().items()
        for value in (given if isinstance(given, list) else [given])
    ]


def _without(question: Question) -> Any:
    """The address without one filter."""

    def url(one: Any) -> str:
        return url_for("explorer.index", **cast(Any, question.without(one.dimension).arguments()))

    return url
