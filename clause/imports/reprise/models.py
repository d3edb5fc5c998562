"""How a structure's other tool calls its sheets and columns: told once, kept, used at each import."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clause.kernel.db import Addressed, Base


class ImportMapping(Addressed, Base):
    """``content`` is ``{"sheets": {ours: theirs}, "columns": {ours: {our column: their header}}}``."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("structure_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    name: Mapped[str] = mapped_column(String(80))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
