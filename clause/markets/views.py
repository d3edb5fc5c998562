"""Markets: list, detail, creation, edition, objective."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("markets", __name__, url_prefix="/marches")
