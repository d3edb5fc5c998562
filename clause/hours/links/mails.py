"""The mail that carries a link asked again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.hours.links.models import DeclarationLink
from clause.hours.mails import SIGNATURE
from clause.kernel import outbox
from clause.kernel.values import format_date
from clause.markets.models import Market, MarketParty
from clause.organisations.models import Company


def post_renewed(session: Session, link: DeclarationLink, company: Company, url: str) -> None:
    body = (
        f"Bonjour,\n\nVoici le nouveau lien pour déclarer les heures de {company.name}, sans mot de passe :\n{url}\n\n"
        f"Il reste valable jusqu'au {format_date(link.expires_on)}. Il vous est personnel : ne le transférez pas."
    )
    outbox.post(
        session, kind="declaration_link", recipient=link.recipient, subject="Votre lien pour déclarer vos heures",
        body=body + SIGNATURE, company_id=company.id, readers=dict.fromkeys(structures_of(session, company.id), ""),
    )  # fmt: skip


def structures_of(session: Session, company_id: int) -> list[int]:
    """The structures that lead a market of the company."""
    rows = select(Market.structure_id).join(MarketParty, MarketParty.market_id == Market.id)
    return list(session.scalars(rows.where(MarketParty.company_id == company_id).distinct()))
