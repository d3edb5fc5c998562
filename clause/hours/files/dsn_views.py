"""The DSN of a company's month: the browser reads the file, and sends the lines of the people of the clause alone."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request

from clause.guard import viewer
from clause.hours.files.filling import declaration_of
from clause.hours.files.payroll import Entry, Payable, confirm_worked, payables, take_payroll
from clause.hours.files.web import Place, both
from clause.hours.people import people_of_month
from clause.kernel.refusals import Refused
from clause.kernel.report import Report
from clause.kernel.unit import current_session, give_up
from clause.kernel.values import BadValue, format_hours, read_count, read_hours

MOST = 10**6  # hundredths: ten thousand hours of one contract in a month is no pay slip
NOTHING = "Choisissez d'abord une DSN : rien n'a été lu."


@both("dsn", "GET", "POST")
def dsn(place: Place) -> Any:
    """The people looked for, where the module reads the file; then what it found, to be put in the drafts."""
    session = current_session()
    people = payables(session, viewer(), place.month.company.id, place.month.month)
    if request.method == "GET":
        return _page(place, people)
    errors, entries = _entries(people)
    if not entries and not errors:
        errors[""] = NOTHING
    if errors:
        return _page(place, people, errors), 422
    try:
        report = take_payroll(
            session, viewer(), place.month.company, place.month.month, entries, known=people,
            replaces=request.form.get("replaces") == "1", update=request.form.get("update") == "1",
        )  # fmt: skip
    except Refused as refusal:
        give_up()
        return _page(place, people, {"": refusal.sentence}), 422
    _say(report, sorted({m.reference for p in people if p.contract.id in entries for m in p.markets}))
    return redirect(place.grid)


def _page(place: Place, people: list[Payable], errors: dict[str, str] | None = None) -> str:
    """With what was typed: the values of the file are in hidden boxes, so that nothing is read twice."""
    found = {p.contract.public_id for p in people if f"paid-{p.contract.public_id}" in request.form}
    return render_template(
        "hours/files/dsn.html", place=place, people=people, errors=errors or {}, form_has_errors=bool(errors), found=found,
        typed=request.form, format_hours=format_hours, read_count=read_count,
    )  # fmt: skip


def _entries(people: list[Payable]) -> tuple[dict[str, str], dict[int, Entry]]:
    """What the form gives of the contracts that the page offered; sentences by name of box."""
    errors: dict[str, str] = {}
    entries = {}
    for payable in people:
        key = payable.contract.public_id
        paid = request.form.get(f"paid-{key}")
        if paid is None:
            continue
        hours, overtime = _hundredths(paid), _hundredths(request.form.get(f"overtime-{key}", "0")) or 0
        shares = _shares(payable, hours, errors)
        entries[payable.contract.id] = Entry(hours, overtime, shares)
    return errors, entries


def _hundredths(text: str) -> int | None:
    """A whole number of hundredths, as the module writes it; None for « jours » and for anything else."""
    value = read_count(text)
    return value if value is not None and value <= MOST else None


def _shares(payable: Payable, hours: int | None, errors: dict[str, str]) -> dict[int, int]:
    shares: dict[int, int] = {}
    for market in payable.markets:
        box = f"hours-{payable.contract.public_id}-{market.public_id}"
        text = request.form.get(box, "").strip()
        if not text:
            continue
        try:
            shares[market.id] = read_hours(text)
        except BadValue as fault:
            errors[box] = str(fault)
    if hours is not None and sum(shares.values()) > hours:
        box = f"hours-{payable.contract.public_id}-{payable.markets[0].public_id}"
        errors[box] = f"Vous répartissez {format_hours(sum(shares.values()))} h, pour {format_hours(hours)} h payées."
    return shares


def _say(report: Report, markets: list[str]) -> None:
    """Of each contract, by its reference: the names are on the page that comes."""
    count = report.read
    where = f"marché{'s' if len(markets) > 1 else ''} {', '.join(markets)}"
    flash(f"DSN lue pour {count} contrat{'s' if count > 1 else ''}, {where}. Dans chaque grille, confirmez que les heures payées sont les heures travaillées.")  # fmt: skip
    sentences = [f"{r.column} ({r.value}) : {r.reason}" for r in report.different]
    sentences += [f"{r.column} ({r.value}) : {r.reason}" for r in report.warnings if not re.match("Heures payées, mises", r.reason)]  # fmt: skip
    for sentence in sentences[:10]:
        flash(sentence, "warning")


@both("payees", "POST")
def confirm(place: Place) -> Any:
    """« Ce sont bien les heures travaillées », for the contracts ticked or for all."""
    session = current_session()
    declaration = declaration_of(session, place.month)
    people = people_of_month(session, viewer(), place.month.market.id, place.month.company.id, place.month.month)
    chosen = set(request.form.getlist("contract"))
    mine = {p.contract.id for p in people if p.contract.public_id in chosen}
    if declaration is None or not mine:
        flash("Cochez au moins une personne.", "warning")
        return redirect(place.grid)
    count = confirm_worked(session, viewer(), declaration, mine, read_count(request.form.get("version")))
    flash(f"{count} ligne{'s' if count > 1 else ''} : les heures payées sont bien les heures travaillées.")
    return redirect(place.grid)
