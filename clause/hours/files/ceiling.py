"""Hours paid are a ceiling: what is declared of a contract in a month, over all markets, is compared with its pay slip."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from clause.hours.codes import OPEN_LINES, HourKind, LineState
from clause.hours.drafts import DatedLine
from clause.hours.files.models import PayrollHours
from clause.hours.files.rules.dsn import above_payroll
from clause.hours.models import DeclarationLine
from clause.hours.rules.findings import Check, Finding

COUNTED = frozenset({HourKind.WORK, HourKind.TRAINING, HourKind.OTHER_TRAINING})


def payroll_findings(
    session: Session, month: date, lines: Iterable[DatedLine], declaration_ids: Collection[int]
) -> list[Finding]:
    """A remark on each contract declared beyond its pay slip, on its rows; never in the way. Two queries, or one."""
    typed = [line.draft for line in lines if line.draft.hour_kind in COUNTED]
    here: dict[int, int] = {}
    for line in typed:
        here[line.contract_id] = here.get(line.contract_id, 0) + line.hours
    said = over_payroll(session, month, here, declaration_ids)
    return [
        Finding(Check.ABOVE_PAYROLL, sentence, False, keys=tuple(x.key for x in typed if x.contract_id == contract))
        for contract, sentence in said.items()
    ]


def over_payroll(
    session: Session, month: date, here: Mapping[int, int], declaration_ids: Collection[int]
) -> dict[int, str]:
    """What to say of each contract of ``here`` (hundredths being declared, by contract) that goes beyond what was paid.

    Its hours elsewhere are added, absence and refused hours left out; the open lines of ``declaration_ids`` are those typed.
    """
    rows = session.scalars(
        select(PayrollHours).where(PayrollHours.month == month, PayrollHours.employment_contract_id.in_(here.keys()))
    ).all()
    if not rows:
        return {}
    known = {row.employment_contract_id: row for row in rows}
    elsewhere = _elsewhere(session, known.keys(), month, declaration_ids)
    said = {c: above_payroll(here[c] + elsewhere.get(c, 0), row.hours, row.overtime) for c, row in known.items()}
    return {contract: sentence for contract, sentence in said.items() if sentence}


def _elsewhere(
    session: Session, contract_ids: Collection[int], month: date, declaration_ids: Collection[int]
) -> dict[int, int]:
    typed = DeclarationLine.declaration_id.in_(declaration_ids) & DeclarationLine.state.in_(OPEN_LINES)
    rows = session.execute(
        select(DeclarationLine.employment_contract_id, func.sum(DeclarationLine.hours))
        .where(
            DeclarationLine.month == month, DeclarationLine.employment_contract_id.in_(contract_ids),
            DeclarationLine.standing, DeclarationLine.state != LineState.REJECTED, DeclarationLine.hour_kind.in_(COUNTED),
            ~(typed if declaration_ids else false()),
        )
        .group_by(DeclarationLine.employment_contract_id)
    )  # fmt: skip
    return {contract: int(hours) for contract, hours in rows}
