"""What companies have not sent, by age, with what was done about it; the same as a workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours import queries, workbook
from clause.hours.blueprint import bp
from clause.hours.recipients import recipients_of
from clause.hours.reporting.queries.follow_ups import Owed, late_accounts, owed_reports
from clause.hours.reporting.queries.notices import latest, suggested
from clause.hours.rules.deadlines import Age
from clause.kernel import clock, listing
from clause.kernel.unit import current_session
from clause.kernel.values import fold

SORTS: dict[str, Callable[[Owed], Any]] = {
    "retard": lambda o: o.late_days,
    "entreprise": lambda o: fold(o.company_name),
    "marche": lambda o: fold(o.market_reference),
    "attendu": lambda o: o.due,
}


@dataclass(frozen=True)
class Asked:
    """The rows of the page in its order; ``late`` are all the late ones, whatever the filters."""

    rows: list[Owed]
    late: list[Owed]
    everything: bool
    text: str
    age: Age | None
    sort: str

    @property
    def said(self) -> list[str]:
        """The filters in words."""
        return [
            *([f"retard : {self.age.label}"] if self.age else []),
            *([f"contient « {self.text} »"] if self.text else []),
        ]


def _asked() -> Asked:
    text, everything = request.args.get("q", "").strip()[:100], request.args.get("tout") == "1"
    age = next((a for a in Age if a.value == request.args.get("age")), None)
    owed = _owed(everything)
    late = [o for o in owed if o.late_days > 0]
    sort = listing.asked_sort(SORTS, "marche" if everything else "-retard")
    kept = [o for o in owed if _keeps(o, text, age)]
    first = sorted(kept, key=lambda o: (fold(o.company_name), fold(o.market_reference), o.due))
    rows = sorted(first, key=SORTS[sort.lstrip("-")], reverse=sort.startswith("-"))
    return Asked(rows, late, everything, text, age, sort)


def _owed(everything: bool) -> list[Owed]:
    """What is late, or all that is owed."""
    session, today = current_session(), clock.today()
    if not everything:
        return late_accounts(session, viewer(), today)
    reports = owed_reports(session, viewer(), today)
    return [*queries.months_to_declare(session, viewer(), today), *(o for o in reports if o.over or o.late_days > 0)]


def _keeps(owed: Owed, text: str, age: Age | None) -> bool:
    about = fold(f"{owed.company_name} {owed.market_reference} {owed.market_title}")
    return (age is None or owed.age is age) and fold(text) in about


@bp.get("/retards")
@requires(Permission.VALIDATE_HOURS)
def late() -> Any:
    """The months and accounts that companies have not sent; with ``tout=1`` those that are not late yet too."""
    asked, session = _asked(), current_session()
    number = listing.page_number()
    cut = asked.rows[(number - 1) * listing.PER_PAGE : number * listing.PER_PAGE]
    return render_template(
        "hours/late.html", page=listing.Page(cut, len(asked.rows), number, sort=asked.sort, filters=asked.said), asked=asked,
        ages=queries.late_by_age(asked.late), every_age=list(Age), notices=suggested(session, [o for o in cut if o.late_days > 0]),
        known=latest(session, viewer(), {o.market_id for o in cut}), reached=_reached(cut), waiting=queries.to_validate_count(session, viewer()),
    )  # fmt: skip


def _reached(late: list[Owed]) -> set[int]:
    return set(recipients_of(current_session(), {o.company_id for o in late}))


@bp.get("/retards.xlsx")
@requires(Permission.VALIDATE_HOURS)
def export_late() -> Response:
    """The rows of the list, filters and order applied. No person in it."""
    asked = _asked()
    known = latest(current_session(), viewer(), {o.market_id for o in asked.rows})
    return workbook.attached(
        workbook.late_workbook(asked.rows, asked.said, known, _reached(asked.rows)), "retards.xlsx"
    )
