"""The quality review of a perimeter and a period: what each question finds, where to mend it, and the score.

The number of queries depends neither on the size nor on what is found: one a question, five for late months, one for the score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.consolidations.figures import rate
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.publishing.quality.checks import CHECKS, FORMULA, LATE, Check, Gravity, Thing
from clause.consolidations.publishing.quality.questions import Scope
from clause.hours.models import Declaration
from clause.hours.queries.due import OwedMonth, late_declarations
from clause.kernel.values import format_date, format_month, half_up

SHOWN = 8


@dataclass(frozen=True)
class Fault:
    """An object to mend. ``endpoint`` and ``address`` make its link; empty where another structure follows it."""

    title: str
    detail: str = ""
    endpoint: str = ""
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What a question found: how many in all, and the first ones."""

    check: Check
    count: int
    faults: Sequence[Fault] = ()


@dataclass(frozen=True)
class Tally:
    examined: int
    faulty: int


@dataclass(frozen=True)
class Review:
    """``things`` says of each kind of object how many were examined and how many have a fault, each counted once."""

    found: Sequence[Found]
    things: Mapping[Thing, Tally]

    @property
    def examined(self) -> int:
        return sum(tally.examined for tally in self.things.values())

    @property
    def faultless(self) -> int:
        return self.examined - sum(tally.faulty for tally in self.things.values())

    @property
    def score(self) -> Decimal | None:
        """A percentage, two decimals; None where nothing is examined."""
        exact = rate(self.faultless, self.examined)
        return None if exact is None else half_up(exact, 2)

    def of(self, gravity: Gravity) -> list[Found]:
        return [found for found in self.found if found.check.gravity is gravity and found.count]

    @property
    def clear(self) -> list[Check]:
        """The questions that found nothing."""
        return [found.check for found in self.found if not found.count]

    def as_data(self) -> dict[str, Any]:
        """What a publication keeps: counts alone, nobody and nothing named."""
        return {
            "score": None if self.score is None else str(self.score), "examined": self.examined, "faultless": self.faultless,
            "formula": FORMULA,
            "things": [[thing.label, tally.examined, tally.faulty] for thing, tally in self.things.items()],
            "checks": [
                {"key": f.check.key, "title": f.check.title, "gravity": f.check.gravity.label, "count": f.count} for f in self.found
            ],
        }  # fmt: skip


def review(
    session: Session, viewer: Viewer, perimeter: Perimeter, first: date, last: date, as_of: date, *, shown: int = SHOWN
) -> Review:
    """The review of the structure of ``viewer``; with the first ``shown`` objects of each question. Lateness is that of ``as_of``."""
    scope = Scope(viewer, perimeter, first, last, as_of)
    late = late_months(session, scope)
    found = [_late(late, shown) if check is LATE else _found(session, scope, check, shown) for check in CHECKS]
    return Review(found, _tallies(session, scope, late))


def review_year(session: Session, viewer: Viewer, perimeter: Perimeter, year: int, as_of: date) -> Review:
    """The counts of a year, without its objects: what a file says."""
    return review(session, viewer, perimeter, date(year, 1, 1), date(year, 12, 31), as_of, shown=0)


def faults(session: Session, viewer: Viewer, perimeter: Perimeter, first: date, last: date, as_of: date, check: Check, number: int, per_page: int) -> tuple[list[Fault], int]:  # fmt: skip
    """One page of what one question finds, and how many there are."""
    scope, start = Scope(viewer, perimeter, first, last, as_of), (number - 1) * per_page
    if check is LATE:
        late = late_months(session, scope)
        return [_late_fault(owed) for owed in late[start : start + per_page]], len(late)
    statement = scope.faulty(check)
    count = session.scalar(select(func.count()).select_from(_ids(statement).subquery())) or 0
    rows = session.execute(statement.limit(per_page).offset(start))
    return [FAULTS[check.thing](row) for row in rows], count


