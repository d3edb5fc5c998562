"""Structures and their first users, for the administrator."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("platform", __name__, url_prefix="/plateforme")
