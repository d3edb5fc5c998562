"""Receiving a transfer file: checked whole, kept whole or not at all. A newer one replaces; both stay listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.consolidations.models import ReceivedTransfer, RegisteredStructure
from clause.consolidations.transfer import queries
from clause.consolidations.transfer.canonical import Document, canonical, parse
from clause.consolidations.transfer.checking import produced_at, refuse_foreign, refuse_inconsistent
from clause.consolidations.transfer.sent import read
from clause.consolidations.transfer.visibility import visible_received
from clause.kernel import audit, clock
from clause.kernel.values import fold, format_date


class Outcome(Enum):
    """What became of a file; the sentence is completed with the structure, the year and the day."""

    RECEIVED = "{name}, {year} : reçu, arrêté au {day}."
    REPLACED = "{name}, {year} : reçu, arrêté au {day}. Il remplace le précédent, qui reste listé."
    OLDER = "{name}, {year} : arrêté au {day}, il est plus ancien que le fichier déjà reçu. Il est gardé mais ne compte pas."
    KNOWN = "{name}, {year} : ce fichier est déjà connu, rien n'a changé."


@dataclass(frozen=True)
class Receipt:
    outcome: Outcome
    structure: RegisteredStructure
    sentence: str
    added: bool = False


def receive(session: Session, viewer: Viewer, content: bytes) -> Receipt:
    """Keep a file. Unreadable where it is not JSON or too large, Refused with the reason where its content is wrong."""
    document = parse(content)
    refuse_foreign(document)
    refuse_inconsistent(read(document))
    structure, added = _structure(session, viewer, document["structure"])
    known = session.scalars(visible_received(viewer).where(ReceivedTransfer.checksum == document["checksum"])).first()
    if known is not None:
        return _receipt(Outcome.KNOWN, structure, document)
    return _kept(session, viewer, structure, document, added)


def _kept(session: Session, viewer: Viewer, structure: RegisteredStructure, document: Document, added: bool) -> Receipt:
    same = session.scalars(
        visible_received(viewer)
        .where(ReceivedTransfer.registered_structure_id == structure.id, ReceivedTransfer.year == document["year"])
        .with_for_update()
    ).all()
    held, file = queries.current(same), _row(viewer, structure, document)
    try:
        with session.begin_nested():
            session.add(file)
    except IntegrityError:  # the same file, received by somebody else at the same moment
        return _receipt(Outcome.KNOWN, structure, document)
    outcome = _replaced(held, file)
    audit.record(session, viewer, "fichier de transfert reçu", structure, {"Année": [None, str(file.year)], "Arrêté au": [None, format_date(file.as_of)], "Empreinte": [None, file.checksum[:12]]})  # fmt: skip
    return _receipt(outcome, structure, document, added=added)


def _replaced(held: ReceivedTransfer | None, file: ReceivedTransfer) -> Outcome:
    if held is None:
        return Outcome.RECEIVED
    if queries.rank(file) < queries.rank(held):
        file.replaced_by_id = held.id
        return Outcome.OLDER
    held.replaced_by_id = file.id
    return Outcome.REPLACED


def _row(viewer: Viewer, structure: RegisteredStructure, document: Document) -> ReceivedTransfer:
    return ReceivedTransfer(
        registered_structure_id=structure.id, year=document["year"], as_of=date.fromisoformat(document["as_of"]),
        produced_at=produced_at(document),
        format_version=document["format"], rules_version=document["rules"], checksum=document["checksum"],
        content=canonical(document).decode(), received_at=clock.now(), received_by_id=viewer.user_id, received_by=viewer.name,
    )  # fmt: skip


def _structure(session: Session, viewer: Viewer, said: Mapping[str, Any]) -> tuple[RegisteredStructure, bool]:
    """The structure of the registry, and whether its file added it (« à compléter »: nobody said how many facilitators)."""
    found = queries.by_siret(session, viewer, said["siret"])
    if found is None and (found := queries.without_siret_named(session, viewer, said["name"])) is not None:
        found.siret = said["siret"]
        audit.record(
            session, viewer, "SIRET appris par un fichier de transfert", found, {"SIRET": [None, said["siret"]]}
        )
    if found is not None:
        session.scalars(select(RegisteredStructure).where(RegisteredStructure.id == found.id).with_for_update()).one()
        return found, False
    added = RegisteredStructure(
        siret=said["siret"], name=said["name"], region=said["region"], facilitators=None, employs_facilitators=True, created_at=clock.now()
    )  # fmt: skip
    session.add(added)
    audit.record(session, viewer, "structure ajoutée au registre par son fichier", added)
    return added, True


def _receipt(outcome: Outcome, structure: RegisteredStructure, document: Document, *, added: bool = False) -> Receipt:
    day = format_date(date.fromisoformat(document["as_of"]))
    sentence = outcome.value.format(name=structure.name, year=document["year"], day=day)
    if added:
        sentence += " Cette structure n'était pas au registre : elle y est ajoutée, à compléter."
    elif fold(document["structure"]["name"]) != fold(structure.name):
        sentence += (
            f" Le fichier la nomme « {document['structure']['name']} » : vérifiez que ce SIRET est bien le sien."
        )
    return Receipt(outcome, structure, sentence, added)
