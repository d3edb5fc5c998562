"""One file of public contract data, from its bytes to its report: what the command, the page and the job share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from clause.imports.decp import writing
from clause.imports.decp.normalising import Normalised, normalise
from clause.imports.decp.places import in_territory
from clause.imports.decp.reading import read_records
from clause.imports.decp.records import Problem
from clause.imports.decp.sources import MAX_BYTES, RawRecord, open_source
from clause.imports.decp.writing import Batch, Line
from clause.imports.report import Remark, Report
from clause.kernel.values import format_decimal

BATCH = 500
RETITLED = (
    "Cet identifiant sert déjà à un autre objet : la fiche montre la publication la plus récente, les autres y restent"
    " consultables. Ce sont sans doute plusieurs lots publiés sous le même numéro."
)
Progress = Callable[[int], None]


@dataclass
class Import:
    """One file being imported: what it is called in the report, what it keeps, what it has counted."""

    where: str
    batch: Batch
    territory: Sequence[str] = ()
    report: Report = field(default_factory=Report)
    left_out: int = 0


def import_file(
    session: Session, path: Path, where: str, batch: str, territory: Sequence[str] = (),
    *, max_bytes: int = MAX_BYTES, progress: Progress | None = None,
) -> Report:  # fmt: skip
    """Write a file and report; raises Unreadable, and then the caller gives up what was written. Never commits.

    ``batch`` marks the records written, so that a page can show what this import brought. ``territory``: prefixes of
    departments or communes; records of elsewhere are not lines read, and are counted in one warning.
    """
    source = open_source(path, max_bytes)
    run = Import(where, Batch(batch, where), territory)
    if source.warning:
        run.report.warnings.append(Remark(where, None, "", "", source.warning))
    writing.lock(session)
    records = read_records(source)
    while chunk := list(islice(records, BATCH)):
        writing.write(session, run.batch, list(_lines(run, chunk)))
        if progress:
            progress(run.report.read)
    return _finish(run)


def _lines(run: Import, chunk: Sequence[RawRecord]) -> Iterator[Line]:
    """The records to write, those refused and left out being counted."""
    for raw in chunk:
        record = normalise(raw.value, is_concession=raw.is_concession)
        if run.territory and not _is_inside(run.territory, record):
            run.left_out += 1
            continue
        run.report.read += 1
        run.report.warnings += [_remark(run, raw.line, p) for p in record.problems if record.refusal is None]
        if record.refusal is not None:
            run.report.refused.append(_remark(run, raw.line, record.refusal))
        else:
            yield Line(raw.line, record.contract)


def _is_inside(territory: Sequence[str], record: Normalised) -> bool:
    contract = record.contract
    return in_territory(territory, contract.place_code, contract.place_kind, contract.buyer.identifier[:9])


def _remark(run: Import, line: int, problem: Problem) -> Remark:
    return Remark(run.where, line, problem.field, problem.value, problem.reason)


def _retitled(run: Import, line: Line) -> Remark:
    return _remark(run, line.number, Problem("id", line.contract.identifier, RETITLED))


def _finish(run: Import) -> Report:
    report = run.report
    report.written, report.known = run.batch.written, run.batch.known
    report.warnings += [_retitled(run, line) for line in run.batch.retitled]
    if run.left_out:
        report.warnings.append(
            Remark(run.where, None, "lieuExecution", ", ".join(run.territory), left_out(run.left_out))
        )
    return report


def left_out(count: int) -> str:
    many = count > 1
    return f"{format_decimal(count)} enregistrement{'s' if many else ''} hors du territoire demandé, non lu{'s' if many else ''}."
