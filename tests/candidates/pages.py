"""What the tests of the pages of candidates share: the scene committed, reading and writing by turns."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from clause.candidates import actions
from clause.candidates.codes import PublicKind
from clause.candidates.models import Eligibility, Participant
from clause.candidates.rules.eligibility import NEEDS
from clause.kernel.db import open_for_reading, open_for_writing
from tests.candidates.scene import Scene, person_data
from tests.support.client import Client

ROLES = ("facilitator", "coordinator", "plie_manager", "prescriber", "company", "authority", "administrator")
PROPOSERS = {"facilitator", "coordinator", "plie_manager", "prescriber", "company"}
TEAM = {"facilitator", "coordinator", "plie_manager"}
CRITERIA_WORDS = [kind.label for kind in PublicKind] + [needs.proof for needs in NEEDS.values()]


def write(session: Session) -> Session:
    """The session, ready to write: on SQLite it then holds the only pen until ``done``."""
    open_for_writing(session)
    return session


def done(session: Session) -> None:
    """Commit and let the client write: what the test reads next reads only."""
    session.commit()
    open_for_reading(session)


def fresh(session: Session) -> Session:
    """The session as of now, without what it read before."""
    session.rollback()
    return session


def sign_in(client: Client, s: Scene, role: str) -> None:
    assert client.sign_in(s.users[role].email).status_code == 302


def proposed(session: Session, s: Scene, role: str = "prescriber", **values: Any) -> Eligibility:
    assessment = actions.propose_person(write(session), s.viewer(role), person_data(**values))
    done(session)
    return assessment


def owner(session: Session, assessment: Eligibility) -> Participant:
    return session.get_one(Participant, assessment.participant_id)


def decision_form(**values: Any) -> dict[str, Any]:
    defaults = {
        "criteria": ["rqth_boeth", "rsa"], "primary": "rqth_boeth", "proof_kind_1": "Notification MDPH",
        "proof_day_1": "18/11/2026", "outcome": "eligible",
    }  # fmt: skip
    return {**defaults, **values}
