"""Difficulties: announced by the company, or recorded for it, then followed until they are solved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.hours.penalties import mails
from clause.hours.penalties.actions.common import Attachment, attach, clean, leading, require
from clause.hours.penalties.codes import DifficultyKind
from clause.hours.penalties.models import Difficulty
from clause.hours.penalties.queries.markets import companies_of
from clause.kernel import audit, clock
from clause.kernel.locking import alone, check_version
from clause.kernel.refusals import Refused
from clause.kernel.values import format_date
from clause.markets.models import Market
from clause.markets.visibility import visible_markets

ACCOUNT = "Décrivez la difficulté : ce qui se passe, depuis quand, ce que vous avez essayé."
COMPANY = "Choisissez une entreprise de ce marché."
FUTURE = "Cette date est à venir."
SOLVED_BEFORE = "Une difficulté ne se règle pas avant d'avoir été annoncée."


@dataclass(frozen=True)
class DifficultyData:
    """What is announced. ``company_id`` and ``announced_on`` are the company's own and today where a company announces."""

    kind: DifficultyKind
    account: str
    company_id: int | None = None
    announced_on: date | None = None


def announce(
    session: Session, viewer: Viewer, market: Market, data: DifficultyData, attachment: Attachment | None = None
) -> Difficulty:
    """A difficulty on a market, kept with its day: it will be in the file of any penalty (OPE-06).

    The same words sent twice, by a double click, are kept once, and nobody gets a second mail.
    """
    require(viewer, Permission.ANNOUNCE_DIFFICULTY)
    company_id, announced_on = _who_and_when(session, viewer, market, data)
    if not data.account.strip():
        raise Refused(ACCOUNT, "account")
    clean(account=data.account)
    twin = _announced_already(session, market.id, company_id, announced_on, data)
    if twin is not None and (attachment is None or twin.file_id is not None):
        return twin
    difficulty = Difficulty(
        market_id=market.id, company_id=company_id, kind=data.kind, announced_on=announced_on,
        account=data.account.strip(), action_taken="", file_id=attach(session, viewer, attachment, "file"),
        entered_by_id=viewer.user_id, entered_by=viewer.name, created_at=clock.now(),
    )  # fmt: skip
    session.add(difficulty)
    session.flush()
    audit.record(session, viewer, "difficulté annoncée" if not viewer.in_structure else "difficulté enregistrée pour l'entreprise", difficulty)  # fmt: skip
    mails.difficulty_announced(session, difficulty, by_company=not viewer.in_structure)
    return difficulty


def _announced_already(
    session: Session, market_id: int, company_id: int, on: date, data: DifficultyData
) -> Difficulty | None:
    """The same announcement of the same day; of two that come at once, the second finds the first."""
    alone(session, f"difficulty {market_id} {company_id}")
    return session.scalars(
        select(Difficulty).where(
            Difficulty.market_id == market_id, Difficulty.company_id == company_id, Difficulty.kind == data.kind,
            Difficulty.announced_on == on, Difficulty.account == data.account.strip(),
        )
    ).first()  # fmt: skip


def _who_and_when(session: Session, viewer: Viewer, market: Market, data: DifficultyData) -> tuple[int, date]:
    today = clock.today()
    if viewer.role is Role.COMPANY and viewer.company_id is not None:
        if session.scalar(visible_markets(viewer).where(Market.id == market.id).with_only_columns(Market.id)) is None:
            raise Refused(COMPANY)
        return viewer.company_id, today
    leading(session, viewer, market.id)
    if data.company_id is None or data.company_id not in {c.id for c in companies_of(session, market.id)}:
        raise Refused(COMPANY, "company")
    if data.announced_on is not None and data.announced_on > today:
        raise Refused(FUTURE, "announced_on")
    return data.company_id, data.announced_on or today


def follow(
    session: Session, viewer: Viewer, difficulty: Difficulty, action_taken: str, solved_on: date | None,
    version: int | None = None,
) -> None:  # fmt: skip
    """What the facilitator did about it, and the day it was solved."""
    require(viewer, Permission.ANNOUNCE_DIFFICULTY)
    leading(session, viewer, difficulty.market_id)
    session.execute(select(Difficulty.id).where(Difficulty.id == difficulty.id).with_for_update())
    check_version(session, difficulty, version)
    if solved_on is not None and solved_on > clock.today():
        raise Refused(FUTURE, "solved_on")
    if solved_on is not None and solved_on < difficulty.announced_on:
        raise Refused(SOLVED_BEFORE, "solved_on")
    clean(action_taken=action_taken)
    difficulty.action_taken, difficulty.solved_on = action_taken.strip(), solved_on
    session.flush()
    solved = {"Réglée le": ["", format_date(solved_on)]} if solved_on else {}
    audit.record(session, viewer, "suite donnée à la difficulté", difficulty, solved)
