"""Writing PLIE pathways and their steps."""

from __future__ import annotations

from typing import Any

from clause.candidates.actions.pathways import ExitData
from clause.candidates.models import Pathway, PathwayStep
from clause.imports.reprise.ground import Ground
from clause.imports.reprise.lines import Line
from clause.kernel import clock

EXIT = ("naf", "employer_type", "workforce", "contract_type", "scheme", "field", "level", "validation", "months")


def write_pathways(ground: Ground) -> None:
    rows = [_pathway(ground, line) for line in ground.new("pathways")]
    ground.add(rows)
    people = {id: reference for reference, id in ground.ids["participants"].items()}
    known = {key: row.id for key, row in ground.known.of("pathways").items()}
    made = {(people[row.participant_id], row.entered_on): row.id for row in rows}
    ground.ids["pathways"] = known | made
    for line in ground.changed("pathways"):
        _change_pathway(ground, line)


def _pathway(ground: Ground, line: Line) -> Pathway:
    months, never = line.get("inactivity") or (None, False)
    row = Pathway(
        participant_id=ground.id_of("participants", line.get("participant")), entered_on=line.get("entered_on"),
        category=line.get("category"), disabled=line.get("disabled"), registered=line.get("registered"),
        inactivity_months=months, never_worked=never, advisor=line.get("advisor") or "",
        entry_validated_by=ground.viewer.name, entry_validated_at=clock.now(), created_at=clock.now(), exit_details={},
    )  # fmt: skip
    if line.get("exit_kind"):
        _exit(ground, row, line.values)
    return row


def _exit(ground: Ground, row: Pathway, values: dict[str, Any]) -> None:
    row.exited_on, row.exit_kind = values["exited_on"], values["exit_kind"]
    row.exit_validated_by, row.exit_validated_at = ground.viewer.name, clock.now()
    said = {key: values[key] for key in EXIT if values.get(key) is not None}
    row.exit_details = ExitData(kind=row.exit_kind, exited_on=row.exited_on, **said).details()


def _change_pathway(ground: Ground, line: Line) -> None:
    assert line.existing is not None
    row = ground.row(Pathway, line)
    merged = {**line.existing.values, **line.values}
    values: dict[str, Any] = {
        k: line.get(k) for k in ("category", "disabled", "registered", "advisor") if k in line.differences
    }
    if "inactivity" in line.differences:
        values["inactivity_months"], values["never_worked"] = line.get("inactivity")
    ground.set(row, values, line.changes())
    if merged.get("exit_kind") and set(line.differences) & {"exited_on", "exit_kind", *EXIT}:
        _exit(ground, row, merged)


def write_steps(ground: Ground) -> None:
    rows = [
        PathwayStep(
            pathway_id=ground.id_of("pathways", (line.get("participant"), line.made["entered_on"])),
            kind=line.get("kind"), starts_on=line.get("starts_on"), ends_on=line.get("ends_on"),
            operator=line.get("operator") or "", financed=line.get("financed"),
        )
        for line in ground.new("steps")
    ]  # fmt: skip
    ground.add(rows, audited=False)
    for line in ground.changed("steps"):
        assert line.existing is not None
        row = ground.session.get_one(PathwayStep, line.existing.id)
        for key, (_old, new) in line.differences.items():
            setattr(row, key, new)
