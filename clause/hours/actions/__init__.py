"""What is done to declarations. Each function is a use case: it asks the rules, changes, records in the history.

None commits. Refusals are ``kernel.refusals.Refused`` (``Blocked`` where plausibility speaks) with a French sentence.
"""

from clause.hours.actions.correcting import correct_line
from clause.hours.actions.deciding import return_, validate_lines
from clause.hours.actions.declaring import (
    attach_statement,
    copy_last_month,
    declare_nil,
    open_declaration,
    save_draft,
    submit,
)
from clause.hours.drafts import DraftData, DraftLine

__all__ = [
    "DraftData",
    "DraftLine",
    "attach_statement",
    "copy_last_month",
    "correct_line",
    "declare_nil",
    "open_declaration",
    "return_",
    "save_draft",
    "submit",
    "validate_lines",
]
