"""A structure with one of each thing that asks for an act on 21 November 2026, made as many times as asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.candidates.codes import ContractState, EligibilityState, PathwayCategory
from clause.candidates.models import Eligibility, EmploymentContract, Participant, Pathway
from clause.hours.codes import DeclarationState, HourKind, LineState, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel import clock
from clause.ledger.posting import Hours, post
from clause.markets.models import Market
from clause.organisations.models import ContractingAuthority, Establishment, PrescriberOrganisation, Structure
from tests.support import factories as make

NOW = datetime(2026, 11, 21, 9, 0)
TODAY = date(2026, 11, 21)
OCTOBER = date(2026, 10, 1)


@dataclass
class Scene:
    """``name`` is in everything that a page shows of this structure, so that a page can be searched for it."""

    session: Session
    name: str
    structure: Structure
    authority: ContractingAuthority
    company: Establishment
    prescriber: PrescriberOrganisation
    users: dict[Role, User] = field(default_factory=dict)

    def viewer(self, role: Role) -> Viewer:
        return self.users[role].viewer()

    def person(self, **values: Any) -> Participant:
        return make.participant(self.session, self.structure, last_name=f"{self.name} Personne", **values)

    def market(self, **values: Any) -> Market:
        """A running market of the company, 1 000 h due, of which 890 are expected today."""
        operation = make.operation(self.session, self.structure, self.authority, title=f"{self.name} Opération")
        return make.market(self.session, operation, self.company, title=f"{self.name} Marché", **values)

    def employed(self, market: Market, **values: Any) -> EmploymentContract:
        person = self.person()
        make.eligible(self.session, person)
        return make.contract(self.session, person, self.company, market, **values)

    def declared(
        self, contract: EmploymentContract, market: Market, state: DeclarationState, hours: int = 10_000,
        month: date = OCTOBER, reason: str = "",
    ) -> Declaration:  # fmt: skip
        """The month of one person, in a state; validated hours are posted."""
        declaration = make.add(
            self.session,
            Declaration(
                market_id=market.id, company_id=self.company.company_id, month=month, state=state, origin=Origin.COMPANY,
                entered_by="Test", created_at=clock.now(), submitted_at=clock.now() - timedelta(days=12),
                return_reason=reason,
            ),
        )  # fmt: skip
        line_state = {
            DeclarationState.RETURNED: LineState.RETURNED,
            DeclarationState.VALIDATED: LineState.VALIDATED,
        }.get(state, LineState.DECLARED)
        line = make.add(
            self.session,
            DeclarationLine(
                declaration_id=declaration.id, market_id=market.id, month=month, employment_contract_id=contract.id,
                participant_id=contract.participant_id, structure_id=self.structure.id, hour_kind=HourKind.WORK,
                hours=hours, worked_from=month, worked_to=month + timedelta(days=20), state=line_state,
            ),
        )  # fmt: skip
        if state is DeclarationState.VALIDATED:
            keys = (market.id, contract.participant_id, contract.id, line.id, month, "work")
            post(self.session, make.viewer_of(self.structure), Hours(*keys, hours, hours))
            self.session.flush()
        return declaration

    def proposed(self, state: EligibilityState = EligibilityState.SUBMITTED, reason: str = "") -> Participant:
        person = self.person(prescriber_id=self.prescriber.id)
        make.add(
            self.session,
            Eligibility(
                participant_id=person.id, state=state, proposed_by="Référente", decision_reason=reason,
                proposed_at=clock.now() - timedelta(days=5),
            ),
        )  # fmt: skip
        return person

    def pathway(self, **values: Any) -> Pathway:
        row = Pathway(
            participant_id=self.person().id, entered_on=date(2026, 3, 2), category=PathwayCategory.RSA,
            created_at=clock.now(), **values,
        )  # fmt: skip
        return make.add(self.session, row)

    def one_of_each(self) -> None:
        """One more of everything."""
        market = self.market()
        make.market(self.session, make.operation(self.session, self.structure, self.authority), objective=None)
        self.declared(self.employed(market), market, DeclarationState.VALIDATED)
        other = self.market()
        self.declared(self.employed(other), other, DeclarationState.SUBMITTED)
        third = self.market()
        self.declared(self.employed(third), third, DeclarationState.RETURNED, reason=f"{self.name} Motif")
        make.contract(self.session, self.person(), self.company, market, state=ContractState.PROPOSED)
        make.eligible(self.session, self.person(), until=TODAY + timedelta(days=20))
        self.proposed()
        self.proposed(EligibilityState.INCOMPLETE, f"{self.name} Complément")
        self.pathway()


def scene(session: Session, name: str = "Alpha") -> Scene:
    structure = make.structure(session, f"{name} Structure")
    authority = make.authority(session, f"{name} Ville")
    company = make.establishment(session, f"{name} Entreprise")
    prescriber = make.prescriber(session, structure, f"{name} Prescripteur")
    found = Scene(session, name, structure, authority, company, prescriber)
    for role in (Role.FACILITATOR, Role.COORDINATOR, Role.PLIE_MANAGER):
        found.users[role] = make.user(session, role, structure_id=structure.id)
    found.users[Role.COMPANY] = make.user(session, Role.COMPANY, company_id=company.company_id)
    found.users[Role.AUTHORITY] = make.user(session, Role.AUTHORITY, authority_id=authority.id)
    found.users[Role.PRESCRIBER] = make.user(
        session, Role.PRESCRIBER, structure_id=structure.id, prescriber_id=prescriber.id
    )
    found.users[Role.ADMINISTRATOR] = make.user(session, Role.ADMINISTRATOR)
    return found
