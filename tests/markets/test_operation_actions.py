"""Registering, changing and sharing operations, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from clause.access import Role
from clause.kernel import audit
from clause.kernel.refusals import Refused
from clause.markets import actions
from clause.markets.actions import OperationData
from clause.markets.codes import OperationStatus
from clause.markets.models import Operation
from clause.markets.rules.checks import Refusal
from clause.markets.visibility import visible_operations
from clause.organisations.codes import BuyerType
from clause.organisations.models import ContractingAuthority
from tests.markets.conftest import World
from tests.support import factories as make

DATA = OperationData("OP-1", "École", starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30))


def data(world: World, **values: object) -> OperationData:
    return replace(DATA, authority_id=world.authority.id, **values)  # type: ignore[arg-type]


def test_an_operation_is_registered_with_its_state_its_facilitator_and_its_history(engine: str, world: World) -> None:
    operation = actions.register_operation(world.session, world.viewer, data(world))
    assert operation.structure_id == world.ours.id
    assert operation.status is OperationStatus.IN_PROGRESS
    assert operation.facilitator_id == world.user.id
    assert [e.action for e in audit.history(world.session, operation)] == ["opération créée"]


def test_a_new_authority_is_registered_by_its_siret_once(engine: str, world: World) -> None:
    siret = make.siret()
    new = replace(DATA, authority_siret=siret, authority_name="Val Habitat", authority_kind=BuyerType.SOCIAL_LANDLORD)
    first = actions.register_operation(world.session, world.viewer, new)
    second = actions.register_operation(
        world.session, world.viewer, replace(new, reference="OP-2", authority_name="Autre nom")
    )
    assert first.authority_id == second.authority_id
    assert world.session.get_one(ContractingAuthority, first.authority_id).kind is BuyerType.SOCIAL_LANDLORD


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"reference": ""}, "reference", Refusal.REFERENCE_MISSING),
        ({"title": ""}, "title", Refusal.TITLE_MISSING),
        ({"ends_on": date(2025, 12, 31)}, "ends_on", Refusal.END_BEFORE_START),
        ({"consultation_date": date(2028, 1, 1)}, "consultation_date", Refusal.CONSULTATION_AFTER_END),
        ({"authority_id": None}, "authority", Refusal.AUTHORITY_MISSING),
        ({"authority_id": None, "authority_siret": "12345678901234"}, "authority_siret", None),
    ],
)
def test_what_an_operation_may_not_say(
    engine: str, world: World, values: dict[str, object], field: str, sentence: Refusal | None
) -> None:
    with pytest.raises(Refused) as refused:
        actions.register_operation(world.session, world.viewer, replace(data(world), **values))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert sentence is None or refused.value.sentence == sentence
    assert world.session.scalar(select(func.count(Operation.id))) == 0


def test_an_unknown_siret_needs_a_name(world: World) -> None:
    with pytest.raises(Refused) as refused:
        actions.register_operation(world.session, world.viewer, replace(DATA, authority_siret=make.siret()))
    assert refused.value.field == "authority_name"


def test_a_reference_is_used_once_in_a_structure_and_again_in_another(engine: str, world: World) -> None:
    actions.register_operation(world.session, world.viewer, data(world))
    with pytest.raises(Refused) as refused:
        actions.register_operation(world.session, world.viewer, data(world))
    assert refused.value.field == "reference"
    assert "École" in refused.value.sentence
    assert actions.register_operation(world.session, world.stranger, data(world)).structure_id == world.theirs.id


def test_a_change_says_what_it_was_and_what_it_is(engine: str, world: World) -> None:
    operation = actions.register_operation(world.session, world.viewer, data(world))
    actions.change_operation(
        world.session, world.viewer, operation, data(world, title="Collège", ends_on=date(2027, 7, 31))
    )
    last = audit.history(world.session, operation)[0]
    assert last.changes["intitulé"] == ["École", "Collège"]
    assert last.changes["fin"] == ["30/06/2027", "31/07/2027"]
    assert last.changes["facilitateur"] == [world.user.name, ""]


def test_saving_without_change_writes_no_history(world: World) -> None:
    same = data(world, facilitator_id=world.user.id)
    operation = actions.register_operation(world.session, world.viewer, same)
    actions.change_operation(world.session, world.viewer, operation, same)
    assert len(audit.history(world.session, operation)) == 1


def test_the_second_of_two_editors_sees_what_the_first_changed(engine: str, world: World) -> None:
    operation = actions.register_operation(world.session, world.viewer, data(world))
    read = operation.version
    actions.change_operation(world.session, world.viewer, operation, data(world, title="Collège"), read)
    with pytest.raises(Refused) as refused:
        actions.change_operation(world.session, world.viewer, operation, data(world, title="Lycée"), read)
    assert world.user.name in refused.value.sentence
    assert "École → Collège" in refused.value.sentence
    assert operation.title == "Collège"


def test_only_the_lead_edits(engine: str, world: World) -> None:
    operation = actions.register_operation(world.session, world.viewer, data(world))
    actions.add_partner(world.session, world.viewer, operation, world.theirs, date(2026, 1, 2))
    for viewer in (world.stranger, make.viewer_of(world.ours, Role.PLIE_MANAGER)):
        with pytest.raises(Refused) as refused:
            actions.change_operation(world.session, viewer, operation, data(world, title="Autre"))
        assert refused.value.sentence == Refusal.NOT_LEAD
    with pytest.raises(Refused):
        actions.register_operation(world.session, make.viewer_of(world.ours, Role.PLIE_MANAGER), data(world))


def test_states_follow_one_another_as_the_rulebook_says(world: World) -> None:
    operation = actions.register_operation(world.session, world.viewer, data(world))
    with pytest.raises(Refused) as refused:
        actions.change_operation_status(world.session, world.viewer, operation, OperationStatus.CLOSED)
    assert refused.value.sentence == Refusal.STEP_FORBIDDEN
    with pytest.raises(Refused) as refused:
        actions.change_operation_status(world.session, world.viewer, operation, OperationStatus.ABANDONED)
    assert refused.value.field == "reason"
    actions.change_operation_status(world.session, world.viewer, operation, OperationStatus.COMPLETED)
    assert audit.history(world.session, operation)[0].changes == {"état": ["En cours", "Terminée"]}


def seen_by(world: World, viewer: object) -> int:
    return len(world.session.scalars(visible_operations(viewer)).all())  # type: ignore[arg-type]


def test_a_partner_sees_the_operation_by_agreement_and_no_longer_after(engine: str, world: World) -> None:
    operation = actions.register_operation(world.session, world.viewer, data(world))
    assert seen_by(world, world.stranger) == 0
    actions.add_partner(world.session, world.viewer, operation, world.theirs, date(2026, 1, 2), "n° 4")
    assert seen_by(world, world.stranger) == 1
    assert "convention du 02/01/2026 (n° 4)" in str(audit.history(world.session, operation)[0].changes)
    actions.remove_partner(world.session, world.viewer, operation, world.theirs)
    assert seen_by(world, world.stranger) == 0


def test_a_structure_shares_once_and_never_with_itself(world: World) -> None:
    operation = actions.register_operation(world.session, world.viewer, data(world))
    with pytest.raises(Refused) as refused:
        actions.add_partner(world.session, world.viewer, operation, world.ours, date(2026, 1, 2))
    assert refused.value.sentence == Refusal.PARTNER_IS_LEAD
    actions.add_partner(world.session, world.viewer, operation, world.theirs, date(2026, 1, 2))
    with pytest.raises(Refused) as refused:
        actions.add_partner(world.session, world.viewer, operation, world.theirs, date(2026, 1, 2))
    assert refused.value.sentence == Refusal.PARTNER_TWICE


def test_a_partner_that_follows_people_stays(engine: str, world: World) -> None:
    operation = actions.register_operation(world.session, world.viewer, data(world))
    actions.add_partner(world.session, world.viewer, operation, world.theirs, date(2026, 1, 2))
    market = make.market(world.session, operation, world.company)
    make.contract(world.session, make.participant(world.session, world.theirs), world.company, market)
    with pytest.raises(Refused) as refused:
        actions.remove_partner(world.session, world.viewer, operation, world.theirs)
    assert "suit 1 personne sur cette opération" in refused.value.sentence
