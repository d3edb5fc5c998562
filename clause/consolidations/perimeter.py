"""Which markets a consolidation covers. The perimeter of a structure is the markets it leads (consolidations.md § 1)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.kernel.settings_catalogue import setting
from clause.markets.codes import Programme
from clause.markets.models import Market, Operation
from clause.organisations.models import ContractingAuthority, Structure

EVERY_STRUCTURE = "toutes les structures de la base"


@dataclass(frozen=True)
class Perimeter:
    """``structure_ids`` None is every structure. ``name`` says the whole in French; ``base`` is hours a year of one FTE.

    ``among``: of these markets alone.
    """

    name: str
    structure_ids: tuple[int, ...] | None = None
    authority_id: int | None = None
    programme: Programme | None = None
    operation_id: int | None = None
    base: int = 1607
    min_cell: int = 5
    described: tuple[tuple[str, str | None], ...] = ()
    among: ColumnElement[bool] | None = field(default=None, compare=False)

    @property
    def is_everything(self) -> bool:
        """Whether nothing but the clause is asked of a market."""
        return self.structure_ids is None and self.among is None and not self._of_operation()

    def conditions(self) -> list[ColumnElement[bool]]:
        """On ``Market``: with a clause, and of this perimeter."""
        found: list[ColumnElement[bool]] = [Market.clause_kind.is_not(None)]
        if self.structure_ids is not None:
            found.append(Market.structure_id.in_(self.structure_ids) if self.structure_ids else false())
        if self.among is not None:
            found.append(self.among)
        operation = self._of_operation()
        if operation:
            found.append(Market.operation_id.in_(select(Operation.id).where(*operation)))
        return found

    def _of_operation(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.operation_id is not None:
            found.append(Operation.id == self.operation_id)
        if self.authority_id is not None:
            found.append(Operation.authority_id == self.authority_id)
        if self.programme is not None:
            found.append(Operation.programme == self.programme)
        return found

    def of_programme(self, programme: Programme | None) -> Perimeter:
        if programme is None:
            return self
        said = (*self.described, ("programme", programme.value))
        return replace(self, programme=programme, name=f"{self.name}, programme {programme.label}", described=said)

    def of_authority(self, authority: ContractingAuthority | None) -> Perimeter:
        if authority is None:
            return self
        said = (*self.described, ("authority", authority.siren))
        return replace(self, authority_id=authority.id, name=f"{self.name}, {authority.name}", described=said)


def every_structure() -> Perimeter:
    return Perimeter(EVERY_STRUCTURE.capitalize(), described=(("structure", None),))


def of_structure(structure: Structure) -> Perimeter:
    """The markets that this structure leads, with its own settings."""
    return Perimeter(
        structure.name,
        (structure.id,),
        base=int(setting("etp.hours", structure.parameters)),
        min_cell=int(setting("stats.min_cell", structure.parameters)),
        described=(("structure", structure.siret),),
    )


def of_viewer(session: Session, viewer: Viewer) -> Perimeter:
    """The whole of what the viewer may consolidate: its structure's markets, or an authority's own operations."""
    if viewer.role is Role.AUTHORITY:
        buyer = session.get_one(ContractingAuthority, viewer.authority_id)
        return Perimeter(buyer.name, authority_id=buyer.id, described=(("authority", buyer.siren),))
    if viewer.in_structure:
        return of_structure(session.get_one(Structure, viewer.structure_id))
    return Perimeter("Aucun marché", structure_ids=())


def of_operation(operation: Operation) -> Perimeter:
    """One operation, already found through ``visible_operations``."""
    return Perimeter(
        f"{operation.reference} – {operation.title}",
        operation_id=operation.id,
        described=(("operation", operation.reference),),
    )
