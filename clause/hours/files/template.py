"""The template that a company downloads: its people of the month, to be given hours and sent back as it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.codes import HourKind
from clause.hours.files.filling import Month, declaration_of
from clause.hours.files.rules.columns import COLUMNS, TEMPLATE, Col
from clause.hours.people import Employed, people_of_month
from clause.kernel.spreadsheet import Column, Kind, write_list
from clause.kernel.values import of_month

KINDS = {Col.BIRTH_DATE: Kind.DATE, Col.WORK: Kind.HOURS, Col.TRAINING: Kind.HOURS}
HELP = (
    "Écrivez les heures, puis importez ce fichier sur la page du mois. Une personne sans heures : laissez la case vide."
)


def template(session: Session, viewer: Viewer, month: Month) -> bytes:
    """The workbook, with the hours that the draft holds already."""
    columns = [
        Column(COLUMNS[col].label, KINDS.get(col, Kind.TEXT), 40 if col is Col.COMMENT else None) for col in TEMPLATE
    ]
    people = people_of_month(session, viewer, month.market.id, month.company.id, month.month)
    kept = _kept(session, month)
    rows = [_row(person, month, kept.get(person.contract.id, {})) for person in people]
    subtitle = f"{month.company.name} · {month.market.reference} {month.market.title}. {HELP}"
    return write_list(f"Heures {of_month(month.month)}", subtitle, columns, rows)


def people_of_template(session: Session, viewer: Viewer, month: Month) -> list[int]:
    """The participants whom the template names."""
    people = people_of_month(session, viewer, month.market.id, month.company.id, month.month)
    return sorted({person.contract.participant_id for person in people})


def _kept(session: Session, month: Month) -> dict[int, dict[HourKind, int]]:
    declaration = declaration_of(session, month)
    kept: dict[int, dict[HourKind, int]] = {}
    for line in declaration.lines if declaration else ():
        if line.standing:
            own = kept.setdefault(line.employment_contract_id, {})
            own[line.hour_kind] = own.get(line.hour_kind, 0) + line.hours
    return kept


def _row(person: Employed, month: Month, kept: dict[HourKind, int]) -> tuple[Any, ...]:
    contract, participant = person.contract, person.contract.participant
    said: dict[Col, Any] = {
        Col.LAST_NAME: participant.last_name, Col.FIRST_NAME: participant.first_name, Col.BIRTH_DATE: participant.birth_date,
        Col.CONTRACT: contract.reference, Col.MARKET: month.market.reference, Col.MONTH: f"{month.month:%Y-%m}",
        Col.WORK: kept.get(HourKind.WORK), Col.TRAINING: kept.get(HourKind.TRAINING), Col.COMMENT: None,
    }  # fmt: skip
    return tuple(said[col] for col in TEMPLATE)
