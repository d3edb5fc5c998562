"""A file of a report as the answer to a request."""

from __future__ import annotations

import re
from datetime import date

from flask import Response


def attachment(content: bytes, media_type: str, name: str, day: date, extension: str) -> Response:
    """The file to download, its name in plain letters with the day of its figures."""
    response = Response(content, mimetype=media_type)
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "bilan"
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}-{day:%Y-%m-%d}.{extension}"'
    return response
