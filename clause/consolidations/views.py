"""Bilan of an operation and annual consolidation: pages and downloads."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("consolidations", __name__, url_prefix="/bilans")
