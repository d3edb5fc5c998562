"""Organisations: structures that employ facilitators, authorities that buy, companies that employ, prescribers.

Authorities and companies are shared by every structure and known once by SIREN; their establishments by SIRET.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clause.kernel.codes import code_column
from clause.kernel.db import Addressed, Base
from clause.organisations.codes import BuyerType, EmployerType, PrescriberKind, StructureKind


class Structure(Addressed, Base):
    """A facilitation structure. ``parameters`` overrides defaults of the settings catalogue (domain.md § 9)."""

    __tablename__ = "structure"

    id: Mapped[int] = mapped_column(primary_key=True)
    siret: Mapped[str | None] = mapped_column(String(14), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[StructureKind] = mapped_column(code_column(StructureKind))
    territory: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[str] = mapped_column(String(80), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PrescriberOrganisation(Addressed, Base):
    """An organisation that proposes people to one structure."""

    __tablename__ = "prescriber_organisation"
    __table_args__ = (UniqueConstraint("structure_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[PrescriberKind] = mapped_column(code_column(PrescriberKind))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ContractingAuthority(Addressed, Base):
    """A buyer: one legal entity, by SIREN."""

    __tablename__ = "contracting_authority"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[str] = mapped_column(String(9), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[BuyerType] = mapped_column(code_column(BuyerType))
    commune: Mapped[str] = mapped_column(String(120), default="")
    search: Mapped[str] = mapped_column(String(400), index=True, default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    establishments: Mapped[list[AuthorityEstablishment]] = relationship(back_populates="authority", lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class AuthorityEstablishment(Base):
    """A SIRET under which a buyer publishes."""

    __tablename__ = "authority_establishment"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("contracting_authority.id"), index=True)
    siret: Mapped[str] = mapped_column(String(14), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    authority: Mapped[ContractingAuthority] = relationship(back_populates="establishments", lazy="raise")


class Company(Addressed, Base):
    """A legal entity that holds markets or employs, by SIREN: ordinary company, SIAE, GEIQ, EA…"""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[str] = mapped_column(String(9), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="")
    search: Mapped[str] = mapped_column(String(400), index=True, default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    establishments: Mapped[list[Establishment]] = relationship(back_populates="company", lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class Establishment(Addressed, Base):
    """A place of a company, by SIRET; its type says how the people it employs are counted."""

    __tablename__ = "establishment"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    siret: Mapped[str] = mapped_column(String(14), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[EmployerType] = mapped_column(code_column(EmployerType), default=EmployerType.COMPANY)
    naf: Mapped[str] = mapped_column(String(10), default="")
    workforce: Mapped[int | None]
    commune: Mapped[str] = mapped_column(String(120), default="")
    version: Mapped[int] = mapped_column()
    company: Mapped[Company] = relationship(back_populates="establishments", lazy="raise")

    __mapper_args__ = {"version_id_col": version}
