"""JSON of either format, read record by record: memory follows the largest record, not the file.

Accepted: ``{"marches": […]}`` (2019), ``{"marches": {"marche": […], "contrat-concession": […]}}`` (2022), a bare list,
a lone record.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

from clause.imports.decp.sources import CHUNK, RawRecord, Source, Unreadable
from clause.kernel.values import fold, format_decimal

MAX_VALUE = 16 * 1024 * 1024  # characters: no record is that long; a file that says so is broken
MAX_DIGITS = 400
SPACES = " \t\r\n"
CONTAINERS = frozenset(
    {"marches", "marche", "contrat concession", "contrats concession", "contratconcession", "concessions"}
)
RECORD_FIELDS = frozenset({"id", "acheteur", "autoriteConcedante", "objet"})


def read_records(source: Source) -> Iterator[RawRecord]:
    with source.path.open("rb") as file:
        scanner = Scanner(file, source.encoding or "utf-8")
        for line, (value, is_concession) in enumerate(_top(scanner), start=1):
            scanner.read_so_far = line
            yield RawRecord(line, value, is_concession)


def _top(scanner: Scanner) -> Iterator[tuple[Any, bool]]:
    if scanner.peek() == "[":
        yield from _array(scanner, False)
    else:
        yield from _object(scanner, False, top=True)
    scanner.expect_end()


def _object(scanner: Scanner, is_concession: bool, *, top: bool = False) -> Iterator[tuple[Any, bool]]:
    """The records of the lists that an object holds; of the top one without lists, the object itself."""
    rest: dict[str, Any] = {}
    found = False
    for key in scanner.keys():  # noqa: SIM118 - a method of ours
        name = fold(key)
        if name in CONTAINERS and (top or name != "marches") and scanner.peek() in "[{":
            found = True
            yield from _container(scanner, is_concession or "concession" in name, lone=name != "marches")
        else:
            rest[key] = scanner.value()
    if top and not found:
        if not RECORD_FIELDS & rest.keys():
            raise Unreadable(
                "Aucune liste « marches » dans ce fichier JSON : ce ne sont pas des données essentielles (DECP)."
            )
        yield rest, is_concession


def _container(scanner: Scanner, is_concession: bool, *, lone: bool) -> Iterator[tuple[Any, bool]]:
    """A list of records; an object of lists; where ``lone``, an object that is one record."""
    if scanner.peek() == "[":
        yield from _array(scanner, is_concession)
    elif lone:
        yield scanner.value(), is_concession
    else:
        yield from _object(scanner, is_concession)


def _array(scanner: Scanner, is_concession: bool) -> Iterator[tuple[Any, bool]]:
    for _ in scanner.items():
        yield scanner.value(), is_concession


def _whole(text: str) -> Decimal | int:
    return int(text) if len(text) < MAX_DIGITS else Decimal(text)


class Scanner:
    """Walks through a JSON text without holding it whole; each value is decoded by the standard library."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self.file, self.decode = file, codecs.getincrementaldecoder(encoding)().decode
        self.text, self.at, self.line, self.ended = "", 0, 1, False
        self.read_so_far = 0
        self.decoder = json.JSONDecoder(
            parse_float=Decimal, parse_int=_whole, parse_constant=lambda _name: None, strict=False
        )

    def peek(self) -> str:
        """The next character that is not a space; Unreadable at the end of the file."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in SPACES + "\ufeff":
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._more():
                raise self.broken("il s'arrête avant la fin")

    def take(self, expected: str) -> str:
        found = self.peek()
        if found not in expected:
            raise self.broken(f"« {found} » y est de trop")
        self.at += 1
        return found

    def keys(self) -> Iterator[str]:
        """The keys of the object that begins here; the caller reads each value before asking for the next key."""
        self.take("{")
        if self.peek() == "}":
            self.at += 1
            return
        while True:
            if self.peek() != '"':
                raise self.broken(f"« {self.peek()} » y est de trop")
            key = str(self.value())
            self.take(":")
            yield key
            if self.take(",}") == "}":
                return

    def items(self) -> Iterator[None]:
        """Stops before each item of the list that begins here; the caller reads it before asking for the next."""
        self.take("[")
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            yield None
            if self.take(",]") == "]":
                return

    def value(self) -> Any:
        """The value that begins here, read whole."""
        self.peek()
        self._forget()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if len(self.text) - self.at > MAX_VALUE or not self._more():
                    raise self._fault(error) from None
                continue
            except RecursionError:
                raise self.broken("des listes y sont imbriquées à l'excès") from None
            if end < len(self.text) or not self._more():  # a number may go on in the next chunk
                self.at = end
                return value

    def expect_end(self) -> None:
        try:
            found = self.peek()
        except Unreadable:
            return
        raise self.broken(f"« {found} » est de trop après la fin")

    def broken(self, what: str, at: int | None = None) -> Unreadable:
        line = self.line + self.text.count("\n", 0, self.at if at is None else at)
        read = f" après {format_decimal(self.read_so_far)} enregistrements lus" if self.read_so_far > 1 else ""
        return Unreadable(
            f"Le fichier JSON est abîmé à la ligne {format_decimal(line)}{read} : {what}. Rien n'en a été importé :"
            " téléchargez-le de nouveau."
        )

    def _fault(self, error: json.JSONDecodeError) -> Unreadable:
        if self.ended and (error.pos >= len(self.text.rstrip()) or "Unterminated" in error.msg):
            return self.broken("il s'arrête au milieu d'un enregistrement", len(self.text))
        return self.broken("la ponctuation du format n'y est pas respectée", error.pos)

    def _more(self) -> bool:
        """Read on, twice as much each time, so that a long value costs what it weighs. False at the end of the file."""
        if self.ended:
            return False
        chunk = self.file.read(max(CHUNK, len(self.text) - self.at))
        self.ended = not chunk
        self.text += self.decode(chunk, self.ended)
        return bool(chunk)

    def _forget(self) -> None:
        """Drop what was read, its lines counted."""
        if self.at > CHUNK // 2:
            self.line += self.text.count("\n", 0, self.at)
            self.text, self.at = self.text[self.at :], 0
