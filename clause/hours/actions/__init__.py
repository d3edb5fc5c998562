"""What is done to declarations. Each function is a use case: it asks the rules, changes, records in the history.

None commits. Refusals are ``kernel.refusals.Refused`` (``Blocked`` where plausibility speaks) with a French sentence.
"""

from clause.hours.actions.adjusting import adjust_line
from clause.hours.actions.correcting import correct_line
from clause.hours.actions.deciding import return_, validate_lines
from clause.hours.actions.declaring import HOURS_TYPED, attach_statement, declare_nil, submit
from clause.hours.actions.drafting import copy_last_month, open_declaration, save_draft
from clause.hours.actions.quiet import validate_quiet
from clause.hours.actions.reopening import reopen
from clause.hours.drafts import DraftData, DraftLine

__all__ = [
    "HOURS_TYPED",
    "DraftData",
    "DraftLine",
    "adjust_line",
    "attach_statement",
    "copy_last_month",
    "correct_line",
    "declare_nil",
    "open_declaration",
    "reopen",
    "return_",
    "save_draft",
    "submit",
    "validate_lines",
    "validate_quiet",
]
