"""The form of the rules of a structure or of a market, one field a rule, each with what it inherits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import ValidationError

from clause.kernel.forms import Form, ValueField, optional, select_choices
from clause.kernel.values import BadValue, read_count
from clause.organisations.rulebook import Group, Rule, rules_in


class RulesForm(Form):
    """``show`` fills it, ``typed`` reads it back: name of the rule → value to keep, None where it is inherited."""

    groups: tuple[Group, ...] = ()
    version = HiddenField()

    def show(self, kept: Mapping[str, Any], version: int) -> None:
        """What is kept now, in the boxes."""
        self.version.data = str(version)
        for rule in rules_in(self.groups):
            if rule.name in kept:
                self[rule.field].data = rule.plain(kept[rule.name]) if rule.choices else kept[rule.name]

    def inherit(self, above: str, *overrides: Mapping[str, Any]) -> None:
        """Say under each field what holds while it is empty; ``above`` is « la structure » or « la plateforme »."""
        for rule in rules_in(self.groups):
            field, said = self[rule.field], rule.said(*(overrides if rule.inherited else ()))
            whose = f"comme {above}, " if rule.inherited else ""
            if rule.choices:
                field.choices = select_choices(
                    [("", f"{whose}{said[:1].lower()}{said[1:]}".capitalize()), *rule.choices]
                )
            else:
                field.description = f"{rule.hint} Vide : {whose}{said}.".strip()

    def typed(self) -> dict[str, Any]:
        return {rule.name: _value(rule, self[rule.field].data) for rule in rules_in(self.groups)}

    def seen_version(self) -> int | None:
        return read_count(self.version.data)

    def renew(self, version: int) -> None:
        """After a refusal of locking: the next try is made knowingly, on the present version."""
        self.version.data, self.version.raw_data = str(version), [str(version)]

    def fields_of(self, group: Group) -> list[Any]:
        return [self[rule.field] for rule in group.rules]


def _value(rule: Rule, data: Any) -> Any:
    if not rule.choices:
        return data
    return rule.read(data) if data else None


def form_class(groups_: tuple[Group, ...]) -> type[RulesForm]:
    """The class of the form of these groups, made once."""
    fields = {rule.field: _field(rule) for rule in rules_in(groups_)}
    return type("RulesForm", (RulesForm,), {"groups": groups_, **fields})


def _field(rule: Rule) -> Any:
    if rule.choices:
        return SelectField(rule.label, [optional(), _in_list(rule)], description=rule.hint, validate_choice=False)
    return ValueField(
        rule.label, [optional()], read=rule.read, show=rule.plain, description=rule.hint,
        render_kw={"inputmode": "text" if rule.name == "report.reminders_days" else "decimal", "autocomplete": "off"},
    )  # fmt: skip


def _in_list(rule: Rule) -> Any:
    def check(_form: Any, field: Any) -> None:
        try:
            rule.read(field.data)
        except BadValue as error:
            raise ValidationError(str(error)) from None

    return check
