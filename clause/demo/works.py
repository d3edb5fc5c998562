"""Operations and markets: registered when their time comes, moved from state to state."""

from __future__ import annotations

from datetime import date, timedelta

from clause.demo.stage import Stage
from clause.demo.territory import COMPANIES as FIRMS
from clause.demo.territory import OPERATIONS, PLACES, MarketSeed, OperationSeed, siret
from clause.kernel.values import add_months, month_end
from clause.markets import actions
from clause.markets.actions import MarketData, ObjectiveChange, ObjectiveData, OperationData, PartyData, StatusChange
from clause.markets.codes import (
    AnruBase,
    MarketStatus,
    Nature,
    ObjectiveKind,
    ObjectiveMode,
    OperationStatus,
    PartyRole,
    Programme,
)
from clause.markets.models import Market

SIRETS = {firm.key: siret(firm.number) for firm in FIRMS}
CLAUSE_TEXT = {
    "publics": "Publics de l'article 16.1.1 du CCAG, validés par le facilitateur.",
    "modes": "Embauche directe, mise à disposition, sous-traitance ou cotraitance.",
    "contractor_contact": "Service des ressources humaines du titulaire.",
    "follow_up": "Déclaration mensuelle des heures.",
    "penalties": "40 € par heure non réalisée.",
}  # fmt: skip
BEFORE_AWARD = {MarketStatus.PLANNED, MarketStatus.CONSULTING, MarketStatus.UNSUCCESSFUL, MarketStatus.NO_FOLLOW_UP}


def register(stage: Stage, index: int) -> None:
    """The operations whose upstream time comes in this month, with their markets."""
    for seed in OPERATIONS:
        if max(seed.first - 2, -7) == index:
            stage.at(stage.month(index) + timedelta(days=3))
            _operation(stage, seed)


def _operation(stage: Stage, seed: OperationSeed) -> None:
    viewer = stage.facilitator(seed.structure)
    starts_on = stage.month(seed.first)
    operation = actions.register_operation(
        stage.session, viewer,
        OperationData(
            reference=seed.reference, title=seed.title, authority_id=stage.authorities[seed.authority],
            programme=seed.programme, commune=seed.commune, place=PLACES.get(seed.commune, ""), consultation_date=add_months(starts_on, -5),
            starts_on=starts_on, ends_on=month_end(stage.month(seed.last)), facilitator_id=viewer.user_id,
            status=OperationStatus.IN_PROGRESS if seed.status is not OperationStatus.CONSULTATION else seed.status,
        ),
    )  # fmt: skip
    stage.operations[seed.reference] = operation
    if seed.partner:
        actions.add_partner(
            stage.session, viewer, operation, stage.structures[seed.partner], add_months(starts_on, -1),
            "Convention de partenariat entre les deux territoires traversés par la ligne",
        )  # fmt: skip
    for market in seed.markets:
        stage.markets[market.reference] = _market(stage, seed, market)


def _market(stage: Stage, operation: OperationSeed, seed: MarketSeed) -> Market:
    starts_on = stage.month(seed.first)
    return actions.register_market(
        stage.session, stage.facilitator(operation.structure),
        MarketData(
            operation_id=stage.operations[operation.reference].id, reference=seed.reference, lot=seed.lot, title=seed.title,
            clause_kind=seed.kind, nature=seed.nature, sector=seed.sector, cpv=seed.cpv,
            amount_cents=seed.amount * 100 if seed.amount else None,
            notification_date=None if seed.status in BEFORE_AWARD else starts_on - timedelta(days=20),
            starts_on=starts_on, ends_on=month_end(stage.month(seed.last)), status=_first_status(seed),
            parties=_parties(seed), objective=_objective(seed), clause=CLAUSE_TEXT if seed.kind else {},
            anru_base=_anru_base(operation, seed),
        ),
    )  # fmt: skip


def _anru_base(operation: OperationSeed, seed: MarketSeed) -> AnruBase | None:
    """Services on an operation of urban renewal are urban management."""
    if operation.programme is not Programme.ANRU:
        return None
    return AnruBase.LOCAL_MANAGEMENT if seed.nature is Nature.SERVICES else AnruBase.WORKS


def _first_status(seed: MarketSeed) -> MarketStatus:
    if seed.status in (MarketStatus.UNSUCCESSFUL, MarketStatus.NO_FOLLOW_UP):
        return MarketStatus.CONSULTING
    return seed.status if seed.status in BEFORE_AWARD else MarketStatus.AWARDED


