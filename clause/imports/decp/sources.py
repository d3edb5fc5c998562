"""A file of public contract data becomes raw records, one at a time, whatever its format and encoding.

What a file is comes from its content, never from its name. ``Unreadable`` refuses the whole file, in French, with the
place of the fault; every check of size comes before parsing.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clause.kernel.values import format_decimal

MAX_BYTES = 200 * 1024 * 1024
CHUNK = 1 << 20
ARCHIVES = {b"PK": "zip", b"\x1f\x8b": "gzip", b"7z\xbc\xaf": "7z", b"Rar!": "rar", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
ENCODING_NAMES = {"cp1252": "Windows-1252", "latin-1": "ISO-8859-1"}


class Unreadable(Exception):
    """The file cannot be read at all; the text says why, where, and what to do."""


@dataclass(frozen=True)
class RawRecord:
    """One record: its rank in the file, from 1, and whether the file calls it a concession."""

    line: int
    value: Any
    is_concession: bool


@dataclass(frozen=True)
class Source:
    """A file ready to be read. ``encoding`` is None where an XML file declares its own, and tells the truth."""

    path: Path
    is_xml: bool
    encoding: str | None
    warning: str = ""


def open_source(path: Path, max_bytes: int = MAX_BYTES) -> Source:
    """Check size and nature of a file, and find its encoding. Raises Unreadable."""
    size = _size(path)
    if size == 0:
        raise Unreadable("Le fichier est vide.")
    if size > max_bytes:
        raise Unreadable(f"Le fichier pèse {_megabytes(size)} : la limite est de {_megabytes(max_bytes)}. Découpez-le.")
    head = _head(path)
    _refuse_archives(head)
    bom = next((name for mark, name in BOMS if head.startswith(mark)), None)
    start = head.decode(bom or "latin-1", errors="ignore").lstrip("\ufeff \t\r\n")
    if start[:1] not in ("<", "{", "["):
        raise Unreadable(
            "Ce n'est ni du JSON ni du XML. Téléchargez les données essentielles (DECP) dans l'un de ces formats."
        )
    is_xml = start.startswith("<")
    if is_xml and start[:100].lower().lstrip().startswith(("<!doctype html", "<html")):
        raise Unreadable(
            "C'est une page web, et non un fichier de données. Téléchargez le fichier JSON ou XML lui-même."
        )
    declared = is_xml and _declares_other_than_utf8(start)
    encoding = bom or (None if declared else _encoding(path))
    return Source(path, is_xml, None if is_xml and encoding in ("utf-8", bom) else encoding, _warning(encoding))


def _size(path: Path) -> int:
    try:
        if not path.is_file():
            raise Unreadable("Le fichier est introuvable, ou c'est un dossier.")
        return path.stat().st_size
    except OSError:
        raise Unreadable("Le fichier ne peut pas être ouvert : vérifiez les droits d'accès.") from None


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError:
        raise Unreadable("Le fichier ne peut pas être ouvert : vérifiez les droits d'accès.") from None


def _megabytes(size: int) -> str:
    return f"{format_decimal(-(-size // (1024 * 1024)))} Mo"


def _refuse_archives(head: bytes) -> None:
    for mark, name in ARCHIVES.items():
        if head.startswith(mark):
            raise Unreadable(
                f"C'est une archive ({name}) : décompressez-la, puis importez les fichiers qu'elle contient."
            )


def _declares_other_than_utf8(start: str) -> bool:
    declaration = start.partition("?>")[0].lower() if start.startswith("<?xml") else ""
    return "encoding" in declaration and "utf-8" not in declaration


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is, else Windows-1252, else ISO-8859-1, which accepts everything."""
    return next((name for name in ("utf-8", "cp1252") if _decodes(path, name)), "latin-1")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _warning(encoding: str | None) -> str:
    name = ENCODING_NAMES.get(encoding or "")
    return f"Le fichier n'est pas en UTF-8 : il a été lu en {name}. Vérifiez les accents." if name else ""
