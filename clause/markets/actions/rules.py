"""The rules that a market sets for itself (its contract's own text), above those of its structure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.kernel import audit
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused
from clause.markets.actions.common import require_lead
from clause.markets.models import Market
from clause.organisations import rulebook
from clause.organisations.models import Structure

RULES = rulebook.rules_in(rulebook.groups_of_market())
INHERITED = "comme la structure"


def change_rules(
    session: Session, viewer: Viewer, market: Market, typed: Mapping[str, Any], version: int | None = None
) -> bool:
    """Keep what the market says (by name of rule; None: inherited); False where nothing changed.

    Hours already validated keep what was applied to them: their entries are not computed again. Refused: rules that
    contradict one another once all are in force.
    """
    require_lead(viewer, market.structure_id)
    check_version(session, market, version)
    structure = session.get_one(Structure, market.structure_id)
    parameters = rulebook.with_rules(market.parameters, RULES, typed)
    found = rulebook.fault(structure.parameters, parameters)
    if found is not None:
        raise Refused(found[1], found[0].replace(".", "_"))
    before, after = (rulebook.describe(RULES, kept, INHERITED) for kept in (market.parameters, parameters))
    changes = audit.differences(before, after)
    if changes:
        market.parameters = parameters
        session.flush()
        audit.record(session, viewer, "règles du marché modifiées", market, changes)
    return bool(changes)
