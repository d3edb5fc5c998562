"""Made-up facts of one year for the explorer: people with their characteristics, and hours by quarter. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from clause.consolidations.columns import CONTRACTS, HOURS, MARKETS, PEOPLE
from clause.consolidations.explorer.dimensions import DIMENSIONS
from clause.consolidations.explorer.question import Measure, Question
from clause.consolidations.facts import Facts, frame

YEAR = 2026


@dataclass(frozen=True)
class Worker:
    """Somebody with a contract a quarter worked; ``hours`` by quarter, hundredths, 0 where none."""

    sex: str
    level: str
    qpv: str
    hours: tuple[int, int, int, int]


def facts_of(workers: Sequence[Worker]) -> Facts:
    first = date(YEAR, 1, 1)
    worked = [
        (YEAR, quarter * 3 + 1, 1, number * 10 + quarter + 1, number, "work", hours, hours)
        for number, one in enumerate(workers, 1)
        for quarter, hours in enumerate(one.hours)
        if hours
    ]
    ids = sorted({row[3] for row in worked})
    contracts = [(i, i // 10, "direct_hire", "cdd", "company", 1, "", "", first.toordinal(), first.toordinal()) for i in ids]  # fmt: skip
    people = [(n, w.sex, 30, w.level, "rsa", w.qpv, "", "", [], True) for n, w in enumerate(workers, 1)]
    empty = pd.DataFrame()
    return Facts(
        first=first, last=date(YEAR, 12, 31), as_of=date(YEAR, 12, 31), hours=frame(worked, HOURS), markets=frame((), MARKETS), parties=empty,
        contracts=frame(contracts, CONTRACTS).set_index("id"), people=frame(people, PEOPLE).set_index("id"), publics=empty,
        authorities=empty, companies=empty, years=empty, facilitators={},
    )  # fmt: skip


def question(rows: str, columns: str | None = None, measure: Measure = Measure.HOURS) -> Question:
    return Question(DIMENSIONS[rows], DIMENSIONS[columns] if columns else None, measure, YEAR, YEAR)
