"""The whole base, from folios: the frames that ``of_entries``, ``of_markets`` and ``of_people`` read by SQL for a part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates.models import ClauseEntry, EmploymentContract
from clause.consolidations.columns import Array, Frame, codes, fetch, frame, integers, text, texts
from clause.consolidations.folios import Columns, Kept, Words
from clause.consolidations.folios.packing import only
from clause.consolidations.reading.arrays import dates, flagged, int64, qpv, rows_of, sums, with_hours, year_and_month
from clause.consolidations.reading.of_entries import Entries, after_reversals
from clause.consolidations.reading.of_markets import LOST, NEVER
from clause.consolidations.reading.of_people import of_codes, or_unknown, people
from clause.consolidations.reading.of_years import YEARS
from clause.hours.codes import HourKind
from clause.ledger.models import EntryKind, LedgerEntry
from clause.markets.codes import HOLDERS, OperationStatus
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.organisations.models import Company, ContractingAuthority, Establishment

MOVED = frozenset({EntryKind.TRANSFER.value})
HELD = tuple(role.value for role in HOLDERS)


@dataclass(frozen=True)
class Whole:
    """The whole base on a day, over the months of ``entries``; ``lean``: without the markets of long ago."""

    session: Session
    entries: Entries
    kept: Kept
    lean: bool = False

    @cached_property
    def posted(self) -> Columns:
        """Every entry posted by the day."""
        found = self.kept.of(LedgerEntry)
        self.kept.forget(LedgerEntry)
        known = found["posted"] <= self.entries.as_of.toordinal()
        return found if bool(known.all()) else only(found, known)

    @cached_property
    def ledger(self) -> Columns:
        """Those of work done by the last month, on markets with a clause."""
        found = self.posted
        wanted = found["month"] <= self.entries.last.year * 12 + self.entries.last.month - 1
        wanted &= self.with_clause[found["market"]]
        return found if bool(wanted.all()) else only(found, wanted)

    @cached_property
    def moved(self) -> Array:
        """Which entries are globalisation."""
        kind: Words = self.ledger["kind"]
        return kind.among(MOVED)

    @cached_property
    def recent(self) -> Array:
        """Which entries are of the months that tables show."""
        since = self.entries.since
        return self.ledger["month"] >= since.year * 12 + since.month - 1

    # What was worked

    @cached_property
    def hours(self) -> Frame:
        rows = only(self.ledger, np.flatnonzero(self.recent & ~self.moved))
        kind: Words = rows["hour_kind"]
        found = Frame(
            {
                **year_and_month(rows["month"]), "market": int64(rows["market"]), "contract": int64(rows["contract"]),
                "person": int64(rows["person"]), "hour_kind": kind.texts(lambda name: name or HourKind.WORK.value),
                "real": int64(rows["real"]), "valued": int64(rows["valued"]),
            }
        )  # fmt: skip
        reversed_ = bool((found["real"] < 0).any() or (found["valued"] < 0).any())
        return after_reversals(found) if reversed_ else found

    @cached_property
    def transfers(self) -> Frame:
        rows = only(self.ledger, np.flatnonzero(self.recent & self.moved))
        found = Frame({**year_and_month(rows["month"]), **{name: int64(rows[name]) for name in ("market", "real", "valued")}})  # fmt: skip
        return found.groupby(["year", "month", "market"], as_index=False).sum() if len(found) else found

    def years(self) -> Frame:
        """Each year since the first: hours worked, people and contracts with hours left after reversals."""
        rows = only(self.ledger, np.flatnonzero(~self.moved)) if bool(self.moved.any()) else self.ledger
        if not len(rows["month"]):
            return frame((), YEARS)
        year, real = rows["month"] // 12, rows["real"].astype("float64")
        first, count = int(year.min()), int(year.max()) - int(year.min()) + 1
        place = year.astype("int64") - first
        hours = np.rint(np.bincount(place, weights=real, minlength=count)).astype("int64")
        people, contracts = (with_hours(place, rows[who], real, count) for who in ("person", "contract"))
        there = np.bincount(place, minlength=count) > 0
        made = np.column_stack((np.arange(first, first + count), hours, people, contracts))[there]
        return frame([tuple(int(cell) for cell in row) for row in made], YEARS)

    # Markets

    @cached_property
    def operations(self) -> Columns:
        return self.kept.of(Operation)

    @cached_property
    def markets(self) -> Frame:
        """Markets with a clause and what was asked of them; what they attained is added by ``attained``."""
        m = only(self.every_market, np.flatnonzero(self.lasting))
        o = only(self.operations, rows_of(self.operations["id"], m["operation"]))
        lost = self._lost[self.lasting]
        made = Frame(
            {
                "id": int64(m["id"]), **self._named(m["id"]), "operation": int64(m["operation"]),
                "authority": int64(o["authority"]), "structure": int64(m["structure"]), "clause_kind": m["clause_kind"].texts(),
                "nature": m["nature"].texts(), "sector": m["sector"].texts(), "cpv": m["cpv"].texts(), "consultation": dates(o["consultation"]),
                "notification": dates(m["notification"]), "starts": int64(m["starts"]), "ends": int64(m["ends"]),
                "may_run": ~m["status"].among(NEVER) & ~lost, "planned": m["status"].among(("planned",)) & ~lost, "lost": lost,
                "uses_valued": m["uses_valued"] == 1, **self._asked(m["id"]), "real": np.int64(0), "valued": np.int64(0),
            }
        )  # fmt: skip
        return made.set_index("id").sort_index()

    def _named(self, ids: Array) -> dict[str, Array]:
        """References and titles, which no table says: of ``lean`` frames they are empty."""
        if self.lean:
            nothing = Words(np.zeros(len(ids), dtype="int8"), ("",)).texts()
            return {"reference": nothing, "title": nothing}
        c = fetch(self.session, select(Market.id, Market.reference, Market.title).order_by(Market.id))
        rows = rows_of(integers(c[0]), ids)
        return {"reference": texts(c[1]).take(rows), "title": codes(c[2]).take(rows)}

    @cached_property
    def every_market(self) -> Columns:
        """The markets with a clause, as columns."""
        every = self.kept.of(Market)
        return only(every, np.flatnonzero(every["clause_kind"].mapped(bool, "bool")))

    @cached_property
    def _lost(self) -> Array:
        m = self.every_market
        o = only(self.operations, rows_of(self.operations["id"], m["operation"]))
        return m["status"].among(LOST) | o["status"].among((OperationStatus.ABANDONED.value,))

    @cached_property
    def lasting(self) -> Array:
        """Which of them frames hold."""
        m = self.every_market
        if not self.lean:
            return np.ones(len(m["id"]), dtype="bool")
        since = self.entries.since.toordinal()
        recent = flagged(self.ledger["market"][self.recent], len(self.with_clause))
        return (m["ends"] >= since) | (m["starts"] >= since) | m["status"].among(("planned",)) | recent[m["id"]]

    def older(self) -> dict[str, Any]:
        """What tables say of those that frames do not hold (``Older``)."""
        m, gone = self.every_market, ~self.lasting
        if not bool(gone.any()):
            return {}
        rows = only(m, np.flatnonzero(gone))
        return {
            "ended": self._ended(only(rows, np.flatnonzero(~self._lost[gone]))),
            **self._ran(only(rows, np.flatnonzero(~self._lost[gone] & ~rows["status"].among(NEVER)))),
        }

    def _ended(self, rows: Columns) -> dict[str, int]:
        """What C02 sums of markets that ended."""
        due = np.maximum(self._asked(rows["id"])["due"], 0)
        real, valued = (sums(self.ledger["market"], self.ledger[name], rows["id"]) for name in ("real", "valued"))
        done = np.where(rows["uses_valued"] == 1, valued, real)[due > 0]
        due = due[due > 0]
        return {
            "markets": len(due), "due": int(due.sum()), "hours_cumulative": int(done.sum()),
            "hours_remaining": int(np.maximum(due - done, 0).sum()), "hours_surplus": int(np.maximum(done - due, 0).sum()),
            "capped": int(np.minimum(done, due).sum()),
        }  # fmt: skip

    def _ran(self, rows: Columns) -> dict[str, Any]:
        """How many ran in each year, and the first that each company held."""
        starts, ends = rows["starts"], rows["ends"]
        years = range(date.fromordinal(int(starts.min())).year, self.entries.since.year) if len(starts) else ()
        running = {
            year: int(((starts <= date(year, 12, 31).toordinal()) & (ends >= date(year, 1, 1).toordinal())).sum())
            for year in years
        }
        held = only(self.every_party, np.flatnonzero(self.every_party["role"].among(HELD)))
        at = rows_of(rows["id"], held["market"])
        found = Frame({"company": int64(held["company"][at >= 0]), "starts": int64(starts[at[at >= 0]])})
        return {"running": running, "held": found.groupby("company", as_index=False)["starts"].min()}

    def _asked(self, ids: Array) -> dict[str, Array]:
        """The objectives of markets on the day, from what was recorded by then."""
        every = self.kept.of(ObjectiveEvent)
        known = only(every, np.flatnonzero(every["recorded"] <= self.entries.as_of.toordinal()))
        return {name: sums(known["market"], known[name], ids) for name in ("initial", "current", "due")}

    def attained(self) -> Frame:
        ids = self.markets.index.to_numpy(dtype="int64")
        return self.markets.assign(**{name: sums(self.ledger["market"], self.ledger[name], ids) for name in ("real", "valued")})  # fmt: skip

    @cached_property
    def with_clause(self) -> Array:
        """Flags by id of market."""
        return flagged(self.every_market["id"], int(self.kept.of(Market)["id"].max(initial=0)) + 1)

    @cached_property
    def every_party(self) -> Columns:
        """Who has what part in the markets with a clause."""
        every = self.kept.of(MarketParty)
        return only(every, np.flatnonzero(self.with_clause[every["market"]]))

    def parties(self) -> Frame:
        lasting = flagged(self.markets.index.to_numpy(dtype="int64"), len(self.with_clause))
        p = only(self.every_party, np.flatnonzero(self.every_party["role"].among(HELD) & lasting[self.every_party["market"]]))  # fmt: skip
        return Frame({"market": int64(p["market"]), "company": int64(p["company"]), "role": p["role"].texts()})

    def authorities(self) -> Frame:
        """Those of the markets."""
        found = self.every_authority
        return found[found.index.isin(self.markets["authority"])]

    @cached_property
    def every_authority(self) -> Frame:
        A = ContractingAuthority
        c = fetch(self.session, select(A.id, A.siren, A.name, text(A.kind)))
        return Frame({"id": integers(c[0]), "siren": texts(c[1]), "name": texts(c[2]), "kind": codes(c[3])}).set_index(
            "id"
        )

    def companies(self) -> Frame:
        """Names of the companies that have a part in a market."""
        every = self.kept.of(Company)
        there = flagged(self.every_party["company"], int(every["id"].max(initial=0)) + 1)
        c = only(every, np.flatnonzero(there[every["id"]]))
        return Frame({"id": int64(c["id"]), "siren": c["siren"].texts(), "name": c["name"].texts()}).set_index("id")

    def employers(self, establishments: Array) -> Columns:
        every = self.kept.of(Establishment)
        return only(every, rows_of(every["id"], establishments))

    # People

    def contracts(self, ids: Array) -> Frame:
        every = self.kept.of(EmploymentContract)
        c = only(every, rows_of(every["id"], np.sort(ids)))
        e = self.employers(c["establishment"])
        made = Frame(
            {
                "id": int64(c["id"]), "person": int64(c["person"]), "mode": c["mode"].texts(), "contract_type": c["contract_type"].texts(),
                "employer_type": e["kind"].texts(), "company": int64(e["company"]), "rome": c["rome"].texts(), "job": c["job"].texts(),
                "starts": int64(c["starts"]), "ends": int64(c["ends"]),
            }
        )  # fmt: skip
        return made.set_index("id")

    def people(self, ids: Array) -> Frame:
        """By what was frozen at their entry; the few without are asked for by SQL."""
        every = self.kept.of(ClauseEntry)
        rows = rows_of(every["person"], ids)
        p = only(every, rows[rows >= 0])
        made = Frame(
            {
                "id": int64(p["person"]), "sex": p["sex"].texts(or_unknown), "age": int64(p["age"]), "level": p["level"].texts(or_unknown),
                "public": p["public"].texts(), "qpv": qpv(p["qpv"]), "commune": p["commune"].texts(), "prescriber": p["prescriber"].texts(),
                "publics": of_codes(p["publics"]), "frozen": np.ones(len(p["age"]), dtype="bool"),
            }
        ).set_index("id")  # fmt: skip
        without = ids[rows < 0]
        found = pd.concat([made, people(self.session, [int(i) for i in without])]) if len(without) else made
        return found.sort_index()


def whole(session: Session, entries: Entries, *, lean: bool = False) -> Whole:
    since = date(entries.last.year - 1, 1, 1)
    return Whole(session, entries, Kept(session, min(since, entries.since)), lean)
