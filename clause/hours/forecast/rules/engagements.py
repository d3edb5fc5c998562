"""How many hours a week a contract or a post brings to a market, and until when (no table: read from what is there). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clause.hours.forecast.rules.calendar import DAY, FULL_TIME, ONE, eligible_hours, hours_between, worked_part
from clause.hours.rules.counting import Window
from clause.kernel.codes import Code
from clause.kernel.values import half_up_of
from clause.markets.rules.progress import Suspension

MONTHS_READ = 3


class Basis(Code):
    """Where the weekly hours of a contract come from."""

    CONTRACT = "contract", "Heures du contrat"
    PAST = "past", "Moyenne de ses derniers mois validés"
    ASSUMED = "assumed", "35 h supposées"


@dataclass(frozen=True)
class Rhythm:
    """Hours a week worked on this market."""

    weekly: int
    basis: Basis


def rhythm(contract_weekly: int | None, months: Sequence[int], split: int, ratio: int) -> Rhythm:
    """The hours of the contract where they are known, else the mean of its last validated months here, else 35 h.

    ``months``: counted hours of the contract on this market, latest last. ``split``: the part of the contract's time that
    is for this market; ``ratio``: hours worked of the hours of a contract; both in ten-thousandths.
    """
    if contract_weekly is not None:
        return Rhythm(worked_part(_part(contract_weekly, split), ratio), Basis.CONTRACT)
    read = list(months)[-MONTHS_READ:]
    if read:
        return Rhythm(half_up_of(sum(read) * 12, len(read) * 52), Basis.PAST)
    return Rhythm(worked_part(_part(FULL_TIME, split), ratio), Basis.ASSUMED)


def _part(weekly: int, split: int) -> int:
    return half_up_of(weekly * split, ONE)


def split_of(here: int, everywhere: int, markets: int) -> int:
    """The part of a contract that is for one of its markets: as its hours were shared so far, else equally."""
    if everywhere > 0:
        return max(0, min(ONE, half_up_of(here * ONE, everywhere)))
    return half_up_of(ONE, max(1, markets))


@dataclass(frozen=True)
class Engagement:
    """One contract on one market. ``covered_until``: the last day of the months that its company has declared here."""

    rhythm: Rhythm
    starts_on: date
    ends_on: date | None
    windows: tuple[Window, ...]
    covered_until: date | None = None


@dataclass(frozen=True)
class Post:
    """Places that are open on a market, from a day to a day; ``weekly`` is for one place."""

    places: int
    weekly: int
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Term:
    """Until when one projects, from when, and the days that do not count."""

    today: date
    market_from: date
    market_to: date
    suspensions: tuple[Suspension, ...] = ()


def elapsed(one: Engagement, term: Term, oldest: date) -> int:
    """Hours probably worked on days that are over and that nobody has declared yet; none before ``oldest``."""
    covered = one.covered_until + DAY if one.covered_until else oldest
    first = max(one.starts_on, term.market_from, covered, oldest)
    return _between(one, first, _last(one, term.today - DAY), term)


def to_come(one: Engagement, term: Term) -> int:
    """Hours from today to the end of the contract, of eligibility or of the market, the first that comes."""
    covered = one.covered_until + DAY if one.covered_until else term.today
    first = max(one.starts_on, term.market_from, term.today, covered)
    return _between(one, first, _last(one, term.market_to), term)


def renewal(one: Engagement, term: Term) -> int:
    """What the same person would still do if a contract that runs today were carried on to the end of the market."""
    if one.ends_on is None or one.ends_on < term.today:
        return 0
    return _between(one, max(one.ends_on + DAY, one.starts_on), term.market_to, term)


def of_post(post: Post, term: Term, soonest: date) -> int:
    """What an open post brings if each of its places is filled at its day, or at the soonest one."""
    first = max(post.starts_on or soonest, soonest, term.market_from)
    last = min(post.ends_on, term.market_to) if post.ends_on else term.market_to
    return post.places * hours_between(post.weekly, first, last, term.suspensions)


def _last(one: Engagement, day: date) -> date:
    return min(one.ends_on, day) if one.ends_on else day


def _between(one: Engagement, first: date, last: date, term: Term) -> int:
    return eligible_hours(one.rhythm.weekly, first, min(last, term.market_to), one.windows, term.suspensions)
