"""The reads of a consolidation: one a grain, of plain columns. A part of the base by SQL, the whole base from folios."""

from clause.consolidations.reading.of_entries import Entries, hours
from clause.consolidations.reading.of_markets import authorities, companies, facilitators, markets, parties
from clause.consolidations.reading.of_people import contracts, people, publics
from clause.consolidations.reading.of_years import years
from clause.consolidations.reading.whole import Whole, whole

__all__ = [
    "Entries", "Whole", "authorities", "companies", "contracts", "facilitators", "hours", "markets", "parties", "people",
    "publics", "whole", "years",
]  # fmt: skip
