"""People of the clause: participants, eligibility, frozen entries, PLIE pathways, positions, employment contracts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clause.candidates.codes import (
    ContractState,
    ContractType,
    EducationLevel,
    EligibilityState,
    ExitKind,
    LegacyLevel,
    Mode,
    NotKept,
    PathwayCategory,
    PlacementState,
    PublicKind,
    Sex,
)
from clause.kernel.codes import code_column
from clause.kernel.db import Addressed, Base
from clause.markets.models import Market
from clause.organisations.models import Establishment, PrescriberOrganisation


class Participant(Addressed, Base):
    """A person followed by one structure; ``reference`` is the structure's own identifier, unique in it."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("structure_id", "reference"),
        Index("ix_participant_structure_search", "structure_id", "search"),  # the list by name reads its page alone
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    reference: Mapped[str] = mapped_column(String(60))
    last_name: Mapped[str] = mapped_column(String(120))
    first_name: Mapped[str] = mapped_column(String(120))
    birth_date: Mapped[date]
    sex: Mapped[Sex] = mapped_column(code_column(Sex))
    commune: Mapped[str] = mapped_column(String(120), default="")
    in_qpv: Mapped[bool | None]
    qpv_code: Mapped[str] = mapped_column(String(12), default="")
    education_level: Mapped[EducationLevel] = mapped_column(code_column(EducationLevel), default=EducationLevel.UNKNOWN)
    legacy_level: Mapped[LegacyLevel | None] = mapped_column(code_column(LegacyLevel))
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    prescriber_id: Mapped[int | None] = mapped_column(ForeignKey("prescriber_organisation.id"), index=True)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    proposed_by_company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    notes: Mapped[str] = mapped_column(Text, default="")
    search: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    prescriber: Mapped[PrescriberOrganisation | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}


ELIGIBLE, UNDECIDED = "state = 'eligible'", "state <> 'eligible'"


def is_eligible(*, yes: bool = True) -> ColumnElement[bool]:
    """Decided so, or not; the value written in the statement, for ``ix_eligibility_until`` and ``ix_eligibility_open``."""
    value: ColumnElement[Any] = bindparam(None, EligibilityState.ELIGIBLE, literal_execute=True)
    return Eligibility.state == value if yes else Eligibility.state != value


