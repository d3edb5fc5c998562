"""What is done to penalty cases and difficulties. None commits; refusals are ``kernel.refusals.Refused``, in French."""

from clause.hours.penalties.actions.common import Attachment
from clause.hours.penalties.actions.deciding import DecisionData, answer, decide, propose, record_decision
from clause.hours.penalties.actions.difficulties import DifficultyData, announce, follow
from clause.hours.penalties.actions.opening import ask_observations, close, compute_again, open_case

__all__ = [
    "Attachment",
    "DecisionData",
    "DifficultyData",
    "announce",
    "answer",
    "ask_observations",
    "close",
    "compute_again",
    "decide",
    "follow",
    "open_case",
    "propose",
    "record_decision",
]
