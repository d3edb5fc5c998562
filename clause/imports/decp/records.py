"""The shape of a public contract once its values are read, the same from either format. Frozen, and pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """A value that could not be read as it is: where it stands in the record, what it was, why."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True)
class Party:
    """An organisation as the file names it; ``kind`` is the type of identifier (SIRET, TVA…)."""

    kind: str
    identifier: str
    name: str
    valid: bool

    @property
    def siren(self) -> str:
        return self.identifier[:9] if self.valid else ""


@dataclass(frozen=True)
class Modification:
    """What an amendment changes: None and an empty tuple are « unchanged »."""

    number: str
    reason: str
    notified_on: date | None
    published_on: date | None
    months: int | None
    amount_cents: int | None
    holders: tuple[Party, ...]


@dataclass(frozen=True)
class Subcontract:
    """A subcontracting act, its own modifications folded in."""

    number: str
    party: Party | None
    months: int | None
    amount_cents: int | None
    notified_on: date | None
    published_on: date | None


@dataclass(frozen=True)
class Contract:
    """One record. Amounts in cents; ``months``, ``amount_cents`` and ``holders`` are those awarded, before modifications.

    ``considerations`` None is « not published » (2019), an empty tuple never happens.
    """

    buyer: Party
    identifier: str
    is_concession: bool
    title: str
    nature: str
    procedure: str
    cpv: str
    ccag: str
    techniques: tuple[str, ...]
    framework: str
    group: str
    place_code: str
    place_kind: str
    place_name: str
    months: int | None
    notification_date: date | None
    published_on: date | None
    amount_cents: int | None
    considerations: tuple[str, ...] | None
    holders: tuple[Party, ...]
    modifications: tuple[Modification, ...]
    subcontracts: tuple[Subcontract, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.buyer.identifier, self.identifier

    @cached_property
    def content(self) -> dict[str, Any]:
        """As JSON keeps it: days as text."""
        return _plain(asdict(self))  # type: ignore[no-any-return]  # a dict in, a dict out

    @cached_property
    def digest(self) -> str:
        text = json.dumps(self.content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def modified_on(self) -> date | None:
        return max((m.published_on for m in self.modifications if m.published_on), default=None)


def folded(contract: Contract) -> Contract:
    """The contract after its modifications, in order of publication: the last amount, duration and holders written."""
    state = contract
    for change in in_order(contract.modifications):
        state = replace(
            state,
            months=state.months if change.months is None else change.months,
            amount_cents=state.amount_cents if change.amount_cents is None else change.amount_cents,
            holders=change.holders or state.holders,
        )
    return state


def in_order(modifications: tuple[Modification, ...]) -> list[Modification]:
    """By day of publication, else of notification; those of one day in the order of the record."""
    return sorted(modifications, key=lambda m: m.published_on or m.notified_on or date.min)


def from_content(content: Mapping[str, Any]) -> Contract:
    """The record back from what the database keeps."""
    values = dict(content)
    for name in ("notification_date", "published_on"):
        values[name] = _day(values[name])
    values["buyer"] = Party(**values["buyer"])
    values["techniques"] = tuple(values["techniques"])
    values["considerations"] = None if values["considerations"] is None else tuple(values["considerations"])
    values["holders"] = _parties(values["holders"])
    values["modifications"] = tuple(_modification(m) for m in values["modifications"])
    values["subcontracts"] = tuple(_subcontract(s) for s in values["subcontracts"])
    return Contract(**values)


def _modification(values: Mapping[str, Any]) -> Modification:
    days = {name: _day(values[name]) for name in ("notified_on", "published_on")}
    return Modification(**{**values, **days, "holders": _parties(values["holders"])})


def _subcontract(values: Mapping[str, Any]) -> Subcontract:
    days = {name: _day(values[name]) for name in ("notified_on", "published_on")}
    return Subcontract(**{**values, **days, "party": Party(**values["party"]) if values["party"] else None})


def _parties(values: list[dict[str, Any]]) -> tuple[Party, ...]:
    return tuple(Party(**p) for p in values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value
