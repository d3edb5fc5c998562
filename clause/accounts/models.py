"""Accounts: people who sign in, how they are invited, and the traces that security needs."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from clause.access import Role, Viewer
from clause.kernel.codes import code_column
from clause.kernel.db import Addressed, Base

AFFILIATION = """
    (role = 'administrator' AND structure_id IS NULL AND company_id IS NULL AND authority_id IS NULL AND prescriber_id IS NULL)
 OR (role IN ('coordinator', 'facilitator', 'plie_manager') AND structure_id IS NOT NULL AND company_id IS NULL AND authority_id IS NULL AND prescriber_id IS NULL)
 OR (role = 'prescriber' AND structure_id IS NOT NULL AND prescriber_id IS NOT NULL AND company_id IS NULL AND authority_id IS NULL)
 OR (role = 'company' AND company_id IS NOT NULL AND structure_id IS NULL AND authority_id IS NULL AND prescriber_id IS NULL)
 OR (role = 'authority' AND authority_id IS NOT NULL AND structure_id IS NULL AND company_id IS NULL AND prescriber_id IS NULL)
"""


class User(Addressed, UserMixin, Base):
    """One person, one role, one affiliation. ``stamp`` changes with the password and ends every open session."""

    __tablename__ = "user"
    __table_args__ = (CheckConstraint(AFFILIATION, name="affiliation"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(code_column(Role))
    structure_id: Mapped[int | None] = mapped_column(ForeignKey("structure.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("contracting_authority.id"), index=True)
    prescriber_id: Mapped[int | None] = mapped_column(ForeignKey("prescriber_organisation.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    stamp: Mapped[str] = mapped_column(String(32), default=lambda: secrets.token_hex(16))
    closed_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def is_active(self) -> bool:
        return self.closed_at is None and self.password_hash is not None

    def get_id(self) -> str:
        return f"{self.public_id}.{self.stamp}"

    def viewer(self) -> Viewer:
        return Viewer(
            role=self.role,
            name=self.name,
            user_id=self.id,
            structure_id=self.structure_id,
            company_id=self.company_id,
            authority_id=self.authority_id,
            prescriber_id=self.prescriber_id,
        )


class Invitation(Base):
    """A link to choose one's first password: single use, kept as a hash, renewable by the invited person."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasswordReset(Base):
    """A link to choose a new password: single use, kept as a hash, valid for an hour."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class FailedSignIn(Base):
    """A refused sign-in, counted by address typed and by machine; the address is kept as a hash."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index("ix_failed_sign_in_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ReadLog(Base):
    """Who opened the page or took an export of a person's data (GDPR-08): object id and act, no value."""

    __tablename__ = "read_log"
    __table_args__ = (Index("ix_read_log_subject", "subject_type", "subject_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
