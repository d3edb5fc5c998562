"""Until when the hours of a CDI count (domain.md REA-05). Pure."""

from __future__ import annotations

from datetime import date, timedelta

from clause.hours.rules.counting import Window, merged
from clause.kernel.values import add_months

MONTHS = {"twelve_months": 12, "until_contract_end_max_48_months": 48}
TO_THE_END = frozenset({"until_contract_end", "until_contract_end_max_48_months"})
RULES = ("window", "twelve_months", "until_contract_end", "until_contract_end_max_48_months")


def cdi_until(rule: str, starts_on: date, market_to: date | None, window_months: int = 24) -> date | None:
    """The last day that counts of a CDI, included; None: no end known. « contract » is the market's here.

    T-REA-4: a CDI of 01/02/2026 on a market that ends on 31/01/2031 counts until 31/01/2028 (``window``), 31/01/2027
    (``twelve_months``), 31/01/2031 (``until_contract_end``) or 31/01/2030 (``until_contract_end_max_48_months``).
    """
    months = window_months if rule == "window" else MONTHS.get(rule)
    limit = add_months(starts_on, months) - timedelta(days=1) if months else None
    if rule not in TO_THE_END:
        return limit
    return min((d for d in (limit, market_to) if d is not None), default=None)


def windows_of_cdi(
    windows: tuple[Window, ...], rule: str, starts_on: date, market_to: date | None
) -> tuple[Window, ...]:
    """The windows of a person as one CDI reads them.

    ``window`` leaves them as they are. Under another rule the window that holds on the first day of the CDI ends when the
    rule says, sooner or later than it did; the others stay. A person who was not eligible that day gains nothing.
    """
    if rule == "window":
        return windows
    read = merged(windows)
    return tuple(
        (first, cdi_until(rule, starts_on, market_to)) if _holds((first, last), starts_on) else (first, last)
        for first, last in read
    )


def _holds(window: Window, day: date) -> bool:
    return window[0] <= day and (window[1] is None or day <= window[1])