def _found(session: Session, scope: Scope, check: Check, shown: int) -> Found:
    statement = scope.faulty(check)
    if not shown:
        return Found(check, session.scalar(select(func.count()).select_from(_ids(statement).subquery())) or 0)
    rows = session.execute(statement.add_columns(func.count().over().label("how_many")).limit(shown)).all()
    return Found(check, rows[0].how_many if rows else 0, [FAULTS[check.thing](row) for row in rows])


def _ids(statement: Select[Any]) -> Select[int]:
    found = statement.order_by(None).subquery()
    return select(found.c.id)


def late_months(session: Session, scope: Scope) -> list[OwedMonth]:
    """The months of the period that should have been sent by ``as_of``, oldest first."""
    markets = set(session.scalars(scope.markets()))
    late = late_declarations(session, scope.viewer, scope.as_of)
    return sorted(
        (o for o in late if o.market_id in markets and scope.first <= o.month <= scope.last),
        key=lambda o: (o.month, o.company_name, o.market_reference),
    )


def _late(late: Sequence[OwedMonth], shown: int) -> Found:
    return Found(LATE, len(late), [_late_fault(owed) for owed in late[:shown]])


def _tallies(session: Session, scope: Scope, late: Sequence[OwedMonth]) -> dict[Thing, Tally]:
    """Examined and faulty objects of each kind, in one query; late months, which are in no table, added to their kind."""
    begun = [owed.declaration_public_id for owed in late if owed.declaration_public_id]
    asked = []
    for thing in Thing:
        asked += [_count(scope.examined(thing)), _count(_faulty(scope, thing, begun))]
    counts = iter(session.execute(select(*asked)).one())
    tallies = {thing: Tally(next(counts), next(counts)) for thing in Thing}
    months = tallies[Thing.MONTH]
    return {**tallies, Thing.MONTH: Tally(months.examined + len(late) - len(begun), months.faulty + len(late))}


def _faulty(scope: Scope, thing: Thing, begun: Sequence[str]) -> Any:
    together = union(*(_ids(scope.faulty(check)) for check in CHECKS if check.thing is thing)).subquery()
    found = select(together.c.id).where(together.c.id.in_(scope.examined(thing)))
    if thing is Thing.MONTH and begun:
        found = found.where(together.c.id.not_in(select(Declaration.id).where(Declaration.public_id.in_(begun))))
    return found


def _count(ids: Any) -> Any:
    return select(func.count()).select_from(ids.subquery()).scalar_subquery()


# What is said of an object


def _late_fault(owed: OwedMonth) -> Fault:
    title = f"{owed.company_name}, {format_month(owed.month)}"
    address = {"market": owed.market_public_id, "company": owed.company_public_id, "month": owed.month_key}
    return Fault(title, f"Marché {owed.market_reference}, attendu le {format_date(owed.due)}", "declarations.statement", address)  # fmt: skip


def _person(row: Any) -> Fault:
    if not row.address:
        return Fault(f"Une personne suivie par {row.structure}", "Demandez-lui de compléter sa fiche")
    mend = "publishing.entry" if row.frozen else "participants.edit"  # what bilans read is the entry, once there is one
    return Fault(f"{row.last_name} {row.first_name}", "", mend, {"public_id": row.address})


def _contract(row: Any) -> Fault:
    dates = f"du {format_date(row.starts_on)}" + (f" au {format_date(row.ends_on)}" if row.ends_on else ", sans fin")
    if not row.address:
        return Fault(f"Un contrat chez {row.employer}", f"{dates} ; personne suivie par {row.structure}")
    title = f"{row.last_name} {row.first_name}, {row.employer}"
    return Fault(title, f"Contrat {row.reference}, {dates}", "contracts.detail", {"public_id": row.address})


def _market(row: Any) -> Fault:
    return Fault(f"{row.reference} – {row.title}", "", "markets.detail", {"public_id": row.address})


def _month(row: Any) -> Fault:
    detail = f"Marché {row.reference} – {row.title}"
    return Fault(f"{row.company}, {format_month(row.month)}", detail, "declarations.detail", {"public_id": row.address})


FAULTS = {Thing.PERSON: _person, Thing.CONTRACT: _contract, Thing.MARKET: _market, Thing.MONTH: _month}
