"""Recording a convention, its signatures one by one, and its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.hours.pooling import rules
from clause.hours.pooling.actions.common import hold, refuse, touch
from clause.hours.pooling.models import HourTransfer, PooledMarket, PoolingAgreement, PoolingConvention
from clause.hours.pooling.standing import stands
from clause.kernel import audit, clock, storage
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue, format_date
from clause.markets.codes import HOLDERS
from clause.markets.models import Market, MarketParty, Operation
from clause.organisations.models import Company, ContractingAuthority

NOT_LED = "Vous ne pouvez réunir que des marchés avec une clause que votre structure pilote."


@dataclass(frozen=True)
class ConventionData:
    """What a form gives; ``market_ids`` are markets that the viewer's structure leads."""

    company_id: int
    reference: str
    starts_on: date
    ends_on: date
    market_ids: tuple[int, ...]
    notes: str = ""


def register(session: Session, viewer: Viewer, data: ConventionData) -> PoolingConvention:
    """Record a convention that is still to be signed. Refused: a market of another structure, without clause, or that the
    company does not hold; fewer than two; days the wrong way round; a reference that the structure already uses."""
    if not viewer.may(Permission.EDIT_POOLING):
        raise Refused(NOT_LED)
    markets = _checked(session, viewer, data)
    convention = PoolingConvention(
        structure_id=viewer.structure_id, company_id=data.company_id, reference=data.reference, starts_on=data.starts_on,
        ends_on=data.ends_on, notes=data.notes, entered_by_id=viewer.user_id, entered_by=viewer.name, created_at=clock.now(),
    )  # fmt: skip
    with _unique(session, data.reference):
        session.add(convention)
    session.add_all(PooledMarket(convention_id=convention.id, market_id=market.id) for market in markets)
    company = session.get_one(Company, data.company_id)
    said = {"Entreprise": [None, company.name], **_said(data, markets)}
    audit.record(session, viewer, "convention de globalisation enregistrée", convention, said)
    return convention


def change(
    session: Session, viewer: Viewer, convention: PoolingConvention, data: ConventionData, version: int | None = None
) -> None:
    """Mend what was typed while nobody has signed: what is signed does not change."""
    hold(session, viewer, convention, version)
    if convention.company_signed_on or session.scalar(select(func.count()).select_from(PoolingAgreement).where(PoolingAgreement.convention_id == convention.id)):  # fmt: skip
        raise Refused(
            "Cette convention est déjà signée par l'une des parties : elle ne change plus. Mettez-y fin et enregistrez la nouvelle."
        )
    markets = _checked(session, viewer, data)
    session.execute(delete(PooledMarket).where(PooledMarket.convention_id == convention.id))
    session.add_all(PooledMarket(convention_id=convention.id, market_id=market.id) for market in markets)
    convention.starts_on, convention.ends_on, convention.notes = data.starts_on, data.ends_on, data.notes
    with _unique(session, data.reference):
        convention.reference = data.reference
    touch(session, convention)
    audit.record(session, viewer, "convention modifiée avant signature", convention, _said(data, markets))


