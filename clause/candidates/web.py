"""What the three groups of views share: filters read from the address, choices of forms, refusals shown on the form."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, render_template, request
from sqlalchemy.orm import Session

from clause.candidates.actions.common import setting_of
from clause.candidates.forms.fields import CodesField
from clause.candidates.rules.eligibility import open_criteria
from clause.kernel.codes import Code, by_value
from clause.kernel.forms import Form, select_choices
from clause.kernel.refusals import Refused

Choices = list[tuple[str, str]]
# In the address of a form: the words that narrow a list to choose in.
MARKET_WORDS, EMPLOYER_WORDS = "cherche_marche", "cherche_employeur"


def asked_code(name: str, code: type[Code]) -> Any:
    """The member asked in the address, or None."""
    try:
        return by_value(code, request.args[name]) if request.args.get(name) else None
    except ValueError:
        return None


def asked_yes_no(name: str) -> bool | None:
    return {"oui": True, "non": False}.get(request.args.get(name, ""))


def asked_text(name: str) -> str:
    return request.args.get(name, "").strip()[:100]


def with_empty(choices: Choices, label: str) -> list[Any]:
    """The choices of a list, after one that means none."""
    return select_choices([("", label), *choices])


def refused_page(template: str, form: Form, **values: Any) -> tuple[str, int]:
    """The page of a form: 422 where it was sent and something is wrong, everything typed kept."""
    sent = form.is_submitted()
    return render_template(template, form=form, form_has_errors=sent, **values), 422 if sent else 200


def refuse(form: Form, refusal: Refused, version: int | None = None) -> None:
    """Show a refusal on its field, or on top where the form has no such field. The form then carries the present
    version: what the other person changed has been read in the refusal."""
    form.refuse(refusal.field if refusal.field in form else "", refusal.sentence)
    if version is not None and "version" in form:
        form["version"].data = version


def or_404(found: Any) -> Any:
    """What was found, or the page that says nothing of what exists elsewhere."""
    if found is None:
        abort(404)
    return found


def say(refusal: Refused) -> None:
    """A refusal of a one-button act, as a message on the page one returns to."""
    flash(refusal.sentence, "error")


def fit_criteria(session: Session, field: CodesField, structure_id: int | None) -> None:
    """Offer the criteria that the structure may record; those of justice only by its setting."""
    enabled = bool(structure_id and setting_of(session, structure_id, "criteria.justice_enabled"))
    allowed = {kind.value for kind in open_criteria(justice_enabled=enabled)}
    field.choices = [choice for choice in field.choices if choice.value in allowed]
