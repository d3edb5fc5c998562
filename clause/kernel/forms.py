"""Form fields that read values as French people write them; every error is a sentence, every raw text is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, StringField
from wtforms.fields.choices import Choice, SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional, StopValidation, ValidationError
from wtforms.widgets import TextInput

from clause.kernel import values
from clause.kernel.codes import Code, by_value

REQUIRED = "Ce champ est obligatoire."


def required(message: str = REQUIRED) -> DataRequired:
    return DataRequired(message)


def input_required(message: str = REQUIRED) -> InputRequired:
    """For values such as 0, which are there although false."""
    return InputRequired(message)


def optional() -> Optional:
    return Optional()


class ValueField(Field):
    """A text box whose text is read by ``read`` and shown by ``show``; the text typed stays on an error."""

    widget = TextInput()

    def __init__(self, label: str, validators: Any = None, *, read: Callable[[str], Any], show: Callable[[Any], str], **kw: Any):  # fmt: skip
        super().__init__(label, validators, **kw)
        self.read, self.show = read, show

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if text:
            self.data = self.read(text)  # BadValue is a ValueError: WTForms shows its sentence

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:  # « obligatoire » would take the place of what is wrong with what was typed
            raise StopValidation()


def hours_field(label: str, validators: Any = None, **kw: Any) -> Any:
    """Hours typed ``35,5``, ``35h30`` or ``35:30``; data in hundredths."""
    return ValueField(label, validators, read=values.read_hours, show=values.format_hours, **_hint(kw, inputmode="decimal"))  # fmt: skip


def euros_field(label: str, validators: Any = None, **kw: Any) -> Any:
    """Euros; data in cents."""
    return ValueField(label, validators, read=values.read_euros, show=lambda c: values.format_decimal(values.read_decimal(c) / 100), **_hint(kw, inputmode="decimal"))  # fmt: skip


def share_field(label: str, validators: Any = None, **kw: Any) -> Any:
    """A percentage typed ``50`` or ``50 %``; data in ten-thousandths."""

    def read(text: str) -> int:
        return values.read_share(text if "%" in text else f"{text} %")

    return ValueField(label, validators, read=read, show=lambda s: values.format_share(s), **_hint(kw, inputmode="decimal"))  # fmt: skip


def date_field(label: str, validators: Any = None, **kw: Any) -> Any:
    """A day typed JJ/MM/AAAA; data a date."""
    return ValueField(label, validators, read=values.read_date, show=values.format_date, **_hint(kw, placeholder="JJ/MM/AAAA", inputmode="numeric"))  # fmt: skip


def month_field(label: str, validators: Any = None, **kw: Any) -> Any:
    """A month typed MM/AAAA; data its first day."""
    return ValueField(label, validators, read=values.read_month, show=lambda m: f"{m:%m/%Y}", **_hint(kw, placeholder="MM/AAAA", inputmode="numeric"))  # fmt: skip


def siret_field(label: str, validators: Any = None, **kw: Any) -> Any:
    return ValueField(label, validators, read=values.read_siret, show=str, **_hint(kw, inputmode="numeric"))


def text_field(label: str, validators: Any = None, **kw: Any) -> StringField:
    """A text of one line: what was pasted over several lines, or with tabs, becomes one."""
    return StringField(label, validators, filters=[lambda text: " ".join((text or "").split())], **kw)


def select_choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """(value, label) pairs as the choices of a SelectField."""
    return [SelectChoice(value, label) for value, label in pairs]


class CodeField(SelectField):
    """A choice in a closed list; data is the member of ``code``, or None where ``empty`` (its label) is chosen."""

    def __init__(self, label: str, validators: Any = None, *, code: type[Code], empty: str | None = None, only: Any = None, **kw: Any):  # fmt: skip
        members = [m for m in code if only is None or m in only]
        choices = [("", empty)] if empty is not None else []
        self.code = code
        super().__init__(
            label,
            validators,
            choices=select_choices(choices + [(m.value, m.label) for m in members]),
            coerce=lambda raw: by_value(code, raw) if raw else None,
            **kw,
        )

    def process_data(self, value: Any) -> None:
        self.data = value

    def iter_choices(self) -> Any:
        chosen = self.data.value if isinstance(self.data, self.code) else (self.raw_data or [""])[0]
        for choice in self.choices:
            yield Choice(choice.value, choice.label, choice.value == chosen, {})

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0]:
            try:
                self.data = by_value(self.code, valuelist[0])
            except ValueError:
                raise ValueError("Choisissez une valeur de la liste.") from None

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation()
        if self.data is not None and self.data.value not in {choice.value for choice in self.choices}:
            raise ValidationError("Choisissez une valeur de la liste.")


def _hint(kw: dict[str, Any], **attributes: str) -> dict[str, Any]:
    kw["render_kw"] = {**attributes, "autocomplete": "off", **kw.get("render_kw", {})}
    return kw


class Form(FlaskForm):
    """A form with CSRF, in French. ``version`` carries the row's version for optimistic locking where a view sets it."""

    class Meta(FlaskForm.Meta):
        locales = ("fr", "fr_FR")

        def get_translations(self, form: Any) -> Any:
            from wtforms.i18n import get_translations

            return get_translations(self.locales)

    def refuse(self, field: str, sentence: str) -> None:
        """Attach a refusal of the rules to a field; to the whole form with an empty name, or where nobody sees the field."""
        if field and field in self and not isinstance(self[field], HiddenField):
            target = self[field]
            target.errors = [*target.errors, sentence]
        else:
            self.form_errors: list[str] = [*getattr(self, "form_errors", ()), sentence]
