"""The address of people."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("participants", __name__, url_prefix="/personnes")
