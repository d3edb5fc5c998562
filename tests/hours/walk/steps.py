"""The steps of the walk: each calls the real action with what chance gives; a refusal must change nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.codes import DeclarationState, HourKind, HoursBasis, LineState
from clause.hours.evidence import actions as evidence
from clause.hours.evidence.models import EvidenceReview
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.pooling import actions as pooling
from clause.hours.pooling.actions import TransferData
from clause.hours.pooling.models import HourTransfer
from clause.kernel import clock
from clause.kernel.values import month_end
from clause.ledger.models import LedgerEntry
from clause.markets import actions as markets
from clause.markets.actions import StatusChange
from clause.markets.codes import MarketStatus
from clause.markets.models import Market
from tests.hours.walk.world import Land

HOURS = (0, 1, 350, 700, 3_333, 7_000, 14_000, 15_167, 18_000, 21_400, 23_000)
COEFFICIENTS = (None, "0.8", "1", "1.25", "2")
RATIOS = (None, "0", "0.25", "0.3333", "1")


class Steps:
    """Draws and plays one step at a time."""

    def __init__(self, land: Land, chance: Random) -> None:
        self.land, self.chance = land, chance

    @property
    def session(self) -> Session:
        return self.land.session

    def draw(self) -> tuple[str, Callable[[], Any]]:
        name, weight = zip(*WEIGHTS.items(), strict=True)
        chosen = self.chance.choices(name, weight)[0]
        return chosen, getattr(self, chosen)

    # Where

    def market(self) -> str:
        return self.chance.choice(list(self.land.markets))

    def declaration(self, *states: DeclarationState) -> Declaration | None:
        """A declaration in one of these states, by chance."""
        return self._any(Declaration, Declaration.state.in_(states))

    def line(self, *states: LineState) -> tuple[Declaration, DeclarationLine] | None:
        line = self._any(DeclarationLine, DeclarationLine.standing, DeclarationLine.state.in_(states))
        return (self.session.get_one(Declaration, line.declaration_id), line) if line else None

    def _any(self, model: Any, *conditions: Any) -> Any:
        """One row by chance: the ids are read, in order, so that a seed plays the same on both engines."""
        ids = self.session.scalars(select(model.id).where(*conditions).order_by(model.id)).all()
        return self.session.get_one(model, self.chance.choice(ids)) if ids else None

    def judge(self) -> Any:
        return self.land.facilitator(self.chance.choice((self.land.lead, self.land.lead, self.land.partner)))

    def name_of(self, declaration: Declaration) -> str:
        return next(name for name, market in self.land.markets.items() if market.id == declaration.market_id)

    # What a company does

    def type(self) -> None:
        name, month = self.market(), date(2026, self.chance.randint(1, 10), 1)
        viewer, market = self.land.as_company(name), self.session.get_one(Market, self.land.markets[name].id)
        declaration = actions.open_declaration(
            self.session, viewer, market, self.land.company_of(name).company_id, month
        )
        lines = [line for contract in self.land.contracts[name] for line in self._lines(contract.id, month)]
        actions.save_draft(self.session, viewer, declaration, DraftData(tuple(lines)))
        if self.chance.random() < 0.7:
            actions.submit(self.session, viewer, declaration, notify=False)

    def _lines(self, contract_id: int, month: date) -> list[DraftLine]:
        if self.chance.random() < 0.25:
            return []
        kinds = self.chance.choices(list(HourKind), (10, 2, 2, 2, 1, 2), k=self.chance.choice((1, 1, 2)))
        said, basis = self.chance.choice(("", "vérifié")), self.chance.choice(list(HoursBasis))
        middle = month.replace(day=self.chance.choice((10, 15)))
        pieces: list[tuple[date | None, date | None]] = [(None, None)]
        if self.chance.random() < 0.3:
            pieces = [(month, middle), (middle + timedelta(days=1), month_end(month))]
        return [
            DraftLine(
                contract_id, kind, self.chance.choice(HOURS) // len(pieces), first, last, comment=said, basis=basis
            )
            for kind in dict.fromkeys(kinds)
            for first, last in pieces
        ]

    def submit(self) -> None:
        found = self.declaration(DeclarationState.DRAFT, DeclarationState.RETURNED)
        if found:
            actions.submit(self.session, self.land.as_company(self.name_of(found)), found, notify=False)

    def copy(self) -> None:
        found = self.declaration(DeclarationState.DRAFT, DeclarationState.RETURNED)
        if found:
            actions.copy_last_month(self.session, self.land.as_company(self.name_of(found)), found)

    def nil(self) -> None:
        """November is typed by nobody: a month without anybody is sent, validated, reopened."""
        name = self.market()
        viewer, market = self.land.as_company(name), self.session.get_one(Market, self.land.markets[name].id)
        company = self.land.company_of(name).company_id
        declaration = actions.open_declaration(self.session, viewer, market, company, date(2026, 11, 1))
        actions.declare_nil(self.session, viewer, declaration, notify=False)

    # What a facilitator decides

    def validate(self) -> None:
        found = self.declaration(DeclarationState.SUBMITTED, DeclarationState.RETURNED)
        if found is None:
            return
        ids = [line.id for line in self._lines_of(found) if line.state is LineState.DECLARED]
        some = self.chance.sample(ids, self.chance.randint(1, len(ids))) if ids and self.chance.random() < 0.5 else None
        actions.validate_lines(self.session, self.judge(), found, some, notify=False)

    def _lines_of(self, declaration: Declaration) -> list[DeclarationLine]:
        return list(self.session.scalars(select(DeclarationLine).where(DeclarationLine.declaration_id == declaration.id, DeclarationLine.standing).order_by(DeclarationLine.id)))  # fmt: skip

    def send_back(self) -> None:
        found = self.declaration(DeclarationState.SUBMITTED)
        if found:
            actions.return_(self.session, self.judge(), found, "à revoir", notify=False)

    def adjust(self) -> None:
        found = self.line(LineState.DECLARED)
        if found:
            actions.adjust_line(self.session, self.judge(), *found, self.chance.choice(HOURS), "relevé", notify=False)

    def correct(self) -> None:
        found = self.line(LineState.VALIDATED, LineState.VALIDATED, LineState.REJECTED)
        if found:
            actions.correct_line(self.session, self.judge(), *found, self.chance.choice(HOURS), "relevé")

    def reopen(self) -> None:
        found = self.declaration(DeclarationState.VALIDATED, DeclarationState.REJECTED, DeclarationState.RETURNED)
        if found:
            actions.reopen(self.session, self.judge(), found, "erreur", notify=False)

    # The contradictory stage

    def ask(self) -> None:
        found = self.line(LineState.DECLARED)
        if found:
            before = clock.today() + timedelta(days=self.chance.randint(1, 20))
            evidence.ask(self.session, self.judge(), *found, "relevé d'heures", before, notify=False)

    def _review(self) -> tuple[Declaration, EvidenceReview] | None:
        found = self.line(LineState.CONTESTED)
        if found is None:
            return None
        reviews = select(EvidenceReview).where(EvidenceReview.declaration_line_id == found[1].id)
        return found[0], self.session.scalars(reviews.order_by(EvidenceReview.id.desc())).first()  # type: ignore[return-value]  # found, or the test fails

    def answer(self) -> None:
        found = self._review()
        if found:
            evidence.answer(self.session, self.land.as_company(self.name_of(found[0])), *found, "voici", notify=False)

    def decide(self) -> None:
        found = self._review()
        if found:
            accept = self.chance.random() < 0.5
            evidence.decide(self.session, self.judge(), *found, accept=accept, text="non prouvé", notify=False)

    # Globalisation, rules, life of the market, time

    def transfer(self) -> None:
        ids = self.chance.sample(self.land.pooled_ids, 2)
        data = TransferData(
            ids[0], ids[1], date(2026, self.chance.randint(1, 10), 1), self.chance.choice(HOURS[1:]) // 4 + 1
        )
        pooling.transfer(self.session, self.land.facilitator(self.land.lead), self.land.convention, data)

    def take_back(self) -> None:
        done = self._any(HourTransfer)
        if done:
            pooling.take_back(self.session, self.land.facilitator(self.land.lead), self.land.convention, done, "erreur")  # fmt: skip

    def change_rules(self) -> None:
        market = self.session.get_one(Market, self.land.markets[self.chance.choice(("V", "V", "C"))].id)
        typed = {
            "coefficients.cdi": self.chance.choice(COEFFICIENTS), "coefficients.cdd": self.chance.choice(COEFFICIENTS),
            "hours.paid_training_ratio": self.chance.choice(RATIOS), "hours.prehire_training_ratio": self.chance.choice(RATIOS),
            "hours.absence_counts": self.chance.choice((None, True)),
            "cdi.rule": self.chance.choice((None, "twelve_months", "until_contract_end")),
        }  # fmt: skip
        markets.change_rules(self.session, self.land.facilitator(self.land.lead), market, typed)

    def change_status(self) -> None:
        market = self.session.get_one(Market, self.land.markets[self.market()].id)
        if market.status is MarketStatus.CLOSED:
            return
        status = self.chance.choice((MarketStatus.SUSPENDED, MarketStatus.IN_PROGRESS, MarketStatus.RECEIVED))
        if (
            market.status is MarketStatus.RECEIVED
            and market.id == self.land.markets["C"].id
            and self.chance.random() < 0.05
        ):
            status = MarketStatus.CLOSED
        on = date(2026, 12, 31) if status is MarketStatus.RECEIVED else clock.today()
        markets.change_market_status(
            self.session, self.land.facilitator(self.land.lead), market, StatusChange(status, on, "aléa")
        )

    def sleep(self) -> None:
        clock.move_to(clock.now() + timedelta(days=1))

    # What a walk looks at

    def sums(self) -> dict[int, int]:
        rows = self.session.execute(select(LedgerEntry.market_id, func.sum(LedgerEntry.hours_real)).group_by(LedgerEntry.market_id))  # fmt: skip
        return {market: int(hours) for market, hours in rows}


WEIGHTS = {
    "type": 22, "submit": 8, "copy": 2, "nil": 2, "validate": 22, "send_back": 3, "adjust": 6, "correct": 10, "reopen": 4,
    "ask": 4, "answer": 4, "decide": 5, "transfer": 8, "take_back": 2, "change_rules": 3, "change_status": 1, "sleep": 1,
}  # fmt: skip
