"""Public contract data: upload, result, opening a market."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("decp", __name__, url_prefix="/imports/decp")
