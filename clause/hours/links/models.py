"""The table of links that open a company's months without a password."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from clause.kernel.db import Addressed, Base


class DeclarationLink(Addressed, Base):
    """A link sent to one address of one company. Only the hash of its token is kept.

    It opens the hours of that company until ``expires_on``, renewed by the company alone, closed by it or by the facilitation.
    """

    __tablename__ = "declaration_link"
    __table_args__ = (Index("ix_declaration_link_company_id", "company_id", "recipient"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    recipient: Mapped[str] = mapped_column(String(254))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_on: Mapped[date]
    renewed_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(String(200), default="")
