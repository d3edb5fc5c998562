"""Files that people attach: kept outside the web root under random names, never executed, never shown inline."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from clause.kernel import clock
from clause.kernel.db import Addressed, Base
from clause.kernel.values import BadValue

MAX_BYTES = 10 * 1024 * 1024
SIGNATURES = {  # by content, never by the name or the type that the sender claims
    b"%PDF-": ("application/pdf", ".pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
}


class StoredFile(Addressed, Base):
    """One attached file; its bytes are in ``data_dir/files/<public_id>``."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)


def keep(session: Session, data_dir: Path, content: bytes, name: str, user_id: int | None) -> StoredFile:
    """Keep a PDF or a picture; BadValue says in French why another file is refused."""
    media_type, suffix = _recognised(content)
    clean = "".join(c if c.isalnum() or c in " ._-" else "_" for c in Path(name).stem)[:100].strip() or "document"
    stored = StoredFile(
        name=clean + suffix,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=clock.now(),
        user_id=user_id,
    )
    session.add(stored)
    session.flush()
    path = path_of(data_dir, stored)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return stored


def path_of(data_dir: Path, stored: StoredFile) -> Path:
    return data_dir / "files" / stored.public_id


def _recognised(content: bytes) -> tuple[str, str]:
    if not content:
        raise BadValue("Le fichier joint est vide.")
    if len(content) > MAX_BYTES:
        raise BadValue("Le fichier joint dépasse 10 Mo. Réduisez-le ou joignez plusieurs pages séparément.")
    for signature, kind in SIGNATURES.items():
        if content.startswith(signature):
            return kind
    raise BadValue("Le fichier joint doit être un PDF, une image PNG ou une image JPEG.")
