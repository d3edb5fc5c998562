"""The files of answers, in the order in which they were given. Two reads, whatever the number of answers."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.hours.evidence.models import EvidenceReview, FurtherPiece
from clause.kernel.storage import StoredFile


def pieces_of(session: Session, review_ids: Collection[int]) -> dict[int, list[StoredFile]]:
    """The pieces of each of these reviews that has any; who may see a review may see its pieces."""
    first = (
        select(EvidenceReview.id, StoredFile)
        .join(StoredFile, StoredFile.id == EvidenceReview.answer_file_id)
        .where(EvidenceReview.id.in_(review_ids))
    )
    further = (
        select(FurtherPiece.evidence_review_id, StoredFile)
        .join(StoredFile, StoredFile.id == FurtherPiece.file_id)
        .where(FurtherPiece.evidence_review_id.in_(review_ids))
        .order_by(FurtherPiece.id)
    )
    found: dict[int, list[StoredFile]] = {}
    for statement in (first, further):
        for review_id, file in session.execute(statement):
            found.setdefault(review_id, []).append(file)
    return found
