"""What rooms above this one show on a market's page: they register a section or a link when their views are imported.

A section has a title, a template of its own room and a loader ``(session, viewer, market, today)`` that returns what the
template reads as ``data``, or None where there is nothing to show. The page gives it an ``<h2>``; the template gives the
rest, and finds ``market`` and ``operation`` beside ``data``. A loader answers in a constant number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.markets.models import Market

Data = Mapping[str, Any]
Loader = Callable[[Session, Viewer, Market, date], Data | None]
Address = Callable[[Viewer, Market], str | None]


@dataclass(frozen=True)
class Section:
    """A card of the page. ``anchor`` is its ``id`` (``#globalisation``); sections come in the order of ``order``."""

    anchor: str
    title: str
    template: str
    permission: Permission
    loader: Loader
    order: int = 100


@dataclass(frozen=True)
class Shown:
    """A section with what its loader found."""

    anchor: str
    title: str
    template: str
    data: Data


@dataclass(frozen=True)
class Link:
    """A line of « Sur ce marché ». ``address`` returns None where the link is not for this viewer or this market."""

    label: str
    permission: Permission
    address: Address
    order: int = 100


_sections: dict[str, Section] = {}
_links: dict[str, Link] = {}


def register(section: Section) -> None:
    """Add a section to the page of markets; the same anchor again replaces it."""
    _sections[section.anchor] = section


def register_link(link: Link) -> None:
    """Add a link to « Sur ce marché »; the same label again replaces it."""
    _links[link.label] = link


def sections(session: Session, viewer: Viewer, market: Market, today: date) -> list[Shown]:
    """The sections that this viewer may see and that have something to show, in order."""
    found = []
    for section in sorted(_sections.values(), key=lambda s: (s.order, s.anchor)):
        data = section.loader(session, viewer, market, today) if viewer.may(section.permission) else None
        if data is not None:
            found.append(Shown(section.anchor, section.title, section.template, data))
    return found


def links(viewer: Viewer, market: Market) -> dict[str, str]:
    """Label and address of the links that rooms added, in order."""
    wanted = (link for link in sorted(_links.values(), key=lambda x: (x.order, x.label)) if viewer.may(link.permission))
    urls = {link.label: link.address(viewer, market) for link in wanted}
    return {label: url for label, url in urls.items() if url}
