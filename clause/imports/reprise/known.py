"""What the database already has, in the words of the sheets: loaded once for one structure, one read a kind of thing.

Authorities and companies are common: only those whose SIREN is in the file are read. All the rest is the structure's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.candidates.codes import ContractType, EducationLevel, EligibilityState
from clause.candidates.models import (
    Eligibility,
    EligibilityCriterion,
    EmploymentContract,
    Participant,
    Pathway,
    PathwayStep,
)
from clause.hours.codes import DeclarationState, HourKind
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.rules.counting import Window
from clause.imports.reprise.known_follow_up import load_follow_up
from clause.imports.reprise.lines import Existing, Key, Plan
from clause.kernel.values import siren_of
from clause.markets.codes import NO_CLAUSE, PartyRole
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.organisations.codes import EmployerType
from clause.organisations.models import (
    AuthorityEstablishment,
    Company,
    ContractingAuthority,
    Establishment,
    PrescriberOrganisation,
)

CHUNK = 500
DECIDED = (EligibilityState.ELIGIBLE, EligibilityState.EXPIRED)


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A standing line of hours. ``state`` is that of its declaration; ``market`` is empty for another structure's."""

    id: int
    contract: str
    market: str
    month: date
    kind: HourKind
    worked_from: date
    worked_to: date
    hours: int
    participant: str
    state: DeclarationState


@dataclass
class Known:
    """Rows by sheet and business key, and what checks and writing need beside them."""

    rows: dict[str, dict[Key, Existing]] = field(default_factory=dict)
    authority_of_siren: dict[str, int] = field(default_factory=dict)
    company_of_siren: dict[str, int] = field(default_factory=dict)
    company_of_siret: dict[str, int] = field(default_factory=dict)
    windows: dict[str, tuple[Window, ...]] = field(default_factory=dict)
    lines: list[KnownLine] = field(default_factory=list)
    declarations: dict[tuple[int, int, date], tuple[int, DeclarationState]] = field(default_factory=dict)

    def of(self, sheet: str) -> dict[Key, Existing]:
        return self.rows.setdefault(sheet, {})


def load_known(session: Session, structure_id: int | None, plan: Plan) -> Known:
    """A constant number of reads, but for one more a 500 SIREN."""
    known = Known()
    _authorities(session, known, _sirens(plan, "authorities:siret", "operations:authority"))
    _companies(session, known, _sirens(plan, "companies:siret", "markets:contractor", "contracts:employer"))
    if structure_id is None:
        return known
    _operations(session, known, structure_id)
    _markets(session, known, structure_id)
    _participants(session, known, structure_id)
    _contracts(session, known, structure_id)
    _hours(session, known, structure_id)
    _pathways(session, known, structure_id)
    load_follow_up(session, known.of("follow_ups"), known.of("qualifications"), structure_id)
    return known


def _sirens(plan: Plan, *columns: str) -> list[str]:
    pairs = [column.split(":") for column in columns]
    return sorted({siren_of(v) for sheet, key in pairs for line in plan.of(sheet) if (v := line.get(key))})


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _authorities(session: Session, known: Known, sirens: list[str]) -> None:
    statement = select(AuthorityEstablishment, ContractingAuthority).join(
        ContractingAuthority, ContractingAuthority.id == AuthorityEstablishment.authority_id
    )
    for chunk in _chunks(sirens):
        entities = select(ContractingAuthority.siren, ContractingAuthority.id)
        for siren, id in session.execute(entities.where(ContractingAuthority.siren.in_(chunk))):
            known.authority_of_siren[siren] = id
        for place, entity in session.execute(statement.where(ContractingAuthority.siren.in_(chunk))):
            values = {"name": place.name, "kind": entity.kind, "commune": entity.commune}
            known.of("authorities")[(place.siret,)] = Existing(place.id, values, {"authority": entity.id})


def _companies(session: Session, known: Known, sirens: list[str]) -> None:
    statement = select(Establishment).join(Company, Company.id == Establishment.company_id)
    for chunk in _chunks(sirens):
        for siren, id in session.execute(select(Company.siren, Company.id).where(Company.siren.in_(chunk))):
            known.company_of_siren[siren] = id
        for place in session.scalars(statement.where(Company.siren.in_(chunk))):
            values = {
                "name": place.name, "kind": place.kind, "naf": place.naf, "workforce": place.workforce,
                "commune": place.commune,
            }  # fmt: skip
            known.of("companies")[(place.siret,)] = Existing(place.id, values, {"company": place.company_id})
            known.company_of_siret[place.siret] = place.company_id


