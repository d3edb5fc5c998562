"""The files of a publication, made once from the report and kept byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from clause.consolidations.as_json import as_json
from clause.consolidations.documents.bilan_pdf import as_pdf
from clause.consolidations.models import PublishedFile
from clause.consolidations.publishing.subjects import Subject
from clause.consolidations.report import Report
from clause.consolidations.workbook import Appendix, as_workbook
from clause.kernel.pdf import PDF
from clause.kernel.spreadsheet import XLSX

JSON = "application/json"
TO_SEND = "a-diffuser"


@dataclass(frozen=True)
class Format:
    """A kind of file: its extension, its media type, and the function that writes it."""

    extension: str
    media_type: str
    write: Callable[[Report, Sequence[Appendix]], bytes]


FORMATS: tuple[Format, ...] = (
    Format("xlsx", XLSX, as_workbook),
    Format("json", JSON, lambda report, _appendices: as_json(report)),
)
OF_OPERATION = (*FORMATS, Format("pdf", PDF, lambda report, _appendices: as_pdf(report)))
BY_EXTENSION = {kind.extension: kind for kind in OF_OPERATION}


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def files_of(subject: Subject, number: int, report: Report, appendices: Sequence[Appendix]) -> list[PublishedFile]:
    """The whole version with its appendices, for the structure, and the one to send, masked and without them.

    The bilan of an operation is always masked: it has that version alone.
    """
    base = f"{_safe(subject.file_name)}-n{number}"
    to_send = subject.to_send(report)
    if subject.operation:
        return list(_files(base, to_send, (), for_authority=True, kinds=OF_OPERATION))
    whole = _files(base, report, appendices, for_authority=False)
    return [*whole, *_files(f"{base}-{TO_SEND}", to_send, (), for_authority=True)]


def _files(base: str, report: Report, appendices: Sequence[Appendix], *, for_authority: bool, kinds: Sequence[Format] = FORMATS) -> Iterator[PublishedFile]:  # fmt: skip
    for kind in kinds:
        content = kind.write(report, appendices)
        yield PublishedFile(
            name=f"{base}.{kind.extension}", media_type=kind.media_type, for_authority=for_authority,
            size=len(content), sha256=digest(content), content=content,
        )  # fmt: skip


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:80] or "bilan"
