"""What is published: a year of a structure, or the bilan of an operation. One object that both are handled through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.consolidations.annual import annual
from clause.consolidations.bilan import operation_report
from clause.consolidations.masking import masked
from clause.consolidations.models import Publication
from clause.consolidations.operation_facts import BEGINNING
from clause.consolidations.perimeter import Perimeter, of_operation, of_structure
from clause.consolidations.report import Report
from clause.markets.models import Operation
from clause.markets.visibility import leads
from clause.organisations.models import Structure


@dataclass(frozen=True)
class Subject:
    """``operation`` None: the year of the structure. ``key`` numbers the publications of each subject apart."""

    structure: Structure
    year: int | None = None
    operation: Operation | None = None

    @property
    def key(self) -> str:
        return self.operation.public_id if self.operation else str(self.year)

    @property
    def name(self) -> str:
        """« Consolidation 2026 », « Bilan de l'opération O1 »."""
        return f"Bilan de l'opération {self.operation.reference}" if self.operation else f"Consolidation {self.year}"

    @property
    def file_name(self) -> str:
        return f"bilan-{self.operation.reference}" if self.operation else f"consolidation-{self.year}"

    @property
    def perimeter(self) -> Perimeter:
        return of_operation(self.operation) if self.operation else of_structure(self.structure)

    def period(self, as_of: date) -> tuple[date, date]:
        """First and last day of what it is about: the year, or the whole life of the operation so far."""
        return (date(self.year, 1, 1), date(self.year, 12, 31)) if self.year else (BEGINNING, as_of)

    def report(self, session: Session, as_of: date) -> Report:
        """The report that its structure reads; that of an operation is made to be sent, so it is masked already."""
        if self.operation:
            return operation_report(session, self.operation, as_of)
        return annual(session, self.perimeter, self.year or 0, as_of)

    def to_send(self, report: Report) -> Report:
        """The same report, as it may leave the structure."""
        return report if report.masked else masked(report, self.perimeter.min_cell)

    def is_of(self, viewer: Viewer) -> bool:
        """Whether the viewer's structure is the one that leads, and so publishes."""
        return leads(viewer, self.structure.id)


def of_year(session: Session, structure_id: int, year: int) -> Subject:
    return Subject(session.get_one(Structure, structure_id), year=year)


def of_led(session: Session, operation: Operation) -> Subject:
    """The bilan of an operation that the caller found through ``visible_operations``."""
    return Subject(session.get_one(Structure, operation.structure_id), operation=operation)


def of_publication(session: Session, publication: Publication) -> Subject:
    structure = session.get_one(Structure, publication.structure_id)
    if publication.operation_id is None:
        return Subject(structure, year=publication.year)
    return Subject(structure, operation=session.get_one(Operation, publication.operation_id))
