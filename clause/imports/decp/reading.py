"""The records of a file of public contract data, whichever its format."""

from __future__ import annotations

from collections.abc import Iterator

from clause.imports.decp import reading_json, reading_xml
from clause.imports.decp.sources import RawRecord, Source


def read_records(source: Source) -> Iterator[RawRecord]:
    """The records of a file in order. Raises Unreadable at the place where the file breaks."""
    return reading_xml.read_records(source) if source.is_xml else reading_json.read_records(source)
