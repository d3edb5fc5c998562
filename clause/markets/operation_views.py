"""Operations: list, detail, creation, edition, partners."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("operations", __name__, url_prefix="/operations")
