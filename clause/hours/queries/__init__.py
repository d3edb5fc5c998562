"""Reads of this slice: months owed and late, the queue of the facilitator, one declaration, lists."""

from clause.hours.queries.detail import DeclarationPage, LineView, declaration_page
from clause.hours.queries.due import OwedMonth, late_by_age, late_declarations, months_to_declare
from clause.hours.queries.lists import Filters, ListRow, declarations
from clause.hours.queries.queue import QueueFilters, QueueRow, declarations_to_validate, to_validate_count

__all__ = [
    "DeclarationPage",
    "Filters",
    "LineView",
    "ListRow",
    "OwedMonth",
    "QueueFilters",
    "QueueRow",
    "declaration_page",
    "declarations",
    "declarations_to_validate",
    "late_by_age",
    "late_declarations",
    "months_to_declare",
    "to_validate_count",
]
