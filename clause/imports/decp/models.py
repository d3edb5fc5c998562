"""Public contract data (DECP): what was read, the contract it makes, and the market opened from it.

The contracts are common to all structures. A record is known by its key and content; a contract is the latest of its
records, by publication date and then by order of reading.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clause.kernel.db import Addressed, Base


class DecpContract(Addressed, Base):
    """A public contract by buyer SIRET and identifier; ``state`` is its latest record, normalised."""

    __tablename__ = "decp_contract"
    __table_args__ = (UniqueConstraint("buyer_siret", "identifier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    buyer_siret: Mapped[str] = mapped_column(String(14))
    identifier: Mapped[str] = mapped_column(String(60))
    is_concession: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(1000), default="")
    cpv: Mapped[str] = mapped_column(String(12), default="")
    nature: Mapped[str] = mapped_column(String(60), default="")
    procedure: Mapped[str] = mapped_column(String(120), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    place_code: Mapped[str] = mapped_column(String(20), default="", index=True)
    months: Mapped[int | None]
    notification_date: Mapped[date | None] = mapped_column(index=True)
    published_on: Mapped[date | None]
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    social_considerations: Mapped[list[str] | None] = mapped_column(JSON)
    has_social: Mapped[bool | None] = mapped_column(index=True)
    holders: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    search: Mapped[str] = mapped_column(String(1200), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DecpRecord(Base):
    """One record as it was read: its key, its digest, its normalised content."""

    __tablename__ = "decp_record"
    __table_args__ = (UniqueConstraint("contract_id", "digest"), Index("ix_decp_record_digest", "digest"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("decp_contract.id"))
    digest: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(200))
    line: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_on: Mapped[date | None]
    read_at: Mapped[datetime]


class DecpLink(Base):
    """The market that a structure opened from, or matched with, a public contract."""

    __tablename__ = "decp_link"
    __table_args__ = (UniqueConstraint("contract_id", "market_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("decp_contract.id"))
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"), index=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"), index=True)
    created_at: Mapped[datetime]
