"""What the buttons of the grid do: keep, send, copy last month, declare nil. Each answers with a redirect, or is Refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import current_app, flash, redirect, request, url_for

from clause.guard import viewer
from clause.hours import actions
from clause.hours.checking import Blocked
from clause.hours.grid import GridPage, Row, Typed
from clause.hours.models import Declaration
from clause.hours.rules.plausibility import Check, Finding, Lift
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.kernel.values import format_month, of_month, read_count

SENT = "envoyées. Votre facilitateur va les valider ou vous les renvoyer."


def opened(page: GridPage) -> tuple[Declaration, int | None]:
    """The declaration, and the version that the form was filled from: none where this request begins it."""
    new = page.declaration is None
    declaration = actions.open_declaration(
        current_session(), viewer(), page.market, page.company.id, page.month, new=new
    )
    if new:
        return declaration, None
    return declaration, read_count(request.form.get("version")) or 0


def keep_what_passes(
    declaration: Declaration, version: int | None, rows: Sequence[Row], typed: Typed
) -> tuple[Declaration, list[Finding]]:
    """Keep the draft but for the contracts with a line that never could pass: those stay as they were kept."""
    session = current_session()
    try:
        with session.begin_nested():
            return declaration, actions.save_draft(session, viewer(), declaration, typed.data, version)
    except Blocked as refusal:
        stuck = {row.contract_id for row in rows for f in refusal.standing if row.key in f.keys}
        lines = tuple(line for line in typed.data.lines if line.contract_id not in stuck)
        data = replace(typed.data, lines=lines, untouched=typed.data.untouched | stuck)
        kept = actions.save_draft(session, viewer(), declaration, data, version)
        return declaration, [*refusal.standing, *kept]


def never_kept(finding: Finding) -> bool:
    """True where a draft leaves the line out: no comment could lift it."""
    return finding.blocking and finding.lift is not Lift.COMMENT and finding.code != Check.STRADDLE


def _keep(page: GridPage, typed: Typed) -> tuple[Declaration, list[Finding]]:
    declaration, version = opened(page)
    findings = actions.save_draft(current_session(), viewer(), declaration, typed.data, version)
    _attach(declaration)
    return declaration, findings


def _attach(declaration: Declaration) -> None:
    """The statements chosen by a facilitator, where there are some in the form."""
    if not viewer().in_structure:
        return
    folder = Path(current_app.config["CLAUSE"].data_dir)
    for upload in request.files.getlist("statement"):
        if upload.filename:
            actions.attach_statement(current_session(), viewer(), declaration, folder, upload.read(), upload.filename)


def save(page: GridPage, typed: Typed) -> Any:
    _declaration, findings = _keep(page, typed)
    if any(finding.blocking for finding in findings):
        flash("Brouillon enregistré. Des points sont à revoir avant l'envoi.", "warning")
    else:
        flash("Brouillon enregistré.")
    return redirect(request.path)


def _submit(page: GridPage, typed: Typed) -> Any:
    declaration, findings = _keep(page, typed)
    try:
        actions.submit(current_session(), viewer(), declaration)
    except Blocked as refusal:
        # The same findings, beside the rows as they were typed.
        raise Blocked(_on_typed_rows(refusal, findings), findings) from None
    after = "enregistrées d'après le relevé. Elles sont à valider." if viewer().in_structure else SENT
    flash(f"Les heures {of_month(page.month)} sont {after}")
    return redirect(url_for("declarations.detail", public_id=declaration.public_id))


def _on_typed_rows(refusal: Blocked, findings: list[Finding]) -> list[Finding]:
    same = [f for f in findings if any((f.code, f.sentence) == (s.code, s.sentence) for s in refusal.standing)]
    return same or refusal.standing


def _copy(page: GridPage, typed: Typed) -> Any:
    declaration, _findings = _keep(page, typed)
    count = actions.copy_last_month(current_session(), viewer(), declaration)
    flash(
        f"Heures du mois précédent copiées pour {count} personne{'s' if count > 1 else ''} : vérifiez-les avant d'envoyer."
    )
    return redirect(request.path)


def _nil(page: GridPage, typed: Typed) -> Any:
    if typed.data.lines:
        raise Refused(actions.HOURS_TYPED)
    declaration, _findings = _keep(page, typed)
    actions.declare_nil(current_session(), viewer(), declaration)
    flash(f"Vous avez déclaré que personne n'a travaillé en {format_month(page.month)}.")
    return redirect(url_for("declarations.detail", public_id=declaration.public_id))


ACTS: dict[str, Callable[[GridPage, Typed], Any]] = {
    "save": save, "submit": _submit, "copy": _copy, "nil": _nil,
}  # fmt: skip
