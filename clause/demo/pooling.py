"""Globalisation: a painter's convention between two buyers, used once; a builder's, that one buyer has not signed yet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from clause.demo.stage import Stage
from clause.hours.pooling import actions, standing
from clause.hours.pooling.actions import ConventionData, TransferData
from clause.hours.pooling.models import PoolingConvention
from clause.kernel import clock
from clause.kernel.values import month_end

GIVER, TAKER = "PIS-03", "TIL-02"
USUAL = 4_000
AGREEMENT = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def happen(stage: Stage, index: int) -> None:
    """What happens in this month; the dice of the story are not thrown."""
    if index == 6:
        _painter(stage)
    if index == 14:
        _transfer(stage)
    if index == 17:
        _builder(stage)


def _at(stage: Stage, index: int, days: int) -> date:
    day = min(stage.month(index) + timedelta(days=days), stage.today)
    clock.move_to(datetime.combine(day, time(14, 30)))
    return day


def _convention(
    stage: Stage, reference: str, company: str, markets: tuple[str, ...], first: int, last: int
) -> PoolingConvention:
    data = ConventionData(
        stage.establishments[company].company_id, reference, stage.month(first), month_end(stage.month(last)),
        tuple(stage.markets[market].id for market in markets),
        "Modèle de convention de la coordination, relu par les services juridiques des deux acheteurs.",
    )  # fmt: skip
    return actions.register(stage.session, stage.facilitator("plie"), data)


def _agree(stage: Stage, convention: PoolingConvention, buyer: str, on: date) -> None:
    actions.record_agreement(
        stage.session, stage.facilitator("plie"), convention, stage.authorities[buyer], on, AGREEMENT,
        f"accord-{buyer}.pdf", stage.data_dir,
    )  # fmt: skip


def _painter(stage: Stage) -> None:
    today = _at(stage, 6, 11)
    convention = _convention(stage, "CG-PEINTURE", "peinture", (GIVER, TAKER), 8, 22)
    actions.sign(stage.session, stage.facilitator("plie"), convention, today - timedelta(days=4))
    _agree(stage, convention, "agglo", today - timedelta(days=2))
    _agree(stage, convention, "bailleur", today)


def _transfer(stage: Stage) -> None:
    """Once the swimming pool is received: hours of its last month, beyond its objective, count for the estate."""
    _at(stage, 14, 16)
    convention = stage.session.scalars(
        select(PoolingConvention).where(PoolingConvention.reference == "CG-PEINTURE")
    ).one()
    giver, taker = stage.markets[GIVER], stage.markets[TAKER]
    surplus = next(a.side.surplus for a in standing.accounts(stage.session, [giver.id], convention.company_id))
    if surplus:
        data = TransferData(
            giver.id, taker.id, stage.month(12), min(USUAL, surplus), "Solde du lot peinture de la piscine"
        )
        actions.transfer(stage.session, stage.facilitator("plie"), convention, data)


def _builder(stage: Stage) -> None:
    today = _at(stage, 17, 19)
    convention = _convention(stage, "CG-GROS-ŒUVRE", "construction", ("ECO-02", "BUS-02"), 19, 24)
    actions.sign(stage.session, stage.facilitator("plie"), convention, today)
    _agree(stage, convention, "ville", today)
