"""Tables of follow-up and of qualifications."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clause.candidates.codes import EducationLevel
from clause.candidates.follow_up.codes import Moment, QualificationState, Situation
from clause.kernel.codes import code_column
from clause.kernel.db import Addressed, Base


class FollowUp(Addressed, Base):
    """The situation of a person at one moment after one employment contract; asked for while ``situation`` is empty.

    ``reply`` False: nobody answered, which is not the same as an unknown situation of somebody who did.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("employment_contract_id", "moment"),
        Index("ix_follow_up_due_on", "structure_id", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    employment_contract_id: Mapped[int] = mapped_column(ForeignKey("employment_contract.id"))
    moment: Mapped[Moment] = mapped_column(code_column(Moment))
    due_on: Mapped[date]
    situation: Mapped[Situation | None] = mapped_column(code_column(Situation))
    same_company: Mapped[bool | None]
    known_on: Mapped[date | None]
    reply: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(String(300), default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    entered_by: Mapped[str] = mapped_column(String(200), default="")
    entered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Qualification(Addressed, Base):
    """A qualification that a person began during a contract of the clause, and what became of it."""

    __tablename__ = "qualification"
    __table_args__ = (
        UniqueConstraint("participant_id", "title", "begun_on"),
        CheckConstraint("ended_on IS NULL OR ended_on >= begun_on", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    employment_contract_id: Mapped[int | None] = mapped_column(ForeignKey("employment_contract.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    level: Mapped[EducationLevel | None] = mapped_column(code_column(EducationLevel))
    state: Mapped[QualificationState] = mapped_column(code_column(QualificationState))
    begun_on: Mapped[date]
    ended_on: Mapped[date | None]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    entered_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
