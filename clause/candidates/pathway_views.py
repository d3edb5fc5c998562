"""PLIE pathways and their steps."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("pathways", __name__, url_prefix="/parcours")
