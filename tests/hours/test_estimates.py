"""Hours estimated from an amount: kept apart until a facilitator confirms them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.candidates.codes import Mode
from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.actions.estimating import estimate_line
from clause.hours.codes import HourKind, HoursBasis, LineState, NotCounted
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.queries import declaration_page
from clause.hours.rules.estimate import Estimate
from clause.hours.rules.risk import Reason
from clause.kernel.refusals import Refused
from clause.ledger.models import LedgerEntry
from tests.hours.conftest import World
from tests.support.client import Client

MARCH = date(2026, 3, 1)
INVOICE = Estimate(7_000_00, 5_000, 35_00, "facture 12")


def _estimated(world: World) -> tuple[Declaration, DeclarationLine]:
    contract = world.hire(mode=Mode.SUBCONTRACTING)
    declaration = world.open(MARCH)
    line = estimate_line(world.session, world.as_company, declaration, contract.id, INVOICE)
    return declaration, line


def _ledger(session: Session) -> int:
    return session.scalar(select(func.coalesce(func.sum(LedgerEntry.hours_real), 0))) or 0


def test_an_estimate_is_seen_as_one_and_counts_once_confirmed(world: World) -> None:
    session, judge = world.session, world.as_facilitator
    declaration, line = _estimated(world)
    assert (line.hours, line.hours_basis) == (100_00, HoursBasis.ESTIMATED)

    # The grid saved again as it stands leaves it an estimate; other hours typed are hours known.
    again = DraftLine(line.employment_contract_id, HourKind.WORK, 100_00)
    actions.save_draft(session, world.as_company, declaration, DraftData((again,)))
    assert (line.hours_basis, line.estimate) == (HoursBasis.ESTIMATED, INVOICE.kept())
    actions.submit(session, world.as_company, declaration)
    page = declaration_page(session, judge, declaration.public_id)
    assert page is not None
    assert [r.reason for r in page.lines[0].remarks if r.reason is Reason.ESTIMATED] == [Reason.ESTIMATED]

    actions.validate_lines(session, judge, declaration)
    assert (line.state, line.not_counted, _ledger(session)) == (LineState.VALIDATED, NotCounted.ESTIMATED, 0)

    known = actions.correct_line(session, judge, declaration, line, 100_00, "Attestation d'heures du 4 avril")
    assert (known.hours_basis, known.not_counted, _ledger(session)) == (HoursBasis.WORKED, None, 100_00)
    assert known.estimate == INVOICE.kept()


def test_the_facilitator_confirms_it_before_validating(world: World) -> None:
    declaration, line = _estimated(world)
    actions.submit(world.session, world.as_company, declaration)
    actions.adjust_line(world.session, world.as_facilitator, declaration, line, 100_00, "Relevé du 2 avril")
    assert (line.hours_basis, line.stated_hours, _ledger(world.session)) == (HoursBasis.WORKED, None, 100_00)


def test_other_hours_typed_in_the_grid_are_known(world: World) -> None:
    declaration, line = _estimated(world)
    typed = DraftLine(line.employment_contract_id, HourKind.WORK, 90_00)
    actions.save_draft(world.session, world.as_company, declaration, DraftData((typed,)))
    assert (line.hours_basis, line.estimate) == (HoursBasis.WORKED, None)


def test_what_is_refused(world: World) -> None:
    direct = world.contracts[0]
    declaration, line = _estimated(world)
    for contract, estimate, said in (
        (direct.id, INVOICE, "sous-traitance"),
        (None, INVOICE, "Choisissez"),
        (line.employment_contract_id, INVOICE, "déjà saisies"),
        (line.employment_contract_id, Estimate(7_000_00, 5_000, 35_00, ""), "document"),
    ):
        with pytest.raises(Refused, match=said):
            estimate_line(world.session, world.as_company, declaration, contract, estimate)


def test_the_company_finds_it_from_its_grid(client: Client, world: World) -> None:
    contract = world.hire(mode=Mode.SUBCONTRACTING)
    email, grid, key = (
        world.company_user().email,
        f"/heures/saisie/{world.market.public_id}/2026-03",
        contract.public_id,
    )
    world.session.commit()
    client.sign_in(email)
    assert f"{grid}/estimer" in client.get(grid).text
    typed = {"contract": key, "amount": "7 000", "labour_share": "50", "hourly_cost": "35", "source": "facture 12", "version": "0"}  # fmt: skip
    assert client.get(f"{grid}/estimer").status_code == 200
    assert client.post(f"{grid}/estimer", data={**typed, "hourly_cost": "5"}).status_code == 422
    assert client.post(f"{grid}/estimer", data=typed).status_code == 302
    assert "Estimées : " in client.get(grid).text
