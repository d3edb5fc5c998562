"""Declaring hours: months to declare, the grid, submission."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("declarations", __name__, url_prefix="/heures")
