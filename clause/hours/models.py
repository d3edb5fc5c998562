"""Declarations of hours: one a market, company and month; their lines; what becomes of each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clause.candidates.models import EmploymentContract
from clause.hours.codes import DeclarationState, HourKind, HoursBasis, LineState, NotCounted, Origin
from clause.kernel.codes import code_column
from clause.kernel.db import Addressed, Base
from clause.markets.models import Market
from clause.organisations.models import Company

OPEN = "state <> 'validated'"


class Declaration(Addressed, Base):
    """What one company says of one month on one market; ``is_nil`` says that nobody worked."""

    __tablename__ = "declaration"
    __table_args__ = (
        UniqueConstraint("market_id", "company_id", "month"),
        Index("ix_declaration_company_id", "company_id", "month"),
        # What waits or is begun: years of validated months are not in it (``unsettled``).
        Index(
            "ix_declaration_nil_decided",
            "decided_by",
            "decided_at",
            sqlite_where=text("is_nil = 1"),
            postgresql_where=text("is_nil"),
        ),
        Index("ix_declaration_open", "market_id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    month: Mapped[date]
    state: Mapped[DeclarationState] = mapped_column(code_column(DeclarationState))
    origin: Mapped[Origin] = mapped_column(code_column(Origin))
    is_nil: Mapped[bool] = mapped_column(default=False)
    total_hours_worked: Mapped[int | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    return_reason: Mapped[str] = mapped_column(Text, default="")
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    entered_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    # What the contractor of the market says of a declaration made by who lends or supplies it people.
    contractor_confirmed_at: Mapped[datetime | None]
    contractor_confirmed_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    contractor_remark: Mapped[str] = mapped_column(Text, default="", server_default="")
    version: Mapped[int] = mapped_column()
    market: Mapped[Market] = relationship(lazy="raise")
    company: Mapped[Company] = relationship(lazy="raise")
    lines: Mapped[list[DeclarationLine]] = relationship(
        back_populates="declaration", lazy="raise", cascade="all, delete-orphan", order_by="DeclarationLine.id"
    )

    __mapper_args__ = {"version_id_col": version}


def unsettled() -> ColumnElement[bool]:
    """Every declaration but the validated ones. A read of what is open says it besides its own states, with the value
    written in the statement: so that it goes through ``ix_declaration_open``, which holds nothing older."""
    return Declaration.state != bindparam(None, DeclarationState.VALIDATED, literal_execute=True)


class FurtherStatement(Base):
    """A statement attached after the first one (``Declaration.statement_id``), in the order of ``id``."""

    __tablename__ = "further_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)


class DeclarationLine(Base):
    """Hours of one kind of one employment contract, in hundredths, from ``worked_from`` to ``worked_to`` included.

    Until it is validated a line is a statement; once validated it never changes: a correction reverses its ledger entry
    and adds another line (``standing`` tells the one in force). ``not_counted`` says why validated hours have no ledger entry.
    """

    __tablename__ = "declaration_line"
    __table_args__ = (
        CheckConstraint("hours >= 0", name="hours"),
        CheckConstraint("worked_to >= worked_from", name="dates"),
        Index(
            "uq_declaration_line_standing",
            "employment_contract_id", "market_id", "month", "hour_kind", "worked_from",
            unique=True,
            sqlite_where=text("standing"), postgresql_where=text("standing"),
        ),
        Index("ix_declaration_line_declaration_id", "declaration_id"),
        Index("ix_declaration_line_participant_month", "participant_id", "month"),
        # With the declaration, so that the lines of one are never looked for among all those of a structure.
        Index("ix_declaration_line_structure_id", "structure_id", "declaration_id"),
        Index("ix_declaration_line_open", "market_id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_declaration_line_open_of", "structure_id", "state", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_declaration_line_decided_by_id", "decided_by_id", "decided_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"))
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"), index=True)
    month: Mapped[date]
    employment_contract_id: Mapped[int] = mapped_column(ForeignKey("employment_contract.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    hour_kind: Mapped[HourKind] = mapped_column(code_column(HourKind))
    hours_basis: Mapped[HoursBasis] = mapped_column(code_column(HoursBasis), default=HoursBasis.WORKED)
    hours: Mapped[int]
    # Of estimated hours (REA-01): amount and hourly cost in cents, labour share in ten-thousandths, the document.
    estimate: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # What the company stated, where the facilitator who validates adjusted it (``correction_reason`` says why).
    stated_hours: Mapped[int | None]
    worked_from: Mapped[date]
    worked_to: Mapped[date]
    comment: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[LineState] = mapped_column(code_column(LineState))
    override_comment: Mapped[str] = mapped_column(String(500), default="")
    return_reason: Mapped[str] = mapped_column(String(500), default="")
    not_counted: Mapped[NotCounted | None] = mapped_column(code_column(NotCounted))
    # What the rules applied when the line was posted, in ten-thousandths: a setting that changes later changes nothing here.
    applied_ratio: Mapped[int | None]
    applied_coefficient: Mapped[int | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None]
    standing: Mapped[bool] = mapped_column(default=True)
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("declaration_line.id"), unique=True)
    correction_reason: Mapped[str] = mapped_column(String(500), default="")
    declaration: Mapped[Declaration] = relationship(back_populates="lines", lazy="raise")
    employment_contract: Mapped[EmploymentContract] = relationship(lazy="raise")


def undecided() -> ColumnElement[bool]:
    """Every line but the validated ones: what ``unsettled`` is to declarations, for ``ix_declaration_line_open``."""
    return DeclarationLine.state != bindparam(None, LineState.VALIDATED, literal_execute=True)
