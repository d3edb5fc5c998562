"""Sending a month, declaring nil, attaching the statement that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours import mails
from clause.hours.actions.drafting import as_draft, explained, origin_of, refuse_editing
from clause.hours.actions.following import follow_total
from clause.hours.actions.locking import hold, touch
from clause.hours.checking import check, refuse_blocked
from clause.hours.codes import DeclarationState, LineState
from clause.hours.drafts import dated, own_open_lines
from clause.hours.models import Declaration, DeclarationLine, FurtherStatement
from clause.hours.people import people_of_month
from clause.hours.rules import states
from clause.hours.rules.counting import declared_hours
from clause.hours.rules.plausibility import Finding
from clause.hours.settling import load_grounds
from clause.hours.totals import needs_total
from clause.kernel import audit, clock, storage
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue, format_hours
from clause.markets.models import Market

MOST_STATEMENTS = 10
HOURS_TYPED = "Des heures sont saisies pour ce mois : effacez-les avant de déclarer que personne n'a travaillé."
OTHERS_BEGUN = (
    "Ce mois contient aussi des heures saisies et pas encore envoyées pour des personnes que vous ne suivez pas : elles"
    " partiraient avec les vôtres. Demandez à qui les a saisies (l'entreprise, ou l'autre structure) de les envoyer ;"
    " votre saisie est gardée en brouillon."
)
NO_PERSON = "Indiquez des heures pour au moins une personne, ou déclarez que personne n'a travaillé ce mois-ci."


def submit(
    session: Session, viewer: Viewer, declaration: Declaration, version: int | None = None, *, notify: bool = True
) -> Declaration:
    """Send the month to the facilitator: what was kept is checked again, whole.

    Refused: nobody and not nil, a total missing where the market needs it, a statement missing where a facilitator enters
    it, a boundary of eligibility inside a line, or what REA-07 blocks without a comment.
    """
    hold(session, declaration, version)
    refuse_editing(declaration)
    people = people_of_month(session, viewer, declaration.market_id, declaration.company_id, declaration.month)
    mine = own_open_lines(declaration, {p.contract.id for p in people})
    _refuse_incomplete(session, viewer, declaration, mine)
    _refuse_sending_for_others(viewer, declaration, mine)
    findings = _check_kept(session, viewer, declaration, mine)
    _keep_overrides(mine, findings)
    return _send(session, viewer, declaration, mine, notify=notify)


def _refuse_incomplete(
    session: Session, viewer: Viewer, declaration: Declaration, mine: Sequence[DeclarationLine]
) -> None:
    if not declaration.is_nil and not mine and not any(line.standing for line in declaration.lines):
        raise Refused(NO_PERSON)
    if viewer.in_structure and declaration.statement_id is None:
        raise Refused("Joignez le relevé d'heures signé par l'entreprise (PDF ou image).", "statement")
    worked = declared_hours(line for line in declaration.lines if line.standing)
    total = declaration.total_hours_worked
    if total is None and needs_total(session, declaration.market_id, declaration.company_id):
        raise Refused(
            "Indiquez le total des heures travaillées sur ce marché ce mois-ci, par tous vos salariés :"
            " l'objectif de ce marché en dépend.", "total",
        )  # fmt: skip
    if total is not None and total < worked:
        raise Refused(
            f"Le total des heures travaillées sur le marché ({format_hours(total)} h) est inférieur aux heures d'insertion"
            f" déclarées ({format_hours(worked)} h). Corrigez l'un ou l'autre.", "total",
        )  # fmt: skip


def _refuse_sending_for_others(viewer: Viewer, declaration: Declaration, mine: Sequence[DeclarationLine]) -> None:
    """A structure sends the people it follows; what somebody else began for others is theirs to finish."""
    if viewer.in_structure and declaration.submitted_at is None and any(
        line.standing and line not in mine for line in declaration.lines
    ):  # fmt: skip
        raise Refused(OTHERS_BEGUN)


def _check_kept(
    session: Session, viewer: Viewer, declaration: Declaration, mine: Sequence[DeclarationLine]
) -> list[Finding]:
    market = session.get_one(Market, declaration.market_id)
    grounds = load_grounds(session, [market.id], {line.employment_contract_id for line in mine})
    drafts = [as_draft(line) for line in mine]
    findings = check(session, viewer, declaration, dated(drafts, market, declaration.month, grounds), grounds)
    refuse_blocked(findings, explained(drafts), facilitator=viewer.in_structure)
    return findings


def _keep_overrides(mine: Sequence[DeclarationLine], findings: Sequence[Finding]) -> None:
    lifted = {key for finding in findings if finding.blocking for key in finding.keys}
    for line in mine:
        line.override_comment = line.comment if as_draft(line).key in lifted else ""


def _send(
    session: Session, viewer: Viewer, declaration: Declaration, mine: Sequence[DeclarationLine], *, notify: bool
) -> Declaration:
    for line in mine:
        line.state, line.return_reason = LineState.DECLARED, ""
    again = declaration.submitted_at is not None
    waiting = [line.state for line in declaration.lines if line.standing]
    declaration.state = states.state_after(waiting) if waiting else DeclarationState.SUBMITTED
    declaration.submitted_at, declaration.submitted_by = clock.now(), viewer.name
    touch(session, declaration)
    hours = declared_hours(line for line in declaration.lines if line.standing)
    what = "déclaration corrigée et envoyée de nouveau" if again else "déclaration envoyée"
    said = "personne n'a travaillé" if declaration.is_nil else f"{format_hours(hours)} h"
    audit.record(session, viewer, f"{what} ({said})", declaration)
    follow_total(session, viewer, declaration)
    if notify:
        mails.submitted(session, viewer, declaration, again=again)
    return declaration


def declare_nil(
    session: Session, viewer: Viewer, declaration: Declaration, version: int | None = None,
    *, total_hours_worked: int | None = None, notify: bool = True,
) -> Declaration:  # fmt: skip
    """Say that nobody of the clause worked on the market this month, and send it. Refused where hours are typed."""
    hold(session, declaration, version)
    refuse_editing(declaration)
    if any(line.standing for line in declaration.lines):
        raise Refused(HOURS_TYPED)
    declaration.is_nil = True
    declaration.origin = origin_of(viewer)
    if total_hours_worked is not None:
        declaration.total_hours_worked = total_hours_worked
    session.flush()
    return submit(session, viewer, declaration, notify=notify)


def _further(declaration: Declaration) -> Select[int]:
    return select(func.count(FurtherStatement.id)).where(FurtherStatement.declaration_id == declaration.id)


def attach_statement(
    session: Session, viewer: Viewer, declaration: Declaration, data_dir: Path, content: bytes, name: str
) -> storage.StoredFile:
    """Attach the signed statement of the company; Refused where the content is not a PDF or a picture.

    It is kept beside those attached before: of two uploads at once, the second waits for the first and follows it.
    """
    hold(session, declaration, None)
    try:
        stored = storage.keep(session, data_dir, content, name, viewer.user_id)
    except BadValue as error:
        raise Refused(str(error), "statement") from None
    if declaration.statement_id is None:
        declaration.statement_id = stored.id
    elif session.scalars(_further(declaration)).one() >= MOST_STATEMENTS - 1:
        raise Refused(
            f"Une déclaration a {MOST_STATEMENTS} relevés au plus : regroupez-les dans un seul PDF.", "statement"
        )
    else:
        session.add(FurtherStatement(declaration_id=declaration.id, file_id=stored.id))
    touch(session, declaration)
    audit.record(session, viewer, "relevé d'heures joint", declaration, {"Fichier": [None, stored.name]})
    return stored
