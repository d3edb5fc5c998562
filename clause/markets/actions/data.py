"""What the acts on operations and markets take: frozen dataclasses of plain values, so that forms, files, the
demonstration and tests say the same thing. Hours in hundredths, money in cents, shares in ten-thousandths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clause.markets.codes import (
    AnruBase,
    ClauseKind,
    LabourBasis,
    MarketStatus,
    Nature,
    ObjectiveKind,
    ObjectiveMode,
    OperationStatus,
    PartyRole,
    Programme,
    Sector,
)
from clause.markets.rules.trades import Trade
from clause.organisations.codes import BuyerType, EmployerType


@dataclass(frozen=True)
class OperationData:
    """An operation of the viewer's structure.

    The authority is ``authority_id`` where it is known, else ``authority_siret``: registered with its name and type where
    that SIREN is new. A status left None follows from the dates.
    """

    reference: str
    title: str
    authority_id: int | None = None
    authority_siret: str = ""
    authority_name: str = ""
    authority_kind: BuyerType | None = None
    programme: Programme = Programme.NONE
    commune: str = ""
    place: str = ""
    consultation_date: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    status: OperationStatus | None = None
    facilitator_id: int | None = None
    notes: str = ""


@dataclass(frozen=True)
class PartyData:
    """A company on a market, by the SIRET of its establishment; name and kind serve where it is new."""

    siret: str
    name: str = ""
    kind: EmployerType = EmployerType.COMPANY
    role: PartyRole = PartyRole.CONTRACTOR


@dataclass(frozen=True)
class ObjectiveData:
    """How the objective of a market is set. What the mode does not use is left None.

    - ``FIXED_HOURS``: ``hours``.
    - ``FORMULA``: ``amount_cents``, ``labour_share``, ``insertion_rate``, ``hourly_cost_cents`` (``trade`` for the usual range).
    - ``PERCENT_OF_HOURS``: ``insertion_rate`` of ``total_hours``, the hours foreseen on the market.
    - ``PER_AMOUNT``: one hour a ``step_cents`` of ``amount_cents``, from ``threshold_cents``.
    - ``JOBS_OR_FTE``: ``fte`` in hundredths (250 is 2.5).

    ``offered_hours`` are those promised in the bid (OBJ-11); ``due_hours`` those due from the award on, all of them by
    default; ``effective_on`` is by default the notification, else the start.
    """

    mode: ObjectiveMode = ObjectiveMode.FIXED_HOURS
    hours: int | None = None
    amount_cents: int | None = None
    labour_share: int | None = None
    insertion_rate: int | None = None
    hourly_cost_cents: int | None = None
    labour_basis: LabourBasis = LabourBasis.PRICE
    trade: Trade | None = None
    total_hours: int | None = None
    step_cents: int | None = None
    threshold_cents: int | None = None
    fte: int | None = None
    offered_hours: int | None = None
    due_hours: int | None = None
    effective_on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class MarketData:
    """A market of an operation that the viewer's structure leads. ``clause_kind`` None is « sans clause ».

    ``objective`` sets it at once; a market without clause must have none. ``clause`` says what the documents say of the
    clause (LEG-08: publics, modes, contractor_contact, follow_up, penalties); None leaves what is known.
    """

    operation_id: int
    reference: str
    title: str
    starts_on: date
    ends_on: date | None = None
    lot: str = ""
    clause_kind: ClauseKind | None = None
    nature: Nature | None = None
    sector: Sector | None = None
    sector_label: str = ""
    cpv: str = ""
    anru_base: AnruBase | None = None
    amount_cents: int | None = None
    notification_date: date | None = None
    status: MarketStatus | None = None
    uses_valued_hours: bool = False
    notes: str = ""
    parties: tuple[PartyData, ...] = ()
    objective: ObjectiveData | None = None
    clause: Mapping[str, str] | None = None


@dataclass(frozen=True)
class ObjectiveChange:
    """A later act on the objective. ``hours`` is the new total it leads to: due for a tranche, an order or an invoice,
    current for the others. ``new_amount_cents`` is the amount after an amendment; ``new_due`` only where it is not usual."""

    kind: ObjectiveKind
    hours: int | None
    effective_on: date
    reason: str
    new_due: int | None = None
    new_amount_cents: int | None = None


@dataclass(frozen=True)
class StatusChange:
    """A market's new state, the day of the fact, and why."""

    status: MarketStatus
    on: date
    reason: str = ""
