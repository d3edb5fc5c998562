"""Made-up monthly DSN: the cases of a real one, with invented people and numbers that nobody bears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

GIVEN = Path(__file__).parents[2].parent / "shared" / "data" / "dsn" / "synthetique_mensuelle_P26V01.dsn"
NIR = "2550814168025"  # the specimen that the administration publishes


@dataclass
class Pay:
    """One contract of a DSN: activities are (type, measure, unit), ``overtime`` (type of pay, hours)."""

    number: str
    starts_on: date
    activities: Sequence[tuple[str, str, str]] = (("01", "100.00", "10"),)
    overtime: Sequence[tuple[str, str]] = ()
    period: tuple[str, str] = ("01032026", "31032026")


@dataclass
class Employee:
    last: str
    first: str
    birth: date
    pays: Sequence[Pay]
    used: str = ""
    nir: str = NIR


@dataclass
class Dsn:
    """A file; ``count`` overrides the number of rubrics that it announces."""

    siret: str
    employees: Sequence[Employee] = ()
    month: str = "01032026"
    nature: str = "01"
    kind: str = "01"
    count: int | None = None
    end: str = "\r\n"
    more: Sequence[Dsn] = field(default_factory=tuple)

    def lines(self) -> list[str]:
        found = ["S10.G00.00.001,'PAIE'", "S10.G00.00.006,'P26V01'"]
        for each in (self, *self.more):
            found += each.declaration()
        count = len(found) + 2 if self.count is None else self.count
        return [*found, f"S90.G00.90.001,'{count}'", f"S90.G00.90.002,'{1 + len(self.more)}'"]

    def declaration(self) -> list[str]:
        siren, nic = self.siret[:9], self.siret[9:]
        head = [
            f"S20.G00.05.001,'{self.nature}'", f"S20.G00.05.002,'{self.kind}'", f"S20.G00.05.005,'{self.month}'",
            f"S21.G00.06.001,'{siren}'", "S21.G00.06.002,'00018'", f"S21.G00.11.001,'{nic}'",
        ]  # fmt: skip
        return head + [line for employee in self.employees for line in _employee(employee)]

    def content(self) -> bytes:
        return (self.end.join(self.lines()) + self.end).encode("latin-1")

    def write(self, path: Path) -> Path:
        path.write_bytes(self.content())
        return path


def _employee(employee: Employee) -> Iterable[str]:
    yield f"S21.G00.30.001,'{employee.nir}'"
    yield f"S21.G00.30.002,'{employee.last}'"
    if employee.used:
        yield f"S21.G00.30.003,'{employee.used}'"
    yield f"S21.G00.30.004,'{employee.first}'"
    yield "S21.G00.30.005,'02'"
    yield f"S21.G00.30.006,'{employee.birth:%d%m%Y}'"
    yield "S21.G00.30.008,'12 RUE DE L'ÉGLISE'"
    for pay in employee.pays:
        yield f"S21.G00.40.001,'{pay.starts_on:%d%m%Y}'"
        yield "S21.G00.40.006,'AGENT D'ENTRETIEN'"
        yield f"S21.G00.40.009,'{pay.number}'"
    yield "S21.G00.50.002,'1100.00'"
    for pay in employee.pays:
        yield from _pay(pay)


def _pay(pay: Pay) -> Iterable[str]:
    """The four views of the same pay, each with the activities: only the one of type 002 is to be read."""
    kinds = [(kind, "") for kind in ("001", "002", "003", "010")] + list(pay.overtime)
    for kind, hours in kinds:
        yield f"S21.G00.51.001,'{pay.period[0]}'"
        yield f"S21.G00.51.002,'{pay.period[1]}'"
        yield f"S21.G00.51.010,'{pay.number}'"
        yield f"S21.G00.51.011,'{kind}'"
        if hours:
            yield f"S21.G00.51.012,'{hours}'"
        yield "S21.G00.51.013,'1390.20'"
        for activity, measure, unit in pay.activities if not hours else ():
            yield f"S21.G00.53.001,'{activity}'"
            yield f"S21.G00.53.002,'{measure}'"
            yield f"S21.G00.53.003,'{unit}'"


def golden_like(siret: str) -> Dsn:
    """The cases of the shared file, by other people: part time with an absence, overtime, two missions, days."""
    return Dsn(
        siret,
        [
            Employee("D'ORGEVAL", "INÈS MARIE", date(1994, 8, 15), [Pay("C-1", date(2026, 1, 5), [("01", "104.50", "10"), ("02", "8.17", "10"), ("01", "31.00", "40")])]),
            Employee("ÉTIENNE", "ZOÉ", date(1980, 1, 1), [Pay("C-2", date(2020, 2, 1), [("01", "151.67", "10")], [("017", "4.00"), ("018", "2.00")])], used="LOEUVRE-ÉTIENNE"),
            Employee("TRAN", "MAI", date(1988, 11, 23), [Pay("M-1", date(2026, 3, 2), [("01", "70.00", "10")]), Pay("M-2", date(2026, 3, 16), [("01", "63.00", "21"), ("02", "7.00", "10")])]),
            Employee("CADRE", "PAUL", date(1975, 10, 10), [Pay("C-4", date(2015, 1, 1), [("01", "18.00", "20")])]),
            Employee("SECRETARIAT", "GISELE", date(1970, 5, 5), [Pay("C-5", date(2015, 1, 1), [("01", "140.00", "10")])], nir="1700512345678"),
        ],
    )  # fmt: skip


def reference_file() -> bytes:
    """The reference file where it lies beside the project, else its twin: same people, contracts and activities."""
    return GIVEN.read_bytes() if GIVEN.exists() else _twin().content()


def _twin() -> Dsn:
    return Dsn(
        "00000001800010",
        [
            Employee("D'ALMEIDA", "AÏCHA", date(1994, 8, 15), [Pay("C2026-001", date(2026, 1, 5), [("01", "104.50", "10"), ("02", "8.17", "10"), ("01", "31.00", "40")])]),
            Employee("MARTIN-ÉTIENNE", "ZOÉ", date(1980, 1, 1), [Pay("C2020-014", date(2020, 2, 1), [("01", "151.67", "10"), ("01", "31.00", "40")], [("017", "6.00")])]),
            Employee("NGUYEN", "VAN", date(1988, 11, 23), [Pay("M2026-0302", date(2026, 3, 2), [("01", "70.00", "10")]), Pay("M2026-0316", date(2026, 3, 16), [("01", "63.00", "10"), ("02", "7.00", "10")])]),
            Employee("CADRE", "PAUL", date(1975, 10, 10), [Pay("C2015-001", date(2015, 1, 1), [("01", "18.00", "20")])]),
        ],
    )  # fmt: skip
