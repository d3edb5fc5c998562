"""Signing in and out, invitations, passwords, one's own account."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", __name__, url_prefix="")
