"""From rows to forecasts: what each market, its contracts and its posts give to the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy import Row
from sqlalchemy.orm import Session

from clause.candidates.codes import ContractState
from clause.hours.forecast.queries.reading import Rows, by_kind, read
from clause.hours.forecast.rules.calendar import FULL_TIME, ONE, next_monday, worked_part
from clause.hours.forecast.rules.closing import Closing, closing
from clause.hours.forecast.rules.engagements import (
    Engagement,
    Post,
    Rhythm,
    Term,
    of_post,
    rhythm,
    split_of,
    to_come,
)
from clause.hours.forecast.rules.forecast import Facts, Forecast, Pace, Unknown, forecast, stopped
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import add_months, month_end, month_of
from clause.markets.codes import MarketStatus
from clause.markets.figures import Figures, MarketLike, figures
from clause.markets.rules.progress import suspensions_of

OVER = (MarketStatus.RECEIVED, MarketStatus.CLOSED, MarketStatus.TERMINATED)
BEFORE = (MarketStatus.PLANNED, MarketStatus.CONSULTING, MarketStatus.UNSUCCESSFUL, MarketStatus.NO_FOLLOW_UP)
PACE_MONTHS = 3


class ForecastMarket(MarketLike, Protocol):
    """What a forecast needs besides: whether the valued hours are those that count."""

    @property
    def uses_valued_hours(self) -> Any: ...


@dataclass(frozen=True)
class ContractLine:
    """A contract of a forecast, with no name: who may see the person is decided by who shows it."""

    contract_id: int
    company_id: int
    job: str
    rhythm: Rhythm
    until: date | None
    announced: bool
    hours: int


@dataclass(frozen=True)
class PostLine:
    title: str
    places: int
    weekly: int
    hours: int


@dataclass(frozen=True)
class Projection:
    """The forecast of one market and its figures of today. What would close its gap, and the lines behind it, are made when a
    page shows them: a list sorts hundreds of markets and shows a page of them."""

    forecast: Forecast
    figures: Figures
    term: Term | None = None
    ratio: int = ONE
    behind: Sequence[tuple[Row[Any], Engagement]] = ()
    open_posts: Sequence[tuple[Row[Any], Post]] = ()

    @cached_property
    def closing(self) -> Closing | None:
        missing, term = self.forecast.likely_shortfall, self.term
        if term is None or missing is None:
            return None
        return closing(missing, term.today, term.market_to, self.ratio, term.suspensions)

    @cached_property
    def contracts(self) -> Sequence[ContractLine]:
        term = self.term
        return (
            []
            if term is None
            else [_contract_line(row, one, term) for row, one in self.behind if _runs(one, term.today)]
        )

    @cached_property
    def posts(self) -> Sequence[PostLine]:
        term = self.term
        return [] if term is None else [
            PostLine(row.title, post.places, post.weekly, of_post(post, term, next_monday(term.today)))
            for row, post in self.open_posts
        ]  # fmt: skip


def projections(session: Session, markets: Iterable[ForecastMarket], today: date) -> dict[int, Projection]:
    """The projection of each market, in a constant number of queries. Perimeters are the caller's."""
    markets = list(markets)
    if not markets:
        return {}
    known = figures(session, markets, today)
    rows = read(session, [m.id for m in markets], today)
    overrides = {key: ground.overrides for key, ground in rows.grounds.markets.items()}
    return {m.id: _one(m, known[m.id], rows, worked_ratio(*overrides[m.id]), today) for m in markets}


def worked_ratio(*overrides: Mapping[str, Any]) -> int:
    """Hours worked of the hours of a contract, in ten-thousandths: settings ``etp.hours`` over ``etp.alt_hours``."""
    return int(setting("etp.hours", *overrides)) * ONE // int(setting("etp.alt_hours", *overrides))


def _one(market: ForecastMarket, known: Figures, rows: Rows, ratio: int, today: date) -> Projection:
    unknown = _unknown(market, today)
    if unknown is not None:
        return Projection(stopped(_facts(market, known, rows, today), unknown), known)
    term = Term(today, market.starts_on, market.ends_on, suspensions_of(market.parameters))
    pairs = [(row, _engagement(market, row, rows, ratio)) for row in rows.contracts.get(market.id, ())]
    posts = _posts(rows.posts.get(market.id, ()), rows.filled, ratio)
    facts = _facts(market, known, rows, today, pairs, [post for _, post in posts])
    return Projection(forecast(facts, term), known, term, ratio, pairs, posts)


