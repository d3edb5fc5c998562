"""The grid of a month: for a company, and for a facilitator who enters a month from a signed statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import abort, jsonify, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours.addressed import company_or_404, month_or_404
from clause.hours.blueprint import bp
from clause.hours.checking import Blocked, check
from clause.hours.codes import HourKind
from clause.hours.drafts import dated
from clause.hours.grid import GridPage, Typed, load_grid, read_typed, typed_rows
from clause.hours.grid.loading import market_of
from clause.hours.grid.rows import place, with_split
from clause.hours.grid_acts import ACTS, keep_what_passes, never_kept, opened, save
from clause.hours.models import Declaration
from clause.hours.rules.paste import place_block
from clause.hours.rules.plausibility import Finding, blocking
from clause.kernel import clock
from clause.kernel.presentation import moment
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, give_up

STALE = "version"


def company_address(market: str, month: date) -> str:
    return url_for("declarations.grid", market=market, month=f"{month:%Y-%m}")


@bp.route("/saisie/<market>/<month>", methods=["GET", "POST"])
@requires(Permission.DECLARE_HOURS)
def grid(market: str, month: str) -> Any:
    """A company's own month."""
    return _grid(market, month, None)


@bp.post("/saisie/<market>/<month>/brouillon")
@requires(Permission.DECLARE_HOURS)
def autosave(market: str, month: str) -> Any:
    return _autosave(market, month, None)


@bp.route("/releve/<market>/<company>/<month>", methods=["GET", "POST"])
@requires(Permission.DECLARE_FOR_COMPANY)
def statement(market: str, company: str, month: str) -> Any:
    """A company's month, entered by a facilitator from its signed statement."""
    return _grid(market, month, company)


@bp.post("/releve/<market>/<company>/<month>/brouillon")
@requires(Permission.DECLARE_FOR_COMPANY)
def statement_autosave(market: str, company: str, month: str) -> Any:
    return _autosave(market, month, company)


# Loading


def load_page(market_id: str, month_text: str, company_id: str | None) -> GridPage:
    session = current_session()
    market = market_of(session, viewer(), market_id) or abort(404)
    company = company_or_404(session, viewer(), market.id, company_id)
    return load_grid(session, viewer(), market, company, month_or_404(month_text))


# The page


@dataclass
class Shown:
    """What the page says besides its content: refusals by name of box, a refusal of the whole, a note."""

    errors: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    note: str = ""
    unknown: tuple[str, ...] = ()
    focus: str = ""

    @property
    def refused(self) -> bool:
        return bool(self.errors or self.refusal)


def _grid(market: str, month: str, company: str | None) -> Any:
    page = load_page(market, month, company)
    if request.method == "POST":
        return _act(page, market, month, company)
    if not page.editable and page.declaration is not None:
        return redirect(url_for("declarations.detail", public_id=page.declaration.public_id))
    return _show(page, Shown())


def _show(page: GridPage, shown: Shown) -> tuple[str, int]:
    in_structure = viewer().in_structure
    html = render_template(
        "hours/grid.html", page=page, shown=shown, form_has_errors=shown.refused, for_statement=in_structure,
        summary=_summary(page, shown), autosave=f"{request.path}/brouillon", typed=request.method == "POST",
    )  # fmt: skip
    return html, 422 if shown.refused else 200


def _summary(page: GridPage, shown: Shown) -> list[tuple[str, str, str]]:
    """The summary on top: (anchor, label, sentence)."""
    found = [("", "", shown.refusal)] if shown.refusal and not shown.errors else []
    for name, sentence in shown.errors.items():
        row = next((row for row in page.rows if name.startswith(row.key + "-")), None)
        found.append((name, row.name if row else LABELS.get(name, ""), sentence))
    return found


LABELS = {
    "total": "Total des heures travaillées sur le marché",
    "statement": "Relevé d'heures signé",
    "remark": "Remarque",
}


# Acts


def _act(page: GridPage, market: str, month: str, company: str | None) -> Any:
    action, _, key = request.form.get("action", "save").partition(":")
    typed = _take_typed(page)
    if action in SHOWING:
        shown = SHOWING[action](page, key)
        _preview(page, read_typed(page.rows, request.form))
        return _show(page, shown)
    if typed.errors:
        return _show(page, Shown({**typed.errors, **_preview(page, typed)}))
    rows = page.rows
    try:
        return ACTS.get(action, save)(page, typed)
    except Refused as refusal:
        give_up()
        fresh = load_page(market, month, company)
        fresh.rows, fresh.total_text, fresh.remark, fresh.rare = rows, page.total_text, page.remark, page.rare
        return _show(fresh, _refused(fresh, refusal))


