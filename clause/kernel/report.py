"""The report that every importer gives (formats.md): read = written + known + held + number of refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from clause.kernel.values import format_decimal


@dataclass(frozen=True)
class Remark:
    """One thing to say of one line: where (sheet or file), line, column, the value read, why and what to do, in French."""

    where: str
    line: int | None
    column: str
    value: str
    reason: str


@dataclass
class Report:
    """What came of an import. ``held``: good lines not written because others were refused."""

    read: int = 0
    written: int = 0
    known: int = 0
    held: int = 0
    refused: list[Remark] = field(default_factory=list)
    different: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        return self.read == self.written + self.known + self.held + len(self.refused)

    def add(self, other: Report) -> None:
        """Add the report of another file."""
        for name in ("read", "written", "known", "held", "refused", "different", "warnings"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def summary(self) -> str:
        """One French sentence with the counts."""
        parts = (
            ("lue", self.read), ("écrite", self.written), ("déjà connue", self.known), ("en attente", self.held),
            ("refusée", len(self.refused)),
        )  # fmt: skip
        said = [f"{format_decimal(n)} {agreed(word, n)}" for word, n in parts if n or word in ("lue", "écrite")]
        return "Lignes : " + ", ".join(said) + "."


def agreed(word: str, count: int) -> str:
    """The word in the plural from two on; « en attente » never changes."""
    return (
        word if count < 2 or word.startswith("en ") else " ".join(f"{w}s" if w != "déjà" else w for w in word.split())
    )


def from_json(values: Mapping[str, Any]) -> Report:
    """The report back from a job's row."""
    counts = {name: int(values[name]) for name in ("read", "written", "known", "held")}
    refused, different, warnings = (
        [Remark(**r) for r in values[name]] for name in ("refused", "different", "warnings")
    )
    return Report(**counts, refused=refused, different=different, warnings=warnings)
