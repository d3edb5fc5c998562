"""The blueprint of validation, shared by its views."""

from flask import Blueprint

bp = Blueprint("validation", __name__, url_prefix="/validation")
