"""What checks look things up in: the lines of the file and the rows of the database, under one roof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from clause.hours.rules.counting import Window
from clause.imports.reprise.known import Known
from clause.imports.reprise.layout import sheet_layout
from clause.imports.reprise.lines import Key, Line, Plan
from clause.kernel.values import siren_of


@dataclass
class Context:
    """``update``: differences will be applied, so the file's values are those that hold. ``repeats``: a line said twice
    the same is known, for exports whose lines repeat their organisations and people."""

    plan: Plan
    known: Known
    today: date
    parameters: Mapping[str, Any] = field(default_factory=dict)
    update: bool = False
    repeats: bool = False
    lines: dict[str, dict[Key, Line]] = field(default_factory=dict)
    people: dict[tuple[str, str, date], str] = field(default_factory=dict)

    def line(self, sheet: str, *key: Any) -> Line | None:
        """The first line of the file with this business key, refused or not."""
        return self.lines.get(sheet, {}).get(key)

    def found(self, sheet: str, *key: Any) -> dict[str, Any] | None:
        """The values that will hold for this thing once imported, or None where it will not exist."""
        existing, line = self.known.of(sheet).get(key), self.line(sheet, *key)
        fresh = line is not None and not line.refused
        if existing is None:
            return line.values if fresh and line is not None else None
        return {**existing.values, **line.values} if fresh and self.update and line is not None else existing.values

    def missing(self, sheet: str, said: str, *key: Any) -> str:
        """Why a reference leads nowhere, and what to do."""
        layout, line = sheet_layout(sheet), self.line(sheet, *key)
        if line is not None:
            return f"« {said} » est à la ligne {line.number} de la feuille « {line.where} », qui est refusée : corrigez-la d'abord."  # fmt: skip
        return f"« {said} » n'est ni dans la feuille « {layout.label} » ni déjà enregistré : ajoutez sa ligne, ou corrigez la référence."  # fmt: skip

    def knows_authority(self, siret: str) -> bool:
        """An authority is one legal entity: another of its SIRET is enough."""
        siren = siren_of(siret)
        if siren in self.known.authority_of_siren:
            return True
        return any(
            siren_of(key[0]) == siren for key, line in self.lines.get("authorities", {}).items() if not line.refused
        )

    def windows(self, participant: str) -> tuple[Window, ...]:
        """The eligibility of a person once imported."""
        known = self.known.windows.get(participant, ())
        values = self.found("participants", participant) or {}
        since = values.get("eligible_from")
        if known and not self.update:
            return known
        own = ((since, values.get("eligible_until")),) if since else ()
        return (*known[1:], *own) if known else own
