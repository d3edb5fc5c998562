"""The blueprint of declarations, apart so that several modules of views share it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("declarations", __name__, url_prefix="/heures")
