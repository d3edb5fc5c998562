"""One workbook from end to end: read, check, write or hold, report. The command, the page and the job all come here.

Reading and checking take no lock; writing is one transaction, the caller's. A file that is refused leaves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from clause.access import Viewer, command_viewer
from clause.candidates.rules.nir import contains_nir
from clause.imports.report import Remark, Report
from clause.imports.reprise.checks import check
from clause.imports.reprise.context import Context
from clause.imports.reprise.ground import MEANWHILE, Ground
from clause.imports.reprise.known import load_known
from clause.imports.reprise.lines import Line, Plan
from clause.imports.reprise.reading import FileMapping, read_file
from clause.imports.reprise.structures import MADE, make_structure
from clause.imports.reprise.writing import write
from clause.kernel import clock
from clause.kernel.locking import alone
from clause.kernel.refusals import Refused
from clause.kernel.sheet_reader import Limits, Unreadable
from clause.organisations.models import Structure

ORIGIN = "Reprise de données"
APPLIED = "Différence appliquée : la nouvelle valeur est enregistrée."
KEPT = "Déjà enregistré avec une autre valeur, qui est gardée. Pour la remplacer, importez de nouveau en appliquant les différences."  # fmt: skip
FIXED = "Cette information ne se change pas par un import : corrigez-la sur la fiche."
FIXED_COLUMNS = {"contracts": ("participant", "employer")}
NAME_WITH_NIR = "Le nom du fichier contient un numéro de sécurité sociale : renommez-le, puis recommencez."
Progress = Callable[[str, int, int, int], None]
READ, CHECKED = 30, 50  # how far the whole import is, in percent, once the file is read, then checked


@dataclass(frozen=True)
class Options:
    """``valid_only``: write the good lines although others are refused. ``update``: apply what differs."""

    valid_only: bool = False
    update: bool = False
    mapping: FileMapping | None = None


def no_progress(_label: str, _done: int, _total: int, _percent: int) -> None:
    """Nobody watches."""


def read_plan(path: Path, name: str, options: Options, limits: Limits | None = None) -> Plan:
    """The lines of a file; asks nothing of the database. Unreadable where it is no such workbook."""
    if contains_nir(name):
        raise Unreadable(NAME_WITH_NIR)
    return read_file(path, options.mapping, limits)


def import_plan(
    session: Session, structure: Structure | None, plan: Plan, options: Options, *,
    user_id: int | None = None, user_name: str = "", progress: Progress = no_progress,
) -> Report:  # fmt: skip
    """Check the lines against the database, write them for this structure (None: one is made), say what became of each.

    One import at a time: the second of two of the same file finds what the first wrote. Refused where somebody else
    recorded one of its things at the same moment.
    """
    alone(session, "reprise")
    known = load_known(session, structure.id if structure else None, plan)
    total = sum(1 for _ in plan.all())
    context = Context(
        plan, known, clock.today(), parameters=structure.parameters if structure else {}, update=options.update,
        repeats=bool(options.mapping and options.mapping.sheets),
    )  # fmt: skip
    check(context, lambda done: progress("Vérification des lignes", done, total, _between(READ, CHECKED, done, total)))
    _leave_fixed(plan)
    refused = any(line.refused for line in plan.all())
    writes = options.valid_only or not refused
    if writes and any(line.is_new or (options.update and line.differences) for line in plan.all()):
        if structure is None:
            structure = make_structure(session, plan)
            plan.warnings.insert(0, Remark("", None, "", "", MADE))
        viewer = _viewer(structure.id, user_id, user_name)
        ground = Ground(session, viewer, structure.id, known, plan, options.update)
        _write(ground, progress)
    return report_of(plan, writes=writes, update=options.update)


def _write(ground: Ground, progress: Progress) -> None:
    def step(label: str, done: int, total: int) -> None:
        progress(f"Enregistrement : {label}", done, total, _between(CHECKED, 99, done, total))

    try:
        write(ground, step)
    except (IntegrityError, StaleDataError):
        raise Refused(MEANWHILE) from None


def _between(first: int, last: int, done: int, total: int) -> int:
    """How far the whole is, in percent, ``done`` of ``total`` into a stage that goes from ``first`` to ``last``."""
    return first + (last - first) * done // max(total, 1)


def _viewer(structure_id: int, user_id: int | None, user_name: str) -> Viewer:
    """Hours are validated by the import; the person who imports is named with it."""
    name = f"{ORIGIN} ({user_name})" if user_name else ORIGIN
    viewer = command_viewer(structure_id, name[:200])
    return Viewer(viewer.role, viewer.name, user_id=user_id, structure_id=structure_id)


def _leave_fixed(plan: Plan) -> None:
    """Differences that no import applies: said as warnings, the value known is kept."""
    for sheet, columns in FIXED_COLUMNS.items():
        for line in plan.of(sheet):
            for key in columns:
                if key in line.differences and line.existing is not None:
                    line.warn(key, FIXED)
                    line.values[key] = line.existing.values[key]


def report_of(plan: Plan, *, writes: bool, update: bool) -> Report:
    """Counts and remarks: read = written + known + held + refused, one line one fate."""
    report = Report(warnings=list(plan.warnings))
    for line in plan.all():
        report.read += 1
        if line.refused:
            report.refused.append(line.refusal())
            continue
        report.warnings += line.warnings
        _count(report, line, writes=writes, update=update)
    return report


def _count(report: Report, line: Line, *, writes: bool, update: bool) -> None:
    if line.is_known:
        report.known += 1
        if line.differences:
            report.different.append(line.difference(APPLIED if update and writes else KEPT))
    elif writes:
        report.written += 1
    else:
        report.held += 1
