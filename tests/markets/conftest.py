"""Two structures, an authority, a company; the clock stands on 21 November 2026."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.accounts.models import User
from clause.kernel import clock
from clause.markets.models import Market, Operation
from clause.organisations.models import ContractingAuthority, Establishment, Structure
from tests.markets.scene import worked_market
from tests.support import factories as make
from tests.support.client import Client


@dataclass
class World:
    """``ours`` leads, ``theirs`` is another tenant."""

    session: Session
    ours: Structure
    theirs: Structure
    user: User
    authority: ContractingAuthority
    company: Establishment

    @property
    def viewer(self) -> Viewer:
        return self.user.viewer()

    @property
    def stranger(self) -> Viewer:
        return make.viewer_of(self.theirs)

    def committed(self, *rows: Any) -> None:
        """Let ``client`` read: the rows given stay readable."""
        make.committed(self.session, self.ours, self.theirs, self.user, self.authority, self.company, *rows)


@pytest.fixture(autouse=True)
def _november(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 11, 21, 9, 0))
    yield
    clock.move_to(None)


@pytest.fixture
def world(session: Session) -> World:
    ours, theirs = make.structure(session), make.structure(session, "Maison de l'emploi des Monts")
    return World(
        session, ours, theirs, make.facilitator(session, ours), make.authority(session), make.establishment(session)
    )


@pytest.fixture
def operation(world: World) -> Operation:
    return make.operation(world.session, world.ours, world.authority, reference="OP-1", title="École")


@pytest.fixture
def market(world: World, operation: Operation) -> Market:
    return worked_market(
        world.session, world.ours, operation, world.company, 400_00, reference="M-1", title="Gros œuvre"
    )


@pytest.fixture
def signed_in(client: Client, world: World, operation: Operation, market: Market) -> Client:
    world.committed(operation, market)
    client.sign_in(world.user.email)
    return client
