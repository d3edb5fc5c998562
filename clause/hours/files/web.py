"""The month that a page of this room is about, for a company and for a facilitator who enters it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours.addressed import company_or_404, month_or_404
from clause.hours.files.filling import Month
from clause.hours.grid.loading import market_of
from clause.kernel.unit import current_session

bp = Blueprint("files", __name__, url_prefix="/heures")
View = Callable[..., Any]


@dataclass(frozen=True)
class Place:
    """A month, and how its pages are addressed: with the company where a structure enters it."""

    month: Month
    for_company: str | None

    @property
    def owner(self) -> str:
        """Who may open what was kept aside for this month."""
        month = self.month
        return f"{viewer().user_id}.{month.market.id}.{month.company.id}.{month.month:%Y-%m}"

    def _parts(self) -> dict[str, Any]:
        parts = {"market": self.month.market.public_id, "month": f"{self.month.month:%Y-%m}"}
        return {**parts, "company": self.for_company} if self.for_company else parts

    def url(self, name: str, **more: Any) -> str:
        """A page of this room about the same month."""
        return url_for(f"files.{name}_for" if self.for_company else f"files.{name}", **self._parts(), **more)

    @property
    def grid(self) -> str:
        return url_for("declarations.statement" if self.for_company else "declarations.grid", **self._parts())


def both(rule: str, *methods: str) -> Callable[[View], View]:
    """Register a view twice: for a company's own month, and for a month that a facilitator enters."""

    def register(view: View) -> View:
        @requires(Permission.DECLARE_HOURS)
        def own(market: str, month: str, **rest: Any) -> Any:
            return view(place_of(market, month, None), **rest)

        @requires(Permission.DECLARE_FOR_COMPANY)
        def entered(market: str, company: str, month: str, **rest: Any) -> Any:
            return view(place_of(market, month, company), **rest)

        name = view.__name__
        bp.add_url_rule(f"/saisie/<market>/<month>/{rule}", name, own, methods=methods)
        bp.add_url_rule(f"/releve/<market>/<company>/<month>/{rule}", f"{name}_for", entered, methods=methods)
        return view

    return register


def place_of(market_id: str, month_text: str, company_id: str | None) -> Place:
    """The month of an address; 404 outside what the viewer sees and declares."""
    session = current_session()
    market = market_of(session, viewer(), market_id) or abort(404)
    company = company_or_404(session, viewer(), market.id, company_id)
    return Place(Month(market, company, month_or_404(month_text)), company_id)
