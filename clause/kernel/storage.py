"""Files that people attach: kept outside the web root under random names, never executed, never shown inline.

A file belongs to the transaction that keeps it: given up, its bytes are deleted; dropped, they go once the row is gone for
good. What is read back is compared with the SHA-256 of what was kept.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response
from sqlalchemy import ForeignKey, String, event, inspect
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from clause.config import Settings
from clause.kernel import clock, logs
from clause.kernel.db import Addressed, Base, ClauseSession
from clause.kernel.refusals import Refused
from clause.kernel.storage_backends import Backend, Disk, Missing, Unavailable, of_settings
from clause.kernel.values import BadValue

MAX_BYTES = 10 * 1024 * 1024
SIGNATURES = {  # by content, never by the name or the type that the sender claims
    b"%PDF-": ("application/pdf", ".pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
}
LOST = "Ce fichier joint n'est plus lisible sur le serveur. Prévenez l'administration de la plateforme, et joignez-le de nouveau."  # fmt: skip
KEPT, DROPPED = "files_kept", "files_dropped"


class StoredFile(Addressed, Base):
    """One attached file; its bytes are in the store under ``public_id``."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)


# The stores of deployments whose settings name one, by data directory; the others keep their files beside their data.
_stores: dict[Path, Backend] = {}


def use(settings: Settings) -> None:
    """Keep the files of this deployment where its settings say; SettingsError where that cannot be."""
    _stores[settings.data_dir.resolve()] = of_settings(settings)


def store_of(data_dir: Path) -> Backend:
    folder = data_dir.resolve()
    return _stores.get(folder) or Disk(folder / "files")


def keep(session: Session, data_dir: Path, content: bytes, name: str, user_id: int | None) -> StoredFile:
    """Keep a PDF or a picture; BadValue says in French why another file is refused, or that the store is silent."""
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
    store = store_of(data_dir)
    session.info.setdefault(KEPT, []).append((store, stored.public_id, stored))
    try:
        store.write(stored.public_id, content)
    except Unavailable as silence:
        raise BadValue(str(silence)) from silence
    return stored


def read(data_dir: Path, stored: StoredFile) -> bytes:
    """The bytes as they were kept. Refused where they are gone, changed, or where the store is silent."""
    try:
        content = store_of(data_dir).read(stored.public_id)
    except Missing as lost:
        logs.failure("stored_file_missing", lost)
        raise Refused(LOST) from None
    except Unavailable as silence:
        logs.failure("storage_unavailable", silence)
        raise Refused(str(silence)) from None
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        logs.failure("stored_file_changed", ValueError())
        raise Refused(LOST)
    return content


def download(data_dir: Path, stored: StoredFile) -> Response:
    """The file as an attachment: a browser saves it, and would run nothing of it if it opened it."""
    response = Response(read(data_dir, stored), mimetype=stored.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=stored.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def drop(session: Session, data_dir: Path, stored: StoredFile) -> None:
    """Delete a file: its row now, its bytes once the transaction is committed. Nothing may point to it any more."""
    session.info.setdefault(DROPPED, []).append((store_of(data_dir), stored.public_id))
    session.delete(stored)


def _recognised(content: bytes) -> tuple[str, str]:
    if not content:
        raise BadValue("Le fichier joint est vide.")
    if len(content) > MAX_BYTES:
        raise BadValue("Le fichier joint dépasse 10 Mo. Réduisez-le ou joignez plusieurs pages séparément.")
    for signature, kind in SIGNATURES.items():
        if content.startswith(signature):
            return kind
    raise BadValue("Le fichier joint doit être un PDF, une image PNG ou une image JPEG.")


# With the transaction


def _after_commit(session: Session) -> None:
    """Of what was kept, what a savepoint gave up goes; of what was dropped, everything."""
    if session.in_nested_transaction():
        return
    for store, key, stored in session.info.pop(KEPT, ()):
        if inspect(stored).transient:
            _delete(store, key)
    for store, key in session.info.pop(DROPPED, ()):
        _delete(store, key)


def _after_end(session: Session, transaction: SessionTransaction) -> None:
    """What is still noted at the end of the outermost transaction was not committed."""
    if transaction.parent is None:
        for store, key, _stored in session.info.pop(KEPT, ()):
            _delete(store, key)
        session.info.pop(DROPPED, None)


def _delete(store: Backend, key: str) -> None:
    """A store that does not answer leaves a file that no row names: logged, never in the way of the request."""
    try:
        store.delete(key)
    except (OSError, Unavailable) as fault:
        logs.failure("stored_file_left_behind", fault)


_LISTENERS: tuple[tuple[str, Any], ...] = (("after_commit", _after_commit), ("after_transaction_end", _after_end))
for _name, _listener in _LISTENERS:
    event.listen(ClauseSession, _name, _listener)
