"""What the views read from an address or a form, and give back: filters in words, the form filled from a contract."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import request
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.imports.decp.forms import NEW, OpenForm
from clause.imports.decp.models import DecpContract
from clause.imports.decp.obligation import buyer_kind
from clause.imports.decp.opening import (
    MAX_REFERENCE,
    Proposed,
    clause_of,
    operations_of_buyer,
    parties,
    proposed_market,
)
from clause.imports.decp.queries import Category, Filters, known_names
from clause.imports.decp.records import Contract
from clause.kernel.forms import select_choices
from clause.kernel.values import BadValue, format_euros, read_euros, read_siret, siren_of
from clause.markets.actions import MarketData, ObjectiveData, OperationData
from clause.markets.models import Operation

YEAR = re.compile(r"^[12]\d{3}$", re.ASCII)
# Where the refusals of the acts belong on the form.
FIELDS = {"clause_kind": "clause", "siret": "holders", "amount_cents": "amount", "authority_id": "authority_siret"}


def asked() -> dict[str, str]:
    """The filters of the address as they were typed, to show them again."""
    return {
        name: request.args.get(name, "").strip()
        for name in ("q", "voir", "acheteur", "annee", "montant", "lieu", "import")
    }


def asked_filters() -> tuple[Filters, list[str]]:
    """The filters of the address and the same in words; what cannot be read is as good as empty."""
    typed = asked()
    category = Category.read(typed["voir"])
    year = int(typed["annee"]) if YEAR.match(typed["annee"]) else None
    amount = _amount(typed["montant"])
    filters = Filters(typed["q"], category, typed["acheteur"], year, amount, typed["lieu"], typed["import"])
    said = [
        f"recherche : « {filters.text} »" if filters.text else "",
        category.label.lower() if category else "",
        f"acheteur : {filters.buyer}" if filters.buyer else "",
        f"notifié en {year}" if year else "",
        f"au moins {format_euros(amount)}" if amount else "",
        f"lieu : {filters.place}" if filters.place else "",
        "un seul import" if filters.batch else "",
    ]
    return filters, [words for words in said if words]


def _amount(text: str) -> int | None:
    try:
        return read_euros(text) if text else None
    except BadValue:
        return None


def sirens_of(contract: Contract) -> set[str]:
    """Every SIREN that a contract names."""
    named = [contract.buyer, *contract.holders, *(s.party for s in contract.subcontracts)]
    named += [p for m in contract.modifications for p in m.holders]
    return {p.siren for p in named if p is not None and p.siren}


def prefilled_form(session: Session, viewer: Viewer, contract: DecpContract) -> OpenForm:
    """The form with what the public data says; names it lacks come from our register, or stay to be typed."""
    known = proposed_market(contract)
    names = known_names(session, {p.siren for p in (known.buyer, *known.holders) if p.siren})
    form = OpenForm(data=_values(known, names, contract))
    operations = offer_operations(session, viewer, contract, form)
    form.operation.data = operations[0].public_id if operations else NEW
    return form


def _values(known: Proposed, names: dict[str, str], contract: DecpContract) -> dict[str, object]:
    return {
        "operation_reference": f"{contract.identifier}-OP"[-MAX_REFERENCE:],
        "operation_title": known.title,
        "authority_siret": known.buyer.identifier,
        "authority_name": known.buyer.name or names.get(known.buyer.siren, ""),
        "authority_kind": buyer_kind(contract.buyer_siren),
        "reference": known.reference,
        "title": known.title,
        "clause": known.clause,
        "nature": known.nature,
        "cpv": known.cpv,
        "amount": known.amount_cents,
        "notification_date": known.notification_date,
        "starts_on": known.starts_on,
        "ends_on": known.ends_on,
        "holders": [{"siret": p.identifier, "name": p.name or names.get(p.siren, "")} for p in known.holders],
    }


def offer_operations(session: Session, viewer: Viewer, contract: DecpContract, form: OpenForm) -> Sequence[Operation]:
    """Give the form its choice of operations: those of this buyer, by the SIRET typed or published, and a new one."""
    siret = form.authority_siret.data or contract.buyer_siret
    operations = operations_of_buyer(session, viewer, _siren(siret))
    ours = [(o.public_id, f"{o.reference} — {o.title}") for o in operations]
    form.operation.choices = select_choices([*ours, (NEW, "Nouvelle opération")])
    return operations


def _siren(siret: str) -> str:
    try:
        return siren_of(read_siret(siret))
    except BadValue:
        return siret[:9]


def typed_market(form: OpenForm, operations: Sequence[Operation]) -> tuple[MarketData, OperationData | None]:
    """What a valid form asks for: a market, and the operation to make first where it is new."""
    chosen = next((o for o in operations if o.public_id == form.operation.data), None)
    holders = [(h.form.siret.data, h.form.name.data) for h in form.holders if h.form.siret.data]
    market = MarketData(
        operation_id=chosen.id if chosen else 0,
        reference=form.reference.data,
        lot=form.lot.data,
        title=form.title.data,
        clause_kind=clause_of(form.clause.data),
        nature=form.nature.data,
        sector=form.sector.data,
        cpv=form.cpv.data,
        amount_cents=form.amount.data,
        notification_date=form.notification_date.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        parties=parties(holders),
        objective=None if form.hours.data is None else ObjectiveData(hours=form.hours.data),
    )
    return market, None if chosen else _typed_operation(form)


def _typed_operation(form: OpenForm) -> OperationData:
    return OperationData(
        reference=form.operation_reference.data,
        title=form.operation_title.data,
        authority_siret=form.authority_siret.data,
        authority_name=form.authority_name.data,
        authority_kind=form.authority_kind.data,
        consultation_date=form.consultation_date.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
    )
