"""The accounts of one's structure."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("team", __name__, url_prefix="/equipe")
