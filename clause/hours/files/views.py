"""A month filled from a file: the template, the sheet sent, its columns said once, what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request

from clause.accounts.reading import EXPORT, log_reads
from clause.candidates.models import Participant
from clause.config import Settings
from clause.guard import viewer
from clause.hours.files import dsn_views, waiting
from clause.hours.files.filling import Options, fill
from clause.hours.files.mappings import forget_mapping, headings_of, keep_mapping, mappings_of
from clause.hours.files.reading import SheetLines, Unknown, layout_of, read_sheet
from clause.hours.files.rules.columns import COLUMNS, Col, by_heading
from clause.hours.files.template import people_of_template, template
from clause.hours.files.waiting import Waiting
from clause.hours.files.web import Place, both, bp
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.kernel.report import Report, from_json
from clause.kernel.report_file import report_workbook
from clause.kernel.sheet_reader import Unreadable
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session, give_up
from clause.kernel.values import format_month

__all__ = ["bp", "dsn_views"]
SHOWN = 100
NO_FILE = "Choisissez un fichier .xlsx, .ods, .xls ou .csv."
GONE = "Ce fichier n'est plus gardé : choisissez-le de nouveau."


def settings() -> Settings:
    return current_app.config["CLAUSE"]  # type: ignore[no-any-return]  # what the application put there


@both("fichier", "GET", "POST")
def sheet(place: Place) -> Any:
    """The template to download, the file to send, the layouts known."""
    if request.method == "GET":
        return _sheet_page(place)
    if forgotten := request.form.get("forget"):
        return _forget(place, forgotten)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _sheet_page(place, NO_FILE), 422
    kept = waiting.keep(settings(), place.owner, upload.read(), upload.filename)
    return _take(place, kept, Options(valid_only=bool(request.form.get("valid_only")), update=bool(request.form.get("update"))))  # fmt: skip


def _sheet_page(place: Place, error: str = "") -> str:
    known = mappings_of(current_session(), viewer(), place.month.company.id)
    said = [(row, ", ".join(f"{COLUMNS[col].label} = « {h} »" for col, h in headings_of(row).items())) for row in known]
    return render_template(
        "hours/files/sheet.html", place=place, mappings=said, error=error, form_has_errors=bool(error)
    )


def _forget(place: Place, public_id: str) -> Any:
    known = mappings_of(current_session(), viewer(), place.month.company.id)
    row = next((m for m in known if m.public_id == public_id), None) or abort(404)
    forget_mapping(current_session(), viewer(), row)
    flash(f"La présentation « {row.name} » est oubliée. Les heures déjà importées restent.")
    return redirect(place.url("sheet"))


def _take(place: Place, kept: Waiting, options: Options) -> Any:
    """Read the file and fill the draft; where its columns are not known, ask for them."""
    try:
        found = _read(place, kept)
        if isinstance(found, Unknown):
            return redirect(place.url("result", token=kept.token))
        report = fill(current_session(), viewer(), place.month, found, options)
    except (Unreadable, Refused) as fault:
        give_up()
        waiting.forget(kept, report_too=True)
        return _sheet_page(place, str(fault) if isinstance(fault, Unreadable) else fault.sentence), 422
    waiting.note(kept, report=report.as_json(), valid_only=options.valid_only, update=options.update)
    if not report.refused and (not report.different or options.update):
        waiting.forget(kept)
    return redirect(place.url("result", token=kept.token))


def _read(place: Place, kept: Waiting) -> SheetLines | Unknown:
    known = mappings_of(current_session(), viewer(), place.month.company.id)
    return read_sheet(kept.path, kept.name, place.month.month, [headings_of(row) for row in known])


@both("modele.xlsx", "GET")
def model(place: Place) -> Response:
    """The template filled with the people of the month."""
    session = current_session()
    response = Response(template(session, viewer(), place.month), mimetype=XLSX)
    log_reads(viewer(), Participant.__tablename__, people_of_template(session, viewer(), place.month), EXPORT)
    name = f"heures-{place.month.month:%Y-%m}.xlsx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@both("fichier/<token>", "GET", "POST")
def result(place: Place, token: str) -> Any:
    """What came of a file, and what is left to decide; or its columns to say, unknown or (``colonnes``) read wrongly."""
    kept = waiting.found(settings(), place.owner, token)
    if kept is None:
        return abort(404)
    if "report" in kept.about and not request.args.get("colonnes"):
        return _again(place, kept) if request.method == "POST" else _report_page(place, kept)
    if not kept.path.is_file():
        abort(404)
    return _map(place, kept) if request.method == "POST" else _mapping_page(place, kept)


def _again(place: Place, kept: Waiting) -> Any:
    """The same file once more, with what was decided since."""
    if not kept.path.is_file():
        return _sheet_page(place, GONE), 422
    valid_only = bool(kept.about.get("valid_only") or request.form.get("valid_only"))
    update = bool(kept.about.get("update") or request.form.get("update"))
    return _take(place, kept, Options(valid_only, update))


def _report_page(place: Place, kept: Waiting) -> str:
    report = from_json(kept.about["report"])
    return render_template(
        "hours/files/result.html", place=place, report=report, name=kept.name, shown=SHOWN, token=kept.token,
        decidable=kept.path.is_file(), about=kept.about,
    )  # fmt: skip


@both("fichier/<token>/compte-rendu.xlsx", "GET")
def report_file(place: Place, token: str) -> Response:
    """The whole report, to work from in a spreadsheet."""
    kept = waiting.found(settings(), place.owner, token)
    if kept is None or "report" not in kept.about:
        abort(404)
    report: Report = from_json(kept.about["report"])
    subtitle = f"{kept.name}, {place.month.market.reference}, {format_month(place.month.month)}"
    response = Response(report_workbook(report, subtitle, clock.now()), mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename="compte-rendu-heures.xlsx")
    return response


# An unknown layout


def _mapping_page(place: Place, kept: Waiting, error: Refused | None = None) -> Any:
    try:
        found = layout_of(kept.path, kept.name) if "report" in kept.about else _read(place, kept)
    except Unreadable as fault:
        return _sheet_page(place, str(fault)), 422
    if isinstance(found, SheetLines):  # mapped meanwhile, in another window
        return redirect(place.url("sheet"))
    headings = list(dict.fromkeys(h for h in found.headings if h))
    typed = {col: request.form.get(col.value, "") for col in COLUMNS} if error else _guess(found)
    return render_template(
        "hours/files/mapping.html", place=place, found=found, headings=headings, columns=COLUMNS, typed=typed,
        name=request.form.get("name", "") if error else Path(kept.name).stem[:80], error=error, form_has_errors=bool(error), file=kept.name,
    ), 422 if error else 200  # fmt: skip


def _guess(found: Unknown) -> dict[Col, str]:
    """What the headings look like: a suggestion that the page shows, to be corrected."""
    return {col: found.headings[position] for col, position in by_heading(found.headings).items()}


def _map(place: Place, kept: Waiting) -> Any:
    said = {col: request.form.get(col.value, "") for col in COLUMNS}
    try:
        keep_mapping(current_session(), viewer(), place.month.company.id, request.form.get("name", ""), said)
    except Refused as refusal:
        give_up()
        return _mapping_page(place, kept, refusal)
    return _take(place, kept, Options())
