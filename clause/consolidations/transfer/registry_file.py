"""The registry as a file (csv, xlsx, ods): name, SIRET, region, whether it employs facilitators, how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clause.kernel.report import Remark
from clause.kernel.sheet_reader import Cell, CellError, Sheet, Unreadable, read_workbook
from clause.kernel.values import BadValue, fold, read_siret

HEADINGS = {
    "name": ("structure", "nom", "nom de la structure", "raison sociale"),
    "siret": ("siret", "n siret", "numero siret"),
    "region": ("region",),
    "employs": ("emploie des facilitateurs", "emploie des facilitateurs ?", "emploie"),
    "facilitators": ("facilitateurs", "nombre de facilitateurs", "nb de facilitateurs", "nb facilitateurs"),
}
YES, NO = frozenset({"oui", "o", "vrai", "true", "1", "x"}), frozenset({"non", "n", "faux", "false", "0"})
MOST = 1000
MAX_LINES = 5000
NO_HEADING = "Aucune feuille n'a de colonne « Nom » (ou « Structure ») : la première ligne doit nommer les colonnes Nom, SIRET, Région, Emploie des facilitateurs, Facilitateurs."


@dataclass(frozen=True)
class Line:
    """A structure as the file says it; None is « not said », which changes nothing."""

    where: str
    number: int
    name: str
    siret: str | None
    region: str | None
    employs: bool | None
    facilitators: int | None


def read_registry(path: Path) -> tuple[list[Line], list[Remark]]:
    """The lines of the first sheet that has a column « Nom », and those that cannot be read. Unreadable without any."""
    for sheet in read_workbook(path):
        for number, row in enumerate(sheet.rows[:10]):
            columns = _columns(row)
            if "name" in columns:
                return _lines(sheet, number, columns)
    raise Unreadable(NO_HEADING)


def _columns(row: Sequence[Cell]) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, cell in enumerate(row):
        heading = fold(str(cell)) if isinstance(cell, str) else ""
        name = next((name for name, words in HEADINGS.items() if heading in {fold(word) for word in words}), None)
        if name:
            found.setdefault(name, position)
    return found


def _lines(sheet: Sheet, heading: int, columns: dict[str, int]) -> tuple[list[Line], list[Remark]]:
    lines: list[Line] = []
    refused: list[Remark] = []
    rows = [
        (n, row)
        for n, row in enumerate(sheet.rows[heading + 1 :], heading + 2)
        if any(str(c or "").strip() for c in row)
    ]
    if len(rows) > MAX_LINES:
        raise Unreadable(f"Le fichier a {len(rows)} lignes : un registre en a {MAX_LINES} au plus.")
    for number, row in rows:
        cells = {name: row[at] if at < len(row) else None for name, at in columns.items()}
        try:
            lines.append(_line(sheet.name, number, cells))
        except BadValue as error:
            refused.append(Remark(sheet.name, number, "", str(cells.get("name") or "")[:80], str(error)))
    return lines, refused


def _line(where: str, number: int, cells: dict[str, Any]) -> Line:
    if any(isinstance(cell, CellError) for cell in cells.values()):
        raise BadValue("Une cellule de la ligne est en erreur dans le tableur.")
    name, region = (" ".join(str(cells.get(key) or "").split()) for key in ("name", "region"))
    if not name:
        raise BadValue("Le nom de la structure manque.")
    if len(name) > 200 or len(region) > 80:
        raise BadValue("Le nom (200 caractères au plus) ou la région (80 au plus) est trop long.")
    siret = cells.get("siret")
    return Line(
        where, number, name, read_siret(siret) if str(siret or "").strip() else None, region or None,
        _yes(cells.get("employs")), _count(cells.get("facilitators")),
    )  # fmt: skip


def _yes(cell: Any) -> bool | None:
    text = fold(str(cell)) if cell is not None else ""
    if not text or text in YES | NO:
        return None if not text else text in YES
    raise BadValue(f"« {str(cell)[:40]} » : répondez oui ou non à « emploie des facilitateurs ».")


def _count(cell: Any) -> int | None:
    text = str(cell if cell is not None else "").strip().removesuffix(".0")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) <= MOST):
        raise BadValue(f"« {text[:40]} » : le nombre de facilitateurs est un nombre entier, {MOST} au plus.")
    return int(text)