def _unknown(market: ForecastMarket, today: date) -> Unknown | None:
    if market.status in BEFORE:
        return Unknown.NOT_BEGUN
    if market.status in OVER or (market.ends_on is not None and market.ends_on < today):
        return Unknown.OVER
    if market.ends_on is None:
        return Unknown.NO_END
    open_ended = any(s.until is None for s in suspensions_of(market.parameters))
    return Unknown.SUSPENDED if open_ended or market.status is MarketStatus.SUSPENDED else None


def _facts(
    market: ForecastMarket, known: Figures, rows: Rows, today: date,
    pairs: Sequence[tuple[Row[Any], Engagement]] = (), posts: Sequence[Post] = (),
) -> Facts:  # fmt: skip
    pending = rows.pending.get(market.id, {})
    months = by_kind(rows.months.get(market.id, {}), valued=market.uses_valued_hours)
    return Facts(
        target=known.objective.current if known.objective else None,
        done=known.done,
        pending=sum(pending.values()),
        expected=known.expected,
        contracts=[one for row, one in pairs if row.state is ContractState.CONFIRMED],
        announced=[one for row, one in pairs if row.state is ContractState.PROPOSED],
        posts=posts,
        pace=_pace(market, months, pending, rows.last_declared.get(market.id), today),
    )


def _pace(
    market: ForecastMarket, months: Mapping[date, int], pending: Mapping[date, int], declared: date | None, today: date
) -> Pace | None:
    """The three full months that end with the last one declared, nil or not, at most two months before the last full one."""
    last_full = add_months(month_of(today), -1)
    known = [month for month in {*months, *pending, *([declared] if declared else [])} if month <= last_full]
    if not known:
        return None
    last = max(max(known), add_months(last_full, 1 - PACE_MONTHS))
    first = max(add_months(last, 1 - PACE_MONTHS), month_of(market.starts_on))
    hours = sum(h for month, h in [*months.items(), *pending.items()] if first <= month <= last)
    return Pace(hours, max(first, market.starts_on), month_end(last)) if first <= last else None


def _engagement(market: ForecastMarket, row: Row[Any], rows: Rows, ratio: int) -> Engagement:
    here = rows.worked.get((row.id, market.id), {})
    everywhere = rows.everywhere.get(row.id, 0)
    split = split_of(sum(real for real, _ in here.values()), everywhere, rows.serves.get(row.id, 1))
    months = [hours for _, hours in sorted(by_kind(here, valued=market.uses_valued_hours).items())]
    declared = rows.declared.get((market.id, row.company_id))
    ends = [day for day in (row.ends_on, row.assigned_to) if day is not None]
    return Engagement(
        rhythm=rhythm(row.weekly_hours, months, split, ratio),
        starts_on=max(row.starts_on, row.assigned_from or row.starts_on),
        ends_on=min(ends) if ends else None,
        windows=rows.grounds.windows_on(row.id, market.id),
        covered_until=month_end(declared) if declared else None,
    )


def _posts(found: Sequence[Row[Any]], filled: Mapping[int, int], ratio: int) -> list[tuple[Row[Any], Post]]:
    """Places left of each open post; 35 h where the post does not say."""
    posts = [
        (row, Post(row.places - filled.get(row.id, 0), worked_part(row.weekly_hours or FULL_TIME, ratio), row.starts_on, row.ends_on))
        for row in found
    ]  # fmt: skip
    return [(row, post) for row, post in posts if post.places > 0]


def _runs(one: Engagement, today: date) -> bool:
    return one.ends_on is None or one.ends_on >= today


def _contract_line(row: Row[Any], one: Engagement, term: Term) -> ContractLine:
    return ContractLine(
        row.id,
        row.company_id,
        row.job,
        one.rhythm,
        one.ends_on,
        row.state is ContractState.PROPOSED,
        to_come(one, term),
    )