def _operations(session: Session, known: Known, structure_id: int) -> None:
    statement = select(Operation, ContractingAuthority.siren).join(
        ContractingAuthority, ContractingAuthority.id == Operation.authority_id
    )
    for row, siren in session.execute(statement.where(Operation.structure_id == structure_id)):
        values = {
            "title": row.title, "authority": siren, "programme": row.programme, "commune": row.commune, "place": row.place,
            "consultation": row.consultation_date, "starts_on": row.starts_on, "ends_on": row.ends_on, "status": row.status,
        }  # fmt: skip
        known.of("operations")[(row.reference,)] = Existing(row.id, values, version=row.version)


def _markets(session: Session, known: Known, structure_id: int) -> None:
    objective = (
        select(ObjectiveEvent.market_id, func.sum(ObjectiveEvent.delta_initial).label("initial"))
        .group_by(ObjectiveEvent.market_id)
        .subquery()
    )
    statement = (
        select(Market, Operation.reference, Establishment.siret, objective.c.initial)
        .join(Operation, Operation.id == Market.operation_id)
        .outerjoin(MarketParty, (MarketParty.market_id == Market.id) & (MarketParty.role == PartyRole.CONTRACTOR))
        .outerjoin(Establishment, Establishment.id == MarketParty.establishment_id)
        .outerjoin(objective, objective.c.market_id == Market.id)
        .where(Market.structure_id == structure_id)
    )
    for row, operation, contractor, initial in session.execute(statement):
        values = {
            "operation": operation, "lot": row.lot, "title": row.title, "clause": row.clause_kind or NO_CLAUSE,
            "nature": row.nature, "anru_base": row.anru_base, "sector": row.sector or row.sector_label, "cpv": row.cpv, "amount": row.amount_cents,
            "labour_share": row.labour_share, "insertion_rate": row.insertion_rate, "hourly_cost": row.hourly_cost_cents,
            "objective": None if initial is None else int(initial), "notified_on": row.notification_date,
            "starts_on": row.starts_on, "ends_on": row.ends_on, "contractor": contractor, "status": row.status,
        }  # fmt: skip
        known.of("markets")[(row.reference,)] = Existing(row.id, values, {"parameters": row.parameters}, row.version)


def _participants(session: Session, known: Known, structure_id: int) -> None:
    first: dict[int, Eligibility] = {}
    windows: dict[int, tuple[Window, ...]] = {}
    own = Participant.structure_id == structure_id
    statement = select(Eligibility).join(Participant, Participant.id == Eligibility.participant_id)
    for row in session.scalars(statement.where(own, Eligibility.state.in_(DECIDED)).order_by(Eligibility.id)):
        first.setdefault(row.participant_id, row)
        if row.eligible_from is not None:
            windows[row.participant_id] = (*windows.get(row.participant_id, ()), (row.eligible_from, row.eligible_until))  # fmt: skip
    criteria = _criteria(session, own)
    people = select(Participant, PrescriberOrganisation.name).outerjoin(
        PrescriberOrganisation, PrescriberOrganisation.id == Participant.prescriber_id
    )
    for person, prescriber in session.execute(people.where(own)):
        assessed = first.get(person.id)
        main, others = _publics(criteria.get(assessed.id, [])) if assessed else (None, ())
        values = {
            "last_name": person.last_name, "first_name": person.first_name, "birth_date": person.birth_date,
            "sex": person.sex, "commune": person.commune, "qpv": (person.in_qpv, person.qpv_code),
            "level": (person.education_level or EducationLevel.UNKNOWN, person.legacy_level), "public": main,
            "other_publics": others, "prescriber": prescriber or "",
            "eligible_from": assessed.eligible_from if assessed else None,
            "eligible_until": assessed.eligible_until if assessed else None,
            "decided_by": assessed.decided_by if assessed else "",
        }  # fmt: skip
        more = {"eligibility": assessed.id if assessed else None}
        known.of("participants")[(person.reference,)] = Existing(person.id, values, more, person.version)
        known.windows[person.reference] = windows.get(person.id, ())


def _criteria(session: Session, own: Any) -> dict[int, list[EligibilityCriterion]]:
    statement = (
        select(EligibilityCriterion)
        .join(Eligibility, Eligibility.id == EligibilityCriterion.eligibility_id)
        .join(Participant, Participant.id == Eligibility.participant_id)
        .where(own)
    )
    found: dict[int, list[EligibilityCriterion]] = {}
    for row in session.scalars(statement):
        found.setdefault(row.eligibility_id, []).append(row)
    return found


