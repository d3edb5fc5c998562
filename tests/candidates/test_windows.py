"""PUB-04: twenty-four months from the first day of the first clause contract, all contracts together."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from clause.candidates.codes import ContractState
from clause.candidates.models import Eligibility
from clause.candidates.windows import follow_first_contract
from tests.support import factories as make

DECIDED = date(2025, 2, 20)


@pytest.fixture
def hire(engine: str, session: Session):
    """``hire(day, until)`` confirms a clause contract from that day, and gives the window as it then stands."""
    home = make.structure(session)
    firm = make.establishment(session)
    market = make.market(session, make.operation(session, home), firm, starts_on=date(2025, 1, 1))
    person = make.participant(session, home)
    windows: list[Eligibility] = []

    def hired(day: date, until: date = date(2027, 2, 19)) -> Eligibility:
        if not windows:
            windows.append(make.eligible(session, person, DECIDED, until))
        contract = make.contract(session, person, firm, market, starts_on=day, state=ContractState.CONFIRMED)
        follow_first_contract(session, make.viewer_of(home), contract, 24)
        return windows[0]

    return hired


def test_the_window_is_counted_from_the_first_contract(hire) -> None:
    assert hire(date(2025, 3, 10)).eligible_until == date(2027, 3, 9)  # T-PUB-1


def test_a_later_contract_changes_nothing(hire) -> None:
    hire(date(2025, 3, 10))
    assert hire(date(2025, 9, 1)).eligible_until == date(2027, 3, 9)


def test_an_earlier_contract_registered_afterwards_counts(hire) -> None:
    hire(date(2025, 3, 10))
    assert hire(date(2025, 3, 1)).eligible_until == date(2027, 2, 28)


def test_an_end_that_somebody_gave_stays(hire) -> None:
    assert hire(date(2025, 3, 10), until=date(2026, 12, 31)).eligible_until == date(2026, 12, 31)
