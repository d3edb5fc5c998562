"""Writing what became of people, and their qualifications."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from clause.candidates.follow_up.models import FollowUp, Qualification
from clause.candidates.models import EmploymentContract
from clause.imports.reprise.ground import Ground
from clause.imports.reprise.lines import Line
from clause.kernel import clock

ANSWER = ("situation", "same_company", "known_on", "reply")


def write_follow_ups(ground: Ground) -> None:
    """Answers of the file; one that was asked and not answered yet is the same row."""
    lines = ground.new("follow_ups")
    people, asked = _people(ground, lines), _asked(ground, lines)
    fresh = [line for line in lines if _key(ground, line) not in asked]
    ground.insert(FollowUp, [_follow_up(ground, line, people) for line in fresh])
    for line in lines:
        if row := asked.get(_key(ground, line)):
            ground.set(row, _answer(ground, line), {})
    for line in ground.changed("follow_ups"):
        assert line.existing is not None
        known = ground.session.get_one(FollowUp, line.existing.id)
        ground.set(known, {**_values(line), **_author(ground)}, line.changes())


def _key(ground: Ground, line: Line) -> tuple[int, Any]:
    return ground.id_of("contracts", line.get("contract")), line.get("moment")


def _asked(ground: Ground, lines: list[Line]) -> dict[tuple[int, Any], FollowUp]:
    """Those without an answer, by contract and moment."""
    if not lines:
        return {}
    rows = ground.session.scalars(
        select(FollowUp).where(FollowUp.structure_id == ground.structure_id, FollowUp.situation.is_(None))
    )
    return {(row.employment_contract_id, row.moment): row for row in rows}


def _people(ground: Ground, lines: list[Line]) -> dict[int, int]:
    """Participant of each contract of the structure."""
    if not lines:
        return {}
    statement = select(EmploymentContract.id, EmploymentContract.participant_id).where(
        EmploymentContract.structure_id == ground.structure_id
    )
    return {row.id: row.participant_id for row in ground.session.execute(statement)}


def _follow_up(ground: Ground, line: Line, people: dict[int, int]) -> dict[str, Any]:
    contract, moment = _key(ground, line)
    return {
        "structure_id": ground.structure_id, "participant_id": people[contract], "employment_contract_id": contract,
        "moment": moment, "due_on": line.made["due_on"], **_answer(ground, line),
    }  # fmt: skip


def _answer(ground: Ground, line: Line) -> dict[str, Any]:
    blank = {"same_company": None, "known_on": line.made["due_on"], "reply": True}
    return {**blank, **_values(line), **_author(ground)}


def _values(line: Line) -> dict[str, Any]:
    return {key: line.get(key) for key in ANSWER if key in line.values}


def _author(ground: Ground) -> dict[str, Any]:
    return {"entered_by_id": ground.viewer.user_id, "entered_by": ground.viewer.name, "entered_at": clock.now()}


def write_qualifications(ground: Ground) -> None:
    ground.insert(Qualification, [_qualification(ground, line) for line in ground.new("qualifications")])
    for line in ground.changed("qualifications"):
        assert line.existing is not None
        values: dict[str, Any] = {
            key: line.get(key) for key in ("level", "state", "ended_on") if key in line.differences
        }
        if "contract" in line.differences:
            values["employment_contract_id"] = ground.id_of("contracts", line.get("contract"))
        ground.set(ground.session.get_one(Qualification, line.existing.id), values, line.changes())


def _qualification(ground: Ground, line: Line) -> dict[str, Any]:
    contract = line.get("contract")
    return {
        "structure_id": ground.structure_id, "participant_id": ground.id_of("participants", line.get("participant")),
        "employment_contract_id": ground.id_of("contracts", contract) if contract else None, "title": line.get("title"),
        "level": line.get("level"), "state": line.get("state"), "begun_on": line.get("begun_on"), "ended_on": line.get("ended_on"),
        "entered_by_id": ground.viewer.user_id, "entered_by": ground.viewer.name, "created_at": clock.now(),
    }  # fmt: skip
