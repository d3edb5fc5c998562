"""One mail that cannot leave keeps no other from leaving; a name that somebody typed adds no header."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from clause.kernel import outbox
from clause.kernel.outbox import MAX_ATTEMPTS, OutboxMail

pytestmark = pytest.mark.usefixtures("engine")


def test_a_subject_is_one_line_that_fits(session: Session) -> None:
    mail = outbox.post(session, kind="k", recipient="a@b.fr", subject="LOT-1\r\nBcc: x@y.fr " + "é" * 300, body="b")
    session.flush()
    assert mail.subject.startswith("LOT-1 Bcc: x@y.fr éé")
    assert len(mail.subject) == 200
    message = outbox.message_of(mail, "clause@b.fr")
    assert message["Bcc"] is None


def test_a_mail_that_cannot_be_written_is_given_up_and_the_next_leaves(session: Session) -> None:
    broken = outbox.post(session, kind="k", recipient="a@b.fr\r\nBcc: x@y.fr", subject="s", body="b")
    session.flush()
    good = outbox.post(session, kind="k", recipient="a@b.fr", subject="s", body="b")
    session.flush()
    taken = outbox.take(session, "clause@b.fr")
    assert taken is not None
    assert taken.id == good.id
    session.flush()
    session.expire_all()
    found = session.get_one(OutboxMail, broken.id)
    assert found.given_up
    assert found.attempts == MAX_ATTEMPTS
    assert "ValueError" in (found.error or "")
    assert outbox.take(session, "clause@b.fr") is None
