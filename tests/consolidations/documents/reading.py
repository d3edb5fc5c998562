"""The text of a PDF, without its spaces and line ends: what a table says, cell after cell, whatever its layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader


def text_of(content: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad-]+", "", text)


def lines_of(table: dict[str, Any]) -> Iterator[str]:
    """Each line of a table given to a template, as it must be read in the document."""
    total = [{**table["total"], "under": ""}] if table["total"] else []
    for line in [*table["rows"], *total, *table["memo"]]:
        yield squeezed("".join([line["label"], line["under"], *line["cells"]]))
