"""Forms of operations, markets and objectives. Field names are those of the dataclasses of ``actions.data``."""

from __future__ import annotations

from typing import Any

from clause.kernel.forms import Form
from clause.kernel.refusals import Refused
from clause.kernel.values import read_count


def refuse(form: Form, refused: Refused) -> None:
    """Show a refusal beside its field, or on top where the form has no such field."""
    form.refuse(refused.field if refused.field in form else "", refused.sentence)


def version_of(form: Any) -> int | None:
    """The version that the form was filled from."""
    return read_count(form.version.data)


def renew_version(form: Any, version: int) -> None:
    """After a refusal of locking: the next try is made knowingly, on the present version."""
    form.version.data = str(version)
    form.version.raw_data = [str(version)]
