"""What the address of a page asks: as-of day, programme, authority; said in words, refused with a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import abort, request
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.consolidations import queries
from clause.consolidations.perimeter import Perimeter, of_viewer
from clause.kernel import clock
from clause.kernel.values import BadValue, format_date, read_date
from clause.markets.codes import Programme
from clause.organisations.models import ContractingAuthority


@dataclass(frozen=True)
class Asked:
    """``as_of`` is the day asked, today where it cannot be read (``error`` then says why). ``arguments`` rebuild the address."""

    perimeter: Perimeter
    as_of: date
    typed: str = ""
    error: str = ""
    programme: Programme | None = None
    authority: ContractingAuthority | None = None
    authorities: Sequence[ContractingAuthority] = ()
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> list[str]:
        """The filters in words."""
        found = []
        if self.programme:
            found.append(f"programme {self.programme.label}")
        if self.authority:
            found.append(f"maître d'ouvrage : {self.authority.name}")
        if "au" in self.arguments:
            found.append(f"arrêté au {format_date(self.as_of)} inclus")
        return found


def asked_year(session: Session, viewer: Viewer) -> Asked:
    """The filters of the annual pages. An authority has none: two masked reports could be subtracted."""
    perimeter = of_viewer(session, viewer)
    if viewer.role is Role.AUTHORITY:
        return Asked(perimeter, clock.today())
    buyers = queries.authorities(session, perimeter)
    programme, buyer = _programme(), _authority(buyers)
    chosen = perimeter.of_authority(buyer).of_programme(programme)
    arguments = {"programme": programme.value if programme else None, "donneur": buyer.public_id if buyer else None}
    asked = Asked(chosen, clock.today(), programme=programme, authority=buyer, authorities=buyers, arguments=_without_none(arguments))  # fmt: skip
    return with_day(asked)


def asked_operation(viewer: Viewer, perimeter: Perimeter) -> Asked:
    """The as-of day of a bilan."""
    asked = Asked(perimeter, clock.today())
    return asked if viewer.role is Role.AUTHORITY else with_day(asked)


def with_day(asked: Asked) -> Asked:
    text = request.args.get("au", "").strip()
    if not text:
        return asked
    try:
        return replace(asked, as_of=read_date(text), typed=text, arguments={**asked.arguments, "au": text})
    except BadValue as error:
        return replace(asked, typed=text, error=str(error))


def _programme() -> Programme | None:
    text = request.args.get("programme", "")
    return Programme.read(text) if text else None


def _authority(known: Sequence[ContractingAuthority]) -> ContractingAuthority | None:
    wanted = request.args.get("donneur", "")
    if not wanted:
        return None
    return next((a for a in known if a.public_id == wanted), None) or abort(404)


def _without_none(arguments: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in arguments.items() if value is not None}
