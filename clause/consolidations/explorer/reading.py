"""The facts that the explorer crosses: the one read of a consolidation, and what it divides by besides. Constant queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import pandas as pd
from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from clause.consolidations import facts_companies
from clause.consolidations import reading as base
from clause.consolidations.columns import NOBODY, Frame, among, codes, fetch, frame, integers, text, texts
from clause.consolidations.explorer.dimensions import CONTRACTS, DIMENSIONS, PEOPLE
from clause.consolidations.explorer.scope import Scope
from clause.consolidations.facts import Facts
from clause.consolidations.perimeter import Perimeter
from clause.markets.models import Market, Operation
from clause.organisations.models import Company, Structure

# What is read for some dimensions alone; a question of markets and months then reads neither people nor contracts.
OF_WORKS = frozenset({"operation", "marche", "lot", "programme", "objectif", "commune-operation", "structure"})
OF_BUYERS = frozenset({"donneur", "type-donneur", "regime"})
OF_HOLDERS = frozenset({"titulaire", "taille-titulaire", "activite-titulaire"})
OF_PUBLICS = frozenset({"public", "publics"})
PARTIES = {"market": "int64", "company": "int64", "role": "str"}
NAMED = {"id": "int64", "siren": "str", "name": "str", "kind": "str"}


def explored(
    session: Session, scope: Scope, first: date, last: date, as_of: date, wanted: Collection[str] | None = None
) -> Facts:
    """The facts of the years, of what these dimensions need (None: all); of a company, the hours of its own employees."""
    keys = frozenset(scope.dimensions if wanted is None else wanted)
    groups = {DIMENSIONS[key].group for key in keys}
    perimeter, entries = scope.perimeter, base.Entries(scope.perimeter, first, last, as_of)
    markets = base.markets(session, entries)
    hours, _transfers = base.hours(session, entries)
    people = base.people(session, distinct(hours["person"]) if PEOPLE in groups else [])
    contracts = base.contracts(session, distinct(hours["contract"]) if CONTRACTS in groups or scope.company_id else [])
    facts = Facts(
        first=first, last=last, as_of=as_of, hours=hours, markets=markets, people=people, contracts=contracts,
        parties=base.parties(session, perimeter) if keys & OF_HOLDERS else frame((), PARTIES),
        publics=base.publics(session, people) if keys & OF_PUBLICS else frame((), {"person": "int64", "public": "str"}),
        authorities=base.authorities(session, perimeter) if keys & OF_BUYERS else frame((), NAMED).set_index("id"),
        companies=base.companies(session, perimeter) if keys & OF_HOLDERS else frame((), NAMED).set_index("id"),
        years=frame((), {"year": "int64"}), facilitators={},
    )  # fmt: skip
    if scope.company_id is not None:
        facts = of_employer(facts, scope.company_id)
    return replace(facts, more=_more(session, perimeter, facts, keys))


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
