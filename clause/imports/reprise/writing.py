"""Writing what was checked, in bulk, inside the caller's unit: organisations, operations, markets, then people and hours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import select

from clause.imports.reprise.ground import Ground
from clause.imports.reprise.lines import Line
from clause.imports.reprise.resettling import resettle
from clause.imports.reprise.writing_follow_up import write_follow_ups, write_qualifications
from clause.imports.reprise.writing_hours import Step as Within
from clause.imports.reprise.writing_hours import write_hours
from clause.imports.reprise.writing_people import write_contracts, write_participants
from clause.imports.reprise.writing_plie import write_pathways, write_steps
from clause.kernel import clock
from clause.kernel.values import fold, siren_of
from clause.markets.codes import NO_CLAUSE, ObjectiveKind, ObjectiveMode, PartyRole, Programme, Sector
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.markets.rules.objective import Formula, explanation
from clause.markets.rules.status import operation_status_from_dates, status_from_dates
from clause.organisations.codes import EmployerType
from clause.organisations.models import AuthorityEstablishment, Company, ContractingAuthority, Establishment

REASON = "Objectif repris d'un classeur"
Step = Callable[[str, int, int], None]


def write(ground: Ground, step: Step = lambda _label, _done, _total: None) -> None:
    """Write every new line of the plan and, with ``update``, apply the differences of the known ones."""
    done, total = 0, sum(len(ground.plan.of(sheet)) for sheets, *_ in STAGES for sheet in sheets)
    for sheets, label, writer in STAGES:
        step(label, done, total)
        writer(ground, partial(_within, step, label, done, total))
        done += sum(len(ground.plan.of(sheet)) for sheet in sheets)
    ground.session.flush()


def _within(step: Step, label: str, before: int, total: int, done: int, _of: int) -> None:
    step(label, before + done, total)


def _organisations(ground: Ground, _step: Within) -> None:
    _write_authorities(ground)
    _write_companies(ground)


def _works(ground: Ground, _step: Within) -> None:
    _write_operations(ground)
    _write_markets(ground)


def _people(ground: Ground, _step: Within) -> None:
    write_participants(ground)
    write_contracts(ground)


def _plie(ground: Ground, _step: Within) -> None:
    write_pathways(ground)
    write_steps(ground)


def _after(ground: Ground, _step: Within) -> None:
    write_follow_ups(ground)
    write_qualifications(ground)


STAGES: tuple[tuple[tuple[str, ...], str, Callable[[Ground, Within], None]], ...] = (
    (("authorities", "companies"), "organisations", _organisations),
    (("operations", "markets"), "opérations et marchés", _works),
    (("participants", "contracts"), "personnes et contrats", _people),
    (("hours",), "heures", write_hours),
    ((), "heures déjà validées", resettle),
    (("pathways", "steps"), "parcours", _plie),
    (("follow_ups", "qualifications"), "suites et qualifications", _after),
)


# Organisations


def _write_authorities(ground: Ground) -> None:
    lines, known = ground.new("authorities"), ground.known.authority_of_siren
    firsts: dict[str, Line] = {}
    for line in lines:
        if siren_of(line.get("siret")) not in known:
            firsts.setdefault(siren_of(line.get("siret")), line)
    entities = [
        ContractingAuthority(
            siren=siren, name=line.get("name"), kind=line.get("kind"), commune=line.get("commune") or "",
            search=fold(f"{line.get('name')} {line.get('commune') or ''} {siren}")[:400], created_at=clock.now(),
        )
        for siren, line in firsts.items()
    ]  # fmt: skip
    ground.add(entities)
    known.update({entity.siren: entity.id for entity in entities})
    ground.add(
        (
            AuthorityEstablishment(authority_id=known[siren_of(line.get("siret"))], siret=line.get("siret"), name=line.get("name"))
            for line in lines
        ),
        audited=False,
    )  # fmt: skip
    for line in ground.changed("authorities"):
        _change_authority(ground, line)


def _change_authority(ground: Ground, line: Line) -> None:
    assert line.existing is not None
    place = ground.session.get_one(AuthorityEstablishment, line.existing.id)
    entity = ground.session.get_one(ContractingAuthority, place.authority_id)
    values = {k: new for k, (_old, new) in line.differences.items() if k in ("kind", "commune")}
    if "name" in line.differences:
        if entity.name == place.name:
            values["name"] = line.get("name")
        place.name = line.get("name")
    changes = line.changes()
    ground.set(entity, values, changes)
    entity.search = fold(f"{entity.name} {entity.commune} {entity.siren}")[:400]


def _write_companies(ground: Ground) -> None:
    lines, known = ground.new("companies"), ground.known.company_of_siren
    firsts: dict[str, Line] = {}
    for line in lines:
        if siren_of(line.get("siret")) not in known:
            firsts.setdefault(siren_of(line.get("siret")), line)
    companies = [
        Company(
            siren=siren, name=line.get("name"), created_at=clock.now(),
            search=fold(f"{line.get('name')} {siren} {line.get('commune') or ''}")[:400],
        )
        for siren, line in firsts.items()
    ]  # fmt: skip
    ground.add(companies)
    known.update({company.siren: company.id for company in companies})
    places = [_establishment(line, known[siren_of(line.get("siret"))]) for line in lines]
    ground.add(places)
    ids = ground.start("companies")
    ids.update({place.siret: place.id for place in places})
    ground.company_of = ground.known.company_of_siret | {place.siret: place.company_id for place in places}
    for line in ground.changed("companies"):
        _change_establishment(ground, line)


def _establishment(line: Line, company_id: int) -> Establishment:
    return Establishment(
        company_id=company_id, siret=line.get("siret"), name=line.get("name"), naf=line.get("naf") or "",
        kind=line.get("kind") or EmployerType.COMPANY, workforce=line.get("workforce"), commune=line.get("commune") or "",
    )  # fmt: skip


def _change_establishment(ground: Ground, line: Line) -> None:
    assert line.existing is not None
    place = ground.session.get_one(Establishment, line.existing.id)
    company = ground.session.get_one(Company, place.company_id)
    if "name" in line.differences and company.name == place.name:
        company.name = line.get("name")
        company.search = fold(f"{company.name} {company.siren} {place.commune}")[:400]
    ground.set(place, {k: new for k, (_old, new) in line.differences.items()}, line.changes())


# Operations


def _write_operations(ground: Ground) -> None:
    ids = ground.start("operations")
    rows = [_operation(ground, line) for line in ground.new("operations")]
    ground.add(rows)
    ids.update({row.reference: row.id for row in rows})
    for line in ground.changed("operations"):
        row = ground.row(Operation, line)
        ground.set(row, _operation_values(ground, line, list(line.differences)), line.changes())
        row.search = _operation_search(row)


OPERATION_FIELDS = {
    "title": "title", "programme": "programme", "commune": "commune", "place": "place", "consultation": "consultation_date",
    "starts_on": "starts_on", "ends_on": "ends_on", "status": "status",
}  # fmt: skip


def _operation_values(ground: Ground, line: Line, keys: list[str]) -> dict[str, Any]:
    values = {OPERATION_FIELDS[k]: line.get(k) for k in keys if k in OPERATION_FIELDS}
    if "authority" in keys:
        values["authority_id"] = ground.known.authority_of_siren[line.get("authority")]
    return values


def _operation(ground: Ground, line: Line) -> Operation:
    row = Operation(
        structure_id=ground.structure_id, reference=line.get("reference"), created_at=clock.now(),
        **_operation_values(ground, line, list(line.values)),
    )  # fmt: skip
    row.programme, row.commune = row.programme or Programme.NONE, row.commune or ""
    row.status = row.status or operation_status_from_dates(row.starts_on, row.ends_on, clock.today())
    row.search = _operation_search(row)
    return row


def _operation_search(row: Operation) -> str:
    return fold(f"{row.reference} {row.title} {row.commune}")[:600]


# Markets

MARKET_FIELDS = {
    "lot": "lot", "title": "title", "nature": "nature", "anru_base": "anru_base", "cpv": "cpv", "amount": "amount_cents",
    "labour_share": "labour_share", "insertion_rate": "insertion_rate", "hourly_cost": "hourly_cost_cents",
    "notified_on": "notification_date", "starts_on": "starts_on", "ends_on": "ends_on", "status": "status",
}  # fmt: skip


def _write_markets(ground: Ground) -> None:
    ids = ground.start("markets")
    lines = ground.new("markets")
    rows = [_market(ground, line) for line in lines]
    ground.add(rows)
    ids.update({row.reference: row.id for row in rows})
    pairs = list(zip(lines, rows, strict=True))
    ground.add((_party(ground, row.id, line) for line, row in pairs if line.get("contractor")), audited=False)
    events = [_award(ground, line, row) for line, row in pairs if line.get("objective") is not None]
    ground.add(events, audited=False)
    for line in ground.changed("markets"):
        _change_market(ground, line)


def _market_values(ground: Ground, line: Line, keys: list[str]) -> dict[str, Any]:
    values = {MARKET_FIELDS[k]: line.get(k) for k in keys if k in MARKET_FIELDS}
    if "operation" in keys:
        values["operation_id"] = ground.id_of("operations", line.get("operation"))
    if "clause" in keys:
        values["clause_kind"] = None if line.get("clause") == NO_CLAUSE else line.get("clause")
    if "sector" in keys:
        said = line.get("sector")
        known = isinstance(said, Sector)
        values |= {"sector": said if known else None, "sector_label": "" if known else said}
    return values


def _market(ground: Ground, line: Line) -> Market:
    row = Market(
        structure_id=ground.structure_id, reference=line.get("reference"), created_at=clock.now(), parameters={},
        **_market_values(ground, line, list(line.values)),
    )  # fmt: skip
    row.lot, row.cpv, row.sector_label = row.lot or "", row.cpv or "", row.sector_label or ""
    row.status = row.status or status_from_dates(row.starts_on, row.ends_on, clock.today())
    row.objective_mode = ObjectiveMode.FIXED_HOURS
    row.search = _market_search(row)
    return row


def _market_search(row: Market) -> str:
    return fold(f"{row.reference} {row.lot} {row.title} {row.sector_label} {row.cpv}")[:600]


def _party(ground: Ground, market_id: int, line: Line) -> MarketParty:
    siret = line.get("contractor")
    return MarketParty(
        market_id=market_id, company_id=ground.company_of[siret], establishment_id=ground.id_of("companies", siret),
        role=PartyRole.CONTRACTOR,
    )  # fmt: skip


def _award(ground: Ground, line: Line, row: Market) -> ObjectiveEvent:
    hours = line.get("objective")
    return _event(ground, row, ObjectiveKind.AWARD, hours, hours, hours, _calculation(line, hours))


def _calculation(line: Line, hours: int) -> dict[str, Any]:
    """The values that the file gives beside the hours, kept with the event; the hours are those of the file."""
    keys = ("amount", "labour_share", "insertion_rate", "hourly_cost")
    values = {k: line.get(k) for k in keys if line.get(k) is not None}
    kept: dict[str, Any] = {"mode": ObjectiveMode.FIXED_HOURS.value, "hours": hours, **values}
    if len(values) == len(keys) and values["hourly_cost"]:
        kept["explanation"] = explanation(Formula(*(values[k] for k in keys)), hours)
    return kept


def _event(
    ground: Ground, row: Market, kind: ObjectiveKind, initial: int, current: int, due: int, calculation: dict[str, Any]
) -> ObjectiveEvent:
    return ObjectiveEvent(
        market_id=row.id, kind=kind, effective_on=row.notification_date or row.starts_on, recorded_on=clock.today(),
        delta_initial=initial, delta_current=current, delta_due=due, reason=REASON, calculation=calculation,
        entered_by_id=ground.viewer.user_id, entered_by=ground.viewer.name, created_at=clock.now(),
    )  # fmt: skip


def _change_market(ground: Ground, line: Line) -> None:
    row = ground.row(Market, line)
    ground.set(row, _market_values(ground, line, list(line.differences)), line.changes())
    row.search = _market_search(row)
    if "objective" in line.differences:
        _change_objective(ground, line, row)
    if "contractor" in line.differences:
        _change_contractor(ground, line, row)


def _change_objective(ground: Ground, line: Line, row: Market) -> None:
    """A correction moves the three figures by the same hours; a first objective is an award."""
    old, new = line.differences["objective"]
    if old is None:
        ground.session.add(_award(ground, line, row))
        return
    delta = new - old
    ground.session.add(_event(ground, row, ObjectiveKind.CORRECTION, delta, delta, delta, _calculation(line, new)))


def _change_contractor(ground: Ground, line: Line, row: Market) -> None:
    statement = select(MarketParty).where(MarketParty.market_id == row.id, MarketParty.role == PartyRole.CONTRACTOR)
    for party in ground.session.scalars(statement):
        ground.session.delete(party)
    ground.session.flush()
    ground.session.add(_party(ground, row.id, line))
