"""IND-10, IND-13: positive exits and durations of PLIE pathways."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from clause.candidates.codes import ContractType, EducationLevel, ExitKind
from clause.candidates.rules import pathways as rules
from clause.candidates.rules.pathways import ExitFacts, ExitRefusal

TODAY = date(2026, 11, 21)
JOB = ExitFacts(
    ExitKind.DURABLE_JOB, entered_on=date(2025, 1, 6), exited_on=date(2026, 9, 15), proof="Contrat de travail",
    job_start=date(2026, 3, 15), contract_type=ContractType.CDI,
)  # fmt: skip
TRAINING = ExitFacts(
    ExitKind.QUALIFYING_TRAINING, entered_on=date(2025, 1, 6), exited_on=date(2026, 6, 30), proof="Certificat",
    training_level=EducationLevel.L3, training_validated=True,
)  # fmt: skip


def test_t_plie_2_a_job_is_validated_six_months_after_its_start() -> None:
    assert rules.job_validated_on(date(2016, 3, 15)) == date(2016, 9, 15)
    assert rules.job_validated_on(date(2015, 8, 31)) == date(2016, 2, 29)


def test_t_plie_3_mean_duration() -> None:
    pathways = [
        (date(2014, 1, 10), date(2016, 3, 1)),
        (date(2015, 6, 1), date(2016, 6, 1)),
        (date(2012, 9, 15), date(2016, 9, 15)),
    ]
    assert [rules.mean_months([p]) for p in pathways] == [Decimal("25.66"), Decimal("12.02"), Decimal("48.00")]
    assert rules.mean_months(pathways) == Decimal("28.56")
    assert rules.mean_months([]) is None


@pytest.mark.parametrize(
    ("end", "strict", "durable"),
    [
        (date(2026, 6, 30), True, False),
        (date(2026, 7, 1), True, True),
        (date(2026, 6, 30), False, True),
        (None, True, True),
    ],
)
def test_a_fixed_term_job_is_durable_beyond_six_months(end: date | None, strict: bool, durable: bool) -> None:
    assert rules.is_durable(ContractType.CDD, date(2026, 1, 1), end, strict=strict) is durable


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (JOB, None),
        (replace(JOB, exited_on=date(2026, 9, 14)), ExitRefusal.TOO_EARLY),
        (replace(JOB, job_start=None), ExitRefusal.NO_JOB_START),
        (replace(JOB, contract_type=None), ExitRefusal.NO_CONTRACT_TYPE),
        (replace(JOB, proof=""), ExitRefusal.NO_PROOF),
        (replace(JOB, contract_type=ContractType.CDD, job_end=date(2026, 9, 14)), ExitRefusal.TOO_SHORT),
        (replace(JOB, job_end=date(2026, 9, 1)), ExitRefusal.NOT_STILL_EMPLOYED),
        (replace(JOB, exited_on=date(2026, 11, 22)), ExitRefusal.IN_FUTURE),
        (replace(JOB, exited_on=date(2025, 1, 5)), ExitRefusal.BEFORE_ENTRY),
        (TRAINING, None),
        (replace(TRAINING, training_validated=False), ExitRefusal.NOT_VALIDATED),
        (replace(TRAINING, training_level=EducationLevel.L2), ExitRefusal.LEVEL_TOO_LOW),
        (replace(TRAINING, training_level=None), ExitRefusal.NO_LEVEL),
        (replace(TRAINING, kind=ExitKind.BUSINESS_CREATION, proof=""), ExitRefusal.NO_PROOF),
        (replace(TRAINING, kind=ExitKind.ABANDONMENT, proof=""), None),
    ],
)
def test_exits(facts: ExitFacts, refusal: ExitRefusal | None) -> None:
    assert rules.exit_refusal(facts, TODAY) is refusal
