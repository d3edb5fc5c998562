"""The small world of the walk: two structures, two companies, four markets that count differently, a signed convention."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.candidates.codes import ContractType
from clause.candidates.models import EmploymentContract, Participant
from clause.hours.pooling import actions as pooling
from clause.hours.pooling.actions import ConventionData
from clause.hours.pooling.models import PoolingConvention
from clause.kernel import clock
from clause.markets.models import Market, Operation
from clause.organisations.models import Establishment, Structure
from tests.support import factories as make

PDF = b"%PDF-1.4\n%%EOF\n"
VALUED = {
    "coefficients.cdi": "1.5", "hours.prehire_training_ratio": "0.5", "hours.training_cap_share": "0.1",
    "hours.paid_training_ratio": "0.5",
}  # fmt: skip


@dataclass
class Land:
    """Markets A, B and V are of the first company, C of the second; contracts by market."""

    session: Session
    lead: Structure
    partner: Structure
    companies: tuple[Establishment, Establishment]
    markets: dict[str, Market]
    convention: PoolingConvention
    contracts: dict[str, list[EmploymentContract]] = field(default_factory=dict)

    def facilitator(self, of: Structure) -> Viewer:
        return make.viewer_of(of)

    def company_of(self, market: str) -> Establishment:
        return self.companies[1 if market == "C" else 0]

    def as_company(self, market: str) -> Viewer:
        return Viewer(role=Role.COMPANY, name="Entreprise", company_id=self.company_of(market).company_id)

    @property
    def pooled_ids(self) -> list[int]:
        return [self.markets["A"].id, self.markets["B"].id]


def found(session: Session, data_dir: Path) -> Land:
    """Everything committed, on 10 November 2026."""
    clock.move_to(datetime(2026, 11, 10, 9, 0))
    lead, partner = make.structure(session), make.structure(session, "Maison de l'emploi des Monts")
    companies = make.establishment(session), make.establishment(session, "Peintures du Val")
    buyers = make.authority(session, "Ville de Valmont"), make.authority(session, "Habitat du Val")
    operations = [make.operation(session, lead, buyer) for buyer in buyers]
    sizes = {"A": (0, 15_000), "B": (1, 90_000), "V": (0, 40_000), "C": (1, 100_000)}
    markets = {
        name: make.market(
            session, operations[of], companies[1 if name == "C" else 0], objective=due, uses_valued_hours=name == "V",
            parameters=dict(VALUED) if name == "V" else {},
        )
        for name, (of, due) in sizes.items()
    }  # fmt: skip
    land = Land(session, lead, partner, companies, markets, _convention(session, lead, companies[0], markets, data_dir))
    _people(land)
    session.commit()
    return land


def _convention(
    session: Session, lead: Structure, company: Establishment, markets: dict[str, Market], data_dir: Path
) -> PoolingConvention:
    viewer, pooled = make.viewer_of(lead), (markets["A"], markets["B"])
    data = ConventionData(company.company_id, "CG-1", date(2026, 1, 1), date(2026, 12, 31), tuple(m.id for m in pooled))
    convention = pooling.register(session, viewer, data)
    pooling.sign(session, viewer, convention, date(2025, 12, 1))
    for market in pooled:
        buyer = session.get_one(Operation, market.operation_id).authority_id
        pooling.record_agreement(session, viewer, convention, buyer, date(2025, 12, 2), PDF, "accord.pdf", data_dir)
    return convention


def _people(land: Land) -> None:
    """On each market: two people of the lead, one of them on CDI, one of the partner, one whose eligibility ends in May; a
    person of A also works on C."""
    for name in land.markets:
        land.contracts[name] = [
            _hired(land, land.lead, name),
            _hired(land, land.lead, name, contract_type=ContractType.CDI, ends_on=None),
            _hired(land, land.partner, name),
            _hired(land, land.lead, name, until=date(2026, 5, 15)),
        ]
    both = land.contracts["A"][0].participant_id
    shared = make.contract(land.session, land.session.get_one(Participant, both), land.companies[1], land.markets["C"])
    land.contracts["C"].append(shared)


def _hired(
    land: Land, of: Structure, market: str, until: date = date(2027, 12, 31), **values: object
) -> EmploymentContract:
    person = make.participant(land.session, of)
    make.eligible(land.session, person, date(2026, 1, 1), until)
    return make.contract(land.session, person, land.company_of(market), land.markets[market], **values)
