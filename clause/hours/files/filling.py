"""A company's sheet fills a draft: each line finds its contract, is compared with the draft, is written or reported.

Nothing is sent or validated. A draft that says something else is left as it is unless the differences are applied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from clause.access import Viewer
from clause.hours import actions
from clause.hours.actions.drafting import as_draft
from clause.hours.checking import Blocked
from clause.hours.codes import OPEN_LINES, HourKind, HoursBasis
from clause.hours.drafts import LOCKED, DraftData, DraftLine
from clause.hours.files.reading import Line, SheetLines
from clause.hours.files.rules.columns import Col
from clause.hours.files.rules.matching import Somebody, Unmatched, match
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.people import people_of_month
from clause.hours.rules import states
from clause.hours.rules.plausibility import Finding
from clause.kernel.refusals import Refused
from clause.kernel.report import Remark, Report
from clause.kernel.values import fold, format_hours, of_month
from clause.markets.models import Market
from clause.organisations.models import Company

KINDS = {Col.WORK: HourKind.WORK, Col.TRAINING: HourKind.TRAINING}
SAID = {HourKind.WORK: "travail", HourKind.TRAINING: "formation"}
BLANK = "Aucune heure n'est indiquée pour cette personne : rien n'est saisi."
BY_NAME_ALONE = "Personne reconnue par son nom et son prénom seuls : vérifiez que c'est bien elle."
CUT = "Les heures de cette personne sont en plusieurs périodes dans le brouillon : corrigez-les dans la grille."
APPLIED = "La valeur du fichier a remplacé celle du brouillon."
LEFT = "Le brouillon dit autre chose, et reste tel quel. Pour prendre la valeur du fichier, appliquez les différences."


@dataclass(frozen=True)
class Month:
    """One company's month on one market: where a file goes."""

    market: Market
    company: Company
    month: date


@dataclass(frozen=True)
class Options:
    """``valid_only``: write the good lines although others are refused. ``update``: replace what the draft says otherwise."""

    valid_only: bool = False
    update: bool = False


@dataclass
class Fate:
    """What becomes of one line: refused, known, different, or new."""

    line: Line
    contract: Somebody | None = None
    refusal: Remark | None = None
    difference: Remark | None = None
    known: bool = False
    drafts: list[DraftLine] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


def fill(session: Session, viewer: Viewer, month: Month, sheet: SheetLines, options: Options) -> Report:
    """Fill the draft of the month from these lines, all or nothing unless ``valid_only``; say what became of each.

    Refused: a month that cannot be opened, or that the viewer may not declare.
    """
    fates = _fates(session, viewer, month, sheet, options)
    findings: list[Finding] = []
    for _attempt in range(3):  # what the rules refuse is found by trying, and leaves the others to be tried again
        writes = [fate for fate in fates if fate.drafts and fate.refusal is None]
        refused = any(fate.refusal for fate in fates)
        kept = options.valid_only or not refused
        blocked, findings = _attempt_write(session, viewer, month, writes, kept=kept)
        if not blocked:
            break
        _refuse_blocked(sheet, fates, blocked)
    return _report(
        sheet, fates, findings, kept=options.valid_only or not any(f.refusal for f in fates), update=options.update
    )


# Fates


def _fates(session: Session, viewer: Viewer, month: Month, sheet: SheetLines, options: Options) -> list[Fate]:
    employed = people_of_month(session, viewer, month.market.id, month.company.id, month.month)
    people = [
        Somebody(
            e.contract.id, e.contract.reference, e.contract.participant_id, e.contract.participant.last_name,
            e.contract.participant.first_name, e.contract.participant.birth_date,
        )
        for e in employed
    ]  # fmt: skip
    declaration = declaration_of(session, month)
    kept: dict[int, list[DeclarationLine]] = {}
    for line in declaration.lines if declaration else ():
        if line.standing:
            kept.setdefault(line.employment_contract_id, []).append(line)
    seen: dict[int, int] = {}
    return [_fate(line, month, sheet, people, kept, seen, declaration, options) for line in sheet.lines]


