"""A market at its end, 150 h short, with its contractor, its buyer and its facilitator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.hours.actions import DraftData, DraftLine, open_declaration, save_draft, submit, validate_lines
from clause.hours.codes import HourKind
from clause.hours.penalties import actions
from clause.hours.penalties.figures import Held
from clause.hours.penalties.models import PenaltyCase
from clause.hours.reporting.codes import NoticeState
from clause.hours.reporting.models import FormalNotice
from clause.kernel import clock
from clause.markets.models import Market, Operation
from clause.organisations.models import ContractingAuthority, Establishment, Structure
from tests.support import factories as make

REAL_CONTRACT: dict[str, Any] = {
    "penalty.hour_amount": 20_000, "penalty.day_amount": 7_500, "penalty.hours_without_notice": True,
}  # fmt: skip
PDF = b"%PDF-1.4 decision"


@dataclass
class Scene:
    session: Session
    structure: Structure
    authority: ContractingAuthority
    company: Establishment
    operation: Operation
    market: Market

    @property
    def facilitator(self) -> Viewer:
        return make.viewer_of(self.structure)

    @property
    def buyer(self) -> Viewer:
        return Viewer(role=Role.AUTHORITY, name="Sacha Acheteur", authority_id=self.authority.id)

    @property
    def contractor(self) -> Viewer:
        return Viewer(role=Role.COMPANY, name="Morgan Titulaire", company_id=self.company.company_id)

    def users(self) -> tuple[User, User, User]:
        """A facilitator, a buyer and somebody of the company, with accounts."""
        return (
            make.facilitator(self.session, self.structure),
            make.user(self.session, Role.AUTHORITY, authority_id=self.authority.id),
            make.user(self.session, Role.COMPANY, company_id=self.company.company_id),
        )

    def notice(self, sent_on: date = date(2026, 3, 29)) -> FormalNotice:
        return make.add(
            self.session,
            FormalNotice(
                market_id=self.market.id, company_id=self.company.company_id, state=NoticeState.SENT, subject="Relevés de mars",
                body="…", answer_within_days=15, drafted_on=sent_on, drafted_by="Test", sent_on=sent_on,
                sent_how="lettre recommandée", created_at=clock.now(),
            ),
        )  # fmt: skip

    def opened(self, **held: Any) -> PenaltyCase:
        return actions.open_case(self.session, self.facilitator, self.market, Held(**held))

    def asked(self, **held: Any) -> PenaltyCase:
        case = self.opened(**held)
        actions.ask_observations(self.session, self.facilitator, case, "Voici le calcul.", date(2026, 5, 1))
        return case

    def proposed(self, amount: int | None = None, **values: Any) -> PenaltyCase:
        case = self.asked()
        actions.answer(self.session, self.contractor, case, "Le chantier a été arrêté deux mois.")
        actions.propose(self.session, self.facilitator, case, case.amount_cents if amount is None else amount, **{"text": "Avis", **values})  # fmt: skip
        return case


def build(session: Session, *, due: int = 60_000, done: int = 45_000, **market: Any) -> Scene:
    """Today is 10/04/2026; the market ended on 31/03."""
    structure, authority = make.structure(session), make.authority(session)
    company = make.establishment(session)
    operation = make.operation(session, structure, authority)
    values = {"ends_on": date(2026, 3, 31), "parameters": REAL_CONTRACT, "amount_cents": 100_000_000, **market}
    lot = make.market(session, operation, company, objective=due, **values)
    scene = Scene(session, structure, authority, company, operation, lot)
    if done:
        work(scene, done)
    return scene


def work(scene: Scene, hours: int) -> None:
    """Hours of March that count on the market, declared and validated, 150 h a person."""
    session, month = scene.session, date(2026, 3, 1)
    parts = [15_000] * (hours // 15_000) + [hours % 15_000] * (hours % 15_000 > 0)
    lines = []
    for part in parts:
        person = make.participant(session, scene.structure)
        make.eligible(session, person)
        contract = make.contract(session, person, scene.company, scene.market)
        lines.append(DraftLine(contract.id, HourKind.WORK, part))
    declaration = open_declaration(session, scene.contractor, scene.market, scene.company.company_id, month)
    save_draft(session, scene.contractor, declaration, DraftData(tuple(lines)))
    submit(session, scene.contractor, declaration)
    validate_lines(session, scene.facilitator, declaration)
