"""Tables of company files: the remembered mapping of a sheet, and the paid hours that a DSN gave."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clause.kernel.db import Addressed, Base


class CompanyFileMapping(Addressed, Base):
    """How a company's own sheet reads: its columns by ours; kept once, used again every month."""

    __tablename__ = "company_file_mapping"
    __table_args__ = (UniqueConstraint("company_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    name: Mapped[str] = mapped_column(String(80))
    layout: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PayrollHours(Base):
    """Hours paid that a DSN gave for one employment contract and month, in hundredths: a ceiling to check against.

    ``hours`` None: the DSN counts in days, a value is typed. ``overtime`` is shown apart. Never a NIR, never a market.
    """

    __tablename__ = "payroll_hours"
    __table_args__ = (
        UniqueConstraint("employment_contract_id", "month"),
        CheckConstraint("hours IS NULL OR hours >= 0", name="hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employment_contract_id: Mapped[int] = mapped_column(ForeignKey("employment_contract.id"))
    month: Mapped[date]
    hours: Mapped[int | None]
    overtime: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime]
    read_by: Mapped[str] = mapped_column(String(200))
