"""XML of a spreadsheet read as a stream: no tree is built, so that its memory does not follow what the file holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from clause.kernel.sheet_container import TRUNCATED, Unreadable

CHUNK = 1 << 16
LONGEST_TOKEN = 4 << 20  # bytes of one tag with its attributes: a reader holds it whole
Attributes = dict[str, str]


def local(name: str) -> str:
    """``row`` of ``table:row``."""
    return name.rpartition(":")[2]


def stream(
    source: IO[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Call back with the local name of each element, its attributes, its text as it comes.

    A document that declares a type (entities), breaks, or has a tag of megabytes is Unreadable.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    parser.EndElementHandler = lambda name: end(local(name))
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    fed = 0
    try:
        while chunk := source.read(CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise Unreadable(TRUNCATED)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as fault:
        raise fault if isinstance(fault, Unreadable) else Unreadable(TRUNCATED) from None


def _refuse(*_declaration: object) -> None:
    raise Unreadable(TRUNCATED)
