"""The settings of the trade and their defaults (domain.md § 9), overridden by a structure, then by a market.

The text of a contract beats the structure's habits, which beat the platform's defaults. What a calculation used is kept
with it, so that changing a setting never changes history.

How values are kept in ``parameters`` (JSON), whoever writes them:

- money (``penalty.hour_amount``, ``penalty.day_amount``, ``hourly_cost.default``): integer cents, or None where there is none;
- ratios, shares and coefficients (``hours.*_ratio``, ``hours.training_cap_share``, ``alert.*``, ``anru.*``,
  ``coefficients.*``): exact decimal text (``"0.25"`` is 25 %, ``"1.5"``), never a binary
  fraction; the defaults below are read with ``Decimal(str(value))`` and mean the same;
- ``insertion_rate.default``, ``small_lot.min_labour_share`` and ``penalty.cap_share_of_amount``: integer ten-thousandths; months, days, hours: integers;
- yes or no: booleans; ``report.reminders_days``: a list of integers; a rule among several: its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULTS: dict[str, Any] = {
    "law.social_obligation_effective_date": "2026-08-21",
    "law.small_lots_exempt": False,
    "pnad.social_target": 0.30,
    "anru.works_rate": 0.05,
    "anru.gup_rate": 0.10,
    "anru.require_qpv": True,
    "labour_basis": "price",
    "insertion_rate.default": 500,  # ten-thousandths
    "hourly_cost.default": 3500,  # cents
    "per_amount.threshold_mode": "beyond_threshold",
    "rounding.objective": "half_up_unit",
    "rounding.level": "lot",
    "etp.hours": 1607,
    "etp.alt_hours": 1820,
    "small_lot.min_hours": 70,
    "small_lot.min_duration_weeks": 8,
    "small_lot.min_labour_share": 2000,
    "amendment.propose_if_abs_change_ge": 0.05,
    "renewal.carry_surplus": True,
    "staff_transfer.prorata": True,
    "eligibility.unused_months": 6,
    "eligibility.retroactive_grace_days": 30,
    "eligibility.duration_months": 24,
    "eligibility.renewal_allowed": True,
    "eligibility.renewal_gap_months": 0,
    "eligibility.extend_on_suspension": False,
    "senior.min_age": 50,
    "cdi.rule": "window",
    "structure.EITI.countable": False,
    "structure.SEP.countable": False,
    "hours.alternance_training_ratio": 1.0,
    "hours.paid_training_ratio": 1.0,
    "hours.prehire_training_ratio": 0.0,
    "hours.training_cap_share": 0.25,
    "hours.tutoring_ratio": 0.0,
    "hours.absence_counts": False,
    # REA-03: by type of contract, then by what is true of the person or the contract on its first day.
    "coefficients.cdi": 1,
    "coefficients.cdd": 1,
    "coefficients.cddi": 1,
    "coefficients.mission": 1,
    "coefficients.insertion_mission": 1,
    "coefficients.apprenticeship": 1,
    "coefficients.professionalisation": 1,
    "coefficients.aided_contract": 1,
    "coefficients.other": 1,
    "coefficients.women_building": 1,
    "coefficients.qpv": 1,
    "coefficients.long_contract": 1,
    "coefficients.long_contract_months": 6,
    "coefficients.combine": "highest",  # or "product", where several apply
    "pool.tolerance_months": 0,
    "check.month_block_basis": "48h_x_days_div_7",
    "check.month_hard_limit": 220,
    "check.jump_hours": 20,  # both are needed for a month to be unusual
    "check.jump_share": 3300,  # ten-thousandths
    "evidence.answer_days": 15,
    "report.frequency": "monthly",
    "report.due_day": 15,
    "report.due_day_inclusive": False,
    "report.reminders_days": [-7, 0, 7, 15],
    "report.formal_notice_day": 30,
    "link.lifetime_days": 400,
    "penalty.hour_amount": None,  # cents, like the next
    "penalty.day_amount": None,
    "penalty.cap_share_of_amount": None,  # ten-thousandths
    "penalty.requires_formal_notice": True,
    "penalty.hours_without_notice": False,
    "alert.orange_below": 0.80,
    "alert.red_below": 0.50,
    "alert.grace_share": 0.15,
    "ongoing.rule": "calendar",
    "company.unit": "siren",
    "mission.merge_gap_days": None,
    "stats.min_cell": 5,
    "plie.min_contract_months": 6,
    "plie.min_strict": True,
    "exit.followup_months": [0, 6],
    "entry.followup_months": [6, 12],
    "closing.late_days": 60,
    "criteria.justice_enabled": False,
    "proof.copy_retention_days": 90,
    "retention.person_months": 24,
    "retention.fse_years": 5,
    "retention.contract_years": 5,
    "logs.retention_months": 12,
}


class UnknownSetting(KeyError):
    """A name that the catalogue does not have."""


def setting(name: str, *overrides: Mapping[str, Any]) -> Any:
    """The value in force: the last mapping that has it (structure, then market), else the platform's default."""
    if name not in DEFAULTS:
        raise UnknownSetting(name)
    value = DEFAULTS[name]
    for mapping in overrides:
        value = mapping.get(name, value)
    return value
