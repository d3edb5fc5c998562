"""Validating or returning declared hours, correcting validated ones."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("validation", __name__, url_prefix="/validation")
