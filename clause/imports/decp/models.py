"""Public contract data (DECP): what was read, the contract it makes, and the market opened from it.

The contracts are common to all structures. A record is known by its key and content; a contract is the latest of its
records, by publication date and then by order of reading.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clause.imports.decp.obligation import Outcome
from clause.kernel.codes import code_column
from clause.kernel.db import Addressed, Base
from clause.markets.codes import Nature


class DecpContract(Addressed, Base):
    """A public contract by buyer SIRET and identifier: its latest record, the modifications folded in.

    ``amount_cents``, ``months`` and ``holders`` are those after the last modification, ``initial_amount_cents`` what was
    awarded. ``social_considerations`` None is « not published », never « none ». ``missing`` says in French what is not
    known. ``outcome`` is that of the obligation of August 2026, estimated when the record was read.
    """

    __tablename__ = "decp_contract"
    __table_args__ = (UniqueConstraint("buyer_siret", "identifier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    buyer_siret: Mapped[str] = mapped_column(String(40))
    buyer_siren: Mapped[str] = mapped_column(String(9), index=True)
    buyer_name: Mapped[str] = mapped_column(String(300), default="")
    buyer_search: Mapped[str] = mapped_column(String(400), default="", index=True)
    identifier: Mapped[str] = mapped_column(String(200))
    is_concession: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(Text, default="")
    cpv: Mapped[str] = mapped_column(String(12), default="")
    nature: Mapped[str] = mapped_column(String(120), default="")
    purchase: Mapped[Nature | None] = mapped_column(code_column(Nature))
    procedure: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(300), default="")
    place_code: Mapped[str] = mapped_column(String(20), default="", index=True)
    department: Mapped[str] = mapped_column(String(3), default="", index=True)
    months: Mapped[int | None]
    notification_date: Mapped[date | None] = mapped_column(index=True)
    published_on: Mapped[date | None]
    modified_on: Mapped[date | None]
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    initial_amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    social_considerations: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    has_social: Mapped[bool | None] = mapped_column(index=True)
    outcome: Mapped[Outcome] = mapped_column(code_column(Outcome), index=True)
    holders: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    missing: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_complete: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    search: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DecpRecord(Base):
    """One record as it was read: its key, its digest, its normalised content. ``batch`` is the import that wrote it."""

    __tablename__ = "decp_record"
    __table_args__ = (UniqueConstraint("contract_id", "digest"), Index("ix_decp_record_batch", "batch", "contract_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("decp_contract.id"))
    digest: Mapped[str] = mapped_column(String(64))
    batch: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(200))
    line: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_on: Mapped[date | None]
    read_at: Mapped[datetime]


class DecpLink(Base):
    """The market that a structure opened from, or matched with, a public contract: one a structure and contract."""

    __tablename__ = "decp_link"
    __table_args__ = (UniqueConstraint("contract_id", "structure_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("decp_contract.id"))
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"), index=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"), index=True)
    created_at: Mapped[datetime]
