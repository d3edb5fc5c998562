"""``clause import dsn``: a DSN read on the machine where the command runs; only the people of the clause are kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer, command_viewer
from clause.candidates.codes import ContractState
from clause.candidates.models import EmploymentContract
from clause.hours.files.payroll import Entry, Payable, payables, take_payroll
from clause.hours.files.rules.dsn import MAX_BYTES, MAX_LINE, Declared, Unusable, Wanted, read_dsn
from clause.hours.people import overlapping
from clause.kernel.report import Remark, Report
from clause.kernel.sheet_reader import Unreadable
from clause.kernel.values import of_month
from clause.organisations.models import Company, Establishment
from clause.organisations.queries import structure_named

MONTHLY = "01"
CANCELS = "04"
NORMS = "Cette déclaration n'est pas une DSN mensuelle : elle ne dit pas d'heures, rien n'est lu."


def import_dsn(session: Session, path: Path, siret: str | None, *, update: bool = False) -> Report:
    """Read a file and keep what it says of the people of the clause. Unreadable where it is no whole DSN."""
    only = structure_named(session, siret).id if siret else None
    found: dict[tuple[str, date], _Company] = {}

    def seek(declared: Declared) -> list[Wanted]:
        company = _company_of(session, declared, only)
        if company is None or declared.month is None:
            return []
        found[declared.siret, declared.month] = company
        return [p.wanted for people in company.people.values() for p in people]

    try:
        declared = read_dsn(_lines_of(path), seek)
    except Unusable as fault:
        raise Unreadable(str(fault)) from None
    report = Report()
    for each in declared:
        company = found.get((each.siret, each.month)) if each.month else None
        report.add(_take(session, each, company or _company_of(session, each, only), update=update))
    return report


class _Company:
    """A company and its people of a month, by the structure that follows them."""

    def __init__(self, row: Company, people: dict[int, list[Payable]]) -> None:
        self.row, self.people = row, people


def _lines_of(path: Path) -> Iterator[bytes]:
    """The lines, none longer than a rubric may be: a file without an end of line is not read into memory."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Unreadable("Le fichier dépasse 200 Mo : une DSN mensuelle est bien plus petite.")
        with path.open("rb") as stream:
            while line := stream.readline(MAX_LINE + 2):
                yield line
    except OSError:
        raise Unreadable("Le fichier est introuvable. Vérifiez son nom et son emplacement.") from None


def _company_of(session: Session, declared: Declared, only: int | None) -> _Company | None:
    row = session.scalars(select(Company).where(Company.siren == declared.siren)).one_or_none()
    if row is None:
        return None
    people = {}
    month = declared.month.replace(day=1) if declared.month else None
    if month is not None:
        meant = [s for s in _structures(session, row.id, month) if only in (None, s)]
        people = {structure: payables(session, _viewer(structure), row.id, month) for structure in meant}
    return _Company(row, {structure: mine for structure, mine in people.items() if mine})


def _viewer(structure_id: int) -> Viewer:
    return command_viewer(structure_id, "DSN, ligne de commande")


def _structures(session: Session, company_id: int, month: date) -> list[int]:
    own = select(Establishment.id).where(Establishment.company_id == company_id)
    statement = select(EmploymentContract.structure_id).where(
        EmploymentContract.establishment_id.in_(own), EmploymentContract.state == ContractState.CONFIRMED,
        overlapping(EmploymentContract.starts_on, EmploymentContract.ends_on, month),
    )  # fmt: skip
    return sorted(set(session.scalars(statement)))


def _take(session: Session, declared: Declared, company: _Company | None, *, update: bool) -> Report:
    why = _nothing(declared, company)
    if why or company is None or declared.month is None:
        return Report(warnings=[_remark(declared, why)])
    report = Report()
    month = declared.month.replace(day=1)
    paid = {each.key: each for each in declared.paid}
    for structure, people in company.people.items():
        entries = {
            p.contract.id: Entry(paid[p.contract.public_id].hours, paid[p.contract.public_id].overtime)
            for p in people
            if p.contract.public_id in paid
        }
        report.add(
            take_payroll(
                session, _viewer(structure), company.row, month, entries, known=people, replaces=declared.replaces, update=update
            )
        )  # fmt: skip
    report.warnings += _left(declared)
    return report


def _nothing(declared: Declared, company: _Company | None) -> str:
    """Why nothing is read of a declaration; empty where something is."""
    if declared.nature != MONTHLY:
        return NORMS
    if declared.kind == CANCELS:
        return "Cette DSN en annule une autre sans la remplacer : rien n'est lu, les heures déjà gardées restent."
    if declared.month is None:
        return "Cette DSN ne dit pas de quel mois elle est : rien n'est lu."
    if company is None:
        return f"L'entreprise {declared.siret} n'est pas connue de cette base : rien n'est lu."
    if not company.people:
        return f"L'entreprise n'a personne sous contrat de clause au mois {of_month(declared.month)} : rien n'est lu."
    if not declared.paid:
        return f"Aucune des personnes sous contrat de clause n'est dans cette DSN {of_month(declared.month)} : rien n'est lu."
    return ""


def _left(declared: Declared) -> list[Remark]:
    """Contracts of the people of the clause that are none of their clause contracts, and pay of another period."""
    unmatched = "Ce contrat de paie d'une personne de la clause n'est aucun de ses contrats de clause : saisissez ses heures à la main s'il le faut."  # fmt: skip
    other = "Une partie de ces heures est payée au titre d'une autre période : vérifiez le total."
    return [
        *(_remark(declared, unmatched, number) for number in declared.unmatched),
        *(_remark(declared, other, paid.number) for paid in declared.paid if paid.other_period),
    ]


def _remark(declared: Declared, reason: str, column: str = "") -> Remark:
    return Remark(declared.siret, None, column, "", reason)
