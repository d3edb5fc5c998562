"""The forecast of a market, as a range and never as one false figure (OBJ-08: against the current objective). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clause.hours.forecast.rules.calendar import DAY, next_monday, open_days
from clause.hours.forecast.rules.engagements import Engagement, Post, Term, elapsed, of_post, renewal, to_come
from clause.kernel.codes import Code
from clause.kernel.values import add_months, half_up, month_of

MONTHS_UNDECLARED = 3  # older months that nobody declared are not guessed


class Unknown(Code):
    """Why a forecast has no range, or stops at what is done."""

    NO_END = "no_end", "Le marché n'a pas de date de fin : indiquez-la pour obtenir une prévision."
    SUSPENDED = "suspended", "Le marché est suspendu sans date de reprise : rien n'est projeté d'ici là."
    OVER = "over", "Le marché est terminé : il n'y a plus rien à projeter."
    NOT_BEGUN = "not_begun", "Le marché n'est pas encore attribué."


@dataclass(frozen=True)
class Pace:
    """Hours of the last months declared, from a day to a day, both included."""

    hours: int
    first: date
    last: date


@dataclass(frozen=True)
class Facts:
    """What is known of a market on a day. ``target`` None: no objective. ``announced``: contracts that wait to be confirmed."""

    target: int | None
    done: int
    pending: int
    expected: int | None = None
    contracts: Sequence[Engagement] = ()
    announced: Sequence[Engagement] = ()
    posts: Sequence[Post] = ()
    pace: Pace | None = None


@dataclass(frozen=True)
class Forecast:
    """Hundredths of an hour. ``contracts``, ``pace``, ``recruited`` are totals by the end under each assumption.

    ``elapsed`` and ``to_come`` are what contracts under way add; ``renewal`` and ``planned`` what is assumed on top.
    """

    facts: Facts
    unknown: Unknown | None
    elapsed: int = 0
    to_come: int = 0
    renewal: int = 0
    planned: int = 0
    pace: int | None = None

    @property
    def contracts(self) -> int:
        """Contracts under way, none renewed."""
        return self.facts.done + self.facts.pending + self.elapsed + self.to_come

    @property
    def recruited(self) -> int:
        """The same with contracts carried on to the end and open posts filled."""
        return self.contracts + self.renewal + self.planned

    @property
    def low(self) -> int:
        return self.contracts if self.pace is None else min(self.contracts, self.pace)

    @property
    def high(self) -> int:
        return self.recruited

    @property
    def likely(self) -> int:
        """The pace of the last months, kept between what contracts already promise and what they could bring."""
        if self.pace is None:
            return self.contracts
        return max(self.contracts, min(self.pace, self.recruited))

    def shortfall(self, total: int) -> int | None:
        """Hours missing of the objective under an assumption; None without objective."""
        return None if self.facts.target is None else max(0, self.facts.target - total)

    @property
    def likely_shortfall(self) -> int | None:
        return self.shortfall(self.likely)

    @property
    def gap(self) -> int | None:
        """What contracts under way alone, none renewed, leave to be done."""
        return self.shortfall(self.contracts)


def stopped(facts: Facts, unknown: Unknown) -> Forecast:
    """Where nothing is projected: what is done and declared."""
    return Forecast(facts, unknown)


def forecast(facts: Facts, term: Term) -> Forecast:
    """What will be done by the end of the market: contracts under way, people planned, pace so far."""
    oldest = add_months(month_of(term.today), -MONTHS_UNDECLARED)
    soonest = next_monday(term.today)
    return Forecast(
        facts=facts,
        unknown=None,
        elapsed=sum(elapsed(one, term, oldest) for one in facts.contracts),
        to_come=sum(to_come(one, term) for one in facts.contracts),
        renewal=sum(renewal(one, term) for one in facts.contracts),
        planned=sum(to_come(one, term) for one in facts.announced)
        + sum(of_post(post, term, soonest) for post in facts.posts),
        pace=_at_pace(facts, term),
    )


def _at_pace(facts: Facts, term: Term) -> int | None:
    """Done and declared, then the pace of the months read, a day, until the end."""
    if facts.pace is None:
        return None
    read = open_days(facts.pace.first, facts.pace.last, term.suspensions)
    if read <= 0:
        return None
    left = open_days(facts.pace.last + DAY, term.market_to, term.suspensions)
    return facts.done + facts.pending + int(half_up(Decimal(facts.pace.hours) * left / read))


def about(hundredths: int) -> int:
    """A forecast is not known to the hour: tens of hours above fifty, whole hours below."""
    step = 1000 if hundredths >= 5_000 else 100
    return int(half_up(Decimal(hundredths) / step)) * step
