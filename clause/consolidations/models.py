"""Tables of publications, saved views, and of the transfers received from other structures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from clause.kernel.db import Addressed, Base


class Publication(Addressed, Base):
    """A consolidation frozen on a day: its parameters, its rows (``content``, the JSON as published) and its checksum.

    Either a year of a structure (``year``) or the bilan of an operation (``operation_id``); ``subject`` names it (the year,
    or the operation's address), so that the database numbers each one's publications once. Never changed: a correction
    is another publication (``number`` counts them), and what differs since is computed, not stored.
    """

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("structure_id", "subject", "number"),
        CheckConstraint("(year IS NULL) <> (operation_id IS NULL)", name="subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    subject: Mapped[str] = mapped_column(String(40))
    year: Mapped[int | None]
    operation_id: Mapped[int | None] = mapped_column(ForeignKey("operation.id"), index=True)
    number: Mapped[int]
    as_of: Mapped[date]
    rules_version: Mapped[str] = mapped_column(String(20))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    quality: Mapped[dict[str, Any]] = mapped_column(JSON)
    content: Mapped[str] = deferred(mapped_column(Text))
    checksum: Mapped[str] = mapped_column(String(64))
    comment: Mapped[str] = mapped_column(String(500), default="")
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    published_by: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime]


class PublishedFile(Addressed, Base):
    """One file of a publication, kept byte for byte in the database, whose backup is then whole."""

    __tablename__ = "published_file"
    __table_args__ = (UniqueConstraint("publication_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    for_authority: Mapped[bool] = mapped_column(default=False)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class SavedView(Addressed, Base):
    """A question put to the explorer that a user keeps under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(80))
    question: Mapped[dict[str, Any]] = mapped_column(JSON)
    shared: Mapped[bool] = mapped_column(default=False)
    structure_id: Mapped[int | None] = mapped_column(ForeignKey("structure.id"), index=True)
    created_at: Mapped[datetime]


class RegisteredStructure(Addressed, Base):
    """The registry of the consolidating body: structures that employ facilitators, whether they sent a file or not."""

    __tablename__ = "registered_structure"

    id: Mapped[int] = mapped_column(primary_key=True)
    siret: Mapped[str | None] = mapped_column(String(14), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(80), default="")
    facilitators: Mapped[int | None]
    employs_facilitators: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ReceivedTransfer(Addressed, Base):
    """A transfer file as received, of one structure and year. A newer one replaces it; both stay listed."""

    __tablename__ = "received_transfer"
    __table_args__ = (
        UniqueConstraint("checksum"),
        Index("ix_received_transfer_year", "year", "registered_structure_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registered_structure_id: Mapped[int] = mapped_column(ForeignKey("registered_structure.id"), index=True)
    year: Mapped[int]
    as_of: Mapped[date]
    produced_at: Mapped[datetime]
    format_version: Mapped[str] = mapped_column(String(20))
    rules_version: Mapped[str] = mapped_column(String(20))
    checksum: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = deferred(mapped_column(Text))
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("received_transfer.id"), index=True)
    received_at: Mapped[datetime]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    received_by: Mapped[str] = mapped_column(String(200))
