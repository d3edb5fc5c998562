"""PUB-05 and PUB-06: ages and levels, by the vectors of the rulebook."""

from __future__ import annotations

from datetime import date

import pytest

from clause.candidates.codes import EducationLevel, LegacyLevel
from clause.candidates.rules.ages import AgeClass, PlieAge, age_class, age_on, is_senior, is_youth, plie_age
from clause.candidates.rules.levels import criterion_ceiling, is_below, legacy_of, level_of, read_level
from clause.kernel.values import BadValue


def test_t_pub_3_youth_ends_on_the_26th_birthday() -> None:
    born = date(2000, 11, 21)
    assert is_youth(born, date(2026, 11, 20))
    assert not is_youth(born, date(2026, 11, 21))


def test_senior_from_the_50th_birthday() -> None:
    born = date(1976, 3, 1)
    assert not is_senior(born, date(2026, 2, 28))
    assert is_senior(born, date(2026, 3, 1))


def test_who_is_born_on_29_february_ages_on_1_march() -> None:
    assert age_on(date(2000, 2, 29), date(2026, 2, 28)) == 25
    assert age_on(date(2000, 2, 29), date(2026, 3, 1)) == 26


@pytest.mark.parametrize(
    ("age", "expected", "plie"),
    [
        (14, AgeClass.LT26, PlieAge.UNKNOWN), (15, AgeClass.LT26, PlieAge.FROM_15), (24, AgeClass.LT26, PlieAge.FROM_15),
        (25, AgeClass.LT26, PlieAge.FROM_25), (26, AgeClass.FROM_26, PlieAge.FROM_25), (44, AgeClass.FROM_26, PlieAge.FROM_25),
        (45, AgeClass.FROM_45, PlieAge.FROM_45), (54, AgeClass.FROM_45, PlieAge.FROM_45), (55, AgeClass.GE55, PlieAge.FROM_55),
        (65, AgeClass.GE55, PlieAge.GE65), (None, AgeClass.UNKNOWN, PlieAge.UNKNOWN), (-1, AgeClass.UNKNOWN, PlieAge.UNKNOWN),
    ],
)  # fmt: skip
def test_age_classes(age: int | None, expected: AgeClass, plie: PlieAge) -> None:
    assert (age_class(age), plie_age(age)) == (expected, plie)


L, O = EducationLevel, LegacyLevel  # noqa: E741


@pytest.mark.parametrize(
    ("text", "level", "legacy"),
    [
        ("CAP", L.L3, O.V), ("V bis", L.L2, O.VBIS), ("Vbis", L.L2, O.VBIS), ("Niveau V bis", L.L2, O.VBIS),  # T-PUB-5
        ("VI", L.L1, O.VI), ("V", L.L3, O.V), ("niveau V", L.L3, O.V), ("IV", L.L4, O.IV), ("III", L.L5, O.III),
        ("II", L.L6, O.II), ("i", L.L7, O.I), ("infra 3", L.L2, None), ("infra3", L.L2, None), ("infra CAP", L.L2, None),
        ("1", L.L1, None), ("2", L.L2, None), ("3", L.L3, O.V), (3, L.L3, O.V), (3.0, L.L3, O.V), ("Niveau 4", L.L4, O.IV),
        ("Bac+2", L.L5, O.III), ("BEP", L.L3, O.V), ("Niveau 3 (CAP, BEP)", L.L3, O.V), ("master", L.L7, O.I), ("8", L.L8, O.I),
        ("", L.UNKNOWN, None), (None, L.UNKNOWN, None), ("9", L.UNKNOWN, None), ("inconnu", L.UNKNOWN, None),
        ("diplôme étranger", L.UNKNOWN, None), ("niveau infra 5 (inférieur au CAP/BEP)", L.L2, None),
    ],
)  # fmt: skip
def test_t_pub_5_levels_are_read(text: object, level: EducationLevel, legacy: LegacyLevel | None) -> None:
    assert read_level(text) == (level, legacy)


@pytest.mark.parametrize("text", ["infra 5", "12", "bon élève", "IX"])
def test_a_level_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match=r"niveau d'étude"):
        read_level(text)


@pytest.mark.parametrize(
    ("text", "ceiling"),
    [
        ("niveau infra 5, c'est-à-dire inférieur au CAP/BEP", L.L3), ("infra 3", L.L3), ("infra V", L.L3),
        ("niveau inférieur au CAP", L.L3), ("infra IV", L.L4), ("inférieur au bac", L.L4), ("infra 5", None), ("CAP", None),
        ("infra bac+2", None),
    ],
)  # fmt: skip
def test_t_pub_5_the_wording_of_a_contract_beats_its_figure(text: str, ceiling: EducationLevel | None) -> None:
    assert criterion_ceiling(text) is ceiling


def test_every_old_level_maps_there_and_back_but_the_two_lowest() -> None:
    for legacy in LegacyLevel:
        back = legacy_of(level_of(legacy))
        assert back is (None if legacy in (O.VI, O.VBIS) else legacy)


def test_an_unknown_level_is_neither_below_nor_above() -> None:
    assert is_below(L.UNKNOWN, L.L3) is None
    assert is_below(L.L2, L.L3) is True
    assert is_below(L.L3, L.L3) is False
