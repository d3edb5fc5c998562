"""Reading a DSN (formats.md § 3): the figures, what is dropped, what is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from clause.hours.files.rules.dsn import Declared, Unusable, Wanted, above_payroll, hundredths, read_dsn
from tests.support.dsn import NIR, Dsn, Employee, Pay, golden_like, reference_file

SIRET = "00000001800010"
ZOE = Wanted("z", "C-2", "Loeuvre Etienne", "Zoe", date(1980, 1, 1), date(2020, 2, 1))
PEOPLE = [
    Wanted("a", "AUTRE", "d'Orgeval", "Inès", date(1994, 8, 15), date(2026, 1, 5)),
    ZOE,
    Wanted("m1", "M-1", "Tran", "Mai", date(1988, 11, 23), date(2026, 3, 2)),
    Wanted("m2", "CT-9", "Tran", "Mai", date(1988, 11, 23), date(2026, 3, 16)),
    Wanted("p", "C-4", "Cadre", "Paul", date(1975, 10, 10), date(2015, 1, 1)),
]


def read(dsn: Dsn | bytes, people: Iterable[Wanted] = PEOPLE) -> list[Declared]:
    content = dsn if isinstance(dsn, bytes) else dsn.content()
    return read_dsn(content.splitlines(keepends=True), lambda _declared: people)


def found(dsn: Dsn, people: Iterable[Wanted] = PEOPLE) -> dict[str, tuple[int | None, int]]:
    return {paid.key: (paid.hours, paid.overtime) for declared in read(dsn, people) for paid in declared.paid}


def one(activities: list[tuple[str, str, str]], **pay: Any) -> Dsn:
    return Dsn(SIRET, [Employee("ÉTIENNE", "ZOÉ", ZOE.birth_date, [Pay("C-2", ZOE.starts_on, activities, **pay)], used="LOEUVRE-ETIENNE")])  # fmt: skip


EXPECTED = {"a": (10450, 0), "z": (15167, 600), "m1": (7000, 0), "m2": (6300, 0), "p": (None, 0)}


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_the_cases_of_a_monthly_dsn(end: str) -> None:
    dsn = golden_like(SIRET)
    dsn.end = end
    assert found(dsn) == EXPECTED
    [declared] = read(dsn)
    assert (declared.siret, declared.month, declared.nature, declared.replaces) == (
        SIRET,
        date(2026, 3, 1),
        "01",
        False,
    )


def test_the_reference_file_gives_its_figures() -> None:
    people = [
        Wanted("1", "C2026-001", "D'Almeida", "Aïcha", date(1994, 8, 15), date(2026, 1, 5)),
        Wanted("2", "C2020-014", "Martin-Étienne", "Zoé", date(1980, 1, 1), date(2020, 2, 1)),
        Wanted("3", "M2026-0302", "Nguyen", "Van", date(1988, 11, 23), date(2026, 3, 2)),
        Wanted("4", "M2026-0316", "Nguyen", "Van", date(1988, 11, 23), date(2026, 3, 16)),
        Wanted("5", "C2015-001", "Cadre", "Paul", date(1975, 10, 10), date(2015, 1, 1)),
    ]
    [declared] = read(reference_file(), people)
    assert [(p.hours, p.overtime) for p in declared.paid] == [(10450, 0), (15167, 600), (7000, 0), (6300, 0), (None, 0)]


def test_nothing_is_kept_of_anybody_else_nor_of_a_number() -> None:
    said = repr(read(golden_like(SIRET)))
    assert NIR not in said
    assert "1700512345678" not in said
    assert "SECRETARIAT" not in said
    assert "C-5" not in said
    assert read(golden_like(SIRET), [])[0].paid == []


@pytest.mark.parametrize(
    ("activities", "hours"),
    [
        ([("01", "10", "10")], 1000),
        ([("01", "10.5", "10"), ("01", "20.25", "21")], 3075),
        ([("01", "10.00", "10"), ("02", "7.00", "10")], 1000),
        ([("01", "10.00", "10"), ("01", "31.00", "40"), ("01", "4.00", "31")], 1000),
        ([("01", "20.00", "10"), ("01", "-5.00", "10")], 1500),
        ([("01", "20.00", "12")], None),
        ([("01", "20.00", "10"), ("01", "2.00", "20")], None),
        ([("01", "0.00", "10")], 0),
    ],
)
def test_hours_paid_are_those_of_type_01_in_hours(activities: list[tuple[str, str, str]], hours: int | None) -> None:
    assert found(one(activities)) == {"z": (hours, 0)}


def test_pay_of_another_month_is_summed_and_said() -> None:
    [declared] = read(one([("01", "10.00", "10")], period=("01022026", "28022026")))
    assert [(p.hours, p.other_period) for p in declared.paid] == [(1000, True)]
    [declared] = read(one([("01", "10.00", "10")], period=("26022026", "25032026")))
    assert [p.other_period for p in declared.paid] == [False]


def test_a_name_in_use_or_of_birth_and_the_first_of_several_first_names() -> None:
    born = Wanted("z", "X", "Étienne", "Zoé", ZOE.birth_date, date(1999, 1, 1))
    assert found(one([("01", "10.00", "10")]), [born]) == {"z": (1000, 0)}
    for other in (
        Wanted("z", "C-2", "Étienne", "Zoé", date(1980, 1, 2), ZOE.starts_on),
        Wanted("z", "C-2", "Étienne", "Zo", ZOE.birth_date, ZOE.starts_on),
        Wanted("z", "C-2", "Martin", "Zoé", ZOE.birth_date, ZOE.starts_on),
    ):
        assert found(one([("01", "10.00", "10")]), [other]) == {}


def test_a_payroll_contract_that_is_no_clause_contract_is_told_by_its_number() -> None:
    [declared] = read(golden_like(SIRET), PEOPLE[:3])
    assert declared.unmatched == ["M-2"]
    lone = Wanted("m", "RIEN", "Tran", "Mai", date(1988, 11, 23), date(2025, 1, 1))
    [declared] = read(golden_like(SIRET), [lone])
    assert (declared.paid, declared.unmatched) == ([], ["M-1", "M-2"])


def test_several_establishments_and_declarations_in_a_file() -> None:
    first, second = one([("01", "10.00", "10")]), one([("01", "20.00", "10")])
    second.siret, second.kind = "00000001800028", "03"
    first.more = [second]
    declared = read(first)
    assert [(d.siret, d.replaces, [p.hours for p in d.paid]) for d in declared] == [
        (SIRET, False, [1000]), ("00000001800028", True, [2000]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n\n", b"PK\x03\x04", b"%PDF-1.7\n", b"Nom;Heures\nA;3\n", b"S21.G00.30.001,'1\n",
        b"S10.G00.00.001,'PAIE'\n" + b"S21.G00.53.002,'" + b"9" * 5000 + b"'\n", b"\x00" * 100, b"S10.G00.00.001,'PAIE'\n",
    ],
)  # fmt: skip
def test_what_is_no_whole_dsn_is_refused_without_quoting_it(content: bytes) -> None:
    with pytest.raises(Unusable) as refusal:
        read(content)
    assert "9999" not in str(refusal.value)


def test_a_file_that_lost_a_line_is_refused() -> None:
    dsn = golden_like(SIRET)
    with pytest.raises(Unusable, match="incomplet"):
        read("\r\n".join(dsn.lines()[:-2]).encode("latin-1"))
    dsn.count = 12
    with pytest.raises(Unusable, match="incomplet"):
        read(dsn)


@pytest.mark.parametrize("text", ["", "1,5", "1.234", "abc", "1e3", "99999999.00", "١٢"])
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Unusable):
        hundredths(text)


def test_a_negative_total_is_not_guessed() -> None:
    with pytest.raises(Unusable, match="négatif"):
        read(one([("01", "-5.00", "10")]))


def test_declared_hours_are_compared_with_what_was_paid() -> None:
    assert above_payroll(10450, 10450, 0) is None
    assert above_payroll(15767, 15167, 600) is None
    assert above_payroll(99999, None, 0) is None
    sentence = above_payroll(15768, 15167, 600)
    assert sentence is not None
    assert "157,68 h déclarées" in sentence
    assert "6 h supplémentaires" in sentence
