"""Paid hours of a monthly DSN (formats.md § 3), norm NEODeS P24 to P26. Pure: rubrics in, hours of the wanted people out.

The social security number (S21.G00.30.001) is dropped at the line that carries it, and every person who is not wanted as
soon as they are known not to be: neither is kept, returned, nor said in a refusal. ``clause/static/dsn.js`` is the same
reading in the browser of a company; both are held by the same tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from clause.kernel.values import fold, format_hours, month_end

MAX_BYTES = 200 * 2**20
MAX_LINE = 4_000
MAX_KEPT = 5_000  # contracts and activities of one person: above, the file is not one that a payroll writes
RUBRIC = re.compile(r"^(S\d\d\.G\d\d\.\d\d)\.(\d\d\d),'(.*)'$", re.ASCII)
HOURS, DAYS = frozenset({"10", "21"}), frozenset({"12", "20"})
OVERTIME = frozenset({"017", "018"})
AMOUNT = re.compile(r"^(-?)(\d{1,6})(?:\.(\d{1,2}))?$", re.ASCII)


class Unusable(ValueError):
    """A file that is no DSN, or not a whole one; the text is French and quotes nothing of what it holds."""


@dataclass(frozen=True)
class Wanted:
    """A clause contract of the company this month, and its person: all that the reading may look for."""

    key: str
    reference: str
    last_name: str
    first_name: str
    birth_date: date
    starts_on: date


@dataclass(frozen=True)
class Paid:
    """Hours paid of one wanted contract, in hundredths; ``hours`` None: the DSN counts in days, a value is to be typed."""

    key: str
    number: str
    hours: int | None
    overtime: int = 0
    other_period: bool = False


@dataclass
class Contract:
    """A contract of the DSN as it is read."""

    number: str = ""
    starts_on: str = ""
    hours: int = 0
    overtime: int = 0
    days: bool = False
    filled: bool = False
    other_period: bool = False


@dataclass
class Individual:
    """A person being read, without their number."""

    names: list[str] = field(default_factory=list)
    first_names: str = ""
    birth: str = ""
    contracts: list[Contract] = field(default_factory=list)


@dataclass
class Declared:
    """One declaration of the file: whose, which month, and what it says of the wanted people."""

    nature: str = ""
    kind: str = ""
    month: date | None = None
    siren: str = ""
    nic: str = ""
    paid: list[Paid] = field(default_factory=list)
    unmatched: list[str] = field(
        default_factory=list
    )  # numbers of contracts of wanted people that are none of theirs here

    @property
    def siret(self) -> str:
        return self.siren + self.nic

    @property
    def replaces(self) -> bool:
        """S20.G00.05.002 = 03: it cancels and replaces an earlier one."""
        return self.kind == "03"


Seek = Callable[[Declared], Iterable[Wanted]]


def rubrics(lines: Iterable[bytes]) -> Iterator[tuple[str, str, str]]:
    """(block, number, value) of each line in ISO-8859-1; the last apostrophe closes. Unusable names the line, never its text.

    The count that S90.G00.90.001 announces is checked once the last line is read.
    """
    announced, count = None, 0
    for place, raw in enumerate(lines, start=1):
        line = raw.decode("latin-1").rstrip("\r\n")
        if not line.strip():
            continue
        found = RUBRIC.match(line) if len(line) <= MAX_LINE else None
        if found is None:
            raise Unusable(f"La ligne {place} n'est pas une rubrique de DSN. Choisissez le fichier .dsn ou .edi tel que votre logiciel de paie l'a produit.")  # fmt: skip
        count += 1
        if found[1] == "S90.G00.90" and found[2] == "001":
            announced = found[3]
        yield found[1], found[2], found[3]
    if count == 0:
        raise Unusable("Le fichier est vide.")
    if announced is None or announced != str(count):
        raise Unusable("Le fichier est incomplet : il n'a pas le nombre de rubriques qu'il annonce. Exportez-le de nouveau de votre logiciel de paie.")  # fmt: skip


def read_dsn(lines: Iterable[bytes], seek: Seek) -> list[Declared]:
    """The declarations of a file. ``seek`` gives, once a SIRET and a month are known, the people looked for."""
    reading = _Reading(seek)
    for block, number, value in rubrics(lines):
        reading.take(block, number, value)
    reading.close_person()
    return reading.declared


class _Reading:
    """Where the reading stands; the tree follows from the order of the lines."""

    def __init__(self, seek: Seek) -> None:
        self.seek = seek
        self.declared: list[Declared] = []
        self.wanted: list[Wanted] | None = None
        self.person: Individual | None = None
        self.pay_kind = ""
        self.pay_contract: Contract | None = None
        self.activity = ""
        self.amount = ""

    def take(self, block: str, number: str, value: str) -> None:
        reader = {
            "S20.G00.05": self._declaration, "S21.G00.06": self._company, "S21.G00.11": self._establishment,
            "S21.G00.30": self._individual, "S21.G00.40": self._contract, "S21.G00.51": self._pay,
            "S21.G00.53": self._activity,
        }.get(block)  # fmt: skip
        if reader is not None:
            reader(number, value)

    def _declaration(self, number: str, value: str) -> None:
        if number == "001":
            self.close_person()
            self.declared.append(Declared(nature=value))
            self.wanted = None
        elif number == "002":
            self._current.kind = value
        elif number == "005":
            self._current.month = day_of(value)

    @property
    def _current(self) -> Declared:
        if not self.declared:
            self.declared.append(Declared())
        return self.declared[-1]

    def _company(self, number: str, value: str) -> None:
        if number == "001":
            self._current.siren = value

    def _establishment(self, number: str, value: str) -> None:
        if number != "001":
            return
        self.close_person()
        if self._current.nic:  # another establishment of the same declaration
            last = self._current
            self.declared.append(Declared(last.nature, last.kind, last.month, last.siren))
        self._current.nic = value
        self.wanted = None

    def _individual(self, number: str, value: str) -> None:
        if number == "001":
            self.close_person()
            self.person = Individual()  # the number itself is not read
        elif self.person is None:
            return
        elif number in ("002", "003"):
            self.person.names.append(value)
        elif number == "004":
            self.person.first_names = value
        elif number == "006":
            self.person.birth = value

    def _contract(self, number: str, value: str) -> None:
        if self.person is None:
            return
        if number == "001":
            if not self.person.contracts and not self._is_wanted():
                self.person = None  # nobody of the clause: forgotten here, before anything of their pay is read
                return
            self.person.contracts.append(Contract(starts_on=value))
            if len(self.person.contracts) > MAX_KEPT:
                raise Unusable(
                    "Ce fichier donne à une personne bien plus de contrats qu'une paie n'en a : il n'est pas lu."
                )
        elif number == "009" and self.person.contracts:
            self.person.contracts[-1].number = value

    def _is_wanted(self) -> bool:
        return any(is_person(self.person, wanted) for wanted in self._wanted()) if self.person else False

    def _wanted(self) -> list[Wanted]:
        if self.wanted is None:
            self.wanted = list(self.seek(self._current))
        return self.wanted

    def _pay(self, number: str, value: str) -> None:
        if self.person is None:
            return
        if number == "001":
            self.pay_contract, self.pay_kind = None, ""
            self.pay_first = value
        elif number == "002":
            self.pay_last = value
        elif number == "010":
            own = self.person.contracts
            self.pay_contract = next((c for c in own if c.number == value), own[0] if len(own) == 1 else None)
        elif number == "011":
            self.pay_kind = value
        elif number == "012" and self.pay_kind in OVERTIME and self.pay_contract is not None:
            self.pay_contract.overtime += hundredths(value)

    pay_first = pay_last = ""

    def _activity(self, number: str, value: str) -> None:
        if self.person is None or self.pay_kind != "002" or self.pay_contract is None:
            return
        if number == "001":
            self.activity = value
        elif number == "002":
            self.amount = value
        elif number == "003" and self.activity == "01":
            self._add(self.pay_contract, value)

    def _add(self, contract: Contract, unit: str) -> None:
        if unit in HOURS:
            contract.hours += hundredths(self.amount)
            contract.filled = True
            contract.other_period |= self._is_other_period()
        elif unit in DAYS:
            contract.days = True

    def _is_other_period(self) -> bool:
        first, last, month = day_of(self.pay_first), day_of(self.pay_last), self._current.month
        return bool(month and first and last and (last < month or first > month_end(month)))

    def close_person(self) -> None:
        """A person is whole: what is said of their wanted contracts is kept, the rest forgotten."""
        person, self.person = self.person, None
        self.pay_contract, self.pay_kind = None, ""
        if person is None or not person.contracts:
            return
        mine = [w for w in self._wanted() if is_person(person, w)]
        pairs = pair(person.contracts, mine)
        for contract in person.contracts:
            if not (contract.filled or contract.days):
                continue
            wanted = pairs.get(id(contract))
            if wanted is None:
                self._current.unmatched.append(contract.number)
            else:
                self._current.paid.append(_paid(contract, wanted))


def _paid(contract: Contract, wanted: Wanted) -> Paid:
    if contract.hours < 0:
        raise Unusable(f"Le contrat {contract.number} a un total d'heures négatif : saisissez ses heures à la main.")
    hours = None if contract.days else contract.hours
    return Paid(wanted.key, contract.number, hours, contract.overtime, contract.other_period)


def is_person(person: Individual | None, wanted: Wanted) -> bool:
    """The same birth date, last name (of birth or in use) and first name (the first of several is enough)."""
    if person is None or person.birth != f"{wanted.birth_date:%d%m%Y}":
        return False
    said, known = fold(person.first_names), fold(wanted.first_name)
    first = said == known or said.startswith(f"{known} ") or known.startswith(f"{said} ")
    return bool(said) and first and fold(wanted.last_name) in {fold(name) for name in person.names}


def pair(contracts: list[Contract], wanted: list[Wanted]) -> dict[int, Wanted]:
    """Which clause contract each contract of the DSN is: by its number, by its first day, or the only one on both sides."""
    pairs: dict[int, Wanted] = {}
    for same in (_same_number, _same_day):
        for contract in contracts:
            left = [w for w in wanted if w not in pairs.values()]
            found = [w for w in left if same(contract, w)]
            if id(contract) not in pairs and len(found) == 1:
                pairs[id(contract)] = found[0]
    rest = [c for c in contracts if id(c) not in pairs]
    left = [w for w in wanted if w not in pairs.values()]
    if len(rest) == 1 and len(left) == 1:
        pairs[id(rest[0])] = left[0]
    return pairs


def _same_number(contract: Contract, wanted: Wanted) -> bool:
    return bool(contract.number) and fold(contract.number) == fold(wanted.reference)


def _same_day(contract: Contract, wanted: Wanted) -> bool:
    return contract.starts_on == f"{wanted.starts_on:%d%m%Y}"


def hundredths(text: str) -> int:
    """``104.50`` in hundredths; Unusable where it is no such number."""
    found = AMOUNT.match(text)
    if found is None:
        raise Unusable(
            "Un nombre d'heures de ce fichier ne se lit pas : exportez-le de nouveau de votre logiciel de paie."
        )
    value = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
    return -value if found[1] else value


def day_of(text: str) -> date | None:
    """A day written JJMMAAAA; None for anything else."""
    if not re.fullmatch(r"\d{8}", text):
        return None
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def above_payroll(declared: int, paid: int | None, overtime: int) -> str | None:
    """What to say of a contract whose declared hours, over all markets, go beyond its pay slip; None where they do not."""
    if paid is None or declared <= paid + overtime:
        return None
    more = f" et {format_hours(overtime)} h supplémentaires" if overtime else ""
    return (
        f"{format_hours(declared)} h déclarées ce mois-ci, tous marchés additionnés, pour {format_hours(paid)} h payées{more}"
        " d'après la paie : vérifiez la saisie."
    )
