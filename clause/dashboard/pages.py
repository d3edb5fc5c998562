"""Two pages for everybody: the accessibility statement and the information notice on personal data (GDPR-01)."""

from __future__ import annotations

from flask import Blueprint, render_template

from clause.guard import public
from clause.kernel.settings_catalogue import setting

bp = Blueprint("pages", __name__)


@bp.get("/accessibilite")
@public
def accessibility() -> str:
    return render_template("dashboard/accessibility.html")


@bp.get("/donnees-personnelles")
@public
def personal_data() -> str:
    """The periods are those of the settings catalogue: the notice cannot promise other ones than the platform keeps."""
    return render_template(
        "dashboard/personal_data.html",
        person_months=setting("retention.person_months"),
        contract_years=setting("retention.contract_years"),
        fse_years=setting("retention.fse_years"),
        log_months=setting("logs.retention_months"),
    )
