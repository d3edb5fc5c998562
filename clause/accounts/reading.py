"""Who opened a person's page or took an export of it (GDPR-08): a trace kept whatever becomes of the request."""

from __future__ import annotations

from flask import has_request_context, request

from clause.access import Viewer
from clause.accounts.models import ReadLog
from clause.kernel import clock
from clause.kernel.audit import Subject
from clause.kernel.unit import SAFE_METHODS, aside

PAGE = "page"
EXPORT = "export"


def log_read(viewer: Viewer, subject: Subject, act: str = PAGE) -> None:
    """Write that ``viewer`` read ``subject`` (``act``: PAGE or EXPORT), from a request that only reads.

    A request that writes leaves its own trace (audit), and holds the write lock that this one would wait for.
    """
    log_reads(viewer, subject.__tablename__, [subject.id], act)


def log_reads(viewer: Viewer, subject_type: str, subject_ids: list[int], act: str) -> None:
    """The same for the people of one export, in one transaction."""
    if viewer.user_id is None or not subject_ids or not has_request_context() or request.method not in SAFE_METHODS:
        return
    now = clock.now()
    with aside() as session:
        session.add_all(
            ReadLog(at=now, user_id=viewer.user_id, act=act, subject_type=subject_type, subject_id=subject_id)
            for subject_id in subject_ids
        )
