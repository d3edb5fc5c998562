"""The month of a company across its markets: typing, keeping without asking, checking the whole, sending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours.addressed import month_addressed
from clause.hours.blueprint import bp
from clause.hours.codes import HourKind
from clause.hours.months import acts
from clause.hours.months.acts import Outcome
from clause.hours.months.loading import contract_of, load_month, place_findings
from clause.hours.months.page import Column, MonthPage, PersonLine
from clause.hours.months.typing import Entered, take_typed
from clause.hours.rules.plausibility import Finding, blocking
from clause.kernel import clock
from clause.kernel.presentation import moment, plural
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, give_up
from clause.kernel.values import add_months, month_of, of_month
from clause.organisations.models import Company


@bp.route("/mois/<month>", methods=["GET", "POST"])
@requires(Permission.DECLARE_HOURS)
def month(month: str) -> Any:
    """The whole month of the viewer's company: people × markets."""
    page = _load(month, _asked_kinds(), payslip=_asked_payslip())
    if request.method == "GET":
        return _show(page)
    action, entered = request.form.get("action", "save"), take_typed(page, request.form)
    if action == "show":
        return _show(page, typed=True, note="Les cases demandées sont affichées. Rien n'est encore enregistré.")
    return _keep_then(month, action, page, entered)


def _keep_then(month: str, action: str, page: MonthPage, entered: Entered) -> Any:
    outcomes = acts.keep(current_session(), viewer(), page, entered, request.form)
    refused = [outcome for outcome in outcomes if not outcome.whole or outcome.errors]
    if refused or entered.errors:
        return _refused(page, entered, outcomes)
    if action == "copy":
        copied = acts.copy(current_session(), viewer(), page)
        flash(_copied(copied), "success" if any(o.people for o in copied) else "warning")
    elif action == "send":
        return redirect(url_for("declarations.month_sending", month=month))
    else:
        flash("Brouillon enregistré.")
    return redirect(request.full_path.rstrip("?"))


def _copied(outcomes: Sequence[Outcome]) -> str:
    people = sum(outcome.people for outcome in outcomes)
    if not people:
        return "Rien à copier : le mois précédent n'a pas d'heures pour les personnes qui restent à saisir."
    markets = plural(sum(1 for o in outcomes if o.people), "marché", "marchés")
    return f"Heures du mois précédent copiées sur {markets} : vérifiez-les avant d'envoyer."


def _refused(page: MonthPage, entered: Entered, outcomes: Sequence[Outcome]) -> Any:
    """The page as typed, with what was refused. What the other markets hold is kept: a refusal of all alone is an error."""
    kept = [outcome for outcome in outcomes if outcome.whole and not outcome.errors]
    for line in page.lines:
        line.findings = []
    place_findings(page, _left_findings(outcomes))
    errors = {**entered.errors, **{name: text for o in outcomes for name, text in o.errors.items()}}
    said = [(o.column.market.reference, o.refusal) for o in outcomes if o.refusal]
    if not kept:
        give_up()
        page = _as_typed(page)
    return _show(page, typed=True, errors=errors, refusals=said, status=200 if kept else 422)


def _as_typed(page: MonthPage) -> MonthPage:
    """The page read again after what it kept was given up, with the texts of the form."""
    fresh = _load(f"{page.month:%Y-%m}", page.kinds, payslip=page.with_payslip)
    take_typed(fresh, request.form)
    for line, shown in zip(fresh.lines, page.lines, strict=False):
        line.findings = shown.findings
    return fresh


def _left_findings(outcomes: Sequence[Outcome]) -> list[Finding]:
    """Findings on what was not kept, their keys being those of this page."""
    return [_on_page(f, o.column.key) for o in outcomes for f in o.findings]


def _on_page(finding: Finding, key: str) -> Finding:
    return Finding(finding.code, finding.sentence, finding.blocking, finding.lift, tuple(f"{key}.{k}" for k in finding.keys))  # fmt: skip


@bp.post("/mois/<month>/brouillon")
@requires(Permission.DECLARE_HOURS)
def month_autosave(month: str) -> Any:
    """Keeps, market by market, the boxes that were sent; says in JSON what became of each market and of each person."""
    page = _load(month)
    entered = take_typed(page, request.form)
    try:
        outcomes = acts.keep(current_session(), viewer(), page, entered, request.form)
    except Refused as refusal:
        give_up()
        return jsonify(saved=False, message=refusal.sentence, errors={}, markets={}, people={}), 422
    fresh = _load(month)
    place_findings(fresh, _left_findings(outcomes))
    errors = {**entered.errors, **{name: text for o in outcomes for name, text in o.errors.items()}}
    left = len(errors) + sum(len(o.left) for o in outcomes) + sum(1 for o in outcomes if o.refusal)
    return jsonify(
        saved=not any(o.refusal for o in outcomes), left=left, errors=errors,
        message=f"Brouillon enregistré à {moment(clock.now()).partition(' à ')[2]}",
        markets={o.column.key: _market_said(fresh, o) for o in outcomes},
        people={line.key: [_said(about, f) for about, f in line.findings] for line in fresh.lines},
    )  # fmt: skip


def _market_said(fresh: MonthPage, outcome: Outcome) -> dict[str, Any]:
    column = fresh.column(outcome.column.key)
    said: dict[str, Any] = {
        "saved": not outcome.refusal, "message": outcome.refusal, "conflict": outcome.conflict,
        "version": column.version if column else 0, "left": sorted(outcome.left),
    }  # fmt: skip
    if outcome.conflict and column is not None:
        said["current"] = kept_values(fresh, column)
    return said


