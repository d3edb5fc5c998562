"""Who plays the demonstration and when: the session, the viewers, the calendar, and the dice, always the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from random import Random

from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.demo.territory import MONTHS
from clause.kernel import clock
from clause.kernel.values import add_months, month_of
from clause.markets.models import Market, Operation
from clause.organisations.models import Establishment, PrescriberOrganisation, Structure


@dataclass
class Stage:
    """What the scenes share. Dictionaries are by the keys of ``territory``."""

    session: Session
    data_dir: Path
    today: date
    password_hash: str
    dice: Random = field(default_factory=lambda: Random(2026))  # noqa: S311 - a story, not a secret
    structures: dict[str, Structure] = field(default_factory=dict)
    authorities: dict[str, int] = field(default_factory=dict)
    establishments: dict[str, Establishment] = field(default_factory=dict)
    prescribers: dict[str, list[PrescriberOrganisation]] = field(default_factory=dict)
    accounts: dict[str, Viewer] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    markets: dict[str, Market] = field(default_factory=dict)

    @property
    def first_month(self) -> date:
        """The first of the eighteen months played; the last is the month before today's."""
        return add_months(month_of(self.today), -MONTHS)

    def month(self, index: int) -> date:
        return add_months(self.first_month, index)

    def at(self, day: date, hour: int = 9) -> None:
        """Move the clock to a working hour of that day, never past today."""
        clock.move_to(datetime.combine(min(day, self.today), time(hour, self.dice.randrange(60))))

    def facilitator(self, structure: str) -> Viewer:
        return self.accounts["facilitateur@demo.example" if structure == "plie" else "facilitateur.bocage@demo.example"]

    def manager(self) -> Viewer:
        return self.accounts["plie@demo.example"]

    def company(self, key: str) -> Viewer:
        """The person who declares for a company: an account for two of them, a name for the others."""
        company_id = self.establishments[key].company_id
        for demo in self.accounts.values():
            if demo.role is Role.COMPANY and demo.company_id == company_id:
                return demo
        return Viewer(role=Role.COMPANY, name=f"Service paie, {self.establishments[key].name}", company_id=company_id)

    def prescriber(self, organisation: PrescriberOrganisation) -> Viewer:
        demo = self.accounts["referent@demo.example"]
        if demo.prescriber_id == organisation.id:
            return demo
        return Viewer(
            role=Role.PRESCRIBER, name=f"Référent, {organisation.name}", structure_id=organisation.structure_id,
            prescriber_id=organisation.id,
        )  # fmt: skip
