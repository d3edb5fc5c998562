"""Rows of the grid: what was typed is kept as typed, read into draft lines, and carries the errors beside each cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from clause.hours.codes import HourKind, HoursBasis
from clause.hours.drafts import DraftData, DraftLine
from clause.hours.rules.plausibility import Finding
from clause.kernel import values
from clause.kernel.values import BadValue, read_count

USUAL = (HourKind.WORK, HourKind.TRAINING, HourKind.OTHER_TRAINING, HourKind.ABSENCE)
RARE = (HourKind.PREHIRE, HourKind.TUTORING)
MAX_ROWS = 1000
MAX_COMMENT = 500


@dataclass
class Row:
    """One line of the grid: one contract, from one day to another. Texts are as typed or as written back."""

    key: str
    contract_id: int
    contract_public_id: str
    name: str
    about: str = ""
    eligibility: str = ""
    eligible: bool = True
    first: date = date.min
    last: date = date.max
    texts: dict[HourKind, str] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    comment: str = ""
    last_month: dict[HourKind, int] = field(default_factory=dict)
    # Hours kept as paid, until somebody confirms them or types others.
    paid: dict[HourKind, int] = field(default_factory=dict)
    # What hours estimated from an amount were computed from, in words.
    estimation: str = ""
    locked: bool = False
    locked_as: str = ""
    returned: str = ""
    cut: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def field(self, name: str) -> str:
        """The name (and id) of one of its boxes."""
        return f"{self.key}-{name}"

    @property
    def total(self) -> int:
        """Hundredths of the hours that can be read, absence left out."""
        return sum(_hours_or_zero(text) for kind, text in self.texts.items() if kind is not HourKind.ABSENCE)

    @property
    def filled(self) -> bool:
        return any(text.strip() for text in self.texts.values())


@dataclass(frozen=True)
class Typed:
    """What a form said: the draft that can be read, and the sentences on what cannot, by name of box."""

    data: DraftData
    errors: dict[str, str]


def _hours_or_zero(text: str) -> int:
    try:
        return values.read_hours(text) if text.strip() else 0
    except BadValue:
        return 0


def typed_rows(form: Any, offered: Sequence[Row]) -> list[Row]:
    """The rows of the page with what was typed in them. ``form`` has ``getlist``; rows that the page did not offer are dropped."""
    models = {row.contract_public_id: row for row in reversed(offered)}
    locked = [row for row in offered if row.locked]
    rows: list[Row] = []
    for key in form.getlist("rows")[:MAX_ROWS]:
        model = models.get(str(key).rpartition("-")[0])
        if model is not None and not any(key == row.key for row in (*rows, *locked)):
            rows.append(_typed(form, str(key), model))
    typed = {row.contract_public_id for row in rows}
    missing = [row for row in offered if not row.locked and row.contract_public_id not in typed]
    return sorted([*locked, *rows, *missing], key=lambda row: (values.fold(row.name), row.contract_id, _number(row)))


def _typed(form: Any, key: str, model: Row) -> Row:
    def text(name: str) -> str:
        return str(form.get(f"{key}-{name}", "")).strip()[:MAX_COMMENT]

    row = Row(
        key=key, contract_id=model.contract_id, contract_public_id=model.contract_public_id, name=model.name,
        about=model.about, eligibility=model.eligibility, eligible=model.eligible, first=model.first, last=model.last,
        texts={kind: text(kind.value) for kind in HourKind}, since=text("since"), until=text("until"),
        comment=text("comment"), last_month=model.last_month, paid=model.paid, estimation=model.estimation, returned=model.returned,
    )  # fmt: skip
    usual = {"since": values.format_date(model.first), "until": values.format_date(model.last)}
    row.cut = not key.endswith("-0") or any(getattr(row, name) not in ("", day) for name, day in usual.items())
    return row


def read_typed(rows: Iterable[Row], form: Mapping[str, Any]) -> Typed:
    """Draft lines of the rows that can be read; contracts of the others are left as they were kept."""
    lines: list[DraftLine] = []
    errors: dict[str, str] = {}
    untouched: set[int] = set()
    for row in rows:
        if row.locked:
            continue
        own = _read_row(row)
        if row.errors:
            untouched.add(row.contract_id)
            errors.update({row.field(name): sentence for name, sentence in row.errors.items()})
        else:
            lines += own
    total = _read(str(form.get("total", "")), values.read_hours, errors, "total")
    kept = tuple(line for line in lines if line.contract_id not in untouched)
    remark = str(form.get("remark", "")).strip()[:2000]
    return Typed(DraftData(kept, total, remark, frozenset(untouched)), errors)


def _read_row(row: Row) -> list[DraftLine]:
    row.errors = {}
    hours = {kind: _read(row.texts.get(kind, ""), values.read_hours, row.errors, kind.value) for kind in HourKind}
    since = _read(row.since, values.read_date, row.errors, "since")
    until = _read(row.until, values.read_date, row.errors, "until")
    return [
        DraftLine(row.contract_id, kind, amount, since, until, row.comment, _basis(row, kind, amount), row.key)
        for kind, amount in hours.items()
        if amount
    ]


def _basis(row: Row, kind: HourKind, hours: int) -> HoursBasis:
    """Hours paid that nobody touched stay paid; what is typed is worked."""
    return HoursBasis.PAID if row.paid.get(kind) == hours else HoursBasis.WORKED


def _read(text: str, reader: Callable[[object], Any], errors: dict[str, str], name: str) -> Any:
    if not text.strip():
        return None
    try:
        return reader(text)
    except BadValue as error:
        errors[name] = str(error)
        return None


def with_split(rows: Sequence[Row], key: str, boundary: date | None) -> list[Row]:
    """The rows with one more for the same contract, the days of both suggested: cut at ``boundary``, else left to type."""
    result: list[Row] = []
    for row in rows:
        result.append(row)
        if row.key == key and not row.locked:
            result.append(_second(row, boundary, 1 + max(_number(r) for r in rows if r.contract_id == row.contract_id)))
    return result


def _number(row: Row) -> int:
    return read_count(row.key.rpartition("-")[2]) or 0


def _second(row: Row, boundary: date | None, number: int) -> Row:
    row.cut = True
    row.since = row.since or values.format_date(row.first)
    until = row.until or values.format_date(row.last)
    row.until = values.format_date(boundary - timedelta(days=1)) if boundary else row.until
    return Row(
        key=f"{row.contract_public_id}-{number}", contract_id=row.contract_id, contract_public_id=row.contract_public_id,
        name=row.name, about=row.about, eligibility=row.eligibility, eligible=row.eligible, first=row.first, last=row.last,
        since=values.format_date(boundary) if boundary else "", until=until, cut=True,
    )  # fmt: skip


def place(rows: Iterable[Row], findings: Iterable[Finding]) -> None:
    """Put each finding beside the rows that it is about."""
    by_key = {row.key: row for row in rows}
    for finding in findings:
        for key in dict.fromkeys(finding.keys):
            if key in by_key and finding not in by_key[key].findings:
                by_key[key].findings.append(finding)
