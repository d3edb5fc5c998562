"""Markets: list, detail, creation, edition, objective, companies, state."""

from __future__ import annotations

from clause.markets.views import companies, edition, lists, objective, rules, total_hours
from clause.markets.views.blueprint import bp

__all__ = ["bp", "companies", "edition", "lists", "objective", "rules", "total_hours"]
