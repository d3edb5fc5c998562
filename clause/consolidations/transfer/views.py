"""Transfer files: the export of a structure, the registry and the files received, the national consolidation."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from clause.access import Permission
from clause.consolidations.as_json import as_json
from clause.consolidations.models import RegisteredStructure
from clause.consolidations.report import Report
from clause.consolidations.transfer import exporting, national_jobs, queries, registry, schema
from clause.consolidations.transfer.canonical import MAX_BYTES, as_bytes
from clause.consolidations.transfer.forms import RegistryFileForm, SendFilesForm, StructureForm
from clause.consolidations.transfer.national_queries import national_report
from clause.consolidations.transfer.receiving import receive
from clause.consolidations.workbook import as_workbook
from clause.guard import public, requires, viewer
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.sheet_reader import Unreadable
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session
from clause.organisations.models import Structure

bp = Blueprint("transfers", __name__, url_prefix="/transferts")
YEARS = range(1990, 2201)
JSON = "application/json"


@bp.get("/schemas/transfert-1.json")
@public
def published_schema() -> Response:
    """The JSON Schema of transfer files, for whoever writes or reads them with another tool."""
    return Response(schema.text(), mimetype="application/schema+json")


@bp.get("/<int:year>/fichier.json")
@requires(Permission.PUBLISH_CONSOLIDATION)
def export(year: int) -> Response:
    """The transfer file of the viewer's structure."""
    structure = current_session().get(Structure, viewer().structure_id) if viewer().structure_id else None
    if structure is None or year not in YEARS:
        abort(404)
    try:
        content = as_bytes(exporting.document(current_session(), structure, year, clock.today()))
    except Refused as refusal:
        return Response(refusal.sentence, 422, mimetype="text/plain")
    return _file(content, JSON, f"transfert-{year}-{structure.siret}.json")


# The administration of the platform


@bp.get("/")
@requires(Permission.MANAGE_PLATFORM)
def index() -> Any:
    """The latest year of which files came; the year that has just ended where none came yet."""
    years = queries.years(current_session(), viewer())
    return redirect(url_for("transfers.year", year=years[0] if years else clock.today().year - 1))


@bp.get("/<int:year>")
@requires(Permission.MANAGE_PLATFORM)
def year(year: int) -> str:
    return _year_page(_known(year), SendFilesForm())


@bp.post("/<int:year>")
@requires(Permission.MANAGE_PLATFORM)
def send(year: int) -> Any:
    """Receive files, each kept or refused by itself; those of another year go to theirs."""
    form = SendFilesForm()
    if not form.validate():
        return _year_page(_known(year), form), 422
    refused = [said for sent in form.files.data if (said := _received(sent))]
    if national_jobs.is_long(queries.registry(current_session(), viewer(), year)):
        national_jobs.ask(current_session(), viewer(), _known(year))
    if refused:
        form.files.errors = refused
        return _year_page(_known(year), form), 200 if len(refused) < len(form.files.data) else 422
    return redirect(url_for("transfers.year", year=year))


def _received(sent: FileStorage) -> str:
    """Why a file is refused; empty where it is kept or known, which is said above the page."""
    name = (sent.filename or "fichier")[:80]
    try:
        with current_session().begin_nested():
            flash(receive(current_session(), viewer(), sent.stream.read(MAX_BYTES + 1)).sentence)
    except Unreadable as fault:
        return f"{name} : fichier illisible. {fault}"
    except Refused as refusal:
        return f"{name} : fichier refusé. {refusal.sentence}"
    return ""


def _known(year: int) -> int:
    return year if year in YEARS else abort(404)


def _year_page(year: int, form: SendFilesForm) -> str:
    lines = queries.registry(current_session(), viewer(), year)
    counted = queries.registered(lines)
    return render_template(
        "consolidations/transfer/year.html", year=year, lines=lines, registered=len(counted), received=sum(one.received for one in counted),
        missing=sum(not one.received for one in counted), incomplete=sum(line.incomplete for line in lines), form=form,
        form_has_errors=bool(form.errors), years=queries.years(current_session(), viewer()),
    )  # fmt: skip


@bp.get("/<int:year>/nationale")
@requires(Permission.MANAGE_PLATFORM)
def national(year: int) -> Any:
    """The national consolidation on a page; of many files, once the worker has made it of these very files."""
    report = _national(year)
    if not isinstance(report, Report):
        return report
    return render_template(
        "consolidations/transfer/national.html", report=report, year=year, behind_url=lambda *_: None
    )


@bp.post("/<int:year>/nationale")
@requires(Permission.MANAGE_PLATFORM)
def prepare(year: int) -> Any:
    """Ask the worker for the national consolidation of the files as they are now."""
    national_jobs.ask(current_session(), viewer(), _known(year))
    return redirect(url_for("transfers.national", year=year))


