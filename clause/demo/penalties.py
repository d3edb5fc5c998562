"""Difficulties that companies announced, and a penalty case at each stage that a role has something to do about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from clause.access import Role, Viewer
from clause.demo.declaring import STATEMENT
from clause.demo.stage import Stage
from clause.demo.territory import OPERATIONS
from clause.hours.penalties import actions
from clause.hours.penalties.actions import Attachment, DecisionData, DifficultyData
from clause.hours.penalties.codes import DifficultyKind, WaiverMotive
from clause.hours.penalties.figures import Held
from clause.hours.penalties.models import PenaltyCase
from clause.kernel.values import add_months, month_of, of_month

NO_NOTICE = {"penalty.requires_formal_notice": False}
# What the contracts say: 40 € an hour, 75 € a day late; one wants a formal notice first, as settings do by default.
TERMS: dict[str, dict[str, Any]] = {
    "PIS-01": {"penalty.hour_amount": 4_000, **NO_NOTICE},
    "PIS-03": {"penalty.hour_amount": 4_000, "penalty.day_amount": 7_500, **NO_NOTICE},
    "ECO-01": {"penalty.hour_amount": 4_000, "penalty.day_amount": 7_500, **NO_NOTICE},
    "ECO-03": {"penalty.hour_amount": 4_000, "penalty.cap_share_of_amount": 500, **NO_NOTICE},
    "TIL-02": {"penalty.hour_amount": 4_000, "penalty.day_amount": 7_500, **NO_NOTICE},
    "VER-02": {"penalty.day_amount": 5_000, **NO_NOTICE},
    "TIL-01": {"penalty.hour_amount": 4_000},
}
D = DifficultyKind
# Market, company, days ago, kind, account, what was done, days ago solved.
DIFFICULTIES: tuple[tuple[str, str, int, DifficultyKind, str, str, int | None], ...] = (
    ("TIL-01", "construction", 150, D.CANDIDATE_LEFT, "Un salarié en insertion a quitté le chantier pour une formation. Nous cherchons à le remplacer.", "Deux candidats présentés par le PLIE, un embauché.", 120),
    ("TIL-02", "peinture", 75, D.NO_CANDIDATE, "Trois annonces sans réponse depuis l'été pour le poste de peintre.", "Visite de chantier organisée avec la mission locale.", None),
    ("TIL-04", "toiture", 95, D.SITE_LATE, "Amiante trouvé sous la couverture : le chantier est arrêté jusqu'au diagnostic.", "", None),
    ("PIS-01", "construction", 330, D.SITE_LATE, "Démolition retardée de deux mois par les réseaux enterrés. Les postes prévus n'ont pas pu être ouverts.", "Point fait sur place avec l'agglomération.", 290),
)  # fmt: skip


def play(stage: Stage) -> None:
    for reference, values in TERMS.items():
        market = stage.markets[reference]
        market.parameters = {**market.parameters, **values}
    stage.session.flush()
    for row in DIFFICULTIES:
        _difficulty(stage, *row)
    _detected(stage)
    _asked(stage)
    _proposed(stage)
    _decided(stage)


def _ago(stage: Stage, days: int, hour: int = 10) -> date:
    stage.at(stage.today - timedelta(days=days), hour)
    return stage.today - timedelta(days=days)


def _difficulty(
    stage: Stage, reference: str, company: str, days: int, kind: DifficultyKind, account: str, action: str, solved: int | None
) -> None:  # fmt: skip
    _ago(stage, days)
    made = actions.announce(
        stage.session, stage.company(company), stage.markets[reference], DifficultyData(kind, account)
    )
    if action:
        on = _ago(stage, solved if solved is not None else days - 20)
        actions.follow(stage.session, stage.facilitator("plie"), made, action, on if solved is not None else None)


def _open(stage: Stage, reference: str, days: int, held: Held | None = None) -> PenaltyCase:
    _ago(stage, days)
    return actions.open_case(stage.session, stage.facilitator("plie"), stage.markets[reference], held or Held())


def _ask(stage: Stage, case: PenaltyCase, days: int, left: int) -> None:
    on = _ago(stage, days, 11)
    text = (
        "Vous trouverez le calcul et les pièces du dossier. Dites-nous ce qui explique l'écart et ce que vous proposez."
    )
    actions.ask_observations(stage.session, stage.facilitator("plie"), case, text, on + timedelta(days=left))


def _late(stage: Stage, since: int, came: int | None, what: str) -> Held:
    """Documents due so many days ago, which came so many days ago, or have not."""
    day = stage.today - timedelta(days=since)
    return Held(False, day, None if came is None else stage.today - timedelta(days=came), what)


def _detected(stage: Stage) -> None:
    """The month that its holder never sent, due on the same day as everywhere else on the site."""
    missing = add_months(month_of(stage.today), -4)
    due = add_months(missing, 1).replace(day=14)
    _open(stage, "VER-02", 2, Held(False, due, None, f"Déclaration d'heures {of_month(missing)}"))


def _asked(stage: Stage) -> None:
    """Waits for the company of the demonstration."""
    _ask(stage, _open(stage, "PIS-01", 8), 6, 20)


def _proposed(stage: Stage) -> None:
    """Waits for the authority of the demonstration: months that its painter has not sent."""
    case = _open(stage, "TIL-02", 26, _late(stage, 38, None, "Déclaration d'heures de septembre"))
    _ask(stage, case, 25, 15)
    _ago(stage, 14)
    reply = "Notre comptable a changé en septembre. Nous envoyons le mois manquant avant la fin du mois."
    actions.answer(stage.session, stage.company("peinture"), case, reply)
    _ago(stage, 9)
    half = case.amount_cents // 2
    opinion = "L'entreprise a prévenu de ses difficultés et reprend ses envois : je propose la moitié du montant."
    actions.propose(stage.session, stage.facilitator("plie"), case, half, opinion)


def _decided(stage: Stage) -> None:
    """One waived by a letter, one applied by the authority itself."""
    held = _late(stage, 190, 180, "Bilan semestriel")
    waived = _to_decision(
        stage, "ECO-01", 170, held, 0, "Le bilan attendait une pièce de la ville.", WaiverMotive.BUYER_FAULT
    )
    on = _ago(stage, 130)
    letter = Attachment(STATEMENT, "decision.pdf", stage.data_dir)
    decision = DecisionData(False, motive=WaiverMotive.BUYER_FAULT, text="Le retard vient de nos services.")
    actions.record_decision(stage.session, stage.facilitator("plie"), waived, decision, on, letter)
    held = _late(stage, 150, 138, "Relevés de mai")
    applied = _to_decision(stage, "PIS-03", 130, held, None, "")
    _ago(stage, 80)
    buyer = Viewer(
        role=Role.AUTHORITY, name="Service des marchés de l'agglomération", authority_id=_authority(stage, "PIS-03")
    )
    actions.decide(stage.session, buyer, applied, DecisionData(True, applied.amount_cents))
    _ago(stage, 40)
    actions.close(stage.session, stage.facilitator("plie"), applied)


def _to_decision(
    stage: Stage, reference: str, days: int, held: Held, amount: int | None, text: str, motive: WaiverMotive | None = None
) -> PenaltyCase:  # fmt: skip
    """Opened, asked, not answered in time, proposed."""
    case = _open(stage, reference, days, held)
    _ask(stage, case, days - 2, 15)
    _ago(stage, days - 20)
    proposed = case.amount_cents if amount is None else amount
    actions.propose(stage.session, stage.facilitator("plie"), case, proposed, text, motive)
    return case


def _authority(stage: Stage, reference: str) -> int:
    operation = next(o for o in OPERATIONS if any(m.reference == reference for m in o.markets))
    return stage.authorities[operation.authority]
