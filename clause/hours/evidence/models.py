"""The table of the contradictory stage: one row each time the evidence of a line is refused."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from clause.hours.evidence.codes import EvidenceState
from clause.kernel.codes import code_column
from clause.kernel.db import Addressed, Base


class EvidenceReview(Addressed, Base):
    """What is asked of a company about one line, what it answers, what is decided. One open review a line."""

    __tablename__ = "evidence_review"
    __table_args__ = (
        Index(
            "uq_evidence_review_open", "declaration_line_id", unique=True,
            sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_line_id: Mapped[int] = mapped_column(ForeignKey("declaration_line.id"), index=True)
    state: Mapped[EvidenceState] = mapped_column(code_column(EvidenceState))
    reason: Mapped[str] = mapped_column(Text)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    sent_by: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime]
    answer_before: Mapped[date]
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class FurtherPiece(Base):
    """A piece given after the first one (``EvidenceReview.answer_file_id``), in the order of ``id``."""

    __tablename__ = "further_piece"

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_review_id: Mapped[int] = mapped_column(ForeignKey("evidence_review.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