@bp.get("/<int:year>/nationale/avancement")
@requires(Permission.MANAGE_PLATFORM)
def advance(year: int) -> dict[str, Any]:
    """For the module of the page."""
    over = national_jobs.under_way(current_session(), _known(year)) is None
    return {"over": over, "label": "", "done": 0, "total": 0, "percent": 50}


@bp.get("/<int:year>/nationale.<any(xlsx, json):extension>")
@requires(Permission.MANAGE_PLATFORM)
def national_file(year: int, extension: str) -> Any:
    report = _national(year)
    if not isinstance(report, Report):
        return redirect(url_for("transfers.national", year=year)) if isinstance(report, str) else report
    content, kind = (as_workbook(report), XLSX) if extension == "xlsx" else (as_json(report), JSON)
    return _file(content, kind, f"consolidation-nationale-{year}.{extension}")


def _national(year: int) -> Any:
    """The report; else the page that says it is being made, or the way back to the files where there is none."""
    session, lines = current_session(), queries.registry(current_session(), viewer(), _known(year))
    try:
        if not national_jobs.is_long(lines):
            return national_report(session, viewer(), year, clock.today())
    except Refused as refusal:
        flash(refusal.sentence, "warning")
        return redirect(url_for("transfers.year", year=year))
    found = national_jobs.kept_report(session, year, national_jobs.fingerprint(session, lines, year))
    if found is not None:
        return found
    under_way = national_jobs.under_way(session, year) is not None
    error = "" if under_way else national_jobs.last_error(session, year)
    return render_template("consolidations/transfer/preparing.html", year=year, under_way=under_way, error=error)


@bp.get("/fichiers/<public_id>.json")
@requires(Permission.MANAGE_PLATFORM)
def received_file(public_id: str) -> Response:
    """A file as it was received."""
    found = queries.file_by_address(current_session(), viewer(), public_id) or abort(404)
    return _file(found.content.encode(), JSON, f"transfert-{found.year}-{found.checksum[:12]}.json")


# The registry


@bp.route("/registre/importer", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLATFORM)
def import_registry() -> Any:
    form, report = RegistryFileForm(), None
    if form.validate_on_submit():
        try:
            report = _imported(form.file.data)
        except Unreadable as fault:
            form.file.errors = [str(fault)]
        else:
            flash(report.summary(), "warning" if report.refused else "success")
            if not report.refused:
                return redirect(url_for("transfers.index"))
    page = render_template("consolidations/transfer/registry.html", form=form, form_has_errors=bool(form.errors), report=report)  # fmt: skip
    return page, 422 if form.errors else 200


def _imported(sent: FileStorage) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("registre" + Path(sent.filename or "").suffix[:6])
        sent.save(path)
        return registry.import_registry(current_session(), viewer(), path)


@bp.route("/registre/nouvelle", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLATFORM)
def new_structure() -> Any:
    form = StructureForm()
    if form.validate_on_submit():
        try:
            row = registry.add(current_session(), viewer(), _entry(form))
        except Refused as refusal:
            form.refuse(refusal.field, refusal.sentence)
        else:
            flash(f"« {row.name} » est au registre.")
            return redirect(url_for("transfers.index"))
    return _structure_page(form, None)


@bp.route("/registre/<public_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLATFORM)
def structure(public_id: str) -> Any:
    """A structure of the registry: what is known of it, every file it sent, what was done."""
    row = queries.structure_by_address(current_session(), viewer(), public_id) or abort(404)
    form = StructureForm(data=_held(row))
    if form.validate_on_submit():
        try:
            registry.change(current_session(), viewer(), row, _entry(form))
        except Refused as refusal:
            form.refuse(refusal.field, refusal.sentence)
        else:
            flash(f"« {row.name} » est à jour.")
            return redirect(url_for("transfers.structure", public_id=public_id))
    return _structure_page(form, row)


def _held(row: RegisteredStructure) -> dict[str, Any]:
    count = row.facilitators
    return {
        "name": row.name, "siret": row.siret, "region": row.region, "employs_facilitators": row.employs_facilitators,
        "facilitators": "" if count is None else str(count),
    }  # fmt: skip


def _entry(form: StructureForm) -> registry.Entry:
    count = str(form.facilitators.data or "")
    return registry.Entry(
        name=form.name.data, siret=form.siret.data or None, region=form.region.data or "",
        employs_facilitators=bool(form.employs_facilitators.data), facilitators=int(count) if count else None,
    )  # fmt: skip


def _structure_page(form: StructureForm, row: Any) -> Any:
    session = current_session()
    page = render_template(
        "consolidations/transfer/structure.html", form=form, form_has_errors=bool(form.errors), row=row,
        files=queries.files_of(session, viewer(), row) if row else [], events=audit.history(session, row) if row else [],
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
