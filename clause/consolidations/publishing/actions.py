"""Publishing: the report of a day frozen with its files, numbered, once whatever the number of clicks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.consolidations.as_json import as_json
from clause.consolidations.models import Publication
from clause.consolidations.publishing.appendices import quality_appendix
from clause.consolidations.publishing.files import digest, files_of
from clause.consolidations.publishing.quality.review import Review, review
from clause.consolidations.publishing.subjects import Subject
from clause.consolidations.report import RULES_VERSION, Report
from clause.kernel import audit, clock
from clause.kernel.locking import alone
from clause.kernel.refusals import Refused
from clause.kernel.values import format_date
from clause.ledger.models import LedgerEntry
from clause.markets.models import ObjectiveEvent

MOST_COMMENT = 500


@dataclass(frozen=True)
class Wish:
    """``as_of`` None: today. ``number`` is the one that the page announced, None for a command, which takes the next."""

    as_of: date | None = None
    comment: str = ""
    number: int | None = None


@dataclass(frozen=True)
class Published:
    """``is_new`` False: the same person had just published it, by a second click or in another window."""

    publication: Publication
    is_new: bool


def publish(session: Session, viewer: Viewer, subject: Subject, wish: Wish) -> Published:
    """Freeze the report of ``subject``; refused for a partner, for a day to come, and after somebody else's publication."""
    as_of = wish.as_of or clock.today()
    refuse(viewer, subject, as_of, wish.comment)
    alone(session, f"publish {subject.structure.id} {subject.key}")
    number = last_number(session, subject) + 1
    if wish.number is not None and wish.number < number:
        return Published(_already(session, viewer, subject, wish.number), is_new=False)
    _hold_still(session)
    publication = _freeze(session, viewer, subject, number, as_of, wish.comment.strip())
    _record(session, viewer, subject, publication)
    return Published(publication, is_new=True)


def refuse(viewer: Viewer, subject: Subject, as_of: date, comment: str) -> None:
    """What can be told before anything is read."""
    if not (viewer.may(Permission.PUBLISH_CONSOLIDATION) and subject.is_of(viewer)):
        raise Refused("Seule la structure qui pilote peut publier.")
    if as_of > clock.today():
        raise Refused("La date d'arrêt est dans le futur. Choisissez aujourd'hui ou un jour passé.", "as_of")
    if subject.year and as_of < date(subject.year, 1, 1):
        raise Refused(f"L'année {subject.year} n'avait pas commencé à cette date d'arrêt.", "as_of")
    if len(comment.strip()) > MOST_COMMENT:
        raise Refused(f"Le commentaire dépasse {MOST_COMMENT} caractères. Raccourcissez-le.", "comment")


def last_number(session: Session, subject: Subject) -> int:
    """0 before the first publication."""
    return session.scalar(select(func.max(Publication.number)).where(*of_subject(subject))) or 0


def of_subject(subject: Subject) -> tuple[Any, ...]:
    return Publication.structure_id == subject.structure.id, Publication.subject == subject.key


def _already(session: Session, viewer: Viewer, subject: Subject, number: int) -> Publication:
    done = session.scalars(select(Publication).where(*of_subject(subject), Publication.number == number)).one_or_none()
    if done is not None and viewer.user_id is not None and done.published_by_id == viewer.user_id:
        return done
    who = f"{done.published_by} l'a publiée" if done else "Elle a été publiée"
    day = f" le {format_date(clock.day_of(done.published_at))}" if done else ""
    raise Refused(f"{who}{day} sous le n° {number} pendant que vous prépariez la vôtre. Rechargez cette page pour publier une autre version.")  # fmt: skip


def _hold_still(session: Session) -> None:
    """Nothing is validated meanwhile: all the tables of a report tell the same moment, and « since » has one border.

    PostgreSQL waits for the validations under way, then holds the others for as long as the report takes; SQLite has
    one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE ledger_entry, objective_event IN SHARE MODE"))


def _freeze(session: Session, viewer: Viewer, subject: Subject, number: int, as_of: date, comment: str) -> Publication:
    report = subject.report(session, as_of)
    checked = review(session, viewer, subject.perimeter, *subject.period(as_of), as_of, shown=0)
    content = as_json(report)
    publication = Publication(
        structure_id=subject.structure.id, subject=subject.key, year=subject.year,
        operation_id=subject.operation.id if subject.operation else None, number=number, as_of=as_of,
        rules_version=RULES_VERSION, parameters=_parameters(session, subject, report), quality=checked.as_data(),
        content=content.decode(), checksum=digest(content), comment=comment,
        published_by_id=viewer.user_id, published_by=viewer.name, published_at=clock.now(),
    )  # fmt: skip
    session.add(publication)
    session.flush()
    for file in files_of(subject, number, report, _appendices(checked)):
        file.publication_id = publication.id
        session.add(file)
    session.flush()
    return publication


def _appendices(checked: Review) -> list[Any]:
    return [quality_appendix(checked)]


def _parameters(session: Session, subject: Subject, report: Report) -> dict[str, Any]:
    """What the report was made with, and the last entries that it knew: what comes after them is « since »."""
    perimeter = subject.perimeter
    return {
        "title": report.title, "perimeter": report.perimeter, "said": [list(pair) for pair in report.parameters],
        "fte_hours": perimeter.base, "min_cell": perimeter.min_cell,
        "last_entry": session.scalar(select(func.max(LedgerEntry.id))) or 0,
        "last_event": session.scalar(select(func.max(ObjectiveEvent.id))) or 0,
    }  # fmt: skip


def _record(session: Session, viewer: Viewer, subject: Subject, publication: Publication) -> None:
    changes = {"Numéro": ["", str(publication.number)], "Date d'arrêt": ["", format_date(publication.as_of)]}
    audit.record(session, viewer, f"{subject.name} : publication n° {publication.number}", publication, changes)
    if subject.operation:
        audit.record(session, viewer, f"bilan publié (n° {publication.number})", subject.operation, {})
