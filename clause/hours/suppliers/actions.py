"""A contractor confirms what a supplier declared, or says what differs. The version of the declaration does not move: a
facilitator who is reading it meanwhile is not disturbed, and nothing waits for it."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.actions.confirmation import CLEARED
from clause.hours.actions.locking import hold
from clause.hours.codes import DeclarationState
from clause.hours.models import Declaration
from clause.hours.suppliers.visibility import supplied_condition
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused

MAX_REMARK = 1000


def confirm(session: Session, viewer: Viewer, declaration: Declaration, version: int | None = None) -> None:
    """Say that these hours are those worked. Refused: hours sent back to be corrected, hours that changed meanwhile."""
    _refuse(session, viewer, declaration, version)
    _say(session, declaration, {"contractor_confirmed_at": clock.now(), "contractor_confirmed_by": viewer.name, "contractor_remark": ""})  # fmt: skip
    audit.record(session, viewer, "heures confirmées par le titulaire", declaration)


def remark(session: Session, viewer: Viewer, declaration: Declaration, text: str, version: int | None = None) -> None:
    """Say what differs, to the supplier and to the facilitator; it takes the place of a confirmation."""
    text = text.strip()[:MAX_REMARK]
    if not text:
        raise Refused("Écrivez ce qui ne correspond pas : quelles heures, quels jours.", "remark")
    _refuse(session, viewer, declaration, version)
    _say(session, declaration, CLEARED | {"contractor_confirmed_by": viewer.name, "contractor_remark": text})
    audit.record(session, viewer, "remarque du titulaire sur les heures", declaration, {"Remarque": [None, text]})


def _refuse(session: Session, viewer: Viewer, declaration: Declaration, version: int | None) -> None:
    hold(session, declaration, version)
    mine = select(Declaration.id).where(Declaration.id == declaration.id, supplied_condition(viewer))
    if session.scalar(mine) is None:
        raise Refused("Vous ne pouvez confirmer que les heures déclarées par vos fournisseurs sur vos marchés.")
    if declaration.state is DeclarationState.RETURNED:
        raise Refused("Ces heures sont renvoyées pour correction : vous pourrez les confirmer une fois corrigées.")


def _say(session: Session, declaration: Declaration, values: dict[str, object]) -> None:
    table = Declaration.__table__
    session.flush()
    session.execute(update(table).where(table.c.id == declaration.id).values(values))  # type: ignore[arg-type]  # a Table, which its stubs call FromClause
    session.refresh(declaration, list(values))
