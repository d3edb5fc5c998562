"""What is done to a convention, and the hours it moves. Each refuses a viewer whose structure did not record it."""

from clause.hours.pooling.actions.conventions import ConventionData, change, end, record_agreement, register, sign
from clause.hours.pooling.actions.transfers import Outlook, TransferData, outlook, take_back, transfer

__all__ = [
    "ConventionData",
    "Outlook",
    "TransferData",
    "change",
    "end",
    "outlook",
    "record_agreement",
    "register",
    "sign",
    "take_back",
    "transfer",
]