@contextmanager
def _unique(session: Session, reference: str) -> Iterator[None]:
    """Two people who give the same reference at the same instant: the second is refused like any other."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if "reference" not in str(error.orig):
            raise
        raise Refused(
            f"Votre structure a déjà une convention « {reference} ». Choisissez une autre référence.", "reference"
        ) from None


def _checked(session: Session, viewer: Viewer, data: ConventionData) -> Sequence[Market]:
    refuse(rules.convention_refusal(data.starts_on, data.ends_on, len(set(data.market_ids))))
    markets = session.scalars(
        select(Market).where(
            Market.id.in_(data.market_ids), Market.structure_id == viewer.structure_id, Market.clause_kind.is_not(None)
        ).order_by(Market.reference, Market.id)
    ).all()  # fmt: skip
    if len(markets) != len(set(data.market_ids)):
        raise Refused(NOT_LED, "markets")
    held = set(
        session.scalars(
            select(MarketParty.market_id).where(
                MarketParty.market_id.in_(data.market_ids), MarketParty.company_id == data.company_id, MarketParty.role.in_(HOLDERS)
            )
        )
    )  # fmt: skip
    for market in markets:
        if market.id not in held:
            raise Refused(f"L'entreprise n'est ni titulaire ni cotraitante du marché {market.reference}.", "markets")
    return markets


def _said(data: ConventionData, markets: Sequence[Market]) -> dict[str, list[str | None]]:
    return {
        "Marchés": [None, ", ".join(market.reference for market in markets)],
        "Dates": [None, f"du {format_date(data.starts_on)} au {format_date(data.ends_on)}"],
    }


def sign(session: Session, viewer: Viewer, convention: PoolingConvention, on: date, version: int | None = None) -> None:
    """Record the day the company signed, once. Refused: a day to come, a second signature, an ended convention."""
    hold(session, viewer, convention, version)
    _refuse_ended(convention)
    refuse(rules.signature_refusal(on, clock.today(), convention.company_signed_on, True))
    convention.company_signed_on = on
    session.flush()
    audit.record(
        session, viewer, "signature de l'entreprise enregistrée", convention, {"Signée le": [None, format_date(on)]}
    )


def record_agreement(
    session: Session, viewer: Viewer, convention: PoolingConvention, authority_id: int, on: date, document: bytes,
    document_name: str, data_dir: Path, version: int | None = None,
) -> PoolingAgreement:  # fmt: skip
    """Record the written agreement of one authority with its signed document, once.

    Refused: an authority that buys none of the markets, a day to come, a second agreement, no document or not a PDF or a
    picture, an ended convention.
    """
    hold(session, viewer, convention, version)
    _refuse_ended(convention)
    authority = _buyer(session, convention, authority_id)
    already = session.scalar(
        select(PoolingAgreement.agreed_on).where(
            PoolingAgreement.convention_id == convention.id, PoolingAgreement.authority_id == authority_id
        )
    )
    refuse(rules.signature_refusal(on, clock.today(), already, bool(document)))
    agreement = PoolingAgreement(
        convention_id=convention.id, authority_id=authority_id, agreed_on=on, recorded_by_id=viewer.user_id,
        recorded_by=viewer.name, recorded_at=clock.now(),
    )  # fmt: skip
    try:
        stored = storage.keep(session, data_dir, document, document_name, viewer.user_id)
    except BadValue as error:
        raise Refused(str(error), "document") from None
    agreement.file_id = stored.id
    session.add(agreement)
    touch(session, convention)
    said = {
        "Maître d'ouvrage": [None, authority.name],
        "Signé le": [None, format_date(on)],
        "Document": [None, stored.name],
    }
    audit.record(session, viewer, "accord écrit enregistré", convention, said)
    return agreement


def _buyer(session: Session, convention: PoolingConvention, authority_id: int) -> ContractingAuthority:
    found = session.scalars(
        select(ContractingAuthority)
        .join(Operation, Operation.authority_id == ContractingAuthority.id)
        .join(Market, Market.operation_id == Operation.id)
        .join(PooledMarket, PooledMarket.market_id == Market.id)
        .where(PooledMarket.convention_id == convention.id, ContractingAuthority.id == authority_id)
    ).first()
    if found is None:
        raise Refused("Ce maître d'ouvrage n'achète aucun des marchés de la convention.", "authority")
    return found


def end(
    session: Session, viewer: Viewer, convention: PoolingConvention, on: date, reason: str, version: int | None = None
) -> None:
    """End the convention on a day of its own, once: later months no longer move; what was transferred stays."""
    hold(session, viewer, convention, version)
    last = session.scalar(
        select(func.max(HourTransfer.month)).where(HourTransfer.convention_id == convention.id, stands())
    )
    refusal = rules.ending_refusal(on, convention.starts_on, convention.ends_on, convention.ended_on, last)
    if refusal is not None:
        raise Refused(refusal, "on")
    convention.ended_on = on
    session.flush()
    said = {"Dernier jour": [None, format_date(on)], "Motif": [None, reason]}
    audit.record(session, viewer, "fin de la convention", convention, said)


def _refuse_ended(convention: PoolingConvention) -> None:
    if convention.ended_on is not None:
        raise Refused(f"Cette convention a pris fin le {format_date(convention.ended_on)} : elle ne se signe plus.")