def kept_values(page: MonthPage, column: Column) -> dict[str, str]:
    """The texts kept on one market, by name of box."""
    boxes = {column.box(row, kind.value): row.texts.get(kind, "") for own, row in page.boxes() if own is column for kind in page.kinds}  # fmt: skip
    return {**boxes, **({f"{column.key}.total": column.total_text} if column.asks_total else {})}


def _said(about: str, finding: Finding) -> dict[str, Any]:
    return {"text": (f"{about} : " if about else "") + finding.sentence, "blocking": finding.blocking}


# Sending


@bp.route("/mois/<month>/envoi", methods=["GET", "POST"])
@requires(Permission.DECLARE_HOURS)
def month_sending(month: str) -> Any:
    """What would be sent, market by market; then what was."""
    page = _load(month)
    if request.method == "GET":
        return _summary(page)
    chosen, nil = set(request.form.getlist("envoyer")), set(request.form.getlist("neant"))
    if not chosen and not nil:
        return _summary(page, "Cochez au moins un marché à envoyer.", 422)
    outcomes = acts.send(current_session(), viewer(), page, chosen, nil, request.form)
    sent = [o for o in outcomes if not o.refusal]
    if not sent:
        give_up()
        return _summary(_load(month), refusals={o.column.key: o.refusal for o in outcomes}, status=422)
    _flash_sent(sent, nil, page.month)
    for outcome in outcomes:
        if outcome.refusal:
            flash(f"{outcome.column.market.reference} n'est pas envoyé : {outcome.refusal}", "error")
    complete = len(sent) == len(outcomes)
    return redirect(url_for("declarations.index") if complete else url_for("declarations.month_sending", month=month))


def _flash_sent(sent: Sequence[Outcome], nil: set[str], month: date) -> None:
    hours = [o for o in sent if o.column.key not in nil]
    if hours:
        flash(f"Les heures {of_month(month)} sont envoyées pour {plural(len(hours), 'marché', 'marchés')}. Votre facilitateur va les valider ou vous les renvoyer.")  # fmt: skip
    if len(hours) < len(sent):
        flash(
            f"Vous avez déclaré que personne n'a travaillé sur {plural(len(sent) - len(hours), 'marché', 'marchés')}."
        )


def _summary(
    page: MonthPage, refusal: str = "", status: int = 200, refusals: dict[str, str] | None = None
) -> tuple[str, int]:
    over = acts.shared_too_much(page)
    html = render_template(
        "hours/month_sending.html", page=page, refusal=refusal, refusals=refusals or {}, stops=_stops(page, over),
        warnings=_warnings(page), form_has_errors=bool(refusal or refusals), chosen=set(request.form.getlist("envoyer")),
        nil=set(request.form.getlist("neant")), posted=request.method == "POST",
    )  # fmt: skip
    return html, status


def _stops(page: MonthPage, over: dict[int, str]) -> dict[str, list[str]]:
    """By key of column, what would be refused, in sentences with the name."""
    found: dict[str, list[str]] = {}
    for line in page.lines:
        findings = [finding for _, finding in line.findings]
        commented = _commented(line)
        standing = blocking(findings, commented, facilitator=False)
        sentences = [f.sentence for f in standing] + ([over[line.contract_id]] if line.contract_id in over else [])
        for column in page.columns:
            if column.editable and any(row.filled for row in line.cells.get(column.key, [])):
                found.setdefault(column.key, []).extend(f"{line.name} : {text}" for text in sentences)
    for column in page.columns:
        if column.editable and column.asks_total and not column.total_text and column.people:
            found.setdefault(column.key, []).append("Indiquez le total des heures travaillées par tous vos salariés.")
    return {key: sentences for key, sentences in found.items() if sentences}


def _commented(line: PersonLine) -> list[str]:
    return [f"{key}.{row.key}" for key, rows in line.cells.items() for row in rows if row.comment.strip()]


def _warnings(page: MonthPage) -> list[tuple[str, str]]:
    return [
        (line.name, finding.sentence) for line in page.lines for _, finding in line.findings if not finding.blocking
    ]


# Showing


def _load(text: str, kinds: Sequence[HourKind] | tuple[HourKind, ...] = (), *, payslip: bool = False) -> MonthPage:
    found = _month(text)
    if found is None:
        abort(404)
    company = current_session().get_one(Company, viewer().company_id)
    return load_month(current_session(), viewer(), company, found, kinds, payslip=payslip)


def _month(text: str) -> date | None:
    found = month_addressed(text)
    return found if found is not None and found <= month_of(clock.today()) else None


def _asked_kinds() -> tuple[HourKind, ...]:
    asked = {*request.args.getlist("types"), *request.form.getlist("types")}
    return tuple(kind for kind in HourKind if kind.value in asked)


def _asked_payslip() -> bool:
    return "1" in (request.args.get("total"), request.form.get("avec-total"))


def _show(
    page: MonthPage, *, typed: bool = False, note: str = "", errors: dict[str, str] | None = None,
    refusals: Sequence[tuple[str, str]] = (), status: int = 200,
) -> Any:  # fmt: skip
    errors = errors or {}
    html = render_template(
        "hours/month.html", page=page, note=note, errors=errors, refusals=refusals, typed=typed,
        versions=request.form if typed else {}, form_has_errors=bool(errors or refusals), kinds=list(HourKind),
        labels=_labels(page, errors), months=_around(page.month),
        over=acts.shared_too_much(page),
    )  # fmt: skip
    return html, status


def _labels(page: MonthPage, errors: dict[str, str]) -> dict[str, str]:
    """The name of the person of each box in error."""
    names = {line.key: line.name for line in page.lines}
    return {
        name: names.get(contract_of(name) if "." in name and name[1:2] != "." else name[2:], "Total") for name in errors
    }


def _around(month: date) -> tuple[date, date | None]:
    following = add_months(month, 1)
    return add_months(month, -1), following if following <= month_of(clock.today()) else None
