"""Operations, their markets (lot × contractor), parties and objective events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clause.kernel.codes import code_column
from clause.kernel.db import Addressed, Base
from clause.markets.codes import (
    AnruBase,
    ClauseKind,
    LabourBasis,
    MarketStatus,
    Nature,
    ObjectiveKind,
    ObjectiveMode,
    OperationStatus,
    PartyRole,
    Programme,
    Sector,
)
from clause.organisations.models import Company, ContractingAuthority, Establishment, Structure


class Operation(Addressed, Base):
    """A works or service programme of one authority, led by one structure; its reference is unique in the structure."""

    __tablename__ = "operation"
    __table_args__ = (
        UniqueConstraint("structure_id", "reference"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    authority_id: Mapped[int] = mapped_column(ForeignKey("contracting_authority.id"), index=True)
    reference: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300))
    programme: Mapped[Programme] = mapped_column(code_column(Programme), default=Programme.NONE)
    commune: Mapped[str] = mapped_column(String(120), default="")
    # « latitude, longitude » (rules.place), or empty: for the map of the portfolio.
    place: Mapped[str] = mapped_column(String(24), default="", server_default="")
    consultation_date: Mapped[date | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    status: Mapped[OperationStatus] = mapped_column(code_column(OperationStatus))
    facilitator_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    notes: Mapped[str] = mapped_column(Text, default="")
    search: Mapped[str] = mapped_column(String(600), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    structure: Mapped[Structure] = relationship(lazy="raise")
    authority: Mapped[ContractingAuthority] = relationship(lazy="raise")
    markets: Mapped[list[Market]] = relationship(back_populates="operation", lazy="raise")
    partners: Mapped[list[OperationPartner]] = relationship(back_populates="operation", lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class OperationPartner(Base):
    """A structure that validates and follows its own people on an operation, by a written agreement."""

    __tablename__ = "operation_partner"
    __table_args__ = (UniqueConstraint("operation_id", "structure_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"), index=True)
    agreed_on: Mapped[date]
    agreement: Mapped[str] = mapped_column(String(300), default="")
    operation: Mapped[Operation] = relationship(back_populates="partners", lazy="raise")
    structure: Mapped[Structure] = relationship(lazy="raise")


class Market(Addressed, Base):
    """A lot held by a contractor. ``structure_id`` is that of the operation, so that the reference is unique in it.

    The objective is not here: it is the sum of ``ObjectiveEvent``. ``clause_kind`` None is « sans clause ».
    ``parameters`` overrides the settings catalogue for this market (the contract's own text, domain.md § 0).
    """

    __tablename__ = "market"
    __table_args__ = (
        UniqueConstraint("structure_id", "reference"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
        Index("ix_market_operation_id", "operation_id", "status"),
        # All that a count of the markets of a structure looks at, so that their rows are not read.
        Index("ix_market_counted", "structure_id", "clause_kind", "status", "starts_on", "ends_on", "operation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    reference: Mapped[str] = mapped_column(String(60))
    lot: Mapped[str] = mapped_column(String(60), default="")
    title: Mapped[str] = mapped_column(String(300))
    clause_kind: Mapped[ClauseKind | None] = mapped_column(code_column(ClauseKind))
    nature: Mapped[Nature | None] = mapped_column(code_column(Nature))
    sector: Mapped[Sector | None] = mapped_column(code_column(Sector))
    sector_label: Mapped[str] = mapped_column(String(120), default="")
    cpv: Mapped[str] = mapped_column(String(12), default="")
    # None on a market of an ANRU operation: works and engineering.
    anru_base: Mapped[AnruBase | None] = mapped_column(code_column(AnruBase))
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    labour_share: Mapped[int | None]
    insertion_rate: Mapped[int | None]
    hourly_cost_cents: Mapped[int | None]
    labour_basis: Mapped[LabourBasis] = mapped_column(code_column(LabourBasis), default=LabourBasis.PRICE)
    objective_mode: Mapped[ObjectiveMode] = mapped_column(code_column(ObjectiveMode), default=ObjectiveMode.FIXED_HOURS)
    uses_valued_hours: Mapped[bool] = mapped_column(default=False)
    notification_date: Mapped[date | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    status: Mapped[MarketStatus] = mapped_column(code_column(MarketStatus))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    notes: Mapped[str] = mapped_column(Text, default="")
    search: Mapped[str] = mapped_column(String(600), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    operation: Mapped[Operation] = relationship(back_populates="markets", lazy="raise")
    parties: Mapped[list[MarketParty]] = relationship(back_populates="market", lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class MarketParty(Base):
    """A company on a market: contractor (at most one), co-contractor, subcontractor."""

    __tablename__ = "market_party"
    __table_args__ = (UniqueConstraint("market_id", "company_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishment.id"), index=True)
    role: Mapped[PartyRole] = mapped_column(code_column(PartyRole))
    market: Mapped[Market] = relationship(back_populates="parties", lazy="raise")
    company: Mapped[Company] = relationship(lazy="raise")
    establishment: Mapped[Establishment] = relationship(lazy="raise")


class ObjectiveEvent(Base):
    """One act that sets or changes the objective, in hundredths of an hour; never changed, corrected by another.

    ``calculation`` keeps the values used, so that a later change of settings never changes history.
    """

    __tablename__ = "objective_event"
    __table_args__ = (Index("ix_objective_event_market_id", "market_id", "recorded_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"))
    kind: Mapped[ObjectiveKind] = mapped_column(code_column(ObjectiveKind))
    effective_on: Mapped[date]
    recorded_on: Mapped[date]
    delta_initial: Mapped[int] = mapped_column(default=0)
    delta_current: Mapped[int] = mapped_column(default=0)
    delta_due: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(300), default="")
    calculation: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    entered_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