def _preview(page: GridPage, typed: Typed) -> dict[str, str]:
    """Put beside the rows what the rules say of what is typed, nothing being kept; what blocks, by name of box."""
    month = page.declaration or Declaration(market_id=page.market.id, company_id=page.company.id, month=page.month)
    for row in page.rows:
        row.findings = []
    try:
        lines = dated(typed.data.lines, page.market, page.month, page.grounds)
    except Refused as refusal:
        return {f"{refusal.field}-since": refusal.sentence}
    findings = check(current_session(), viewer(), month, lines, page.grounds)
    place(page.rows, findings)
    commented = [line.key for line in typed.data.lines if line.comment]
    return _by_box(blocking(findings, commented, facilitator=viewer().in_structure))


def _by_box(findings: list[Finding]) -> dict[str, str]:
    """Each sentence on the first box of hours of the row concerned."""
    return {f"{_row_of(f)}-{HourKind.WORK.value}": f.sentence for f in reversed(findings)}


def _take_typed(page: GridPage) -> Typed:
    page.rows = typed_rows(request.form, page.rows)
    page.total_text = request.form.get("total", "").strip()
    page.remark = request.form.get("remark", "").strip()
    page.rare = request.form.get("rare") == "1"
    return read_typed(page.rows, request.form)


def _refused(page: GridPage, refusal: Refused) -> Shown:
    if isinstance(refusal, Blocked):
        for row in page.rows:
            row.findings = []
        place(page.rows, refusal.findings)
        return Shown(errors=_by_box(refusal.standing))
    keys = {row.key for row in page.rows}
    name = f"{refusal.field}-since" if refusal.field in keys else refusal.field
    if name in LABELS or refusal.field in keys:
        return Shown(errors={name: refusal.sentence})
    return Shown(refusal=refusal.sentence)


def _row_of(finding: Finding) -> str:
    return finding.keys[0] if finding.keys else ""


def _split(page: GridPage, key: str) -> Shown:
    page.rows = with_split(page.rows, key, page.boundary(key))
    return Shown(
        note="La ligne est coupée en deux : vérifiez les jours, puis indiquez les heures de chaque partie.", focus=key
    )


def _rare(page: GridPage, _key: str) -> Shown:
    page.rare = True
    return Shown(note="Les types d'heures moins courants sont affichés.")


def _paste(page: GridPage, _key: str) -> Shown:
    rows = [row for row in page.rows if not row.locked]
    pasted = place_block(request.form.get("block", "")[:200_000], [row.name for row in rows], page.kinds)
    for position, cells in pasted.cells.items():
        rows[position].texts.update(cells)
    read_typed(page.rows, request.form)
    count = len(pasted.cells)
    note = f"{count} ligne{'s' if count > 1 else ''} remplie{'s' if count > 1 else ''} : vérifiez, puis enregistrez." if count else "Rien n'a pu être placé : copiez les lignes avec les noms, ou dans l'ordre de la grille."  # fmt: skip
    return Shown(note=note, unknown=pasted.unknown)


SHOWING: dict[str, Callable[[GridPage, str], Shown]] = {
    "split": _split,
    "rare": _rare,
    "paste": _paste,
}


# Saving without asking


def _autosave(market: str, month: str, company: str | None) -> Any:
    """Keeps what can be read and could pass; says in JSON what cannot, cell by cell. Status 409 where somebody else changed it."""
    page = load_page(market, month, company)
    typed = _take_typed(page)
    try:
        declaration, findings = keep_what_passes(*opened(page), page.rows, typed)
    except Refused as refusal:
        give_up()
        if refusal.field == STALE:
            fresh = load_page(market, month, company)
            return jsonify(saved=False, message=refusal.sentence, errors={}, version=fresh.version, current=kept_values(fresh)), 409  # fmt: skip
        return jsonify(saved=False, message=refusal.sentence, errors=typed.errors), 422
    place(page.rows, findings)
    hopeless = {f.keys for f in findings if never_kept(f)}
    return jsonify(
        saved=True, left=len(typed.errors) + len(hopeless), version=declaration.version, message=f"Brouillon enregistré à {moment(clock.now()).partition(' à ')[2]}",
        errors=typed.errors, unsaved=sorted({key for keys in hopeless for key in keys}), rows={row.key: [_said(f) for f in row.findings] for row in page.rows},
    )  # fmt: skip


def kept_values(page: GridPage) -> dict[str, str]:
    """The texts kept, by name of box."""
    values = {"total": page.total_text, "remark": page.remark}
    for row in page.rows:
        if not row.locked:
            texts = {kind.value: row.texts.get(kind, "") for kind in page.kinds}
            own = {**texts, "since": row.since, "until": row.until, "comment": row.comment}
            values |= {row.field(name): text for name, text in own.items()}
    return values


def _said(finding: Finding) -> dict[str, Any]:
    return {"text": finding.sentence, "blocking": finding.blocking}
