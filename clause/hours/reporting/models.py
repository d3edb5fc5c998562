"""Tables of reporting obligations, of what was received and reminded, and of formal notices."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clause.hours.reporting.codes import Frequency, NoticeState, ReportSubject
from clause.kernel.codes import code_column
from clause.kernel.db import Addressed, Base


class ReportingObligation(Addressed, Base):
    """One account that the contract of a market asks for, again and again; a market may have several (OPE-04).

    A market without any obtains its rhythm from the settings ``report.*``. ``until`` is the last period's month.
    """

    __tablename__ = "reporting_obligation"
    __table_args__ = (CheckConstraint("due_day BETWEEN 1 AND 31", name="due_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"), index=True)
    subject: Mapped[ReportSubject] = mapped_column(code_column(ReportSubject))
    label: Mapped[str] = mapped_column(String(120), default="")
    frequency: Mapped[Frequency] = mapped_column(code_column(Frequency))
    due_day: Mapped[int]
    due_day_inclusive: Mapped[bool] = mapped_column(default=False)
    from_month: Mapped[date | None]
    until_month: Mapped[date | None]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    entered_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ReportReceipt(Addressed, Base):
    """That a company gave the account of one period of an obligation other than hours; its document where there is one."""

    __tablename__ = "report_receipt"
    __table_args__ = (UniqueConstraint("obligation_id", "company_id", "period_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("reporting_obligation.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    period_start: Mapped[date]
    received_on: Mapped[date]
    comment: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    entered_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class Reminder(Base):
    """One reminder of one period owed, at one step; its unique row is what forbids to send it twice.

    ``step`` is the number of days after the due day (negative before it). A digest carries several reminders in one mail.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("market_id", "company_id", "subject_key", "period_start", "step"),
        Index("ix_reminder_company_id", "company_id", "sent_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    subject_key: Mapped[str] = mapped_column(String(40))
    period_start: Mapped[date]
    due_on: Mapped[date]
    step: Mapped[int]
    sent_on: Mapped[date]
    created_at: Mapped[datetime]


class ReminderMail(Base):
    """Which mails carried a reminder: one a recipient, whose text and outcome are in the outbox."""

    __tablename__ = "reminder_mail"
    __table_args__ = (UniqueConstraint("reminder_id", "mail_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reminder_id: Mapped[int] = mapped_column(ForeignKey("reminder.id"))
    mail_id: Mapped[int] = mapped_column(ForeignKey("outbox_mail.id"), index=True)


class FormalNotice(Addressed, Base):
    """A formal notice: drafted by the facilitator, sent by the authority, never by the tool; the day is recorded."""

    __tablename__ = "formal_notice"
    __table_args__ = (Index("ix_formal_notice_market_id", "market_id", "company_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    state: Mapped[NoticeState] = mapped_column(code_column(NoticeState))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    answer_within_days: Mapped[int]
    drafted_on: Mapped[date]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    drafted_by: Mapped[str] = mapped_column(String(200))
    sent_on: Mapped[date | None]
    sent_how: Mapped[str] = mapped_column(String(120), default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    recorded_by: Mapped[str] = mapped_column(String(200), default="")
    recorded_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
