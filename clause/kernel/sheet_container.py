"""The zip around an xlsx or an ods, looked at before anything is unfolded.

Sizes come from the directory of the zip, then each entry is unfolded once, counted and thrown away: an entry that is
larger than it said, or does not match what it announced, refuses the file.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from clause.kernel.values import format_decimal

CHUNK = 1 << 18
LOCAL_HEADER = struct.Struct("<4s5H3L2H")


class Unreadable(ValueError):
    """A file that cannot be read at all; the text says why and what to do, in French."""


@dataclass(frozen=True)
class Limits:
    """What a file may be at most; ``cells`` are the rectangles that hold the filled cells of its sheets, added up.

    ``text_bytes``: the long texts of the cells, each counted in every cell that shows it. ``small_part_bytes``: the parts
    of the container that are no sheet, which readers hold whole. Together they bound the memory of reading any file.
    """

    file_bytes: int = 16 * 2**20
    unfolded_bytes: int = 200 * 2**20
    entries: int = 1_000
    sheets: int = 60
    rows: int = 200_000
    columns: int = 200
    cells: int = 2_000_000
    errors: int = 20_000
    text_bytes: int = 32 * 2**20
    small_part_bytes: int = 8 * 2**20

    def check_extent(self, sheet: str, rows: int, columns: int) -> None:
        """Unreadable where a sheet spreads too far."""
        if rows > self.rows:
            raise Unreadable(
                f"La feuille « {sheet} » a plus de {format_decimal(self.rows)} lignes : découpez le fichier."
            )
        if columns > self.columns:
            raise Unreadable(f"La feuille « {sheet} » a plus de {self.columns} colonnes : retirez celles qui ne servent pas.")  # fmt: skip
        if rows * columns > self.cells:
            raise Unreadable(f"La feuille « {sheet} » est trop grande : découpez le fichier.")

    def check_cells(self, count: int) -> None:
        """Unreadable where the sheets are too large together: some readers hold them all at once."""
        if count > self.cells:
            raise Unreadable("Les feuilles du classeur sont trop grandes à elles toutes : découpez le fichier.")

    def check_texts(self, size: int) -> None:
        """Unreadable where the texts are too long together: readers copy a text into each cell that shows it."""
        if size > self.text_bytes:
            raise Unreadable(
                f"Les textes du classeur dépassent {self.text_bytes // 2**20} Mo une fois lus : découpez le fichier, ou raccourcissez"
                " les textes les plus longs."
            )

    def check_errors(self, count: int) -> None:
        if count > self.errors:
            raise Unreadable(
                f"Plus de {format_decimal(self.errors)} cellules sont en erreur (#N/A, #REF!…) : corrigez les formules, ou"
                " collez les valeurs à leur place."
            )

    def check_sheets(self, count: int) -> None:
        if count > self.sheets:
            raise Unreadable(f"Le classeur a plus de {self.sheets} feuilles : ne gardez que celles à importer.")


MACROS = "Le classeur contient des macros : par sécurité, il est refusé. Enregistrez-le en .xlsx ou .ods, sans macro."
LINKS = "Le classeur contient des liaisons vers d'autres fichiers : rompez-les (Données > Liaisons), puis recommencez."
NOT_A_WORKBOOK = "Ce fichier n'est pas un classeur : choisissez un fichier .xlsx, .ods, .xls ou .csv."
TRUNCATED = (
    "Le fichier est abîmé ou incomplet : il ne s'ouvre pas comme un classeur. Ouvrez-le dans votre tableur,"
    " enregistrez-le de nouveau en .xlsx, puis recommencez."
)


@dataclass(frozen=True)
class Container:
    """A zip whose sizes are known to be bounded."""

    archive: zipfile.ZipFile
    names: frozenset[str]

    @property
    def is_ods(self) -> bool:
        return "xl/workbook.xml" not in self.names and "content.xml" in self.names

    def open(self, name: str) -> IO[bytes]:
        return self.archive.open(name)


@contextmanager
def open_container(path: Path, limits: Limits) -> Iterator[Container]:
    """The zip, once its directory and its entries are checked."""
    try:
        with zipfile.ZipFile(path) as archive:
            container = Container(archive, frozenset(archive.namelist()))
            _check_directory(archive, limits)
            _check_content(container)
            with path.open("rb") as stream:
                for entry in archive.infolist():
                    _check_entry(stream, entry)
            yield container
    except (zipfile.BadZipFile, struct.error, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise Unreadable(TRUNCATED) from None


def _check_directory(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise Unreadable("Le classeur contient trop d'éléments : enregistrez-en une copie simple, sans images.")
    if sum(entry.file_size for entry in entries) > limits.unfolded_bytes:
        raise Unreadable(
            f"Une fois déplié, le classeur dépasse {limits.unfolded_bytes // 2**20} Mo : il est refusé sans être ouvert."
            " Découpez-le, ou supprimez les lignes et colonnes vides mises en forme."
        )
    if any(entry.file_size > limits.small_part_bytes and not _is_large(entry.filename) for entry in entries):
        raise Unreadable(
            "Le classeur contient trop de styles ou d'éléments cachés : copiez les valeurs dans un classeur neuf."
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("Le fichier est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe.")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise Unreadable(TRUNCATED)


def _is_large(name: str) -> bool:
    """Whether a part is one that is read as a stream, or not at all."""
    folded = name.casefold()
    return (
        folded in ("content.xml", "xl/sharedstrings.xml")
        or "worksheets/" in folded
        or not folded.endswith((".xml", ".rels"))
    )


def _check_content(container: Container) -> None:
    names = {name.casefold() for name in container.names}
    if any(name.endswith("vbaproject.bin") for name in names) or any(
        n.startswith(("basic/", "scripts/")) for n in names
    ):
        raise Unreadable(MACROS)
    if any(name.startswith("xl/externallinks/") for name in names):
        raise Unreadable(LINKS)
    if "xl/workbook.xml" not in container.names and "content.xml" not in container.names:
        raise Unreadable(NOT_A_WORKBOOK)


def _check_entry(stream: IO[bytes], entry: zipfile.ZipInfo) -> None:
    """Unfold one entry, keep nothing: its real size must be the announced one."""
    stream.seek(entry.header_offset)
    header = LOCAL_HEADER.unpack(stream.read(LOCAL_HEADER.size))
    if header[0] != b"PK\x03\x04":
        raise Unreadable(TRUNCATED)
    stream.seek(header[9] + header[10], 1)
    if entry.compress_type == zipfile.ZIP_STORED:
        if entry.compress_size != entry.file_size:
            raise Unreadable(TRUNCATED)
        return
    if _unfolded(stream, entry.compress_size, entry.file_size) != entry.file_size:
        raise Unreadable(TRUNCATED)


def _unfolded(stream: IO[bytes], folded: int, announced: int) -> int:
    """The bytes that an entry makes, counted until they pass what it announced."""
    inflate, total, left = zlib.decompressobj(-15), 0, folded
    while left > 0 and total <= announced and not inflate.eof:
        data = stream.read(min(CHUNK, left))
        if not data:
            break
        left -= len(data)
        while data and total <= announced:
            total += len(inflate.decompress(data, CHUNK))
            data = inflate.unconsumed_tail
    return total + len(inflate.flush())
