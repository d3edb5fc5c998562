"""Use cases of candidates: each loads, asks the rules, changes, records; none commits.

People: ``propose_person``, ``reassess``, ``complete``, ``correct_person``. Eligibility: ``decide``. Contracts:
``register_contract``, ``confirm_contract``, ``refuse_contract``, ``set_end``, ``ask_end``. Positions: ``open_position``, ``close_position``,
``place``, ``answer_placement``. Pathways: ``enter_pathway``, ``validate_entry``, ``refuse_entry``, ``add_step``, ``end_step``,
``exit_pathway``, ``validate_exit``, ``refuse_exit``.

A viewer is ``access.Viewer``; a command passes ``access.command_viewer(structure_id)``. Refusals are ``kernel.refusals.Refused``.
"""

from __future__ import annotations

from clause.candidates.actions.contracts import (
    ContractData,
    ask_end,
    confirm_contract,
    refuse_contract,
    register_contract,
    set_end,
)
from clause.candidates.actions.decisions import DecisionData, ProofData, decide
from clause.candidates.actions.pathways import (
    ExitData,
    PathwayData,
    StepData,
    add_step,
    end_step,
    enter_pathway,
    exit_pathway,
    refuse_entry,
    refuse_exit,
    validate_entry,
    validate_exit,
)
from clause.candidates.actions.people import (
    DuplicateFound,
    PersonData,
    complete,
    correct_person,
    propose_person,
    reassess,
)
from clause.candidates.actions.positions import (
    PositionData,
    answer_placement,
    close_position,
    open_position,
    place,
)

__all__ = [
    "ContractData",
    "DecisionData",
    "DuplicateFound",
    "ExitData",
    "PathwayData",
    "PersonData",
    "PositionData",
    "ProofData",
    "StepData",
    "add_step",
    "answer_placement",
    "ask_end",
    "close_position",
    "complete",
    "confirm_contract",
    "correct_person",
    "decide",
    "end_step",
    "enter_pathway",
    "exit_pathway",
    "open_position",
    "place",
    "propose_person",
    "reassess",
    "refuse_contract",
    "refuse_entry",
    "refuse_exit",
    "register_contract",
    "set_end",
    "validate_entry",
    "validate_exit",
]
