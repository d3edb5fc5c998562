"""A coherent reprise workbook of any size, always the same for the same size: ``save(path, hours=10_000)``.

Run as a module to write one: ``python -m tests.support.large_workbook 10000 reprise.xlsx``.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from clause.imports.reprise.layout import SHEETS, SheetLayout
from clause.kernel.values import add_months, month_end
from tests.support.factories import siret

MONTHS = 12  # lines of hours of one contract
FIRST = date(2024, 1, 1)
FAMILIES = ("Petit", "Durand", "Nguyen", "Diallo", "Moreau", "Lefèvre", "Benali", "Garcia", "Costa", "Kaya")
GIVEN = ("Ana", "Bob", "Cléo", "Dan", "Ève", "Fatou", "Gino", "Hana", "Ismaël", "Jade")
PUBLICS = ("RSA", "DELD", "RQTH", "jeune sans qualification")


def save(path: Path, *, hours: int, worked: int | str | None = None) -> Path:
    """Write a workbook of this many lines of hours; ``worked`` puts the same value in each, to have it refused."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False})  # fmt: skip
    book.set_properties({"created": FIRST})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    content = _content(hours, worked)
    for layout in SHEETS:
        sheet = book.add_worksheet(layout.label)
        for i, row in enumerate(_rows(layout, content.get(layout.name, ()))):
            for j, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(i, j, value, day)
                elif value not in (None, ""):
                    sheet.write(i, j, value)
    book.close()
    return path


def _rows(layout: SheetLayout, lines: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    yield [column.label for column in layout.columns]
    for line in lines:
        yield [line.get(column.key) for column in layout.columns]


def _content(hours: int, worked: int | str | None) -> dict[str, Iterable[dict[str, Any]]]:
    contracts = -(-hours // MONTHS)
    companies = max(2, contracts // 20)
    markets = max(2, contracts // 15)
    return {
        "authorities": ({"siret": siret(n), "name": f"Ville {n}", "kind": "commune", "commune": f"Commune {n}"} for n in range(1, 6)),
        "operations": ({"reference": f"OP-{n}", "title": f"Opération {n}", "authority": siret(1 + n % 5), "starts_on": FIRST} for n in range(max(1, markets // 4))),
        "markets": (_market(n, max(1, markets // 4), companies) for n in range(markets)),
        "companies": ({"siret": siret(1000 + n), "name": f"Entreprise {n}", "kind": "entreprise", "workforce": 5 + n % 90} for n in range(companies)),
        "participants": (_person(n) for n in range(contracts)),
        "contracts": (_contract(n, companies) for n in range(contracts)),
        "hours": _hours(hours, markets, worked),
    }  # fmt: skip


def _market(n: int, operations: int, companies: int) -> dict[str, Any]:
    return {
        "reference": f"M-{n}", "operation": f"OP-{n % operations}", "lot": f"Lot {n}", "title": f"Travaux {n}",
        "clause": "condition d'exécution", "nature": "travaux", "objective": 500 + n, "starts_on": FIRST,
        "ends_on": date(2027, 12, 31), "contractor": siret(1000 + n % companies),
    }  # fmt: skip


def _person(n: int) -> dict[str, Any]:
    own = random.Random(n)
    return {
        "reference": f"P-{n}", "last_name": f"{own.choice(FAMILIES)}-{n}", "first_name": own.choice(GIVEN),
        "birth_date": date(own.randint(1965, 2004), own.randint(1, 12), own.randint(1, 28)), "sex": own.choice("FH"),
        "commune": "Lille", "qpv": own.choice(("non", "QP059001")), "level": own.choice(("3", "4", "V")),
        "public": own.choice(PUBLICS), "prescriber": own.choice(("Mission locale", "PLIE", "")),
        "eligible_from": date(2023, 12, 1), "eligible_until": date(2026, 12, 31), "decided_by": "Claude Facilitateur",
    }  # fmt: skip


def _start(n: int) -> date:
    return add_months(FIRST, n % 20)


def _contract(n: int, companies: int) -> dict[str, Any]:
    first = _start(n)
    return {
        "reference": f"K-{n}", "participant": f"P-{n}", "employer": siret(1000 + n // 15 % companies), "mode": "embauche directe",
        "type": "CDD", "starts_on": first, "ends_on": month_end(add_months(first, MONTHS - 1)), "job": "F1703 Maçon",
    }  # fmt: skip


def _hours(count: int, markets: int, worked: int | str | None) -> Iterator[dict[str, Any]]:
    for n in range(count):
        contract, month = divmod(n, MONTHS)
        own = random.Random(n)
        yield {
            "contract": f"K-{contract}", "market": f"M-{contract // 15 % markets}",
            "month": f"{add_months(_start(contract), month):%Y-%m}",
            "worked": worked if worked is not None else own.randint(10, 140) + own.choice((0, 0.5)),
            "training": own.choice((None, None, None, 7)),
        }  # fmt: skip


if __name__ == "__main__":
    save(Path(sys.argv[2]), hours=int(sys.argv[1]))
