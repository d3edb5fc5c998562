"""The signed statements attached to a declaration, in the order in which they were given."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.hours.models import Declaration, FurtherStatement
from clause.kernel.storage import StoredFile


def statements_of(session: Session, declaration: Declaration | None) -> tuple[StoredFile, ...]:
    """Of a declaration that the viewer sees; none where none was begun. No query where nothing is attached."""
    if declaration is None or declaration.statement_id is None:
        return ()
    further = (
        select(StoredFile)
        .join(FurtherStatement, FurtherStatement.file_id == StoredFile.id)
        .where(FurtherStatement.declaration_id == declaration.id)
        .order_by(FurtherStatement.id)
    )
    return (session.get_one(StoredFile, declaration.statement_id), *session.scalars(further))
