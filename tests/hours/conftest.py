"""A small world of the hours: one structure, one company, one market, people under contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.candidates.models import EmploymentContract
from clause.hours.actions import DraftData, DraftLine, open_declaration, save_draft, submit
from clause.hours.codes import HourKind
from clause.hours.models import Declaration
from clause.kernel import clock
from clause.markets.models import Market
from clause.organisations.models import Establishment, Structure
from tests.support import factories as make

MARCH = date(2026, 3, 1)


@dataclass
class World:
    session: Session
    structure: Structure
    company: Establishment
    market: Market
    contracts: list[EmploymentContract] = field(default_factory=list)

    def hire(self, *, eligible: bool = True, since: date = date(2026, 1, 1), **values: Any) -> EmploymentContract:
        """One more person of the structure, working for the company on the market."""
        person = make.participant(self.session, self.structure)
        if eligible:
            make.eligible(self.session, person, since)
        contract = make.contract(self.session, person, self.company, self.market, **values)
        self.contracts.append(contract)
        return contract

    @property
    def as_company(self) -> Viewer:
        return Viewer(role=Role.COMPANY, name="Dominique Chantier", company_id=self.company.company_id)

    @property
    def as_facilitator(self) -> Viewer:
        return make.viewer_of(self.structure)

    def company_user(self) -> User:
        return make.user(self.session, Role.COMPANY, company_id=self.company.company_id)

    def facilitator_user(self) -> User:
        return make.facilitator(self.session, self.structure)

    def open(self, month: date = MARCH, viewer: Viewer | None = None) -> Declaration:
        return open_declaration(self.session, viewer or self.as_company, self.market, self.company.company_id, month)

    def declared(self, hours: int = 14000, month: date = MARCH, *, sent: bool = True, comment: str = "") -> Declaration:
        """A month with the same hours of work for everybody, sent."""
        declaration = self.open(month)
        lines = tuple(DraftLine(c.id, HourKind.WORK, hours, comment=comment) for c in self.contracts)
        save_draft(self.session, self.as_company, declaration, DraftData(lines))
        return submit(self.session, self.as_company, declaration) if sent else declaration


@pytest.fixture(autouse=True)
def _april(app: Flask) -> Any:
    clock.move_to(datetime(2026, 4, 10, 9, 0))
    yield
    clock.move_to(None)


def build(session: Session, people: int = 2) -> World:
    structure = make.structure(session)
    company = make.establishment(session)
    operation = make.operation(session, structure)
    world = World(session, structure, company, make.market(session, operation, company))
    for _ in range(people):
        world.hire()
    return world


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


@pytest.fixture
def builder() -> Callable[..., World]:
    return build
