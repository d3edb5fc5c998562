"""Who may do what: sentences, roles, and the one table that grants. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clause.kernel.codes import Code


class Role(Code):
    ADMINISTRATOR = "administrator", "Administration de la plateforme"
    COORDINATOR = "coordinator", "Coordination"
    FACILITATOR = "facilitator", "Facilitateur"
    PLIE_MANAGER = "plie_manager", "Responsable PLIE"
    COMPANY = "company", "Entreprise"
    AUTHORITY = "authority", "Maître d'ouvrage"
    PRESCRIBER = "prescriber", "Prescripteur"


STRUCTURE_ROLES = frozenset({Role.COORDINATOR, Role.FACILITATOR, Role.PLIE_MANAGER})


class Permission(StrEnum):
    """Each is a sentence that ends « … may »."""

    USE_OWN_ACCOUNT = "use one's own account"
    MANAGE_PLATFORM = "manage structures and their first users"
    MANAGE_STRUCTURE_USERS = "invite and close the accounts of one's structure"
    SEE_ORGANISATIONS = "see authorities, companies and prescribers"
    EDIT_ORGANISATIONS = "register authorities, companies and prescribers"
    SEE_MARKETS = "see operations and markets"
    EDIT_MARKETS = "register and change operations and markets"
    SEE_PARTICIPANTS = "see participants"
    PROPOSE_PARTICIPANT = "propose a participant"
    EDIT_PARTICIPANTS = "change a participant and their employment contracts"
    DECIDE_ELIGIBILITY = "decide that a person is eligible"
    SEE_CRITERIA = "see eligibility criteria and proofs"
    SEE_CONTRACTS = "see employment contracts and posts"
    PROPOSE_CONTRACT = "announce an employment contract"
    EDIT_PATHWAYS = "record PLIE pathways and steps"
    VALIDATE_PATHWAYS = "validate entries into and exits from PLIE pathways"
    SEE_DECLARATIONS = "see declarations of hours"
    DECLARE_HOURS = "declare the hours of one's company"
    DECLARE_FOR_COMPANY = "enter a company's month from its signed statement"
    VALIDATE_HOURS = "validate or return declared hours"
    CONFIRM_SUPPLIED_HOURS = "confirm the hours that one's suppliers declared on one's markets"
    ANNOUNCE_DIFFICULTY = "announce a difficulty on a market"
    SEE_COMMITMENTS = "see conventions, formal notices, difficulties and penalty cases"
    EDIT_POOLING = "record globalisation conventions and their transfers"
    DRAFT_NOTICES = "draft formal notices and record the day they were sent"
    SEND_NOTICES = "send a formal notice"
    PROPOSE_PENALTY = "open a penalty case and propose a decision"
    DECIDE_PENALTY = "apply or waive a penalty"
    SEE_CONSOLIDATIONS = "see and download consolidations"
    EXPLORE = "cross the figures of what one sees"
    SEE_CERTIFICATES = "see what a company did for insertion, and its certificates"
    PUBLISH_CONSOLIDATION = "publish the consolidation of a year or the bilan of an operation"
    IMPORT_FILES = "import reprise workbooks and public contract data"


P = Permission

_STRUCTURE_READ = frozenset(
    {
        P.USE_OWN_ACCOUNT,
        P.SEE_ORGANISATIONS,
        P.SEE_MARKETS,
        P.SEE_PARTICIPANTS,
        P.SEE_CONTRACTS,
        P.SEE_DECLARATIONS,
        P.SEE_COMMITMENTS,
        P.SEE_CONSOLIDATIONS,
        P.SEE_CERTIFICATES,
        P.EXPLORE,
    }
)
_FACILITATOR = _STRUCTURE_READ | {
    P.EDIT_ORGANISATIONS,
    P.EDIT_MARKETS,
    P.PROPOSE_PARTICIPANT,
    P.EDIT_PARTICIPANTS,
    P.DECIDE_ELIGIBILITY,
    P.SEE_CRITERIA,
    P.PROPOSE_CONTRACT,
    P.EDIT_PATHWAYS,
    P.DECLARE_FOR_COMPANY,
    P.VALIDATE_HOURS,
    P.ANNOUNCE_DIFFICULTY,
    P.EDIT_POOLING,
    P.DRAFT_NOTICES,
    P.PROPOSE_PENALTY,
    P.PUBLISH_CONSOLIDATION,
    P.IMPORT_FILES,
}

RIGHTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset({P.USE_OWN_ACCOUNT, P.MANAGE_PLATFORM}),
    # The coordinator runs the team and the figures; eligibility stays with the facilitator alone (PUB-02).
    Role.COORDINATOR: (_FACILITATOR - {P.DECIDE_ELIGIBILITY}) | {P.MANAGE_STRUCTURE_USERS},
    Role.FACILITATOR: _FACILITATOR,
    Role.PLIE_MANAGER: _STRUCTURE_READ | {P.SEE_CRITERIA, P.EDIT_PATHWAYS, P.VALIDATE_PATHWAYS, P.PROPOSE_PARTICIPANT},
    Role.COMPANY: frozenset(
        {
            P.USE_OWN_ACCOUNT,
            P.SEE_MARKETS,
            P.SEE_PARTICIPANTS,
            P.PROPOSE_PARTICIPANT,
            P.SEE_CONTRACTS,
            P.PROPOSE_CONTRACT,
            P.SEE_DECLARATIONS,
            P.DECLARE_HOURS,
            P.CONFIRM_SUPPLIED_HOURS,
            P.ANNOUNCE_DIFFICULTY,
            P.SEE_COMMITMENTS,
            P.SEE_CERTIFICATES,
            P.EXPLORE,
        }
    ),
    Role.AUTHORITY: frozenset(
        {
            P.USE_OWN_ACCOUNT,
            P.SEE_MARKETS,
            P.SEE_COMMITMENTS,
            P.SEND_NOTICES,
            P.DECIDE_PENALTY,
            P.SEE_CONSOLIDATIONS,
            P.EXPLORE,
        }
    ),
    Role.PRESCRIBER: frozenset({P.USE_OWN_ACCOUNT, P.SEE_PARTICIPANTS, P.PROPOSE_PARTICIPANT, P.EDIT_PATHWAYS}),
}


@dataclass(frozen=True)
class Viewer:
    """On whose behalf something is read or done. The affiliation that matters is the one of the role.

    ``only`` narrows the rights of the role: a link in a mail opens less than the account of its holder.
    """

    role: Role
    name: str
    user_id: int | None = None
    structure_id: int | None = None
    company_id: int | None = None
    authority_id: int | None = None
    prescriber_id: int | None = None
    only: frozenset[Permission] | None = None

    def may(self, permission: Permission) -> bool:
        return permission in RIGHTS[self.role] and (self.only is None or permission in self.only)

    @property
    def in_structure(self) -> bool:
        return self.role in STRUCTURE_ROLES


def command_viewer(structure_id: int | None, name: str = "Ligne de commande") -> Viewer:
    """The viewer of a command run on the server for one structure: it acts as its facilitator, with no account."""
    return Viewer(role=Role.FACILITATOR, name=name, structure_id=structure_id)
