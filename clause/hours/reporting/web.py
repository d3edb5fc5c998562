"""What the views of this room share: finding a market, a file that came, a refusal shown again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import abort, current_app, render_template, request

from clause.guard import viewer
from clause.kernel import storage
from clause.kernel.forms import Form
from clause.kernel.refusals import Refused
from clause.kernel.storage import StoredFile
from clause.kernel.unit import current_session, give_up
from clause.markets.models import Market
from clause.markets.presentation import lead_or_403
from clause.markets.queries import market_by_address

File = tuple[bytes, str, Path]


def data_dir() -> Path:
    return Path(current_app.config["CLAUSE"].data_dir)


def found_market(public_id: str) -> Market:
    return market_by_address(current_session(), viewer(), public_id) or abort(404)


def led_market(public_id: str) -> Market:
    market = found_market(public_id)
    lead_or_403(viewer(), market.structure_id)
    return market


def attached(name: str = "file") -> File | None:
    """The file of the form, None where none was chosen."""
    upload = request.files.get(name)
    if upload is None or not upload.filename:
        return None
    return upload.read(), upload.filename, data_dir()


def refuse(form: Form, refusal: Refused) -> None:
    """Drop what was changed; say it beside its field, with everything typed kept."""
    give_up()
    form.refuse(refusal.field, refusal.sentence)


def page(template: str, form: Form, **values: Any) -> Any:
    """The page of a form: 422 with its errors where it was refused."""
    refused = bool(form.errors)
    html = render_template(f"hours/reporting/{template}.html", form=form, form_has_errors=refused, **values)
    return html, 422 if refused else 200


def download(stored: StoredFile | None) -> Any:
    return storage.download(data_dir(), stored) if stored is not None else abort(404)
