"""The grid of a month: people × kinds of hours, as typed, as kept, as checked."""

from clause.hours.grid.loading import GridPage, load_grid
from clause.hours.grid.rows import Row, Typed, read_typed, typed_rows

__all__ = ["GridPage", "Row", "Typed", "load_grid", "read_typed", "typed_rows"]
