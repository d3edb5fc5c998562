"""What real platforms write in place of values (formats.md § 4): read, missing, or a warning; never a refusal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from clause.imports.decp import values
from clause.imports.decp.normalising import normalise
from clause.imports.decp.places import department_of, department_of_buyer, in_territory
from clause.kernel.values import BadValue
from tests.imports.decp.support import BUYER, record


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2018-08-30", date(2018, 8, 30)),
        ("2018-08-30+02:00", date(2018, 8, 30)),
        ("2018-08-30Z", date(2018, 8, 30)),
        ("2018-08-29T22:00:00Z", date(2018, 8, 30)),
        ("2018-08-30T00:00:00+02:00", date(2018, 8, 30)),
        ("30/08/2018", date(2018, 8, 30)),
        ("20180830", date(2018, 8, 30)),
        *((nothing, None) for nothing in (None, "", "CDL", "MQ", "INX", "NC", "null", " nc ", [], {})),
    ],
)
def test_days(written: Any, day: date | None) -> None:
    assert values.read_day(written) == day


@pytest.mark.parametrize("written", ["test", "2018-13-01", "0001-01-01", "2018-02-30", "2999-01-01", "août 2018"])
def test_days_that_cannot_be_read(written: str) -> None:
    with pytest.raises(BadValue):
        values.read_day(written)


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        (14700, 1_470_000), ("14 700,00", 1_470_000), ("14\u202f700,00 €", 1_470_000), ("14.700,00", 1_470_000),
        ("14,700.00", 1_470_000), ("30000.00", 3_000_000), (Decimal("33136.63"), 3_313_663), (Decimal("0.005"), 1),
        (0, 0), ("NC", None), (None, None),
    ],
)  # fmt: skip
def test_amounts(written: Any, cents: int | None) -> None:
    assert values.read_cents(written) == cents


@pytest.mark.parametrize("written", [True, "beaucoup", -1, "1e99", "1.2.3"])
def test_amounts_that_cannot_be_read(written: Any) -> None:
    with pytest.raises(BadValue):
        values.read_cents(written)


@pytest.mark.parametrize(
    ("written", "identifier"),
    [
        (BUYER, BUYER), (5680065901468, "05680065901468"), ("5680065901468", "05680065901468"),
        (Decimal("21590163800019"), BUYER), ("215 901 638 00019", BUYER), ("214356", "214356"), ("DE814864138", "DE814864138"),
    ],
)  # fmt: skip
def test_lost_zeros_of_a_siret_come_back(written: Any, identifier: str) -> None:
    assert values.identifier_of(written) == identifier


@pytest.mark.parametrize(
    ("written", "code"),
    [("30190000-7", "30190000"), ("45000000", "45000000"), (3111000, "03111000"), ("", ""), ("CDL", "")],
)
def test_cpv(written: Any, code: str) -> None:
    assert values.read_cpv(written) == code


@pytest.mark.parametrize(
    ("field", "value", "column", "attribute", "kept"),
    [
        ("datePublicationDonnees", "test", "datePublicationDonnees", "published_on", None),
        ("montant", "sur demande", "montant", "amount_cents", None),
        ("dureeMois", 0, "dureeMois", "months", None),
        ("codeCPV", "travaux", "codeCPV", "cpv", ""),
        ("acheteur", {"id": "12345678901234"}, "acheteur.id", "identifier", "2026-001"),
        ("objet", "RÃ©novation", "objet", "title", "RÃ©novation"),
        ("considerationsSociales", {"considerationSociale": ["Peut-être"]}, "considerationsSociales", "considerations", None),
    ],
)  # fmt: skip
def test_a_bad_value_is_a_warning_with_its_field_and_value(
    field: str, value: Any, column: str, attribute: str, kept: Any
) -> None:
    read = normalise(record(**{field: value}))
    assert read.refusal is None
    assert [p.field for p in read.problems] == [column]
    assert read.problems[0].value in str(value)
    assert getattr(read.contract, attribute) == kept


@pytest.mark.parametrize(
    ("raw", "column"),
    [
        (record(id=""), "id"), (record(id="NC"), "id"), (record(acheteur={"id": "CDL"}), "acheteur.id"),
        ({k: v for k, v in record().items() if k != "acheteur"}, "acheteur.id"), ("un mot", ""), (None, ""), ([], ""),
    ],
)  # fmt: skip
def test_only_what_has_no_key_is_refused(raw: Any, column: str) -> None:
    refusal = normalise(raw).refusal
    assert refusal is not None
    assert refusal.field == column


def test_unknown_considerations_are_never_none() -> None:
    assert normalise(record(considerationsSociales=None)).contract.considerations is None
    assert normalise(record()).contract.considerations == ("Pas de considération sociale",)


def test_no_consideration_stands_alone() -> None:
    read = normalise(
        record(considerationsSociales={"considerationSociale": ["Pas de considération sociale", "clause sociale"]})
    )
    assert read.contract.considerations == ("Clause sociale",)
    assert [p.field for p in read.problems] == ["considerationsSociales"]


def test_text_that_no_database_holds_is_cleaned() -> None:
    read = normalise(record(objet="Salle\x00 des\ud800 fêtes", id="A\x00B"))
    assert read.contract.title == "Salle des fêtes"
    read.contract.digest.encode()


def test_a_very_long_identifier_stays_a_key() -> None:
    one, other = normalise(record(id="x" * 500)), normalise(record(id="x" * 499 + "y"))
    assert len(one.contract.identifier) == 200
    assert one.contract.key != other.contract.key


def test_json_and_xml_of_one_record_have_the_same_content() -> None:
    as_xml = record(
        montant="6200000.00", dureeMois="18", titulaires={"titulaire": record()["titulaires"][0]["titulaire"]}
    )
    assert normalise(as_xml).contract.digest == normalise(record()).contract.digest


@pytest.mark.parametrize(
    ("code", "kind", "department"),
    [
        ("59170", "Code Postal", "59"), ("20000", "Code postal", "2A"), ("20600", "Code postal", "2B"), ("2A004", "Code commune", "2A"),
        ("97411", "Code commune", "974"), ("22", "Code département", "22"), ("2A", "Code département", "2A"), ("32", "Code région", ""),
        ("83220", "Code region", "83"), ("FR", "Code pays", ""), ("", "", ""), ("621", "Code arrondissement", "62"),
    ],
)  # fmt: skip
def test_department_of_a_place(code: str, kind: str, department: str) -> None:
    assert department_of(code, kind) == department


def test_department_of_a_buyer() -> None:
    assert department_of_buyer("215901638") == "59"
    assert department_of_buyer("219740115") == "974"
    assert department_of_buyer("552081317") == ""


@pytest.mark.parametrize(
    ("prefixes", "code", "kind", "siren", "inside"),
    [
        (["59"], "59170", "Code postal", "", True), (["59170"], "59170", "Code postal", "", True),
        (["59170"], "59", "Code département", "", False), (["59"], "75001", "Code postal", "215901638", True),
        (["32"], "32", "Code région", "", False), (["2A"], "20000", "Code postal", "", True), (["59"], "", "", "", False),
    ],
)  # fmt: skip
def test_territory(prefixes: list[str], code: str, kind: str, siren: str, inside: bool) -> None:
    assert in_territory(prefixes, code, kind, siren) is inside
