"""Everything a viewer may download of its operations, as one zip written while it is sent."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.consolidations import queries
from clause.consolidations.annual import annual
from clause.consolidations.bilan import operation_report
from clause.consolidations.perimeter import of_viewer
from clause.consolidations.portfolio.reading import Portfolio, portfolio
from clause.consolidations.publishing.files import FORMATS, OF_OPERATION
from clause.consolidations.workbook import as_workbook
from clause.markets.models import Operation
from clause.markets.visibility import visible_operations

Entry = tuple[str, bytes]
Step = Callable[[Session], list[Entry]]
README = (
    "Portefeuille au {day}.\r\n\r\nportefeuille.xlsx : les années, les opérations, les communes.\r\n"
    "consolidations/ : la consolidation de chaque année, en classeur et en JSON.\r\n"
    "bilans/ : le bilan de chaque opération, en classeur, en JSON et en PDF.\r\n"
)


@dataclass(frozen=True)
class Wanted:
    """What the archive holds, known before the first byte is sent: years, and the operations by id with their names."""

    viewer: Viewer
    day: date
    years: tuple[int, ...]
    operations: tuple[tuple[int, str], ...]


def wanted(session: Session, viewer: Viewer, found: Portfolio, day: date) -> Wanted:
    taken: set[str] = set()
    named = tuple((one.operation.id, _name(one.operation.reference, taken)) for one in found.followed)
    years = tuple(sorted(queries.years(session, found.perimeter, day))) if found.followed else ()
    return Wanted(viewer, day, years, named)


def entries(asked: Wanted, apart: Callable[[Step], list[Entry]]) -> Iterator[Entry]:
    """Name and content of each file, one report at a time: the next is made once the one before is sent.

    ``apart`` runs a step with a reading session of its own: the request is over before the last file is made.
    """
    yield "LISEZ-MOI.txt", README.format(day=f"{asked.day:%d/%m/%Y}").encode()
    yield from apart(partial(_portfolio, asked))
    for year in asked.years:
        yield from apart(partial(_year, asked, year))
    for operation, name in asked.operations:
        yield from apart(partial(_operation, asked, operation, name))


def _portfolio(asked: Wanted, session: Session) -> list[Entry]:
    return [("portefeuille.xlsx", as_workbook(portfolio(session, asked.viewer, asked.day).report))]


def _year(asked: Wanted, year: int, session: Session) -> list[Entry]:
    report = annual(session, of_viewer(session, asked.viewer), year, asked.day, asked.viewer)
    return [(f"consolidations/consolidation-{year}.{kind.extension}", kind.write(report, ())) for kind in FORMATS]


def _operation(asked: Wanted, operation_id: int, name: str, session: Session) -> list[Entry]:
    found = session.scalars(visible_operations(asked.viewer).where(Operation.id == operation_id)).one_or_none()
    if found is None:  # taken away meanwhile
        return []
    report = operation_report(session, found, asked.day, asked.viewer)
    return [(f"bilans/{name}.{kind.extension}", kind.write(report, ())) for kind in OF_OPERATION]


def _name(reference: str, taken: set[str]) -> str:
    """The reference in plain letters, a number after it where two structures have the same."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", reference).strip("-.") or "operation"
    name, number = plain, 2
    while name.casefold() in taken:
        name, number = f"{plain}-{number}", number + 1
    taken.add(name.casefold())
    return f"bilan-{name}"


class _Sent:
    """A file that cannot go back: what was written to it is taken out and sent."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, content: bytes) -> int:
        self.waiting.append(bytes(content))
        return len(content)

    def flush(self) -> None: ...

    def take(self) -> bytes:
        content = b"".join(self.waiting)
        self.waiting.clear()
        return content


def zipped(files: Iterable[Entry], day: date) -> Iterator[bytes]:
    """The bytes of the zip, piece by piece; entries bear the day of the figures, so that the same ones give the same zip."""
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # written to, never read
        for name, content in files:
            info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
            yield sent.take()
    yield sent.take()
