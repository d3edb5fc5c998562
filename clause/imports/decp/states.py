"""What the row of a contract says, from its latest record. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from clause.imports.decp import places
from clause.imports.decp.obligation import is_social, nature_of, outcome
from clause.imports.decp.records import Contract, folded
from clause.kernel.values import fold


def state_of(contract: Contract) -> dict[str, Any]:
    """The columns of ``DecpContract`` but its key and instants; the modifications are folded in."""
    now = folded(contract)
    siren = contract.buyer.identifier[:9] if contract.buyer.identifier.isdigit() else ""
    nature, has_social = fold(contract.nature), is_social(contract.considerations)
    purchase = nature_of(contract.cpv, nature, fold(contract.ccag))
    missing = missing_facts(now)
    return {
        "buyer_siren": siren,
        "buyer_name": contract.buyer.name,
        "buyer_search": fold(f"{contract.buyer.name} {contract.buyer.identifier}"),
        "is_concession": contract.is_concession,
        "title": contract.title,
        "cpv": contract.cpv,
        "nature": contract.nature,
        "purchase": purchase,
        "procedure": contract.procedure,
        "place": contract.place_name,
        "place_code": contract.place_code,
        "department": places.department_of(contract.place_code, contract.place_kind)
        or places.department_of_buyer(siren),
        "months": now.months,
        "notification_date": contract.notification_date,
        "published_on": contract.published_on,
        "modified_on": contract.modified_on,
        "amount_cents": now.amount_cents,
        "initial_amount_cents": contract.amount_cents,
        "social_considerations": list(contract.considerations) if contract.considerations else None,
        "has_social": has_social,
        "outcome": outcome(
            notification_date=contract.notification_date,
            amount_cents=contract.amount_cents,
            buyer_siren=siren,
            purchase=purchase,
            cpv=contract.cpv,
            published_nature=nature,
            is_concession=contract.is_concession,
            has_social=has_social,
        ),
        "holders": [asdict(p) for p in now.holders],
        "missing": missing,
        "is_complete": not missing,
        "content": contract.content,
        "search": search_text(now),
    }


def missing_facts(contract: Contract) -> list[str]:
    """What a market needs and the public data does not say, in French. Names are left out: 2022 never has them."""
    facts = (
        ("SIRET valide de l'acheteur", contract.buyer.valid),
        ("objet", contract.title),
        ("date de notification", contract.notification_date),
        ("montant", contract.amount_cents),
        ("durée", contract.months),
        ("code CPV", contract.cpv or contract.is_concession),
        ("SIRET valide du titulaire", any(p.valid for p in contract.holders)),
    )
    return [name for name, there in facts if not there]


def search_text(contract: Contract) -> str:
    """What the search looks into, folded."""
    names = [f"{p.name} {p.identifier}" for p in contract.holders]
    return fold(
        " ".join([contract.identifier, contract.title, contract.buyer.name, contract.buyer.identifier,
                  contract.place_name, contract.place_code, contract.cpv, *names])
    )  # fmt: skip
