"""Invented people: plausible ages, levels, addresses and situations, drawn with the same dice each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clause.candidates.actions import PersonData
from clause.candidates.codes import EducationLevel, PublicKind, Sex
from clause.candidates.rules.eligibility import NEEDS
from clause.demo.stage import Stage
from clause.demo.territory import COMMUNES, FIRST_NAMES_F, FIRST_NAMES_M, LAST_NAMES
from clause.organisations.codes import PrescriberKind

K = PublicKind
LEVELS = (
    [EducationLevel.L1] * 3 + [EducationLevel.L2] * 5 + [EducationLevel.L3] * 8 + [EducationLevel.L4] * 5
    + [EducationLevel.L5] * 2 + [EducationLevel.L6]
)  # fmt: skip
QPV = {"Montbrécy": "QN07601M", "Sainte-Aurèle": "QN07602M"}


@dataclass(frozen=True)
class Situation:
    """A person with the criteria that their situation really meets; the first is the main one."""

    data: PersonData
    criteria: tuple[PublicKind, ...]

    @property
    def proofs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(NEEDS[kind].proof for kind in self.criteria))


def draw(stage: Stage, number: int, on: date, kind: PrescriberKind) -> Situation:
    """The person of this number, as somebody of that kind of prescriber would propose them on that day."""
    sex = Sex.F if stage.dice.random() < 0.36 else Sex.M
    names = FIRST_NAMES_F if sex is Sex.F else FIRST_NAMES_M
    commune = stage.dice.choice(COMMUNES)
    in_qpv = commune in QPV and stage.dice.random() < 0.6
    age, level = _age(stage, kind), stage.dice.choice(LEVELS)
    criteria = _criteria(stage, kind, age, level, in_qpv=in_qpv)
    data = PersonData(
        last_name=LAST_NAMES[number % len(LAST_NAMES)], first_name=names[(number * 7 + number // 30) % len(names)],
        birth_date=on - timedelta(days=int(age * 365.25) + stage.dice.randrange(20, 340)), sex=sex, commune=commune,
        in_qpv=in_qpv, qpv_code=QPV[commune] if in_qpv else "", education_level=level,
        phone=f"06 00 00 {number // 100:02d} {number % 100:02d}",
    )  # fmt: skip
    return Situation(data, criteria)


def _age(stage: Stage, kind: PrescriberKind) -> int:
    if kind is PrescriberKind.MISSION_LOCALE:
        return stage.dice.randrange(18, 25)
    ages: tuple[int, ...] = (*range(26, 50), *range(27, 46), *range(51, 60))
    return stage.dice.choice(ages)


def _criteria(
    stage: Stage, kind: PrescriberKind, age: int, level: EducationLevel, *, in_qpv: bool
) -> tuple[PublicKind, ...]:
    main = {
        PrescriberKind.PLIE: K.PLIE_PARTICIPANT,
        PrescriberKind.DEPARTMENT: K.RSA,
        PrescriberKind.CAP_EMPLOI: K.RQTH_BOETH,
    }.get(kind)
    if kind is PrescriberKind.MISSION_LOCALE:
        low = level in (EducationLevel.L1, EducationLevel.L2)
        main = K.YOUTH_LOW_QUALIFIED if low else K.YOUTH_REINFORCED_SUPPORT
    if main is None:
        main = K.SENIOR_JOBSEEKER if age >= 51 and stage.dice.random() < 0.6 else K.LONG_TERM_JOBSEEKER
    others = [K.QPV_RESIDENT] if in_qpv else []
    if age >= 26 and main is not K.RSA and stage.dice.random() < 0.25:
        others.append(K.RSA)
    return (main, *others)
