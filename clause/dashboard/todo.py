"""A line of « what must I do today »: how many, of what, where the rows are, and what makes it urgent. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from clause.kernel.values import format_decimal


@dataclass(frozen=True)
class Note:
    """A short complement; with a tone (``warn``, ``bad``, ``info``) it is shown as a state, without as a sentence."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Todo:
    """``one`` and ``many`` complete the count (« déclaration à valider »); ``link`` is an endpoint and its arguments."""

    count: int
    one: str
    many: str
    endpoint: str
    link: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    @property
    def what(self) -> str:
        return self.many if self.count > 1 else self.one


def said(count: int, one: str, many: str) -> str:
    """« 1 jour », « 3 jours »: French counts zero as singular."""
    return f"{format_decimal(count)} {many if count > 1 else one}"


def waiting_since(since: date | None, today: date, oldest: str = "la plus ancienne") -> tuple[Note, ...]:
    """Since when the oldest waits, from its third day on; nothing where nobody waits."""
    days = (today - since).days if since else 0
    if days < 2:
        return ()
    return (Note(f"{oldest} attend depuis {said(days, 'jour', 'jours')}"),)
