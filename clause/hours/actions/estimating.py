"""Hours of a person of whom only an amount is known: written in the draft as estimated, confirmed later by the facilitator."""

from __future__ import annotations

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.actions.drafting import as_draft, save_draft
from clause.hours.actions.locking import hold, touch
from clause.hours.codes import HourKind, HoursBasis
from clause.hours.drafts import DraftData, DraftLine, own_open_lines
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.people import Employed, people_of_month
from clause.hours.rules.estimate import ESTIMABLE, Estimate, estimated_hours, refusals, said
from clause.kernel import audit
from clause.kernel.refusals import Refused

NOT_ESTIMABLE = "On n'estime que les heures d'une personne en sous-traitance ou en cotraitance : pour les autres, l'employeur connaît les heures."
TYPED = "Des heures sont déjà saisies pour cette personne ce mois-ci : effacez-les d'abord dans la grille."
NO_HOURS = "Ce montant ne fait pas une heure : vérifiez les valeurs."


def estimate_line(
    session: Session, viewer: Viewer, declaration: Declaration, contract_id: int | None, estimate: Estimate,
    version: int | None = None,
) -> DeclarationLine:  # fmt: skip
    """Keep in the draft the hours that an amount gives (REA-01), with what they were estimated from.

    Refused: a contract that is not there or whose hours are known otherwise, hours already typed, values out of range.
    """
    hold(session, declaration, version)
    people = people_of_month(session, viewer, declaration.market_id, declaration.company_id, declaration.month)
    contract = _contract(people, contract_id)
    for field, sentence in refusals(estimate):
        raise Refused(sentence, field)
    hours = estimated_hours(estimate)
    if not hours:
        raise Refused(NO_HOURS, "amount")
    mine = own_open_lines(declaration, {p.contract.id for p in people})
    if any(line.employment_contract_id == contract for line in mine):
        raise Refused(TYPED, "contract")
    added = DraftLine(contract, HourKind.WORK, hours, basis=HoursBasis.ESTIMATED)
    lines = (*(as_draft(line) for line in mine), added)
    save_draft(session, viewer, declaration, DraftData(lines, declaration.total_hours_worked, declaration.comment))
    line = next(x for x in declaration.lines if x.standing and x.employment_contract_id == contract)
    line.estimate = estimate.kept()
    touch(session, declaration)
    audit.record(session, viewer, "heures estimées d'après un montant", declaration, {"Calcul": [None, said(estimate)]})
    return line


def _contract(people: list[Employed], contract_id: int | None) -> int:
    for person in people:
        if person.contract.id == contract_id:
            if person.contract.mode not in ESTIMABLE:
                raise Refused(NOT_ESTIMABLE, "contract")
            return person.contract.id
    raise Refused("Choisissez une personne sous contrat ce mois-ci sur ce marché.", "contract")
