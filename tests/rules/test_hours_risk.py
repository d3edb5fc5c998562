"""What stands out in declared hours, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clause.hours.codes import HourKind, NotCounted
from clause.hours.rules import risk
from clause.hours.rules.findings import Check, Finding
from clause.hours.rules.risk import Claim, DeclarationFacts, LineFacts, Progress, Reason

USUAL = LineFacts(hours=14000, last_month=14000, before=(14000, 13500, 14200))
OTHER = Claim("Nettoyage du Val", date(2026, 3, 1), date(2026, 3, 31), 7000)
DATES = Finding(Check.OUTSIDE_CONTRACT, "Ces heures sortent des dates.", True)
MONTH = Finding(Check.MONTH_ANY, "200 h, c'est beaucoup.", False)


def reasons(**changes: Any) -> list[Reason]:
    return [remark.reason for remark in risk.line_remarks(replace(USUAL, **changes))]


def test_what_is_like_last_month_and_inside_every_rule_has_no_reason() -> None:
    assert reasons() == []
    assert risk.declaration_remarks(DeclarationFacts()) == []
    assert reasons(not_counted=NotCounted.KIND, hour_kind=HourKind.ABSENCE, known=False, hours=100) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"not_counted": NotCounted.BEFORE_VALIDATION}, Reason.NOT_ELIGIBLE),
        ({"not_counted": NotCounted.ELIGIBILITY_EXPIRED}, Reason.NOT_ELIGIBLE),
        ({"not_counted": NotCounted.OUTSIDE_MARKET}, Reason.OUTSIDE),
        ({"not_counted": NotCounted.ELIGIBILITY_EXPIRED, "split_request": "Séparez."}, Reason.TO_SPLIT),
        ({"not_counted": NotCounted.TRAINING_CAP}, Reason.NOT_COUNTED),
        ({"claims": (OTHER,)}, Reason.TWO_EMPLOYERS),
        ({"payroll": 13900, "of_contract": 14000}, Reason.ABOVE_PAYROLL),
        ({"findings": (MONTH,)}, Reason.CEILING),
        ({"findings": (Finding("other", "Vérifiez.", False),)}, Reason.CHECK),
        ({"paid": True}, Reason.PAID),
        ({"decided_before": 14000}, Reason.REOPENED),
        ({"known": False, "last_month": None, "before": ()}, Reason.NEW_PERSON),
        ({"hours": 7000}, Reason.JUMP),
        ({"comment": "Arrêt de chantier."}, Reason.COMMENT),
    ],
)
def test_each_reason_of_a_line(changes: dict[str, Any], reason: Reason) -> None:
    assert reasons(**changes) == [reason]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (DeclarationFacts(contractor_remark="Pas vu sur le chantier."), Reason.CONTRACTOR),
        (DeclarationFacts(without_statement=True), Reason.NO_STATEMENT),
        (DeclarationFacts(resent=True), Reason.RESENT),
        (DeclarationFacts(progress=Progress(validated=1)), Reason.PARTLY),
        (DeclarationFacts(progress=Progress(contested=1)), Reason.PARTLY),
        (DeclarationFacts(missing=2, missing_hours=28000), Reason.MISSING),
        (DeclarationFacts(missing=2, missing_hours=28000, is_nil=True), Reason.MISSING),
        (DeclarationFacts(first=True), Reason.FIRST),
        (DeclarationFacts(comment="Un salarié malade."), Reason.COMMENT),
    ],
)
def test_each_reason_of_a_declaration(facts: DeclarationFacts, reason: Reason) -> None:
    assert [remark.reason for remark in risk.declaration_remarks(facts)] == [reason]


def test_what_was_asked_and_what_is_treated_are_said_in_words() -> None:
    facts = DeclarationFacts(resent=True, asked="Vérifiez le 14.", progress=Progress(3, 1, 0, 1, 1))
    assert [remark.sentence for remark in risk.declaration_remarks(facts)] == [
        "Corrigée par l'entreprise après un renvoi. Il lui était demandé : « Vérifiez le 14. »",
        "Une partie de ce mois est déjà traitée : 3 lignes validées, dont 1 avec d'autres heures,"
        " une ligne en attente d'une pièce, une ligne renvoyée à l'entreprise.",
    ]


def test_every_reason_is_tested_here_and_weighs_something() -> None:
    assert set(risk.WEIGHTS) == set(Reason)
    assert min(risk.WEIGHTS.values()) > 0


@pytest.mark.parametrize(
    ("hours", "last", "before", "jumps"),
    [
        (14000, 14000, (), False),
        (9000, 7000, (7000,), False),  # twenty hours, not more
        (9001, 6000, (6000,), True),
        (4000, 7000, (7000,), True),
        (500, 2500, (2500,), False),
        (14000, None, (), False),  # nothing to compare with
        (14000, 2000, (2000, 14000, 14000, 14000), False),  # back to normal after a month of absence
        (14000, 14000, (14000, 7000, 7000, 7000), False),  # a lasting change is said once
        (7000, None, (14000, 14000, 14000), True),  # a month was skipped: the mean speaks
    ],
)
def test_a_jump_is_more_than_twenty_hours_and_a_third(
    hours: int, last: int | None, before: tuple[int, ...], jumps: bool
) -> None:
    found = reasons(hours=hours, last_month=last, before=before)
    assert (Reason.JUMP in found) is jumps


def test_thresholds_are_settings() -> None:
    assert reasons(hours=12500, last_month=14000) == []
    assert reasons(hours=12500, last_month=14000, before=(), jump_hours=1000, jump_share=500) == [Reason.JUMP]


def test_a_split_month_is_compared_whole() -> None:
    assert reasons(hours=4200, of_month=14000) == []


def test_dates_are_said_once_and_in_the_words_of_counting() -> None:
    assert reasons(not_counted=NotCounted.OUTSIDE_CONTRACT, findings=(DATES,), explained=True) == [Reason.OUTSIDE]


def test_what_a_payroll_pays_is_not_above_it() -> None:
    assert reasons(payroll=14000, of_contract=14000) == []


def test_the_most_serious_is_read_first_however_many_small_reasons_there_are() -> None:
    worst = replace(USUAL, not_counted=NotCounted.NOT_ELIGIBLE, known=False, comment="Voir.", findings=(MONTH,))
    assert [r.reason for r in risk.line_remarks(worst)] == [
        Reason.NOT_ELIGIBLE, Reason.CEILING, Reason.NEW_PERSON, Reason.COMMENT,
    ]  # fmt: skip
    light = [Reason.RESENT, Reason.MISSING, Reason.NEW_PERSON, Reason.JUMP, Reason.FIRST, Reason.COMMENT]
    assert risk.weight([Reason.NOT_ELIGIBLE]) > risk.weight(light)
    assert risk.weight([Reason.JUMP, Reason.JUMP]) == risk.weight([Reason.JUMP])


def test_sentences_have_their_figures_and_nobody_s_name() -> None:
    said = {r.reason: r.sentence for r in risk.line_remarks(replace(USUAL, hours=7000, claims=(OTHER,), payroll=0, of_contract=7000))}  # fmt: skip
    assert said[Reason.JUMP] == "70 h ce mois-ci, 140 h le mois précédent, 139 h en moyenne sur 3 mois."
    assert "Nettoyage du Val déclare aussi cette personne, du 01/03/2026 au 31/03/2026 : 70 h" in said[Reason.TWO_EMPLOYERS]  # fmt: skip
    assert "70 h déclarées pour ce contrat, 0 h payées" in said[Reason.ABOVE_PAYROLL]
