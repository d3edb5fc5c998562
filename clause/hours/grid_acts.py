"""What the buttons of the grid do: keep, send, copy last month, declare nil. Each answers with a redirect, or is Refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import current_app, flash, redirect, request, url_for

from clause.guard import viewer
from clause.hours import actions
from clause.hours.actions.locking import hold
from clause.hours.checking import Blocked
from clause.hours.grid import GridPage, Typed
from clause.hours.models import Declaration
from clause.hours.rules.plausibility import Finding
from clause.kernel import storage
from clause.kernel.unit import current_session
from clause.kernel.values import format_month, of_month, read_count

SENT = "envoyées. Votre facilitateur va les valider ou vous les renvoyer."


class Attached:
    """A file kept during this request: dropped from the disk where the request is refused."""

    path: Path | None = None

    def drop(self) -> None:
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def opened(page: GridPage) -> tuple[Declaration, int | None]:
    """The declaration, and the version that the form was filled from: none where this request begins it."""
    declaration = actions.open_declaration(current_session(), viewer(), page.market, page.company.id, page.month)
    if page.declaration is None:
        return declaration, None
    return declaration, read_count(request.form.get("version")) or 0


def _keep(page: GridPage, typed: Typed, stored: Attached) -> tuple[Declaration, list[Finding]]:
    declaration, version = opened(page)
    findings = actions.save_draft(current_session(), viewer(), declaration, typed.data, version)
    _attach(declaration, stored)
    return declaration, findings


def _attach(declaration: Declaration, stored: Attached) -> None:
    """The statement chosen by a facilitator, where there is one in the form."""
    upload = request.files.get("statement")
    if not viewer().in_structure or upload is None or not upload.filename:
        return
    folder = Path(current_app.config["CLAUSE"].data_dir)
    kept = actions.attach_statement(current_session(), viewer(), declaration, folder, upload.read(), upload.filename)
    stored.path = storage.path_of(folder, kept)


def save(page: GridPage, typed: Typed, stored: Attached) -> Any:
    _declaration, findings = _keep(page, typed, stored)
    if any(finding.blocking for finding in findings):
        flash("Brouillon enregistré. Des points sont à revoir avant l'envoi.", "warning")
    else:
        flash("Brouillon enregistré.")
    return redirect(request.path)


def _submit(page: GridPage, typed: Typed, stored: Attached) -> Any:
    declaration, findings = _keep(page, typed, stored)
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


def _copy(page: GridPage, typed: Typed, stored: Attached) -> Any:
    declaration, _findings = _keep(page, typed, stored)
    count = actions.copy_last_month(current_session(), viewer(), declaration)
    flash(
        f"Heures du mois précédent copiées pour {count} personne{'s' if count > 1 else ''} : vérifiez-les avant d'envoyer."
    )
    return redirect(request.path)


def _nil(page: GridPage, typed: Typed, stored: Attached) -> Any:
    declaration, version = opened(page)
    hold(current_session(), declaration, version)
    _attach(declaration, stored)
    actions.declare_nil(current_session(), viewer(), declaration, total_hours_worked=typed.data.total_hours_worked)
    flash(f"Vous avez déclaré que personne n'a travaillé en {format_month(page.month)}.")
    return redirect(url_for("declarations.detail", public_id=declaration.public_id))


ACTS: dict[str, Callable[[GridPage, Typed, Attached], Any]] = {
    "save": save, "submit": _submit, "copy": _copy, "nil": _nil,
}  # fmt: skip
