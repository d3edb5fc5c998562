"""The facts that the explorer crosses: the one read of a consolidation, and what it divides by besides. Constant queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from functools import cache

import pandas as pd
from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from clause.consolidations import columns, facts_companies
from clause.consolidations import reading as base
from clause.consolidations.columns import NOBODY, Frame, among, codes, dates, days, fetch, frame, integers, text, texts
from clause.consolidations.explorer.dimensions import CONTRACTS, DIMENSIONS, PEOPLE
from clause.consolidations.explorer.scope import Scope
from clause.consolidations.facts import Facts
from clause.consolidations.perimeter import Perimeter
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market, Operation
from clause.organisations.models import Company, Structure

# What is read for some dimensions alone; a question of markets and months then reads neither people nor contracts.
OF_WORKS = frozenset({"operation", "marche", "lot", "programme", "objectif", "commune-operation", "structure"})
OF_BUYERS = frozenset({"donneur", "type-donneur", "regime"})
OF_HOLDERS = frozenset({"titulaire", "taille-titulaire", "activite-titulaire"})
OF_PUBLICS = frozenset({"public", "publics"})
# The columns of what is not read.
NONE = {
    "people": columns.PEOPLE, "contracts": columns.CONTRACTS, "publics": {"person": "int64", "public": "str"}, "years": {"year": "int64"},
    "parties": {"market": "int64", "company": "int64", "role": "str"},
    "named": {"id": "int64", "siren": "str", "name": "str", "kind": "str"},
}  # fmt: skip


def explored(
    session: Session, scope: Scope, first: date, last: date, as_of: date, wanted: Collection[str] | None = None
) -> Facts:
    """The facts of the years, of what these dimensions need (None: all); of a company, the hours of its own employees."""
    keys = frozenset(scope.dimensions if wanted is None else wanted)
    groups = {DIMENSIONS[key].group for key in keys}
    perimeter = with_hours(session, base.Entries(scope.perimeter, first, last, as_of))
    entries = base.Entries(perimeter, first, last, as_of)
    markets = told_of_markets(session, perimeter)
    hours, _transfers = base.hours(session, entries)
    people, contracts = _none("people").set_index("id"), _none("contracts").set_index("id")
    if PEOPLE in groups:
        people = base.people(session, distinct(hours["person"]))
    if CONTRACTS in groups or scope.company_id:
        contracts = base.contracts(session, distinct(hours["contract"]))
    facts = Facts(
        first=first, last=last, as_of=as_of, hours=hours, markets=markets, people=people, contracts=contracts,
        parties=base.parties(session, perimeter) if keys & OF_HOLDERS else _none("parties"),
        publics=base.publics(session, people) if keys & OF_PUBLICS else _none("publics"),
        authorities=base.authorities(session, perimeter) if keys & OF_BUYERS else _none("named").set_index("id"),
        companies=base.companies(session, perimeter) if keys & OF_HOLDERS else _none("named").set_index("id"),
        years=_none("years"), facilitators={},
    )  # fmt: skip
    if scope.company_id is not None:
        facts = of_employer(facts, scope.company_id)
    return replace(facts, more=_more(session, perimeter, facts, keys))


@cache
def _none(name: str) -> Frame:
    """A frame without rows; made once, since it costs as much as a query."""
    return frame((), NONE[name])


def with_hours(session: Session, entries: base.Entries) -> Perimeter:
    """The markets of a perimeter that have hours in the years asked: a table tells of no other."""
    found = session.scalars(select(LedgerEntry.market_id).where(*entries.conditions()).distinct()).all()
    return replace(entries.perimeter, among=among(session, Market.id, found))


def distinct(ids: pd.Series) -> list[int]:
    return [int(key) for key in ids.unique() if key != NOBODY]


def _more(session: Session, perimeter: Perimeter, facts: Facts, keys: frozenset[str]) -> dict[str, Frame]:
    more: dict[str, Frame] = {}
    if keys & OF_WORKS:
        more["works"] = works(session, perimeter)
    if "employeur" in keys:
        more["employers"] = employers(session, facts)
    if keys & OF_HOLDERS:
        more["places"] = facts_companies.places(session, perimeter, facts)
    return more


def of_employer(facts: Facts, company_id: int) -> Facts:
    """The same facts with the hours of the contracts of one company."""
    own = facts.contracts.index[facts.contracts["company"] == company_id]
    hours = facts.hours[facts.hours["contract"].isin(own)]
    return replace(
        facts,
        hours=hours,
        contracts=facts.contracts.loc[own],
        people=facts.people[facts.people.index.isin(hours["person"])],
        publics=facts.publics[facts.publics["person"].isin(hours["person"])],
    )


def told_of_markets(session: Session, perimeter: Perimeter) -> Frame:
    """What is said of each market; neither its objective nor what it attained, which the explorer does not tell."""
    c = fetch(
        session,
        select(
            Market.id, Market.reference, Market.title, Market.operation_id, Operation.authority_id, Market.structure_id,
            text(Market.clause_kind), text(Market.nature), text(Market.sector), Market.cpv, Operation.consultation_date,
            Market.notification_date, Market.starts_on,
        )
        .join(Operation, Operation.id == Market.operation_id)
        .where(*perimeter.conditions()),
    )  # fmt: skip
    made = Frame(
        {
            "id": integers(c[0]), "reference": texts(c[1]), "title": codes(c[2]), "operation": integers(c[3]),
            "authority": integers(c[4]), "structure": integers(c[5]), "clause_kind": codes(c[6]), "nature": codes(c[7]),
            "sector": codes(c[8]), "cpv": codes(c[9]), "consultation": dates(c[10]), "notification": dates(c[11]), "starts": days(c[12]),
        }
    )  # fmt: skip
    return made.set_index("id").sort_index()


def works(session: Session, perimeter: Perimeter) -> Frame:
    """What is said of each market and of its operation, by market."""
    c = fetch(
        session,
        select(
            Market.id, type_coerce(Market.public_id, String), Market.lot, text(Market.objective_mode), text(Operation.programme),
            Operation.commune, type_coerce(Operation.public_id, String), Operation.reference, Operation.title, Structure.name,
        )
        .join(Operation, Operation.id == Market.operation_id)
        .join(Structure, Structure.id == Market.structure_id)
        .where(*perimeter.conditions()),
    )  # fmt: skip
    made = Frame(
        {
            "id": integers(c[0]), "address": texts(c[1]), "lot": codes(c[2]), "objective_mode": codes(c[3]), "programme": codes(c[4]),
            "commune": codes(c[5]), "operation_address": codes(c[6]), "operation_reference": codes(c[7]),
            "operation_title": codes(c[8]), "structure": codes(c[9]),
        }
    )  # fmt: skip
    return made.set_index("id").sort_index()


def employers(session: Session, facts: Facts) -> Frame:
    """SIREN and name of each company that employs, by id."""
    ids = [int(i) for i in facts.contracts["company"].unique()]
    c = fetch(session, select(Company.id, Company.siren, Company.name).where(among(session, Company.id, ids)))
    return Frame({"id": integers(c[0]), "siren": texts(c[1]), "name": texts(c[2])}).set_index("id")
