"""Documents that go out as PDF: the one place that calls typst.

Data reaches a template as one JSON input, never as part of its source: no text can become markup. Fonts are those of the
typst package, so that the same template, data and day give the same bytes on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typst

PDF = "application/pdf"


def written(template: Path, data: Mapping[str, Any], day: date) -> bytes:
    """The bytes of the document, PDF/UA-1: tagged, with a title, a language and a text for each picture; ``day`` is its date.

    The template reads ``json(bytes(sys.inputs.data))``.
    """
    return typst.compile(
        template, root=template.parent, ignore_system_fonts=True, format="pdf", pdf_standards="ua-1",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, timestamp=datetime.combine(day, time(12), UTC),
    )  # fmt: skip
