"""Reprise workbook: template, upload, report."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("reprise", __name__, url_prefix="/imports/reprise")
