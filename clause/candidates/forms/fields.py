"""Fields that the forms of this slice share."""

from __future__ import annotations

import re
from typing import Any

from wtforms import HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from clause.kernel.codes import Code, by_value
from clause.kernel.forms import select_choices, text_field
from clause.kernel.values import read_count

ROME = re.compile(r"^[A-Z]\d{4}$")


class CodesField(SelectMultipleField):
    """Boxes to tick in a closed list; ``data`` holds the codes, ``members`` the members."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, *, code: type[Code], only: Any = None, **kw: Any):
        self.code = code
        choices = select_choices((m.value, m.label) for m in code if only is None or m in only)
        super().__init__(label, choices=choices, coerce=str, **kw)

    @property
    def members(self) -> tuple[Any, ...]:
        return tuple(
            by_value(self.code, value) for value in self.data or () if value in {c.value for c in self.choices}
        )


def choice_field(label: str, validators: Any = None, **kw: Any) -> SelectField:
    """A choice whose list the view fills in."""
    return SelectField(label, validators, choices=[], default="", **kw)


def yes_no_field(label: str, unknown: str = "Je ne sais pas", **kw: Any) -> SelectField:
    """Yes, no, or not known; read it with ``yes_no``."""
    return SelectField(label, choices=select_choices([("", unknown), ("oui", "Oui"), ("non", "Non")]), default="", **kw)


def yes_no(text: str | None) -> bool | None:
    return {"oui": True, "non": False}.get(text or "")


def said_yes_no(value: bool | None) -> str:
    return {True: "oui", False: "non", None: ""}[value]


def long_text(label: str, rows: int = 3, **kw: Any) -> TextAreaField:
    """A text of several lines."""
    return TextAreaField(
        label, filters=[lambda text: (text or "").strip()], render_kw={"rows": rows, "maxlength": 2000}, **kw
    )


def version_field() -> HiddenField:
    return HiddenField(filters=[read_count])


def short_text(label: str, validators: Any = None, longest: int = 120, **kw: Any) -> Any:
    """A line of text, not longer than its column."""

    def short_enough(_form: object, field: Any) -> None:
        if len(field.data or "") > longest:
            raise ValidationError(f"Ce texte est trop long : {longest} caractères au plus.")

    return text_field(
        label, [*(validators or ()), short_enough], render_kw={"autocomplete": "off", **kw.pop("render_kw", {})}, **kw
    )


def rome_field(label: str = "Code ROME") -> Any:
    def looks_right(_form: object, field: Any) -> None:
        field.data = (field.data or "").upper().replace(" ", "")
        if field.data and not ROME.match(field.data):
            raise ValidationError("Un code ROME compte une lettre et quatre chiffres, par exemple F1703.")

    return text_field(
        label,
        [looks_right],
        description="Une lettre et quatre chiffres, par exemple F1703.",
        render_kw={"autocomplete": "off"},
    )