def _parties(seed: MarketSeed) -> tuple[PartyData, ...]:
    roles = (
        (seed.holder, PartyRole.CONTRACTOR),
        (seed.co_holder, PartyRole.CO_CONTRACTOR),
        (seed.subcontractor, PartyRole.SUBCONTRACTOR),
    )
    return tuple(PartyData(siret=SIRETS[key], role=role) for key, role in roles if key)


def _objective(seed: MarketSeed) -> ObjectiveData | None:
    if seed.formula and seed.amount:
        labour, rate, cost = seed.formula
        return ObjectiveData(
            mode=ObjectiveMode.FORMULA, amount_cents=seed.amount * 100, labour_share=labour * 100,
            insertion_rate=rate * 100, hourly_cost_cents=cost * 100,
        )  # fmt: skip
    return ObjectiveData(hours=seed.hours * 100) if seed.hours else None


# What happens to a market on the way: (reference, month, state, reason).
EVENTS: tuple[tuple[str, int, MarketStatus, str], ...] = (
    ("PIS-01", 9, MarketStatus.RECEIVED, ""),
    ("PIS-01", 11, MarketStatus.CLOSED, ""),
    ("PIS-02", 11, MarketStatus.RECEIVED, ""),
    ("PIS-02", 13, MarketStatus.CLOSED, ""),
    ("PIS-03", 13, MarketStatus.RECEIVED, ""),
    ("PIS-04", 6, MarketStatus.NO_FOLLOW_UP, "Besoin abandonné par l'agglomération."),
    ("ECO-01", 13, MarketStatus.RECEIVED, ""),
    ("ECO-03", 14, MarketStatus.TERMINATED, "Défaillance du titulaire, marché résilié."),
    ("TIL-04", 15, MarketStatus.SUSPENDED, "Présence d'amiante : travaux arrêtés jusqu'au diagnostic."),
    ("COL-03", 17, MarketStatus.UNSUCCESSFUL, ""),
)


def happen(stage: Stage, index: int) -> None:
    """The changes of state of this month, and the amendment of the school in the tenth."""
    _start(stage, index + 1)
    for reference, month, status, reason in EVENTS:
        if month == index:
            _change(stage, reference, StatusChange(status, _day_of(stage, reference, status, index), reason))
    if index == 10:
        _amend(stage)
    if index == 13:
        _complete(stage, "PIS-2024")


def _start(stage: Stage, index: int) -> None:
    """The markets that begin next month: their start order is given the day before."""
    for operation in OPERATIONS:
        for seed in operation.markets:
            if seed.first == index and _first_status(seed) is MarketStatus.AWARDED:
                stage.at(stage.month(index) - timedelta(days=1), 17)
                change = StatusChange(MarketStatus.IN_PROGRESS, stage.month(index), "Ordre de service de démarrage.")
                market = stage.markets[seed.reference]
                actions.change_market_status(stage.session, stage.facilitator(operation.structure), market, change)


def _day_of(stage: Stage, reference: str, status: MarketStatus, index: int) -> date:
    """An acceptance is dated of the planned end of the works, anything else of the day it is recorded."""
    end = stage.markets[reference].ends_on
    on = stage.month(index) + timedelta(days=7)
    return min(end, on) if end is not None and status is MarketStatus.RECEIVED else on


def _change(stage: Stage, reference: str, change: StatusChange) -> None:
    stage.at(stage.month(EVENT_MONTHS[reference, change.status]) + timedelta(days=7), 15)
    market = stage.markets[reference]
    viewer = stage.facilitator(_structure_of(reference))
    actions.change_market_status(stage.session, viewer, market, change)


EVENT_MONTHS = {(reference, status): month for reference, month, status, _ in EVENTS}


def _structure_of(market_reference: str) -> str:
    return next(o.structure for o in OPERATIONS if any(m.reference == market_reference for m in o.markets))


def _amend(stage: Stage) -> None:
    """An amendment of +12 % on the school, worth as many hours (OBJ-10)."""
    stage.at(stage.month(10) + timedelta(days=9), 11)
    change = ObjectiveChange(
        ObjectiveKind.AMENDMENT, 806_400, stage.month(10) + timedelta(days=9),
        "Avenant n° 1 : agrandissement du préau, + 12 %", new_due=806_400, new_amount_cents=8_064_000_00,
    )  # fmt: skip
    actions.change_objective(stage.session, stage.facilitator("plie"), stage.markets["ECO-02"], change)


def _complete(stage: Stage, reference: str) -> None:
    actions.change_operation_status(
        stage.session, stage.facilitator("plie"), stage.operations[reference], OperationStatus.COMPLETED,
        "Piscine rouverte au public.",
    )  # fmt: skip
