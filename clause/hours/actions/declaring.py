"""Opening a month, keeping its draft, copying the last one, declaring nil, sending."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from clause.access import Permission, Role, Viewer
from clause.hours import mails
from clause.hours.actions.locking import hold, moved, touch
from clause.hours.checking import check, refuse_blocked
from clause.hours.codes import DeclarationState, LineState, Origin
from clause.hours.drafts import DraftData, DraftLine, dated, own_open_lines, sync
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.people import Employed, people_of_month
from clause.hours.rules import states
from clause.hours.rules.plausibility import Check, Finding, Lift
from clause.hours.settling import load_grounds
from clause.hours.totals import needs_total
from clause.kernel import audit, clock, storage
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue, add_months, format_hours, month_end, of_month
from clause.markets.models import Market

NO_PERSON = "Indiquez des heures pour au moins une personne, ou déclarez que personne n'a travaillé ce mois-ci."


def open_declaration(session: Session, viewer: Viewer, market: Market, company_id: int, month: date) -> Declaration:
    """The declaration of this month, begun as a draft where there is none; its lines are loaded.

    Refused: a month to come, a month without a day of the market, a company that is not the viewer's.
    """
    _refuse_opening(viewer, market, company_id, month)
    found = _existing(session, market.id, company_id, month)
    return found or _begin(session, viewer, market, company_id, month)


def _refuse_opening(viewer: Viewer, market: Market, company_id: int, month: date) -> None:
    if not _may_declare(viewer, company_id):
        raise Refused("Vous ne pouvez pas déclarer les heures de cette entreprise.")
    if month > clock.today():
        raise Refused(f"Le mois {of_month(month)} n'a pas commencé : on ne déclare que des heures déjà faites.")
    if month_end(month) < market.starts_on:
        raise Refused(f"Ce marché commence après le mois {of_month(month)} : il n'y a rien à déclarer.")


def _may_declare(viewer: Viewer, company_id: int) -> bool:
    if viewer.role is Role.COMPANY:
        return viewer.company_id == company_id and viewer.may(Permission.DECLARE_HOURS)
    return viewer.may(Permission.DECLARE_FOR_COMPANY)


def _existing(session: Session, market_id: int, company_id: int, month: date) -> Declaration | None:
    return session.scalars(
        select(Declaration)
        .where(Declaration.market_id == market_id, Declaration.company_id == company_id, Declaration.month == month)
        .options(selectinload(Declaration.lines))
    ).one_or_none()


def _begin(session: Session, viewer: Viewer, market: Market, company_id: int, month: date) -> Declaration:
    declaration = Declaration(
        market_id=market.id, company_id=company_id, month=month, state=DeclarationState.DRAFT, origin=_origin(viewer),
        entered_by_id=viewer.user_id, entered_by=viewer.name, created_at=clock.now(), lines=[],
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(declaration)
    except IntegrityError:  # the same month opened at the same instant by somebody else
        found = _existing(session, market.id, company_id, month)
        if found is None:
            raise
        raise Refused(moved(session, found), "version") from None
    audit.record(session, viewer, "déclaration commencée", declaration)
    return declaration


def _origin(viewer: Viewer) -> Origin:
    return Origin.COMPANY if viewer.role is Role.COMPANY else Origin.STATEMENT


def save_draft(
    session: Session, viewer: Viewer, declaration: Declaration, data: DraftData, version: int | None = None
) -> list[Finding]:
    """Keep what was typed and say what the rules think of it; nothing is sent.

    Kept even with findings that a comment may lift; Blocked where a row never could pass (above 220 h, a line twice).
    """
    hold(session, declaration, version)
    _refuse_editing(declaration)
    people = people_of_month(session, viewer, declaration.market_id, declaration.company_id, declaration.month)
    findings = _kept(session, viewer, declaration, data, people)
    hopeless = [f for f in findings if f.lift is not Lift.COMMENT and f.code != Check.STRADDLE]
    refuse_blocked(hopeless, _explained(data.lines), facilitator=viewer.in_structure)
    return findings


def _kept(
    session: Session, viewer: Viewer, declaration: Declaration, data: DraftData, people: Sequence[Employed]
) -> list[Finding]:
    contracts = {p.contract.id: (p.contract.participant_id, p.contract.structure_id) for p in people}
    if any(line.contract_id not in contracts for line in data.lines):
        raise Refused(
            "Une des personnes saisies n'a pas de contrat confirmé sur ce marché ce mois-ci. Rechargez la page."
        )
    market = session.get_one(Market, declaration.market_id)
    grounds = load_grounds(session, [market.id], contracts)
    lines = dated(data.lines, market, declaration.month, grounds)
    findings = check(session, viewer, declaration, lines, grounds)
    once = list({line.identity: line for line in lines}.values())  # a line typed twice is refused by its finding
    changed = sync(session, declaration, once, contracts, data.untouched)
    _note(session, viewer, declaration, data, changed)
    return findings


def _note(session: Session, viewer: Viewer, declaration: Declaration, data: DraftData, changed: bool) -> None:
    before = (declaration.total_hours_worked, declaration.comment, declaration.is_nil, declaration.origin)
    declaration.total_hours_worked, declaration.comment = data.total_hours_worked, data.comment
    declaration.is_nil = declaration.is_nil and not data.lines
    if viewer.in_structure:
        declaration.origin = Origin.STATEMENT
    after = (declaration.total_hours_worked, declaration.comment, declaration.is_nil, declaration.origin)
    if changed or before != after:
        declaration.entered_by_id, declaration.entered_by = viewer.user_id, viewer.name
        touch(session, declaration)
        _record_draft(session, viewer, declaration)


def _record_draft(session: Session, viewer: Viewer, declaration: Declaration) -> None:
    """One event a person and a draft, however many times the page saves by itself."""
    last = next(iter(audit.history(session, declaration, limit=1)), None)
    if last is None or last.action != "brouillon enregistré" or last.actor != viewer.name:
        audit.record(session, viewer, "brouillon enregistré", declaration)


def _refuse_editing(declaration: Declaration) -> None:
    refusal = states.edit_refusal(declaration.state)
    if refusal is not None:
        raise Refused(refusal.value)


def _explained(lines: Collection[DraftLine]) -> set[str]:
    return {line.key for line in lines if line.comment.strip()}


def submit(
    session: Session, viewer: Viewer, declaration: Declaration, version: int | None = None, *, notify: bool = True
) -> Declaration:
    """Send the month to the facilitator: what was kept is checked again, whole.

    Refused: nobody and not nil, a total missing where the market needs it, a statement missing where a facilitator enters
    it, a boundary of eligibility inside a line, or what REA-07 blocks without a comment.
    """
    hold(session, declaration, version)
    _refuse_editing(declaration)
    people = people_of_month(session, viewer, declaration.market_id, declaration.company_id, declaration.month)
    mine = own_open_lines(declaration, {p.contract.id for p in people})
    _refuse_incomplete(session, viewer, declaration, mine)
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
    worked = sum(line.hours for line in declaration.lines if line.standing)
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


def _check_kept(
    session: Session, viewer: Viewer, declaration: Declaration, mine: Sequence[DeclarationLine]
) -> list[Finding]:
    market = session.get_one(Market, declaration.market_id)
    grounds = load_grounds(session, [market.id], {line.employment_contract_id for line in mine})
    drafts = [as_draft(line) for line in mine]
    findings = check(session, viewer, declaration, dated(drafts, market, declaration.month, grounds), grounds)
    refuse_blocked(findings, _explained(drafts), facilitator=viewer.in_structure)
    return findings


def as_draft(line: DeclarationLine) -> DraftLine:
    """A kept line as it was typed."""
    return DraftLine(
        contract_id=line.employment_contract_id, hour_kind=line.hour_kind, hours=line.hours, worked_from=line.worked_from,
        worked_to=line.worked_to, comment=line.comment, basis=line.hours_basis,
        row=f"{line.employment_contract_id}.{line.worked_from.isoformat()}",
    )  # fmt: skip


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
    declaration.return_reason = "" if declaration.state is not DeclarationState.RETURNED else declaration.return_reason
    declaration.submitted_at, declaration.submitted_by = clock.now(), viewer.name
    touch(session, declaration)
    hours = sum(line.hours for line in declaration.lines if line.standing)
    what = "déclaration corrigée et renvoyée" if again else "déclaration envoyée"
    said = "personne n'a travaillé" if declaration.is_nil else f"{format_hours(hours)} h"
    audit.record(session, viewer, f"{what} ({said})", declaration)
    if notify:
        mails.submitted(session, viewer, declaration, again=again)
    return declaration


def declare_nil(
    session: Session, viewer: Viewer, declaration: Declaration, version: int | None = None,
    *, total_hours_worked: int | None = None, notify: bool = True,
) -> Declaration:  # fmt: skip
    """Say that nobody of the clause worked on the market this month, and send it. Refused where hours are typed."""
    hold(session, declaration, version)
    _refuse_editing(declaration)
    if any(line.standing for line in declaration.lines):
        raise Refused(
            "Des heures sont saisies pour ce mois : effacez-les avant de déclarer que personne n'a travaillé."
        )
    declaration.is_nil = True
    declaration.origin = _origin(viewer)
    if total_hours_worked is not None:
        declaration.total_hours_worked = total_hours_worked
    session.flush()
    return submit(session, viewer, declaration, notify=notify)


def copy_last_month(session: Session, viewer: Viewer, declaration: Declaration, version: int | None = None) -> int:
    """Fill the draft with the hours of the month before, for the people still there and not typed yet; how many people.

    Days are those of this month, not the copied ones. Refused where the month before has nothing for them.
    """
    hold(session, declaration, version)
    _refuse_editing(declaration)
    people = people_of_month(session, viewer, declaration.market_id, declaration.company_id, declaration.month)
    contracts = {p.contract.id for p in people}
    mine = own_open_lines(declaration, contracts)
    typed = {line.employment_contract_id for line in declaration.lines if line.standing}
    copied = _merged_kinds(as_draft(line) for line in last_month_lines(session, declaration, contracts - typed))
    if not copied:
        raise Refused("Rien à copier : le mois précédent n'a pas d'heures pour les personnes qui restent à saisir.")
    data = DraftData(
        lines=(*(as_draft(line) for line in mine), *copied), total_hours_worked=declaration.total_hours_worked,
        comment=declaration.comment,
    )  # fmt: skip
    save_draft(session, viewer, declaration, data)
    return len({line.contract_id for line in copied})


def _merged_kinds(lines: Iterable[DraftLine]) -> list[DraftLine]:
    """One line a contract and kind: last month's cuts are not this month's."""
    merged: dict[tuple[int, str], DraftLine] = {}
    for line in lines:
        key = (line.contract_id, line.hour_kind.value)
        hours = line.hours + (merged[key].hours if key in merged else 0)
        merged[key] = replace(line, hours=hours, worked_from=None, worked_to=None, comment="", row="")
    return list(merged.values())


def last_month_lines(
    session: Session, declaration: Declaration, contract_ids: Collection[int]
) -> Sequence[DeclarationLine]:
    """The standing lines of these contracts on the same market the month before."""
    return session.scalars(
        select(DeclarationLine)
        .where(
            DeclarationLine.market_id == declaration.market_id,
            DeclarationLine.month == add_months(declaration.month, -1),
            DeclarationLine.employment_contract_id.in_(contract_ids),
            DeclarationLine.standing,
            DeclarationLine.hours > 0,
        )
        .order_by(DeclarationLine.id)
    ).all()


def attach_statement(
    session: Session, viewer: Viewer, declaration: Declaration, data_dir: Path, content: bytes, name: str
) -> storage.StoredFile:
    """Attach the signed statement of the company; Refused where the content is not a PDF or a picture."""
    try:
        stored = storage.keep(session, data_dir, content, name, viewer.user_id)
    except BadValue as error:
        raise Refused(str(error), "statement") from None
    declaration.statement_id = stored.id
    touch(session, declaration)
    audit.record(session, viewer, "relevé d'heures joint", declaration, {"Fichier": [None, stored.name]})
    return stored
