"""Writing people with their eligibility, and their employment contracts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from clause.candidates.codes import ContractState, EducationLevel, EligibilityState
from clause.candidates.models import Eligibility, EligibilityCriterion, EmploymentContract, Participant
from clause.imports.reprise.ground import Ground
from clause.imports.reprise.lines import Line
from clause.kernel import clock
from clause.kernel.bulk import Values
from clause.kernel.values import fold
from clause.organisations.codes import PrescriberKind
from clause.organisations.models import PrescriberOrganisation

DECISION = "Décision reprise d'un classeur."
PERSON_FIELDS = ("last_name", "first_name", "birth_date", "sex", "commune")


def write_participants(ground: Ground) -> None:
    """People, then one decided eligibility each with its criteria."""
    ids, prescribers = ground.start("participants"), _prescribers(ground)
    lines = ground.new("participants")
    made = ground.insert(Participant, [_participant(ground, line, prescribers) for line in lines])
    ids.update({line.get("reference"): id for line, id in zip(lines, made, strict=True)})
    _assess(ground, list(zip(lines, made, strict=True)))
    for line in ground.changed("participants"):
        _change_participant(ground, line, prescribers)


def _prescribers(ground: Ground) -> dict[str, int]:
    """Ids of the structure's prescribers by name; those that the file names first are made."""
    own = PrescriberOrganisation.structure_id == ground.structure_id
    known = {row.name: row.id for row in ground.session.scalars(select(PrescriberOrganisation).where(own))}  # fmt: skip
    lines = [*ground.new("participants"), *ground.changed("participants")]
    wanted = dict.fromkeys(line.get("prescriber") for line in lines if line.get("prescriber"))
    rows = [
        PrescriberOrganisation(
            structure_id=ground.structure_id, name=name, kind=PrescriberKind.read(name) or PrescriberKind.OTHER
        )
        for name in wanted
        if name not in known
    ]
    ground.add(rows)
    return known | {row.name: row.id for row in rows}


def _person_values(line: Line, keys: list[str], prescribers: dict[str, int]) -> dict[str, Any]:
    values = {k: line.get(k) for k in keys if k in PERSON_FIELDS}
    if "qpv" in keys:
        values["in_qpv"], values["qpv_code"] = line.get("qpv")
    if "level" in keys:
        values["education_level"], values["legacy_level"] = line.get("level")
    if "prescriber" in keys:
        values["prescriber_id"] = prescribers[line.get("prescriber")]
    return values


def _participant(ground: Ground, line: Line, prescribers: dict[str, int]) -> Values:
    """Every column that a line may give, so that all the rows have the same ones."""
    values: Values = {"in_qpv": None, "legacy_level": None, "prescriber_id": None, "commune": ""}
    values |= _person_values(line, list(line.values), prescribers)
    values["qpv_code"] = values.get("qpv_code") or ""
    values["education_level"] = values.get("education_level") or EducationLevel.UNKNOWN
    search = _search(values["last_name"], values["first_name"], line.get("reference"), values["commune"])
    return {
        **values, "structure_id": ground.structure_id, "reference": line.get("reference"), "created_at": clock.now(),
        "search": search,
    }  # fmt: skip


def _search(*words: str) -> str:
    return fold(" ".join(words))[:400]


def _assess(ground: Ground, people: list[tuple[Line, int]]) -> None:
    ids = ground.insert(Eligibility, [_eligibility(ground, line, id) for line, id in people])
    criteria = [c for (line, _), id in zip(people, ids, strict=True) for c in _criteria(id, line)]
    ground.insert(EligibilityCriterion, criteria, audited=False)


def _eligibility(ground: Ground, line: Line, participant_id: int) -> Values:
    return {
        "participant_id": participant_id, "state": EligibilityState.ELIGIBLE, "proposed_by": ground.viewer.name,
        "proposed_at": clock.now(), "decided_by": line.get("decided_by") or ground.viewer.name, "decided_at": clock.now(),
        "decision_reason": DECISION, "eligible_from": line.get("eligible_from"), "eligible_until": line.get("eligible_until"),
    }  # fmt: skip


def _criteria(eligibility_id: int, line: Line) -> list[Values]:
    main = line.get("public")
    others = [kind for kind in line.get("other_publics") or () if kind is not main]
    return [{"eligibility_id": eligibility_id, "kind": kind, "is_primary": kind is main} for kind in (main, *others)]


def _change_participant(ground: Ground, line: Line, prescribers: dict[str, int]) -> None:
    keys = list(line.differences)
    row = ground.row(Participant, line)
    changes = {k: v for k, v in line.changes().items() if k not in ("Public principal", "Autres publics")}
    ground.set(row, _person_values(line, keys, prescribers), changes)
    row.search = _search(row.last_name, row.first_name, row.reference, row.commune)
    if set(keys) & {"public", "other_publics", "eligible_from", "eligible_until", "decided_by"}:
        _change_eligibility(ground, line, row.id)


def _change_eligibility(ground: Ground, line: Line, participant_id: int) -> None:
    """The first decided eligibility takes what the file says; criteria are written again."""
    assert line.existing is not None
    known = line.existing.more["eligibility"]
    if known is None:
        _assess(ground, [(line, participant_id)])
        return
    row = ground.session.get_one(Eligibility, known)
    dates: dict[str, Any] = {
        k: line.get(k) for k in ("eligible_from", "eligible_until", "decided_by") if k in line.differences
    }
    ground.set(row, dates, {})
    if {"public", "other_publics"} & set(line.differences):
        ground.session.execute(delete(EligibilityCriterion).where(EligibilityCriterion.eligibility_id == known))
        line.values.setdefault("other_publics", line.existing.values["other_publics"])
        ground.insert(EligibilityCriterion, _criteria(known, line), audited=False)


# Contracts


def write_contracts(ground: Ground) -> None:
    ids = ground.start("contracts")
    lines = ground.new("contracts")
    made = ground.insert(EmploymentContract, [_contract(ground, line) for line in lines])
    ids.update({line.get("reference"): id for line, id in zip(lines, made, strict=True)})
    for line in ground.changed("contracts"):
        _change_contract(ground, line)


CONTRACT_FIELDS = {"mode": "mode", "type": "contract_type", "starts_on": "starts_on", "ends_on": "ends_on"}


def _contract_values(line: Line, keys: list[str]) -> dict[str, Any]:
    values = {CONTRACT_FIELDS[k]: line.get(k) for k in keys if k in CONTRACT_FIELDS}
    if "job" in keys:
        values["job"], values["rome"] = line.get("job")
    return values


def _contract(ground: Ground, line: Line) -> Values:
    return {
        "structure_id": ground.structure_id, "reference": line.get("reference"), "state": ContractState.CONFIRMED,
        "participant_id": ground.id_of("participants", line.get("participant")),
        "establishment_id": ground.id_of("companies", line.get("employer")),
        "confirmed_by": ground.viewer.name, "confirmed_at": clock.now(), "created_at": clock.now(),
        "ends_on": None, "job": "", "rome": "", **_contract_values(line, list(line.values)),
    }  # fmt: skip


def _change_contract(ground: Ground, line: Line) -> None:
    values = _contract_values(line, list(line.differences))
    if values:
        ground.set(ground.row(EmploymentContract, line), values, line.changes())
