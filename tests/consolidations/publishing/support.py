"""Publishing in tests: the golden case published, and acts done after it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.consolidations.models import Publication, PublishedFile
from clause.consolidations.publishing.actions import Wish, publish
from clause.consolidations.publishing.subjects import of_led, of_year
from tests.consolidations.support import Golden
from tests.support import factories as make

DAY = datetime(2027, 1, 15, 10)
LATER = datetime(2027, 3, 2, 9)


def publish_year(session: Session, case: Golden, **wish: Any) -> Publication:
    made = publish(session, make.viewer_of(case.structure), of_year(session, case.structure.id, 2026), Wish(**wish))
    return made.publication


def publish_bilan(session: Session, case: Golden, name: str = "O1") -> Publication:
    subject = of_led(session, case.operations[name])
    return publish(session, make.viewer_of(case.structure), subject, Wish()).publication


def files(session: Session, publication: Publication) -> dict[str, bytes]:
    rows = session.scalars(select(PublishedFile).where(PublishedFile.publication_id == publication.id))
    return {row.name: row.content for row in rows}


def figures(content: str | bytes, table: str = "C01") -> dict[str, Any]:
    return {row["key"]: row["value"] for row in json.loads(content)["tables"][table]["rows"]}
