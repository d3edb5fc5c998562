"""The contractor answers what its suppliers declared: it confirmed the last months, found a day too many in the latest,
and has still to answer what waits for validation."""

from __future__ import annotations

from datetime import timedelta

from clause.demo.stage import Stage
from clause.demo.territory import MONTHS
from clause.hours.codes import DeclarationState
from clause.hours.models import Declaration
from clause.hours.suppliers import actions
from clause.hours.suppliers.visibility import visible_supplied
from clause.kernel.values import add_months

CONTRACTOR = "construction"
REMARK = "Notre chef de chantier a noté une journée d'intempéries le 14 : sept heures de moins."


def play(stage: Stage) -> None:
    """Answers to the declarations of the last four months."""
    viewer = stage.company(CONTRACTOR)
    first, last = stage.month(MONTHS - 4), stage.month(MONTHS - 1)
    supplied = stage.session.scalars(
        visible_supplied(viewer).where(Declaration.month >= first).order_by(Declaration.month, Declaration.id)
    ).all()
    for declaration in supplied:
        stage.at(add_months(declaration.month, 1) + timedelta(days=9), 17)
        if declaration.state is DeclarationState.SUBMITTED:
            continue
        if declaration.month < last:
            actions.confirm(stage.session, viewer, declaration)
        elif declaration is supplied[-1]:
            actions.remark(stage.session, viewer, declaration, REMARK)
