"""The SQL of a consolidation: one read a grain, of plain columns. The ledger is read once for the hours of two years."""

from clause.consolidations.reading.of_entries import Earlier, Entries, earlier, hours
from clause.consolidations.reading.of_markets import attained, authorities, companies, facilitators, markets, parties
from clause.consolidations.reading.of_people import contracts, people, publics
from clause.consolidations.reading.of_years import years

__all__ = [
    "Earlier",
    "Entries",
    "attained",
    "authorities",
    "companies",
    "contracts",
    "earlier",
    "facilitators",
    "hours",
    "markets",
    "parties",
    "people",
    "publics",
    "years",
]
