"""Tables of penalty cases and of announced difficulties. Hours in hundredths, money in cents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from clause.hours.penalties.codes import DifficultyKind, PenaltyState, WaiverMotive
from clause.hours.penalties.rules import with_days
from clause.kernel.codes import code_column
from clause.kernel.db import Addressed, Base


class Difficulty(Addressed, Base):
    """A difficulty that a company announced on a market, and what was done about it."""

    __tablename__ = "difficulty"
    __table_args__ = (Index("ix_difficulty_market_id", "market_id", "company_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    kind: Mapped[DifficultyKind] = mapped_column(code_column(DifficultyKind))
    announced_on: Mapped[date]
    account: Mapped[str] = mapped_column(Text)
    action_taken: Mapped[str] = mapped_column(Text, default="")
    solved_on: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    entered_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PenaltyCase(Addressed, Base):
    """One penalty case of one company on one market, with the values it was computed from (``calculation``)."""

    __tablename__ = "penalty_case"
    __table_args__ = (Index("ix_penalty_case_market_id", "market_id", "company_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    state: Mapped[PenaltyState] = mapped_column(code_column(PenaltyState))
    detected_on: Mapped[date]
    shortfall_hours: Mapped[int]
    late_days: Mapped[int]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    calculation: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    opened_by: Mapped[str] = mapped_column(String(200))
    # What the facilitator writes to the company when asking for its observations.
    request: Mapped[str] = mapped_column(Text, default="", server_default="")
    contradictory_sent_on: Mapped[date | None]
    answer_before: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_on: Mapped[date | None]
    answered_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    answer_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    proposed_cents: Mapped[int | None] = mapped_column(BigInteger)
    # Why a facilitator proposes not to apply it (``proposed_cents`` 0).
    proposed_motive: Mapped[WaiverMotive | None] = mapped_column(code_column(WaiverMotive))
    proposal: Mapped[str] = mapped_column(Text, default="")
    proposed_on: Mapped[date | None]
    proposed_by: Mapped[str] = mapped_column(String(200), default="")
    decided_cents: Mapped[int | None] = mapped_column(BigInteger)
    waiver_motive: Mapped[WaiverMotive | None] = mapped_column(code_column(WaiverMotive))
    decision: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    # The document of a decision received on paper, and so recorded by a facilitator.
    decision_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def computed_from(self) -> dict[str, Any]:
        """The values of ``calculation``, its days as dates."""
        return with_days(self.calculation)