def declaration_of(session: Session, month: Month) -> Declaration | None:
    """The declaration as kept, with its lines; None where nothing was begun."""
    return session.scalars(
        select(Declaration)
        .where(
            Declaration.market_id == month.market.id, Declaration.company_id == month.company.id,
            Declaration.month == month.month,
        )
        .options(selectinload(Declaration.lines))
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip


def _fate(
    line: Line, month: Month, sheet: SheetLines, people: Sequence[Somebody], kept: dict[int, list[DeclarationLine]],
    seen: dict[int, int], declaration: Declaration | None, options: Options,
) -> Fate:  # fmt: skip
    fate = Fate(line)
    refusal = _unreadable(line) or _elsewhere(line, month, sheet)
    if refusal is None:
        found = match(line.said, people)
        if isinstance(found, Unmatched):
            refusal = (_name_heading(sheet), line.said.names or line.said.contract, found.value)
        else:
            refusal = _found(fate, found, seen, sheet)
    if refusal is None and fate.contract is not None:
        refusal = _compare(fate, kept.get(fate.contract.contract_id, []), sheet, declaration, options)
    fate.refusal = remark(sheet, line, *refusal) if refusal else None
    return fate


Why = tuple[str, str, str]


def remark(sheet: SheetLines, line: Line, column: str, value: str, reason: str) -> Remark:
    return Remark(sheet.sheet, line.number, column, value, reason)


def _unreadable(line: Line) -> Why | None:
    """The first cell that could not be read; the others are told with it."""
    if not line.refusals:
        return None
    column, value, reason = line.refusals[0]
    others = "".join(f" {c} : {r}" for c, _v, r in line.refusals[1:])
    return column, value, reason + others


def _elsewhere(line: Line, month: Month, sheet: SheetLines) -> Why | None:
    """A line of another market or another month is imported on the page of that month."""
    if line.market and fold(line.market) != fold(month.market.reference):
        return sheet.headings[Col.MARKET], line.market, f"Cette ligne n'est pas celle du marché {month.market.reference} : importez-la sur la page de son marché, ou retirez-la."  # fmt: skip
    if line.month and line.month != month.month:
        return sheet.headings[Col.MONTH], f"{line.month:%Y-%m}", f"Cette ligne n'est pas celle des heures {of_month(month.month)} : importez-la sur la page de son mois, ou retirez-la."  # fmt: skip
    return None


def _name_heading(sheet: SheetLines) -> str:
    return next((sheet.headings[c] for c in (Col.LAST_NAME, Col.FULL_NAME, Col.CONTRACT) if c in sheet.headings), "")


def _found(fate: Fate, found: Somebody, seen: dict[int, int], sheet: SheetLines) -> Why | None:
    fate.contract, said = found, fate.line.said
    if found.contract_id in seen:
        reason = f"Cette personne est déjà à la ligne {seen[found.contract_id]} : réunissez les deux lignes en une."
        return _name_heading(sheet), said.names or said.contract, reason
    seen[found.contract_id] = fate.line.number
    if not said.contract and said.birth_date is None:
        fate.warnings.append(remark(sheet, fate.line, _name_heading(sheet), said.names, BY_NAME_ALONE))
    return None


def _compare(
    fate: Fate, kept: list[DeclarationLine], sheet: SheetLines, declaration: Declaration | None, options: Options
) -> Why | None:
    """Known, different or new, against what the draft holds of this contract."""
    line = fate.line
    wanted = {KINDS[col]: hours for col, hours in line.hours.items() if hours is not None}
    if line.is_blank:
        fate.known = True
        fate.warnings.append(remark(sheet, line, _name_heading(sheet), line.said.names or line.said.contract, BLANK))
        return None
    before = {kind: [k for k in kept if k.hour_kind is kind] for kind in wanted}
    present = any(before.values())
    changed = [kind for kind, hours in wanted.items() if not _same(before[kind], hours)]
    comment = bool(line.comment) and any(k.comment != line.comment for lines in before.values() for k in lines)
    if not changed and not (present and comment):
        fate.known = True
        return None
    refusal = _not_editable(kept, sheet, line, declaration)
    if refusal:
        return refusal
    if present:
        fate.known = True
        fate.difference = _difference(fate, sheet, before, wanted, applied=options.update)
        if not options.update:
            return None
        if len({(k.worked_from, k.worked_to) for k in kept}) > 1:
            fate.difference = None
            return _name_heading(sheet), line.said.names or line.said.contract, CUT
    fate.drafts = _drafts(fate, kept, wanted)
    return None


def _same(lines: Sequence[DeclarationLine], hours: int) -> bool:
    """The draft already says so, as hours worked."""
    worked = all(line.hours_basis is HoursBasis.WORKED for line in lines)
    return sum(line.hours for line in lines) == hours and worked


def _not_editable(
    kept: list[DeclarationLine], sheet: SheetLines, line: Line, declaration: Declaration | None
) -> Why | None:
    heading = next((sheet.headings[col] for col in KINDS if col in sheet.headings), "")
    value = " ; ".join(f"{format_hours(h)} h" for h in line.hours.values() if h is not None)
    locked = next((LOCKED[k.state] for k in kept if k.state not in OPEN_LINES), None)
    closed = states.edit_refusal(declaration.state) if declaration else None
    reason = locked or (closed.value if closed else None)
    return (heading, value, reason) if reason else None


def _difference(
    fate: Fate, sheet: SheetLines, before: dict[HourKind, list[DeclarationLine]], wanted: dict[HourKind, int], *, applied: bool
) -> Remark:  # fmt: skip
    parts = []
    for kind, hours in wanted.items():
        if not _same(before[kind], hours):
            paid = any(k.hours_basis is HoursBasis.PAID for k in before[kind])
            known = format_hours(sum(k.hours for k in before[kind])) + (" h payées (DSN)" if paid else " h")
            parts.append(f"{SAID[kind]} : {known} dans le brouillon, {format_hours(hours)} h dans le fichier")
    said = " ; ".join(parts) or "commentaire différent"
    names = f"{fate.contract.last_name} {fate.contract.first_name}" if fate.contract else ""
    return remark(sheet, fate.line, names, said, APPLIED if applied else LEFT)


def _drafts(fate: Fate, kept: list[DeclarationLine], wanted: dict[HourKind, int]) -> list[DraftLine]:
    """All the lines of the contract once the file is taken: its kinds of hours, and the kinds it does not speak of."""
    assert fate.contract is not None
    row, contract = f"ligne-{fate.line.number}", fate.contract.contract_id
    since, until = next(((k.worked_from, k.worked_to) for k in kept), (None, None))
    comment = fate.line.comment or next((k.comment for k in kept if k.comment), "")
    others = [as_draft(k) for k in kept if k.hour_kind not in wanted]
    own = [DraftLine(contract, kind, hours, since, until, comment, row=row) for kind, hours in wanted.items()]
    return [*others, *own]


# Writing


def _attempt_write(
    session: Session, viewer: Viewer, month: Month, fates: Sequence[Fate], *, kept: bool
) -> tuple[Blocked | None, list[Finding]]:
    """Write these lines in the draft, or (``kept`` False) only learn what the rules say of them."""
    if not fates:
        return None, []
    point = session.begin_nested()
    try:
        findings = _write(session, viewer, month, fates)
    except Blocked as refusal:
        point.rollback()
        return refusal, []
    except BaseException:
        point.rollback()
        raise
    if kept:
        point.commit()
    else:
        point.rollback()
    return None, findings


def _write(session: Session, viewer: Viewer, month: Month, fates: Sequence[Fate]) -> list[Finding]:
    return write_lines(session, viewer, month, {f.contract.contract_id: f.drafts for f in fates if f.contract})


def write_lines(
    session: Session, viewer: Viewer, month: Month, taken: Mapping[int, Sequence[DraftLine]]
) -> list[Finding]:
    """Give these contracts these lines in the draft of the month, begun where there is none; the others keep theirs."""
    declaration = actions.open_declaration(session, viewer, month.market, month.company.id, month.month)
    mine = {p.contract.id for p in people_of_month(session, viewer, month.market.id, month.company.id, month.month)}
    others = [
        as_draft(line) for line in declaration.lines
        if line.standing and line.state in OPEN_LINES and line.employment_contract_id in mine - taken.keys()
    ]  # fmt: skip
    lines = (*others, *(draft for drafts in taken.values() for draft in drafts))
    data = DraftData(lines, declaration.total_hours_worked, declaration.comment)
    return actions.save_draft(session, viewer, declaration, data)


def _refuse_blocked(sheet: SheetLines, fates: Sequence[Fate], blocked: Blocked) -> None:
    """What never could pass is refused line by line; Refused whole where it is not about a line of the file."""
    by_row = {f"ligne-{fate.line.number}": fate for fate in fates}
    ours = [(by_row[key], finding) for finding in blocked.standing for key in finding.keys if key in by_row]
    if not ours:
        raise Refused(blocked.sentence)
    for fate, finding in ours:
        heading = next((sheet.headings[col] for col in KINDS if col in sheet.headings), "")
        value = " ; ".join(f"{format_hours(h)} h" for h in fate.line.hours.values() if h is not None)
        fate.refusal = fate.refusal or remark(sheet, fate.line, heading, value, finding.sentence)


# The report


def _report(
    sheet: SheetLines, fates: Sequence[Fate], findings: Sequence[Finding], *, kept: bool, update: bool
) -> Report:  # fmt: skip
    report = Report(warnings=[Remark(sheet.sheet, number, "", "", reason) for number, reason in sheet.left])
    for fate in fates:
        report.read += 1
        if fate.refusal is not None:
            report.refused.append(fate.refusal)
            continue
        report.warnings += fate.warnings
        if fate.difference is not None:
            report.different.append(fate.difference if kept or not update else _not_applied(fate.difference))
        if fate.known:
            report.known += 1
        elif kept:
            report.written += 1
        else:
            report.held += 1
    report.warnings += _said(sheet, fates, findings)
    return report


def _not_applied(difference: Remark) -> Remark:
    return Remark(difference.where, difference.line, difference.column, difference.value, LEFT)


def _said(sheet: SheetLines, fates: Sequence[Fate], findings: Sequence[Finding]) -> list[Remark]:
    """What the rules say of the lines, beside those of the file that they are about."""
    by_row = {f"ligne-{fate.line.number}": fate for fate in fates}
    found = []
    for finding in findings:
        fate = next((by_row[key] for key in finding.keys if key in by_row), None)
        if fate is not None:
            found.append(remark(sheet, fate.line, "", "", finding.sentence))
    return list(dict.fromkeys(found))