def _publics(criteria: Iterable[EligibilityCriterion]) -> tuple[Any, tuple[Any, ...]]:
    rows = list(criteria)
    main = next((c.kind for c in rows if c.is_primary), None)
    return main, tuple(sorted((c.kind for c in rows if not c.is_primary), key=lambda k: k.value))


def _contracts(session: Session, known: Known, structure_id: int) -> None:
    statement = (
        select(EmploymentContract, Participant.reference, Establishment.siret, Establishment.company_id)
        .join(Participant, Participant.id == EmploymentContract.participant_id)
        .join(Establishment, Establishment.id == EmploymentContract.establishment_id)
        .where(EmploymentContract.structure_id == structure_id)
    )
    for row, participant, siret, company in session.execute(statement):
        values = {
            "participant": participant, "employer": siret, "mode": row.mode, "type": row.contract_type,
            "starts_on": row.starts_on, "ends_on": row.ends_on, "job": (row.job, row.rome),
        }  # fmt: skip
        known.of("contracts")[(row.reference,)] = Existing(
            row.id, values, {"participant": row.participant_id}, row.version
        )
        known.company_of_siret[siret] = company


def _hours(session: Session, known: Known, structure_id: int) -> None:
    statement = (
        select(
            DeclarationLine.id, EmploymentContract.reference, Market.reference, DeclarationLine.month,
            DeclarationLine.hour_kind, DeclarationLine.worked_from, DeclarationLine.worked_to, DeclarationLine.hours,
            Participant.reference, Declaration.state, Market.structure_id,
        )
        .join(EmploymentContract, EmploymentContract.id == DeclarationLine.employment_contract_id)
        .join(Market, Market.id == DeclarationLine.market_id)
        .join(Participant, Participant.id == DeclarationLine.participant_id)
        .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
        .where(DeclarationLine.structure_id == structure_id, DeclarationLine.standing)
        .order_by(DeclarationLine.id)
    )  # fmt: skip
    for *row, owner in session.execute(statement):
        line = KnownLine(*row)
        known.lines.append(line if owner == structure_id else replace(line, market=""))
    owned = (
        select(Declaration.market_id, Declaration.company_id, Declaration.month, Declaration.id, Declaration.state)
        .join(Market, Market.id == Declaration.market_id)
        .where(Market.structure_id == structure_id)
    )
    known.declarations = {(m, c, month): (id, state) for m, c, month, id, state in session.execute(owned)}


def _pathways(session: Session, known: Known, structure_id: int) -> None:
    own = Participant.structure_id == structure_id
    people = select(Pathway, Participant.reference).join(Participant, Participant.id == Pathway.participant_id)
    for row, person in session.execute(people.where(own)):
        values = {
            "category": row.category, "disabled": row.disabled, "registered": row.registered,
            "inactivity": (row.inactivity_months, row.never_worked), "advisor": row.advisor, "exited_on": row.exited_on,
            "exit_kind": row.exit_kind, **_exit(row.exit_details or {}),
        }  # fmt: skip
        known.of("pathways")[(person, row.entered_on)] = Existing(row.id, values, version=row.version)
    _steps(session, known, own)


def _exit(details: dict[str, Any]) -> dict[str, Any]:
    """What a pathway keeps of its exit, in the columns of the sheet."""
    employer, contract, level = details.get("employer_type"), details.get("contract_type"), details.get("level")
    return {
        **{key: details.get(key, "") for key in ("naf", "scheme", "field", "validation")},
        "workforce": details.get("workforce"), "months": details.get("months"),
        "employer_type": EmployerType.read(employer) if employer else None,
        "contract_type": ContractType.read(contract) if contract else None,
        "level": EducationLevel.read(level) if level else None,
    }  # fmt: skip


def _steps(session: Session, known: Known, own: Any) -> None:
    steps = (
        select(PathwayStep, Participant.reference)
        .join(Pathway, Pathway.id == PathwayStep.pathway_id)
        .join(Participant, Participant.id == Pathway.participant_id)
    )
    for step, person in session.execute(steps.where(own)):
        key = (person, step.kind, step.starts_on, step.operator or None)
        known.of("steps")[key] = Existing(step.id, {"ends_on": step.ends_on, "financed": step.financed})
