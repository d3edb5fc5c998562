"""Opening a month, keeping its draft, copying the last one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from clause.access import Permission, Role, Viewer
from clause.hours.actions.confirmation import hours_changed
from clause.hours.actions.locking import CONFLICT_FIELD, hold, moved, touch
from clause.hours.checking import check, refuse_blocked
from clause.hours.codes import DeclarationState, HoursBasis, Origin
from clause.hours.drafts import DraftData, DraftLine, dated, own_open_lines, sync
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.people import Employed, people_of_month
from clause.hours.rules import states
from clause.hours.rules.plausibility import Check, Finding, Lift
from clause.hours.settling import load_grounds
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.values import add_months, month_end, of_month
from clause.markets.models import Market


def open_declaration(
    session: Session, viewer: Viewer, market: Market, company_id: int, month: date, *, new: bool = False
) -> Declaration:
    """The declaration of this month, begun as a draft where there is none; its lines are loaded.

    Refused: a month to come, a month without a day of the market, a company that is not the viewer's; with ``new``, a
    month that somebody began since the caller saw that there was none.
    """
    _refuse_opening(viewer, market, company_id, month)
    found = _existing(session, market.id, company_id, month)
    if found is not None and new:
        raise Refused(moved(session, found), CONFLICT_FIELD)
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
        market_id=market.id, company_id=company_id, month=month, state=DeclarationState.DRAFT, origin=origin_of(viewer),
        entered_by_id=viewer.user_id, entered_by=viewer.name, created_at=clock.now(), lines=[],
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(declaration)
    except IntegrityError:  # the same month opened at the same instant by somebody else
        found = _existing(session, market.id, company_id, month)
        if found is None:
            raise
        raise Refused(moved(session, found), CONFLICT_FIELD) from None
    audit.record(session, viewer, "déclaration commencée", declaration)
    return declaration


def origin_of(viewer: Viewer) -> Origin:
    """Who states the hours: the company, or a facilitator from its statement."""
    return Origin.COMPANY if viewer.role is Role.COMPANY else Origin.STATEMENT


def save_draft(
    session: Session, viewer: Viewer, declaration: Declaration, data: DraftData, version: int | None = None
) -> list[Finding]:
    """Keep what was typed and say what the rules think of it; nothing is sent.

    Kept even with findings that a comment may lift; Blocked where a row never could pass (above 220 h, a line twice).
    """
    hold(session, declaration, version)
    refuse_editing(declaration)
    people = people_of_month(session, viewer, declaration.market_id, declaration.company_id, declaration.month)
    findings = _kept(session, viewer, declaration, data, people)
    hopeless = [f for f in findings if f.lift is not Lift.COMMENT and f.code != Check.STRADDLE]
    refuse_blocked(hopeless, explained(data.lines), facilitator=viewer.in_structure)
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
    if changed:
        hours_changed(session, viewer, declaration)
    if changed or before != after:
        declaration.entered_by_id, declaration.entered_by = viewer.user_id, viewer.name
        touch(session, declaration)
        _record_draft(session, viewer, declaration)


def _record_draft(session: Session, viewer: Viewer, declaration: Declaration) -> None:
    """One event a person and a draft, however many times the page saves by itself."""
    last = next(iter(audit.history(session, declaration, limit=1)), None)
    if last is None or last.action != "brouillon enregistré" or last.actor != viewer.name:
        audit.record(session, viewer, "brouillon enregistré", declaration)


def refuse_editing(declaration: Declaration) -> None:
    """Refused where the declaration was sent: it is not a draft any more."""
    refusal = states.edit_refusal(declaration.state)
    if refusal is not None:
        raise Refused(refusal.value)


def explained(lines: Collection[DraftLine]) -> set[str]:
    """The keys of the lines that have a comment."""
    return {line.key for line in lines if line.comment.strip()}


def as_draft(line: DeclarationLine) -> DraftLine:
    """A kept line as it was typed."""
    return DraftLine(
        contract_id=line.employment_contract_id, hour_kind=line.hour_kind, hours=line.hours, worked_from=line.worked_from,
        worked_to=line.worked_to, comment=line.comment, basis=line.hours_basis,
        row=f"{line.employment_contract_id}.{line.worked_from.isoformat()}",
    )  # fmt: skip


def copy_last_month(session: Session, viewer: Viewer, declaration: Declaration, version: int | None = None) -> int:
    """Fill the draft with the hours of the month before, for the people still there and not typed yet; how many people.

    Days are those of this month, not the copied ones. Refused where the month before has nothing for them.
    """
    hold(session, declaration, version)
    refuse_editing(declaration)
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
        merged[key] = replace(
            line, hours=hours, worked_from=None, worked_to=None, comment="", row="", basis=_copied(line.basis)
        )
    return list(merged.values())


def _copied(basis: HoursBasis) -> HoursBasis:
    """Last month's invoice says nothing of this month."""
    return HoursBasis.WORKED if basis is HoursBasis.ESTIMATED else basis


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
