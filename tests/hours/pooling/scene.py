"""Two markets of one company for two authorities, A with hours beyond its objective, and a convention that joins them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.candidates.models import EmploymentContract
from clause.hours.pooling import actions
from clause.hours.pooling.actions import ConventionData, TransferData
from clause.hours.pooling.models import HourTransfer, PoolingConvention
from clause.ledger.models import LedgerEntry
from clause.markets.figures import done_by_market
from clause.markets.models import Market
from clause.organisations.models import ContractingAuthority, Establishment, Structure
from tests.consolidations.support import work
from tests.support import factories as make

MARCH = date(2026, 3, 1)
PDF = b"%PDF-1.4\n%%EOF\n"


@dataclass
class Pool:
    session: Session
    structure: Structure
    company: Establishment
    buyers: tuple[ContractingAuthority, ContractingAuthority]
    a: Market
    b: Market
    contracts: dict[str, EmploymentContract]
    convention: PoolingConvention
    data_dir: Path

    @property
    def viewer(self) -> Viewer:
        return make.viewer_of(self.structure)

    def company_viewer(self) -> Viewer:
        return Viewer(role=Role.COMPANY, name="Dominique Chantier", company_id=self.company.company_id)

    def buyer(self, number: int) -> Viewer:
        return Viewer(role=Role.AUTHORITY, name="Acheteur", authority_id=self.buyers[number].id)

    def wish(self, hours: int = 6_000, month: date = MARCH, *, reverse: bool = False, reason: str = "") -> TransferData:
        giver, taker = (self.b, self.a) if reverse else (self.a, self.b)
        return TransferData(giver.id, taker.id, month, hours, reason)

    def move(self, hours: int = 6_000, month: date = MARCH) -> HourTransfer:
        return actions.transfer(self.session, self.viewer, self.convention, self.wish(hours, month))

    def kept(self) -> tuple[int, int]:
        done = done_by_market(self.session, [self.a.id, self.b.id])
        return done.get(self.a.id, 0), done.get(self.b.id, 0)

    def moved(self) -> tuple[int, int]:
        """Σ transfers of the ledger, real and valued."""
        real, valued = self.session.execute(
            select(
                func.coalesce(func.sum(LedgerEntry.hours_real), 0), func.coalesce(func.sum(LedgerEntry.hours_valued), 0)
            ).where(LedgerEntry.transfer_id.is_not(None))
        ).one()  # fmt: skip
        return int(real), int(valued)


def pool(session: Session, data_dir: Path, *, signed: bool = True, hours: tuple[int, int] = (560, 220), objectives: tuple[int, int] = (500, 300)) -> Pool:  # fmt: skip
    """T-REA-5: A has an objective of 500 h and 560 done, B 300 and 220; signed in January and February."""
    structure = make.structure(session)
    company = make.establishment(session)
    buyers = make.authority(session, "Ville de Valmont"), make.authority(session, "Habitat du Val")
    a, b = (
        make.market(session, make.operation(session, structure, buyer, reference=f"OP-{name}"), company, reference=name, objective=due * 100)
        for name, buyer, due in zip("AB", buyers, objectives, strict=True)
    )  # fmt: skip
    contracts = {}
    for market, done in ((a, hours[0]), (b, hours[1])):
        person = make.participant(session, structure)
        make.eligible(session, person)
        contracts[market.reference] = make.contract(session, person, company, market, starts_on=date(2026, 1, 1))
        work(session, contracts[market.reference], market, date(2026, 2, 1), (done - 120) * 100)
        work(session, contracts[market.reference], market, MARCH, 12_000)
    data = ConventionData(company.company_id, "CG-2026-1", date(2026, 1, 1), date(2026, 12, 31), (a.id, b.id))
    convention = actions.register(session, make.viewer_of(structure), data)
    made = Pool(session, structure, company, buyers, a, b, contracts, convention, data_dir)
    if signed:
        sign(made)
    return made


def sign(of: Pool, days: tuple[date, date, date] = (date(2026, 1, 10), date(2026, 1, 12), date(2026, 2, 20))) -> None:
    actions.sign(of.session, of.viewer, of.convention, days[0])
    for buyer, day in zip(of.buyers, days[1:], strict=True):
        actions.record_agreement(of.session, of.viewer, of.convention, buyer.id, day, PDF, "accord.pdf", of.data_dir)
