"""The reprise workbook: the template, sending, and how another tool's sheets are called."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.imports.reprise import job
from clause.imports.reprise.forms import MappingForm, SendForm
from clause.imports.reprise.layout import SHEETS
from clause.imports.reprise.mappings import forget_mapping, keep_mapping, mappings, visible_mappings
from clause.imports.reprise.models import ImportMapping
from clause.imports.reprise.template import template
from clause.kernel.refusals import Refused
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session

bp = Blueprint("reprise", __name__, url_prefix="/imports/reprise")


@bp.get("/")
@requires(Permission.IMPORT_FILES)
def index() -> str:
    return _page(SendForm(request.args))


@bp.get("/modele.xlsx")
@requires(Permission.IMPORT_FILES)
def model() -> Response:
    """The empty workbook."""
    headers = {"Content-Disposition": 'attachment; filename="classeur-de-reprise.xlsx"'}
    return Response(template(), mimetype=XLSX, headers=headers)


@bp.post("/")
@requires(Permission.IMPORT_FILES)
def receive() -> Any:
    """Keep the file and leave the import to the worker."""
    form = SendForm()
    form.offer(mappings(current_session(), viewer()))
    if not form.validate():
        return _page(form), 422
    who = viewer()
    assert who.user_id is not None  # the guard lets signed-in users in
    assert who.structure_id is not None  # IMPORT_FILES is a right of structures
    options = {"valid_only": form.valid_only.data, "update": form.update.data, "mapping": _chosen(form)}
    sent = form.file.data
    asked = job.receive(
        current_session(), current_app.config["CLAUSE"], sent.stream, sent.filename or "classeur", who.user_id,
        who.structure_id, options,
    )  # fmt: skip
    return redirect(url_for("imports.job", public_id=asked.public_id))


def _chosen(form: SendForm) -> int | None:
    return _mapping(form.mapping.data).id if form.mapping.data else None


def _page(form: SendForm) -> str:
    known = mappings(current_session(), viewer())
    if len(form.mapping.choices) == 1:
        form.offer(known)
    return render_template("reprise/index.html", form=form, form_has_errors=bool(form.errors), mappings=known, sheets=SHEETS)  # fmt: skip


# Mappings


@bp.get("/correspondances/nouvelle")
@requires(Permission.IMPORT_FILES)
def new_mapping() -> str:
    return _mapping_page(MappingForm(), None, {})


@bp.post("/correspondances/nouvelle")
@requires(Permission.IMPORT_FILES)
def create_mapping() -> Any:
    return _keep(None)


@bp.get("/correspondances/<public_id>")
@requires(Permission.IMPORT_FILES)
def mapping(public_id: str) -> str:
    row = _mapping(public_id)
    return _mapping_page(MappingForm(obj=row), row, _typed(row))


@bp.post("/correspondances/<public_id>")
@requires(Permission.IMPORT_FILES)
def change_mapping(public_id: str) -> Any:
    return _keep(_mapping(public_id))


@bp.post("/correspondances/<public_id>/supprimer")
@requires(Permission.IMPORT_FILES)
def remove_mapping(public_id: str) -> Any:
    row = _mapping(public_id)
    flash(f"La correspondance « {row.name} » est supprimée.")
    forget_mapping(current_session(), viewer(), row)
    return redirect(url_for("reprise.index"))


def _mapping(public_id: str) -> ImportMapping:
    statement = visible_mappings(viewer()).where(ImportMapping.public_id == public_id)
    return current_session().scalars(statement).one_or_none() or abort(404)


def _keep(row: ImportMapping | None) -> Any:
    form, said = MappingForm(), {k: v[:200] for k, v in request.form.items() if k.split(".")[0] in _SHEETS}
    if form.validate():
        try:
            kept = keep_mapping(current_session(), viewer(), form.name.data, said, row)
        except Refused as refusal:
            form.refuse(refusal.field, refusal.sentence)
        else:
            flash(f"La correspondance « {kept.name} » est enregistrée. Choisissez-la en envoyant votre fichier.")
            return redirect(url_for("reprise.index"))
    return _mapping_page(form, row, said), 422


_SHEETS = frozenset(sheet.name for sheet in SHEETS)


def _typed(row: ImportMapping) -> dict[str, str]:
    columns = {f"{s}.{c}": title for s, found in row.content.get("columns", {}).items() for c, title in found.items()}
    return {**row.content.get("sheets", {}), **columns}


def _mapping_page(form: MappingForm, row: ImportMapping | None, said: dict[str, str]) -> str:
    return render_template("reprise/mapping.html", form=form, form_has_errors=bool(form.errors), row=row, said=said, sheets=SHEETS)  # fmt: skip
