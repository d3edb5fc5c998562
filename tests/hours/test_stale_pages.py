"""A form sent from a page that is out of date: refused in a sentence, with all that was typed, and nothing is lost or done twice."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.hours import actions
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel.refusals import Refused
from clause.ledger.models import LedgerEntry
from tests.hours.conftest import MARCH, World
from tests.support.client import Client

TYPED = "Relevé signé du 31 mars"


def _line(world: World) -> str:
    return f"{world.contracts[0].public_id}.work.2026-03-01"


@pytest.mark.parametrize(
    ("page", "form", "then"),
    [
        ("validation/{id}/ajuster/{key}", {"hours": "35"}, "validate"),
        ("heures/pieces/demander/{id}/{key}", {"answer_before": "30/04/2026"}, "validate"),
        ("validation/{id}/corriger/{key}", {"hours": "35"}, "reopen"),
        ("validation/{id}/rouvrir/{key}", {}, "reopen"),
        ("validation/{id}/rouvrir", {}, "reopen"),
    ],
)
def test_a_line_that_moved_keeps_what_was_typed(
    client: Client, world: World, session: Session, page: str, form: dict[str, str], then: str
) -> None:
    declaration = world.declared(7000)
    if then == "reopen":
        actions.validate_lines(session, world.as_facilitator, declaration)
    email, version = world.facilitator_user().email, str(declaration.version)
    if then == "validate":
        actions.validate_lines(session, world.as_facilitator, declaration)
    else:
        actions.reopen(session, world.as_facilitator, declaration, "À revoir")
    entries = session.scalar(select(func.count(LedgerEntry.id)))
    address = "/" + page.format(id=declaration.public_id, key=_line(world))
    session.commit()
    client.sign_in(email)
    assert client.get(address).status_code == 404
    for stale in ({"version": version}, {}):
        refused = client.post(address, data={"reason": TYPED, **form, **stale})
        html = refused.get_data(as_text=True)
        assert (refused.status_code, TYPED in html) == (422, True)
        assert "Une information est à corriger" in html
        assert ">Version<" not in html
    session.rollback()
    assert session.scalar(select(func.count(LedgerEntry.id))) == entries


def test_a_reason_to_send_back_is_not_lost_where_somebody_decided_meanwhile(
    client: Client, world: World, session: Session
) -> None:
    declaration = world.declared(7000)
    email, version = world.facilitator_user().email, str(declaration.version)
    address = f"/validation/{declaration.public_id}"
    actions.validate_lines(session, world.as_facilitator, declaration)
    session.commit()
    client.sign_in(email)
    refused = client.post(address, data={"action": "return_all", "reason": TYPED, "version": version})
    assert (refused.status_code, TYPED in refused.get_data(as_text=True)) == (422, True)


@pytest.mark.parametrize(
    ("hours", "total", "said"), [("35", "", "Des heures sont saisies"), ("abc", "", "heures"), ("", "12x", "heures")]
)
def test_nobody_worked_does_not_drop_what_is_typed(
    client: Client, world: World, session: Session, hours: str, total: str, said: str
) -> None:
    row = f"{world.contracts[0].public_id}-0"
    email, address = world.company_user().email, f"/heures/saisie/{world.market.public_id}/2026-03"
    session.commit()
    client.sign_in(email)
    typed = {"version": "0", "rows": row, f"{row}-work": hours, "total": total, "remark": TYPED, "action": "nil"}
    refused = client.post(address, data=typed)
    html = refused.get_data(as_text=True)
    assert (refused.status_code, said in html, TYPED in html) == (422, True, True)
    assert not hours or f'value="{hours}"' in html
    session.rollback()
    assert not session.scalar(select(func.count(Declaration.id)))


def test_nobody_worked_keeps_the_remark(client: Client, world: World, session: Session) -> None:
    email, address = world.company_user().email, f"/heures/saisie/{world.market.public_id}/2026-03"
    session.commit()
    client.sign_in(email)
    sent = client.post(address, data={"version": "0", "total": "120", "remark": TYPED, "action": "nil"})
    assert sent.status_code == 302
    session.rollback()
    found = session.scalars(select(Declaration)).one()
    assert (found.is_nil, found.comment, found.total_hours_worked) == (True, TYPED, 120_00)


def test_a_month_begun_by_somebody_else_meanwhile_is_not_written_over(world: World, session: Session) -> None:
    """Where both pages were read before either wrote (PostgreSQL lets both in)."""
    world.declared(7000, sent=False)
    with pytest.raises(Refused, match="a changé pendant que vous"):
        actions.open_declaration(session, world.as_company, world.market, world.company.company_id, MARCH, new=True)
    assert set(session.scalars(select(DeclarationLine.hours))) == {7000}
