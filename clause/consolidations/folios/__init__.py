"""Folios: stretches of the tables of a consolidation, kept beside them as packed columns (ADR 0028).

The tables stay the truth. Whatever changes a row of a folio says so in the same transaction (``triggers``): the folio is
then passed over and its rows are read from the table, as are those written since. ``proof`` compares both.
"""

from clause.consolidations.folios.packing import Columns, Words
from clause.consolidations.folios.store import Kept, seal

__all__ = ["Columns", "Kept", "Words", "seal"]
