"""The last month before its facilitator: one sent again with a jump, one adjusted, one whose evidence is discussed, one refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from clause.access import Viewer
from clause.demo.declaring import LAST, STATEMENT
from clause.demo.stage import Stage
from clause.hours import actions
from clause.hours.actions import DraftData
from clause.hours.actions.drafting import as_draft
from clause.hours.codes import HourKind, LineState
from clause.hours.evidence import actions as evidence
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel.values import add_months


def play(stage: Stage) -> None:
    """After the months: what the queue of the demonstration shows."""
    _sent_again(stage)
    _adjusted(stage)
    _discussed(stage)
    _refused(stage)


def _of(stage: Stage, reference: str, company: str) -> Declaration:
    return stage.session.scalars(
        select(Declaration)
        .where(
            Declaration.market_id == stage.markets[reference].id, Declaration.month == stage.month(LAST),
            Declaration.company_id == stage.establishments[company].company_id,
        )
        .options(selectinload(Declaration.lines))
        .execution_options(populate_existing=True)
    ).one()  # fmt: skip


def _on(stage: Stage, day: int, hour: int = 10) -> None:
    """A day of the month after the last one, counted from its first."""
    stage.at(add_months(stage.month(LAST), 1) + timedelta(days=day), hour)


def _work(declaration: Declaration) -> DeclarationLine:
    return next(x for x in declaration.lines if x.standing and x.state is LineState.DECLARED and x.hour_kind is HourKind.WORK)  # fmt: skip


def _facilitator(stage: Stage, line: DeclarationLine) -> Viewer:
    """Who decides on a line: its person is followed by one structure."""
    return stage.facilitator(next(key for key, own in stage.structures.items() if own.id == line.structure_id))


def _sent_again(stage: Stage) -> None:
    declaration = _of(stage, "NET-01", "proprete")
    _on(stage, 10)
    actions.return_(stage.session, stage.facilitator("plie"), declaration, "Les remplacements d'octobre manquent.")
    _on(stage, 11)
    drafts = [as_draft(line) for line in declaration.lines if line.standing]
    raised = max(drafts, key=lambda draft: draft.hours)
    more = replace(raised, hours=raised.hours + 45_00, comment="Remplacement d'une collègue pendant trois semaines.")
    lines = tuple(more if draft is raised else draft for draft in drafts)
    actions.save_draft(stage.session, stage.company("proprete"), declaration, DraftData(lines))
    actions.submit(stage.session, stage.company("proprete"), declaration)


def _adjusted(stage: Stage) -> None:
    declaration = _of(stage, "NET-02", "ai")
    _on(stage, 12)
    line = _work(declaration)
    reason = "Le relevé signé s'arrête au 30 : une journée de moins."
    actions.adjust_line(stage.session, stage.facilitator("plie"), declaration, line, line.hours - 700, reason)


def _discussed(stage: Stage) -> None:
    declaration = _of(stage, "ECO-02", "construction")
    _on(stage, 12, 11)
    asked = "Le relevé d'heures signé de la deuxième quinzaine, qui n'a pas été remis au chantier."
    day = add_months(stage.month(LAST), 1) + timedelta(days=24)
    review = evidence.ask(stage.session, stage.facilitator("plie"), declaration, _work(declaration), asked, day)
    _on(stage, 14)
    pieces = [(stage.data_dir, STATEMENT, name) for name in ("releve-deuxieme-quinzaine.pdf", "planning-octobre.pdf")]
    answer = "Le voici, signé du chef de chantier. Il était resté dans la base de vie."
    evidence.answer(stage.session, stage.company("construction"), declaration, review, answer, pieces)


def _refused(stage: Stage) -> None:
    declaration = _of(stage, "BUS-01", "voirie")
    _on(stage, 8)
    day = add_months(stage.month(LAST), 1) + timedelta(days=13)
    reviews = []
    while any(line.standing and line.state is LineState.DECLARED for line in declaration.lines):
        asked, line = "Un relevé d'heures signé : la section était fermée en octobre.", _work(declaration)
        judge = _facilitator(stage, line)
        reviews.append((judge, evidence.ask(stage.session, judge, declaration, line, asked, day)))
    _on(stage, 15)
    for judge, review in reviews:
        text = "Sans réponse au jour demandé : rien ne montre que ces heures ont été faites."
        evidence.decide(stage.session, judge, declaration, review, accept=False, text=text)
