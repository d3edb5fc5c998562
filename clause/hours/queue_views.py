"""The queue of what waits, sorted by risk, and the gesture that validates all that is as usual."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours import actions
from clause.hours.actions.quiet import GONE, MOVED, Left, Outcome
from clause.hours.queries.queue import WAITED, QueueRow
from clause.hours.queries.validated import Summary, validated_between
from clause.hours.queue_asked import QUIET, TO_READ, Asked, asked_queue
from clause.hours.queue_workbook import queue_workbook, summary_workbook
from clause.hours.validation_blueprint import bp
from clause.kernel import clock, listing
from clause.kernel.presentation import hours_unit, plural
from clause.kernel.refusals import Refused
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session, give_up
from clause.kernel.values import read_count

FIRST_QUIET = 10  # shown under the queue; the others have a page of their own
MOST_SAID = 30  # left out declarations that an address carries


@bp.get("/")
@requires(Permission.VALIDATE_HOURS)
def index() -> str:
    """What stands out first, with its reasons, then what is as usual."""
    asked = asked_queue()
    quiet = asked.quiet
    shown = {"": asked.to_read, TO_READ: asked.to_read, QUIET: quiet}[asked.group]
    page = _page(asked, shown)
    return render_template(
        "hours/queue.html", asked=asked, page=page, waiting=len(asked.all), quiet=quiet, waited=WAITED,
        quiet_shown=quiet[:FIRST_QUIET], quiet_hours=sum(row.hours for row in quiet), today=clock.today(),
    )  # fmt: skip


def _page(asked: Asked, rows: list[QueueRow]) -> listing.Page[QueueRow]:
    number, size = listing.page_number(), listing.PER_PAGE
    cut = rows[(number - 1) * size : number * size]
    return listing.Page(cut, len(rows), number, size, asked.sort, asked.said)


@bp.get("/file/export.xlsx")
@requires(Permission.VALIDATE_HOURS)
def export() -> Response:
    """The queue with its reasons, the filters of the page applied. No person in it."""
    asked = asked_queue()
    return _workbook(queue_workbook(asked.rows, asked.said), "heures-a-valider.xlsx")


def _workbook(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.get("/sans-surprise")
@requires(Permission.VALIDATE_HOURS)
def quiet() -> Any:
    """What the gesture will do, before it is done."""
    return _confirmation()


def _confirmation(refusal: str = "", status: int = 200) -> Any:
    asked = asked_queue()
    html = render_template(
        "hours/quiet.html", asked=asked, rows=asked.quiet, refusal=refusal, form_has_errors=bool(refusal),
        totals=Totals(asked.quiet),
    )  # fmt: skip
    return html, status


class Totals:
    """Sums of rows of the queue; a person is counted once."""

    def __init__(self, rows: list[QueueRow]) -> None:
        self.companies = len({row.company_public_id for row in rows})
        self.markets = len({row.market_public_id for row in rows})
        self.people = len(frozenset().union(*(row.participant_ids for row in rows)))
        self.hours = sum(row.hours for row in rows)
        self.nil = sum(row.is_nil for row in rows)
        self.not_counted: dict[str, int] = {}
        for row in rows:
            for why, hours in row.not_counted:
                self.not_counted[why.label] = self.not_counted.get(why.label, 0) + hours


@bp.post("/sans-surprise")
@requires(Permission.VALIDATE_HOURS)
def validate_quiet() -> Any:
    """Validates what was ticked and is still as usual; the rest is left out and said."""
    started = clock.now()
    try:
        outcome = actions.validate_quiet(current_session(), viewer(), _ticked())
    except Refused as refusal:
        give_up()
        return _confirmation(refusal.sentence, 422)
    if outcome.validated:
        flash(_done(outcome))
    said = [f"{left.public_id}.{_code(left)}" for left in outcome.left][:MOST_SAID]
    return redirect(
        url_for("validation.summary", de=started.isoformat(), a=clock.now().isoformat(), reste=",".join(said) or None)
    )


def _ticked() -> dict[str, int]:
    """By address, the version that the page showed."""
    pairs = [text.rpartition(".") for text in request.form.getlist("rows")[:2000]]
    return {public_id: version for public_id, _, text in pairs if (version := read_count(text)) is not None}


def _done(outcome: Outcome) -> str:
    hours = sum(row.hours for row in outcome.validated)
    return f"{plural(len(outcome.validated), 'déclaration validée', 'déclarations validées')}, {hours_unit(hours)}."


WHY = {"partie": GONE, "change": MOVED}


def _code(left: Left) -> str:
    return next((code for code, why in WHY.items() if why == left.why), "risque")


@bp.get("/file/bilan")
@requires(Permission.VALIDATE_HOURS)
def summary() -> str:
    """What the viewer validated between two instants, today where none are asked; to print or to download."""
    start, end = _span()
    found = validated_between(current_session(), viewer(), start, end)
    return render_template(
        "hours/summary.html", found=found, left=_left(), start=start, end=end, gesture=bool(request.args.get("de")),
        export=url_for("validation.summary_export", de=start.isoformat(), a=end.isoformat()),
    )  # fmt: skip


@bp.get("/file/bilan.xlsx")
@requires(Permission.VALIDATE_HOURS)
def summary_export() -> Response:
    start, end = _span()
    found: Summary = validated_between(current_session(), viewer(), start, end)
    return _workbook(summary_workbook(found, viewer().name, start, end), "heures-validees.xlsx")


def _span() -> tuple[datetime, datetime]:
    midnight = datetime.combine(clock.today(), time.min, tzinfo=clock.PARIS)
    return _instant("de", midnight), _instant("a", clock.now())


def _instant(name: str, default: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(request.args.get(name, "").replace(" ", "+"))
    except ValueError:
        return default
    return found if found.tzinfo and 2000 < found.year < 2200 else default


def _left() -> list[tuple[QueueRow | None, str]]:
    """What the gesture left out: the row as it waits now, None where it no longer does, and why."""
    asked = [text.partition(".") for text in request.args.get("reste", "").split(",")[:MOST_SAID] if text]
    if not asked:
        return []
    waiting = {row.public_id: row for row in asked_queue().all}
    return [(waiting.get(public_id), WHY.get(code, "")) for public_id, _, code in asked]
