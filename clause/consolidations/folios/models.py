"""The tables of folios: what is kept, and what has changed since."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clause.kernel.db import Base

SIZE = 8192  # ids of a folio


class Folio(Base):
    """The rows of ``source`` whose id divided by ``SIZE`` is ``number``, up to ``last_id``, as packed columns.

    ``latest`` is the greatest value of the column that tells which folios a period needs (see ``sources``), ``shape``
    the columns as the code that packed them knew them.
    """

    __tablename__ = "folio"
    __table_args__ = (UniqueConstraint("source", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    last_id: Mapped[int]
    latest: Mapped[int]
    shape: Mapped[str] = mapped_column(String(16))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class FolioChange(Base):
    """That a row of a folio was changed, taken out or put in; written by the database itself, taken out by the sealing.

    Rows are only added, so that two transactions that touch the same folio never wait for each other.
    """

    __tablename__ = "folio_change"
    __table_args__ = (Index("ix_folio_change_source_number", "source", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
