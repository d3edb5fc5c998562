"""The hours ledger: append only. The database itself refuses to change or delete an entry (see ``triggers.py``)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from clause.kernel.codes import Code, code_column
from clause.kernel.db import Base


class EntryKind(Code):
    POSTING = "posting", "Heures validées"
    REVERSAL = "reversal", "Contre-passation"
    TRANSFER = "transfer", "Globalisation"


class LedgerEntry(Base):
    """Validated and counted hours, in hundredths, of one month on one market.

    ``hours_real`` is what was worked, ``hours_valued`` what the market counts for it (REA-03). A reversal carries the
    opposite of the entry it reverses, and an entry is reversed at most once. A transfer (globalisation) has neither person nor contract.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal"),
        CheckConstraint(
            "kind = 'transfer' OR (participant_id IS NOT NULL AND employment_contract_id IS NOT NULL"
            " AND declaration_line_id IS NOT NULL)",
            name="person",
        ),
        CheckConstraint("(kind = 'transfer') = (transfer_id IS NOT NULL)", name="transfer"),
        # A transfer enters each of its two markets once.
        UniqueConstraint("transfer_id", "market_id"),
        # A line is posted once in its life: a correction adds another line.
        Index(
            "uq_ledger_entry_posting",
            "declaration_line_id",
            unique=True,
            sqlite_where=text("kind = 'posting'"), postgresql_where=text("kind = 'posting'"),
        ),
        # With the hours, so that the sums of a market are read in the index alone.
        Index("ix_ledger_entry_market_month", "market_id", "month", "posted_on", "hours_real", "hours_valued"),
        Index("ix_ledger_entry_month_market", "month", "market_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EntryKind] = mapped_column(code_column(EntryKind))
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"), index=True)
    employment_contract_id: Mapped[int | None] = mapped_column(ForeignKey("employment_contract.id"), index=True)
    declaration_line_id: Mapped[int | None] = mapped_column(ForeignKey("declaration_line.id"), index=True)
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("hour_transfer.id"))
    month: Mapped[date]
    hour_kind: Mapped[str] = mapped_column(String(20))
    hours_real: Mapped[int]
    hours_valued: Mapped[int]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)
    posted_on: Mapped[date]
    posted_at: Mapped[datetime]
    posted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    posted_by: Mapped[str] = mapped_column(String(200))