class Eligibility(Addressed, Base):
    """One assessment of one person: proposed by somebody, decided by a facilitator alone (PUB-02)."""

    __tablename__ = "eligibility"
    __table_args__ = (
        CheckConstraint("eligible_until IS NULL OR eligible_until >= eligible_from", name="window"),
        CheckConstraint("state <> 'eligible' OR eligible_from IS NOT NULL", name="decided"),
        # What ends soon, and what waits: the state alone is no way in, nearly all are eligible.
        Index(
            "ix_eligibility_until",
            "eligible_until",
            "participant_id",
            sqlite_where=text(ELIGIBLE),
            postgresql_where=text(ELIGIBLE),
        ),
        Index("ix_eligibility_open", "state", sqlite_where=text(UNDECIDED), postgresql_where=text(UNDECIDED)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    state: Mapped[EligibilityState] = mapped_column(code_column(EligibilityState))
    market_id: Mapped[int | None] = mapped_column(ForeignKey("market.id"), index=True)
    motive: Mapped[str] = mapped_column(Text, default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    retroactive_reason: Mapped[str] = mapped_column(String(300), default="")
    eligible_from: Mapped[date | None]
    eligible_until: Mapped[date | None]
    version: Mapped[int] = mapped_column()
    participant: Mapped[Participant] = relationship(lazy="raise")
    criteria: Mapped[list[EligibilityCriterion]] = relationship(lazy="raise")
    proofs: Mapped[list[EligibilityProof]] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class EligibilityCriterion(Base):
    """A criterion of an assessment: sensitive, in a table of its own, read by the facilitation team only (GDPR-04)."""

    __tablename__ = "eligibility_criterion"
    __table_args__ = (UniqueConstraint("eligibility_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    eligibility_id: Mapped[int] = mapped_column(ForeignKey("eligibility.id"))
    kind: Mapped[PublicKind] = mapped_column(code_column(PublicKind))
    is_primary: Mapped[bool] = mapped_column(default=False)
    # Given by the prescriber with its proposal: the only ones that a prescriber reads again.
    proposed: Mapped[bool] = mapped_column(default=False)


class EligibilityProof(Base):
    """A proof seen, not kept: its type, the day, by whom (GDPR-03)."""

    __tablename__ = "eligibility_proof"

    id: Mapped[int] = mapped_column(primary_key=True)
    eligibility_id: Mapped[int] = mapped_column(ForeignKey("eligibility.id"), index=True)
    kind: Mapped[str] = mapped_column(String(120))
    seen_on: Mapped[date]
    seen_by: Mapped[str] = mapped_column(String(200))


class ClauseEntry(Base):
    """A person's characteristics, frozen the day of their first clause contract; they never follow later changes."""

    __tablename__ = "clause_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), unique=True)
    entered_on: Mapped[date]
    age: Mapped[int | None]
    sex: Mapped[Sex] = mapped_column(code_column(Sex))
    commune: Mapped[str] = mapped_column(String(120), default="")
    in_qpv: Mapped[bool | None]
    qpv_code: Mapped[str] = mapped_column(String(12), default="")
    education_level: Mapped[EducationLevel] = mapped_column(code_column(EducationLevel))
    legacy_level: Mapped[LegacyLevel | None] = mapped_column(code_column(LegacyLevel))
    primary_public: Mapped[PublicKind | None] = mapped_column(code_column(PublicKind))
    publics: Mapped[list[str]] = mapped_column(JSON, default=list)
    prescriber: Mapped[str] = mapped_column(String(200), default="")
    prescriber_kind: Mapped[str] = mapped_column(String(40), default="")
    frozen_at: Mapped[datetime]


class Pathway(Addressed, Base):
    """A PLIE pathway, from entry to exit; entry and exit are validated by the PLIE manager."""

    __tablename__ = "pathway"
    __table_args__ = (
        UniqueConstraint("participant_id", "entered_on"),
        CheckConstraint("exited_on IS NULL OR exited_on >= entered_on", name="dates"),
        CheckConstraint("(exited_on IS NULL) = (exit_kind IS NULL)", name="exit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    entered_on: Mapped[date]
    category: Mapped[PathwayCategory] = mapped_column(code_column(PathwayCategory))
    disabled: Mapped[bool | None]
    registered: Mapped[bool | None]
    inactivity_months: Mapped[int | None]
    never_worked: Mapped[bool] = mapped_column(default=False)
    advisor: Mapped[str] = mapped_column(String(120), default="")
    advisor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    entry_validated_by: Mapped[str] = mapped_column(String(200), default="")
    entry_validated_at: Mapped[datetime | None]
    exited_on: Mapped[date | None] = mapped_column(index=True)
    exit_kind: Mapped[ExitKind | None] = mapped_column(code_column(ExitKind))
    exit_details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    exit_validated_by: Mapped[str] = mapped_column(String(200), default="")
    exit_validated_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    participant: Mapped[Participant] = relationship(lazy="raise")
    steps: Mapped[list[PathwayStep]] = relationship(lazy="raise", order_by="PathwayStep.starts_on")

    __mapper_args__ = {"version_id_col": version}


class PathwayStep(Base):
    """A step of a pathway: a clause contract, a training, an ACI…"""

    __tablename__ = "pathway_step"
    __table_args__ = (
        UniqueConstraint("pathway_id", "kind", "starts_on", "operator"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pathway_id: Mapped[int] = mapped_column(ForeignKey("pathway.id"))
    kind: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    operator: Mapped[str] = mapped_column(String(200), default="")
    financed: Mapped[bool | None]


class Position(Addressed, Base):
    """A post that a company opens on a market."""

    __tablename__ = "position"

    id: Mapped[int] = mapped_column(primary_key=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"), index=True)
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishment.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    rome: Mapped[str] = mapped_column(String(5), default="")
    places: Mapped[int] = mapped_column(default=1)
    mode: Mapped[Mode | None] = mapped_column(code_column(Mode))
    weekly_hours: Mapped[int | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime]
    market: Mapped[Market] = relationship(lazy="raise")


class Placement(Addressed, Base):
    """A person presented on a position, and what became of it."""

    __tablename__ = "placement"
    __table_args__ = (UniqueConstraint("position_id", "participant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    state: Mapped[PlacementState] = mapped_column(code_column(PlacementState))
    not_kept: Mapped[NotKept | None] = mapped_column(code_column(NotKept))
    reason: Mapped[str] = mapped_column(String(300), default="")
    proposed_on: Mapped[date]
    answered_on: Mapped[date | None]
    position: Mapped[Position] = relationship(lazy="raise")
    participant: Mapped[Participant] = relationship(lazy="raise")


OPEN, ASKED = "state <> 'confirmed'", "asked_end IS NOT NULL"


def unconfirmed() -> ColumnElement[bool]:
    """Every contract but the confirmed ones, the value written in the statement: for ``ix_employment_contract_open``."""
    return EmploymentContract.state != bindparam(None, ContractState.CONFIRMED, literal_execute=True)


class EmploymentContract(Addressed, Base):
    """An employment contract of a participant; ``structure_id`` is the participant's, the reference is unique in it."""

    __tablename__ = "employment_contract"
    __table_args__ = (
        UniqueConstraint("structure_id", "reference"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
        Index("ix_employment_contract_participant_id", "participant_id"),
        Index("ix_employment_contract_structure_start", "structure_id", "starts_on"),
        # What waits for a word of the facilitation; years of confirmed contracts are not in them.
        Index(
            "ix_employment_contract_open", "structure_id", "state", sqlite_where=text(OPEN), postgresql_where=text(OPEN)
        ),
        Index(
            "ix_employment_contract_asked_end",
            "structure_id",
            "asked_end",
            sqlite_where=text(ASKED),
            postgresql_where=text(ASKED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishment.id"), index=True)
    reference: Mapped[str] = mapped_column(String(60))
    mode: Mapped[Mode] = mapped_column(code_column(Mode))
    contract_type: Mapped[ContractType] = mapped_column(code_column(ContractType))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    job: Mapped[str] = mapped_column(String(200), default="")
    rome: Mapped[str] = mapped_column(String(5), default="")
    # Hours a week of the contract, in hundredths: what a forecast counts on where it is known.
    weekly_hours: Mapped[int | None]
    state: Mapped[ContractState] = mapped_column(code_column(ContractState), default=ContractState.CONFIRMED)
    refusal_reason: Mapped[str] = mapped_column(String(300), default="")
    # A company asks to move the end; a facilitator confirms (OPE-03).
    asked_end: Mapped[date | None]
    announced_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    confirmed_by: Mapped[str] = mapped_column(String(200), default="")
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    participant: Mapped[Participant] = relationship(lazy="raise")
    establishment: Mapped[Establishment] = relationship(lazy="raise")
    assignments: Mapped[list[Assignment]] = relationship(back_populates="employment_contract", lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class Assignment(Base):
    """That an employment contract serves a market; a contract may serve several."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("employment_contract_id", "market_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    employment_contract_id: Mapped[int] = mapped_column(ForeignKey("employment_contract.id"))
    market_id: Mapped[int] = mapped_column(ForeignKey("market.id"), index=True)
    position_id: Mapped[int | None] = mapped_column(ForeignKey("position.id"), index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    employment_contract: Mapped[EmploymentContract] = relationship(back_populates="assignments", lazy="raise")
    market: Mapped[Market] = relationship(lazy="raise")
