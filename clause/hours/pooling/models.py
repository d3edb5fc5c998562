"""Tables of globalisation: the convention, its markets, each authority's agreement, the transfers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clause.kernel.db import Addressed, Base


class PoolingConvention(Addressed, Base):
    """A convention between one company and the authorities of several of its markets, signed before the hours are worked."""

    __tablename__ = "pooling_convention"
    __table_args__ = (
        UniqueConstraint("structure_id", "reference"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    reference: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    company_signed_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    notes: Mapped[str] = mapped_column(Text, default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    entered_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    markets: Mapped[list[PooledMarket]] = relationship(lazy="raise", order_by="PooledMarket.id")
    agreements: Mapped[list[PoolingAgreement]] = relationship(lazy="raise", order_by="PoolingAgreement.id")

    __mapper_args__ = {"version_id_col": version}


class PooledMarket(Base):
    """That a market is under a convention."""

    __tablename__ = "pooled_market"
    __table_args__ = (UniqueConstraint("convention_id", "market_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    convention_id: Mapped[int] = mapped_column(ForeignKey("pooling_convention.id"))
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"), index=True)


class PoolingAgreement(Base):
    """The written agreement of one authority, with its day and its document."""

    __tablename__ = "pooling_agreement"
    __table_args__ = (UniqueConstraint("convention_id", "authority_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    convention_id: Mapped[int] = mapped_column(ForeignKey("pooling_convention.id"))
    authority_id: Mapped[int] = mapped_column(ForeignKey("contracting_authority.id"), index=True)
    agreed_on: Mapped[date]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime]


class HourTransfer(Addressed, Base):
    """Hours of one month that a convention moves from one market to another: two ledger entries that sum to zero.

    Hours in hundredths. ``reverses_id``: a transfer taken back by its opposite, once at most.
    """

    __tablename__ = "hour_transfer"
    __table_args__ = (
        CheckConstraint("hours > 0", name="hours"),
        CheckConstraint("from_market_id <> to_market_id", name="markets"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    convention_id: Mapped[int] = mapped_column(ForeignKey("pooling_convention.id"), index=True)
    from_market_id: Mapped[int] = mapped_column(ForeignKey("market.id"), index=True)
    to_market_id: Mapped[int] = mapped_column(ForeignKey("market.id"), index=True)
    month: Mapped[date]
    hours: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300), default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("hour_transfer.id"), unique=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    decided_by: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime]
