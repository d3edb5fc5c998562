"""What rooms above this one show on an organisation's page: they register a reader here when the site is built.

A reader gets the session, the viewer and the organisation, and returns what the viewer may see of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.organisations.models import Company, ContractingAuthority


@dataclass(frozen=True)
class RelatedRow:
    """A line of a list: a link, what it is, a second line of text, and a state."""

    label: str
    url: str
    detail: str = ""
    state: str = ""


@dataclass(frozen=True)
class Related:
    """A list shown on an organisation's page, with the sentence that is said when it is empty."""

    title: str
    rows: Sequence[RelatedRow]
    nothing: str


Reader = Callable[[Session, Viewer, Company | ContractingAuthority], Related]
_readers: dict[str, Reader] = {}


def register(name: str, reader: Reader) -> None:
    """Add a section to the pages of companies and authorities; the same name again replaces it."""
    _readers[name] = reader


def sections(session: Session, viewer: Viewer, house: Company | ContractingAuthority) -> list[Related]:
    return [reader(session, viewer, house) for _, reader in sorted(_readers.items())]
