"""Which rooms of the site are open, the menu of each role, and the health check."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from flask import Blueprint, Flask, current_app, request
from flask_login import current_user
from sqlalchemy import text

from clause import __version__
from clause.access import Permission, Role
from clause.guard import public, viewer
from clause.kernel.unit import current_session
from clause.markets.queries.of_organisation import markets_or_operations
from clause.organisations import related

bp = Blueprint("site", __name__)

# Each module has a blueprint ``bp``; the order does not matter.
ROOMS: tuple[str, ...] = (
    "clause.dashboard.views",
    "clause.dashboard.pages",
    "clause.accounts.views",
    "clause.organisations.team_views",
    "clause.organisations.platform_views",
    "clause.organisations.views",
    "clause.markets.operation_views",
    "clause.markets.views",
    "clause.candidates.views",
    "clause.candidates.contract_views",
    "clause.candidates.pathway_views",
    "clause.candidates.follow_up.views",
    "clause.hours.views",
    "clause.hours.files.views",
    "clause.hours.validation_views",
    "clause.hours.suppliers.views",
    "clause.hours.evidence.views",
    "clause.hours.links.views",
    "clause.hours.pooling.views",
    "clause.hours.reporting.mail_views",
    "clause.hours.reporting.notice_views",
    "clause.hours.reporting.views",
    "clause.hours.forecast.views",
    "clause.hours.penalties.views",
    "clause.hours.penalties.difficulty_views",
    "clause.consolidations.views",
    "clause.consolidations.companies.views",
    "clause.consolidations.portfolio.views",
    "clause.consolidations.transfer.views",
    "clause.consolidations.publishing.since_views",
    "clause.consolidations.explorer.saved_views",
    "clause.imports.views",
    "clause.imports.reprise.views",
    "clause.imports.decp.views",
)


@dataclass(frozen=True)
class MenuItem:
    endpoint: str
    label: str
    permission: Permission
    roles: frozenset[Role] | None = None

    @property
    def room(self) -> str:
        return self.endpoint.split(".")[0]


MENU: tuple[MenuItem, ...] = (
    MenuItem("dashboard.home", "Aujourd'hui", Permission.USE_OWN_ACCOUNT),
    MenuItem("operations.index", "Opérations", Permission.SEE_MARKETS),
    MenuItem("markets.index", "Marchés", Permission.SEE_MARKETS),
    MenuItem("participants.index", "Personnes", Permission.SEE_PARTICIPANTS),
    MenuItem("pathways.index", "Parcours PLIE", Permission.EDIT_PATHWAYS),
    MenuItem("declarations.index", "Heures", Permission.SEE_DECLARATIONS),
    MenuItem("consolidations.index", "Bilans", Permission.SEE_CONSOLIDATIONS),
    MenuItem("explorer.index", "Explorer", Permission.EXPLORE),
    MenuItem("certificates.index", "Attestations", Permission.SEE_CERTIFICATES, frozenset({Role.COMPANY})),
    MenuItem("organisations.index", "Organisations", Permission.SEE_ORGANISATIONS),
    MenuItem("imports.index", "Imports", Permission.IMPORT_FILES),
    MenuItem("team.index", "Équipe", Permission.MANAGE_STRUCTURE_USERS),
    MenuItem("platform.index", "Plateforme", Permission.MANAGE_PLATFORM),
    MenuItem("transfers.index", "Consolidation nationale", Permission.MANAGE_PLATFORM),
)


# Rooms without an item of their own: which one of the menu they stand under.
UNDER = {
    "files": "declarations",
    "links": "declarations",
    "mails": "declarations",
    "notices": "markets",
    "publishing": "consolidations",
    "certificates": "consolidations",
    "portfolio": "consolidations",
    "reporting": "declarations",
    "validation": "declarations",
    "evidence": "declarations",
    "suppliers": "declarations",
    "forecast": "markets",
    "penalties": "markets",
    "pooling": "declarations",
    "difficulties": "markets",
    "contracts": "participants",
    "follow_up": "participants",
    "decp": "imports",
    "reprise": "imports",
}


@bp.get("/healthz")
@public
def health() -> tuple[dict[str, str], int]:
    """200 with the version when the database answers."""
    current_session().execute(text("SELECT 1"))
    return {"status": "ok", "version": __version__}, 200


def menu() -> list[MenuItem]:
    """The items that the viewer may open."""
    if not current_user.is_authenticated:
        return []
    return [
        i for i in MENU
        if i.endpoint in current_app.view_functions and viewer().may(i.permission) and viewer().role in (i.roles or Role)
    ]  # fmt: skip


def rights() -> dict[str, bool]:
    """What the viewer may do, for templates: ``{% if may.EDIT_MARKETS %}``."""
    signed_in = current_user.is_authenticated
    return {permission.name: bool(signed_in and viewer().may(permission)) for permission in Permission}


def init_app(app: Flask) -> None:
    related.register("markets", markets_or_operations)
    app.register_blueprint(bp)
    for name in ROOMS:
        app.register_blueprint(import_module(name).bp)

    @app.context_processor
    def navigation() -> dict[str, Any]:
        room = (request.endpoint or "").split(".")[0]
        items = menu()
        here = room if any(item.room == room for item in items) else UNDER.get(room, room)
        return {"menu": items, "here": here, "may": rights()}
