"""Closed lists of codes: stored in English, shown and read in French.

A code knows its label and the usual synonyms, so that a form, an import and a template's drop-down list read the same
data. ``Sex.read("Féminin")`` is ``Sex.F``.
"""

from __future__ import annotations

from enum import Enum
from typing import Self

from sqlalchemy import Enum as ColumnEnum

from clause.kernel.values import fold


class Code(str, Enum):
    """A member is written ``NAME = value, label, (synonym, …)``; the synonyms may be left out."""

    label: str
    synonyms: tuple[str, ...]

    def __new__(cls, value: str, label: str, synonyms: tuple[str, ...] = ()) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.synonyms = synonyms
        return member

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def read(cls, text: object) -> Self | None:
        """The member meant by a code, a label or a synonym, whatever its accents and capitals; None if there is none."""
        wanted = fold(str(text or ""))
        for member in cls:
            if wanted in (fold(w) for w in (member.value, member.label, *member.synonyms)):
                return member
        return None

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(code, label) pairs for a select field."""
        return [(m.value, m.label) for m in cls]


def code_column(code: type[Code]) -> ColumnEnum:
    """The column type of a closed list: text in the database, a member in Python, an unknown code refused."""
    return ColumnEnum(
        code, native_enum=False, length=40, create_constraint=False, values_callable=lambda c: [m.value for m in c]
    )


def by_value(code: type[Code], value: str) -> Code:
    """The member stored as ``value``; ValueError where the list has no such code."""
    for member in code:
        if member.value == value:
            return member
    raise ValueError(f"{value!r} is not a {code.__name__}")
