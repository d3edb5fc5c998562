"""One disagreement, with what is needed to find it and no person's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast
from sqlalchemy.orm import Session

from clause.kernel.codes import Code

STEP = 500  # rows read at a time


class Check(Code):
    """What does not agree, as the command says it."""

    MISSING = "missing", "Une ligne validée qui compte n'a pas d'écriture"
    DIFFERENT = "different", "L'écriture ne dit pas la même chose que la ligne"
    REPLACED = "replaced", "Une ligne remplacée a encore une écriture en vigueur"
    UNDECIDED = "undecided", "Une ligne qui n'est pas validée a une écriture en vigueur"
    NOT_COUNTED = "not_counted", "Une ligne gardée sans compter a une écriture en vigueur"
    DOUBLE = "double", "Une ligne a plusieurs écritures en vigueur"
    ORPHAN = "orphan", "Une écriture n'a pas de ligne de déclaration"
    REVERSAL = "reversal", "Une contre-passation n'est pas l'exact opposé de son écriture"
    LINE = "line", "Une ligne n'est pas du marché, du mois ou de la personne de sa déclaration et de son contrat"
    TRANSFER_ENTRIES = "transfer_entries", "Un transfert n'a pas ses deux écritures, égales et opposées"
    TRANSFER_UNKNOWN = "transfer_unknown", "Une écriture de globalisation n'a pas de transfert"
    TRANSFER_MARKETS = "transfer_markets", "Un transfert concerne un marché hors de sa convention"
    TRANSFER_AGREEMENT = "transfer_agreement", "Un transfert précède les signatures de sa convention"
    TRANSFER_PERIOD = "transfer_period", "Un transfert est hors des dates de sa convention"
    TRANSFER_OVERDRAWN = (
        "transfer_overdrawn",
        "À régulariser : un mois a cédé plus d'heures qu'une correction n'en laisse",
    )
    TRANSFER_BACK = "transfer_back", "Un transfert repris n'est pas l'exact opposé de l'autre"
    TRANSFER_SUM = "transfer_sum", "Les transferts ne s'annulent pas"
    FOLIO = "folio", "Un feuillet gardé à côté du registre ne dit pas la même chose que lui"


@dataclass(frozen=True)
class Discrepancy:
    """Hours in hundredths; ``detail`` says what differs, in French."""

    check: Check
    market: str = ""
    month: date | None = None
    contract: str = ""
    expected: int | None = None
    found: int | None = None
    detail: str = ""


def stream(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """The rows of a statement, a few hundred at a time."""
    yield from session.execute(statement.execution_options(yield_per=STEP))


def scaled(value: Any, factor: Any) -> ColumnElement[Any]:
    """``value`` (0 or more) times ``factor`` in ten-thousandths, half up: what the rules compute, in SQL, in integers."""
    scaled_up: ColumnElement[Any] = (cast(value, BigInteger) * factor * 2 + 10_000) // 20_000
    return scaled_up
