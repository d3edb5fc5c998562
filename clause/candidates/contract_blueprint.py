"""The address of employment contracts, posts and placements."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("contracts", __name__, url_prefix="/contrats")
