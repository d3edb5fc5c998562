"""What the views of this room share: finding a case or a market, a file that came, a refusal shown again, a file sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import abort, current_app, render_template, request

from clause.guard import viewer
from clause.hours.penalties.actions import Attachment
from clause.hours.penalties.models import PenaltyCase
from clause.hours.penalties.queries.cases import CaseFile, case_file, find_case
from clause.kernel import storage
from clause.kernel.forms import Form
from clause.kernel.refusals import Refused
from clause.kernel.storage import StoredFile
from clause.kernel.unit import current_session, give_up
from clause.markets.models import Market
from clause.markets.queries import market_by_address


def found_case(public_id: str) -> PenaltyCase:
    """The case, or 404 outside what the viewer sees."""
    return find_case(current_session(), viewer(), public_id) or abort(404)


def file_of(public_id: str) -> CaseFile:
    return case_file(current_session(), viewer(), found_case(public_id))


def found_market(public_id: str) -> Market:
    return market_by_address(current_session(), viewer(), public_id) or abort(404)


def attached(name: str = "file") -> Attachment | None:
    """The file of the form, None where none was chosen."""
    upload = request.files.get(name)
    if upload is None or not upload.filename:
        return None
    return Attachment(upload.read(), upload.filename, Path(current_app.config["CLAUSE"].data_dir))


def refuse(form: Form, refusal: Refused) -> None:
    """Drop what was changed; say it beside its field, with everything typed kept."""
    give_up()
    form.refuse(refusal.field, refusal.sentence)


def page(template: str, form: Form, **values: Any) -> Any:
    """The page of a form: 422 with its errors where it was refused."""
    refused = bool(form.errors)
    html = render_template(template, form=form, form_has_errors=refused, **values)
    return html, 422 if refused else 200


def download(stored: StoredFile | None) -> Any:
    """An attached file, always as a download."""
    if stored is None:
        abort(404)
    return storage.download(Path(current_app.config["CLAUSE"].data_dir), stored)
