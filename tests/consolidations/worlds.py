"""Random years of made-up people, contracts and hours, and the naive loops that count them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from clause.candidates.rules.ages import age_class
from clause.consolidations.facts import CONTRACTS, HOURS, MARKETS, OPEN, PEOPLE, Facts, frame
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.tables.company_keys import PLACES

YEAR = 2026


PERIMETER = Perimeter("Essai")


@dataclass(frozen=True)
class World:
    """Plain rows, from which the facts and the naive loops are both made."""

    hours: list[tuple[int, ...]]  # year, month, market, contract, person, real, valued
    markets: list[dict[str, Any]]
    contracts: list[dict[str, Any]]
    people: list[dict[str, Any]]


MEASURES = ("hours", "participants", "employment_contracts")


KINDS = ["execution_condition", "award_criterion"]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    people = [
        {
            "id": n, "sex": draw(st.sampled_from(["f", "m", "unknown"])), "age": draw(st.integers(-1, 70)),
            "level": draw(st.sampled_from(["2", "3", "unknown"])), "public": draw(st.sampled_from(["", "rsa", "aah"])),
            "qpv": draw(st.sampled_from(["qpv", "not_qpv", "unknown"])), "commune": draw(st.sampled_from(["Valmont", "valmont", "Le Bourg", ""])),
        }
        for n in range(1, draw(st.integers(1, 9)) + 1)
    ]  # fmt: skip
    contracts = [
        {
            "id": n, "person": draw(st.sampled_from(people))["id"], "mode": draw(st.sampled_from(["direct_hire", "secondment"])),
            "contract_type": draw(st.sampled_from(["cdi", "cdd"])), "employer_type": draw(st.sampled_from(["company", "ETTI"])),
            "company": draw(st.integers(1, 4)), "starts": (first_day := draw(st.dates(date(2025, 1, 1), date(2026, 12, 31)))),
            "ends": draw(st.none() | st.dates(first_day, date(2028, 2, 29))), "kind": draw(st.sampled_from(["work", "training"])),
        }
        for n in range(1, draw(st.integers(1, 12)) + 1)
    ]  # fmt: skip
    markets = [
        {
            "id": n, "authority": draw(st.integers(1, 2)), "operation": draw(st.integers(1, 3)), "kind": draw(st.sampled_from(KINDS)),
            "sector": draw(st.sampled_from(["building", "cleaning", ""])), "company": draw(st.integers(0, 3)),
            "starts": draw(st.sampled_from([date(2024, 3, 1), date(2026, 5, 1), date(2027, 2, 1)])),
            "ends": draw(st.sampled_from([date(2024, 12, 31), date(2026, 6, 30), date(2028, 1, 1), None])),
            "due": draw(st.sampled_from([0, 10_000, 33_333])), "valued": draw(st.booleans()),
            "state": draw(st.sampled_from(["running", "running", "planned", "lost"])),
        }
        for n in range(1, draw(st.integers(1, 5)) + 1)
    ]  # fmt: skip
    hours = []
    for year, month, market, contract in draw(
        st.sets(
            st.tuples(st.sampled_from([2025, 2026]), st.integers(1, 12), st.sampled_from([m["id"] for m in markets]), st.sampled_from([c["id"] for c in contracts])),
            max_size=25,
        )
    ):  # fmt: skip
        real = draw(st.integers(1, 15_167))
        hours.append((year, month, market, contract, contracts[contract - 1]["person"], real, real + draw(st.integers(0, 500))))  # fmt: skip
    return World(sorted(hours), markets, contracts, people)


def facts_of(world: World) -> Facts:
    cumulative: dict[tuple[int, int], int] = defaultdict(int)
    for _y, _m, market, _c, _p, real, valued in world.hours:
        cumulative[market, 0] += real
        cumulative[market, 1] += valued
    markets = [
        (
            m["id"], f"M{m['id']}", f"Lot {m['id']}", m["operation"], m["authority"], 1, m["kind"], "works", m["sector"], "45210000", date(2025, 1, 1), None,
            m["starts"].toordinal(), OPEN if m["ends"] is None else m["ends"].toordinal(), m["state"] == "running", m["state"] == "planned",
            m["state"] == "lost", m["valued"], m["due"], m["due"], m["due"], cumulative[m["id"], 0], cumulative[m["id"], 1],
        )
        for m in world.markets
    ]  # fmt: skip
    years: dict[int, list[Any]] = {}
    for year, _month, _market, contract, person, real, _valued in world.hours:
        row = years.setdefault(year, [0, set(), set()])
        row[0] += real
        row[1].add(person)
        row[2].add(contract)
    return Facts(
        first=date(YEAR, 1, 1), last=date(YEAR, 12, 31), as_of=date(2027, 1, 1),
        hours=frame([(y, m, k, c, p, world.contracts[c - 1]["kind"], r, v) for y, m, k, c, p, r, v in world.hours], HOURS),
        markets=frame(markets, MARKETS).set_index("id").sort_index(),
        parties=frame([(m["id"], m["company"], "contractor") for m in world.markets if m["company"]], {"market": "int64", "company": "int64", "role": "str"}),
        contracts=frame([(c["id"], c["person"], c["mode"], c["contract_type"], c["employer_type"], c["company"], "F1703", "", c["starts"].toordinal(), c["ends"].toordinal() if c["ends"] else OPEN) for c in world.contracts], CONTRACTS).set_index("id"),
        people=frame([(p["id"], p["sex"], p["age"], p["level"], p["public"], p["qpv"], p["commune"], "", [], True) for p in world.people], PEOPLE).set_index("id"),
        publics=frame([(p["id"], p["public"]) for p in world.people if p["public"]], {"person": "int64", "public": "str"}),
        authorities=frame([(1, "000000001", "Ville A", "commune"), (2, "000000002", "Bailleur B", "social_landlord")], {"id": "int64", "siren": "str", "name": "str", "kind": "str"}).set_index("id"),
        companies=frame([], {"id": "int64", "siren": "str", "name": "str"}).set_index("id"),
        years=frame(sorted((y, h, len(p), len(c)) for y, (h, p, c) in years.items()), dict.fromkeys(("year", "hours", "participants", "employment_contracts"), "int64")),
        facilitators={1: 2},
        more={"places": frame([place(m) for m in world.markets if m["company"]], PLACES)},
    )  # fmt: skip


COMPANIES = {1: ("company", "41.20B", 4), 2: ("ETTI", "78.20Z", 60), 3: ("EI", "", -1)}  # kind, NAF, workforce


SIZES = {1: ("lt10", "F"), 2: ("50_199", "N"), 3: ("unknown", "unknown"), 0: ("unknown", "unknown")}


def place(market: dict[str, Any]) -> tuple[Any, ...]:
    kind, naf, workforce = COMPANIES[market["company"]]
    return market["id"], market["company"], "contractor", kind, naf, workforce


def first_clause(world: World, company: int, year: int) -> str:
    if not company:
        return "unknown"
    starts = [m["starts"] for m in world.markets if m["company"] == company and m["state"] == "running"]
    return "unknown" if not starts else "first" if min(starts) >= date(year, 1, 1) else "again"


def length(contract: dict[str, Any]) -> str:
    """The class of a contract, counting whole months one by one."""
    if contract["ends"] is None:
        return "open_ended"
    first, after = contract["starts"], contract["ends"] + timedelta(days=1)
    months = 0
    while (first.year * 12 + first.month + months + 1, first.day) <= (after.year * 12 + after.month, after.day):
        months += 1
    return "lt1" if months < 1 else "1_2" if months < 3 else "3_5" if months < 6 else "6_11" if months < 12 else "ge12"


def hours_class(world: World, person: int, year: int) -> str:
    done = sum(h[5] for h in world.hours if h[0] == year and h[4] == person) / 100
    return next((name for limit, name in ((150, "lt150"), (450, "150_449"), (900, "450_899"), (1607, "900_1606")) if done < limit), "ge1607")  # fmt: skip


def hires(world: World, person: int, year: int) -> str:
    return ["", "one", "two", "three_or_more"][
        min(3, len({h[3] for h in world.hours if h[0] == year and h[4] == person}))
    ]


def naive(world: World, key: Any, of: int = YEAR) -> dict[str, tuple[int, int, int]]:
    """Hours (hundredths), people, contracts of each key, by a loop over the entries of the year."""
    hours, people, contracts = defaultdict(int), defaultdict(set), defaultdict(set)
    for year, month, market, contract, person, real, _valued in world.hours:
        if year == of:
            k = key(world.markets[market - 1], world.contracts[contract - 1], world.people[person - 1], month)
            k = k(world, year) if callable(k) else k
            hours[k] += real
            people[k].add(person)
            contracts[k].add(contract)
    return {k: (hours[k], len(people[k]), len(contracts[k])) for k in hours}


KEYS: dict[str, Any] = {
    "C03": lambda m, c, p, month: m["kind"],
    "C04": lambda m, c, p, month: f"{c['mode']}/{c['employer_type']}",
    "C05": lambda m, c, p, month: c["contract_type"],
    "C06a": lambda m, c, p, month: p["sex"],
    "C06b": lambda m, c, p, month: age_class(p["age"]).value,
    "C06c": lambda m, c, p, month: p["level"],
    "C06d": lambda m, c, p, month: p["public"] or "unknown",
    "C06e": lambda m, c, p, month: p["public"] or "unknown",
    "C06f": lambda m, c, p, month: p["qpv"],
    "C06g": lambda m, c, p, month: p["commune"].lower() or "unknown",
    "C07": lambda m, c, p, month: f"{p['sex']}/{age_class(p['age']).value}",
    "C07b": lambda m, c, p, month: f"{p['sex']}/{m['sector'] or 'unknown'}",
    "C07c": lambda m, c, p, month: f"{p['qpv']}/{p['public'] or 'unknown'}",
    "C10": lambda m, c, p, month: SIZES[m["company"]][0],
    "C10b": lambda m, c, p, month: SIZES[m["company"]][1],
    "C10c": lambda m, c, p, month: lambda world, year: first_clause(world, m["company"], year),
    "C11": lambda m, c, p, month: length(c),
    "C11b": lambda m, c, p, month: lambda world, year: hours_class(world, p["id"], year),
    "C11c": lambda m, c, p, month: lambda world, year: hires(world, p["id"], year),
    "C12": lambda m, c, p, month: c["kind"],
    "C08": lambda m, c, p, month: "works",
    "C08c": lambda m, c, p, month: "45",
    "C08d": lambda m, c, p, month: "F1703",
    "C09": lambda m, c, p, month: "commune" if m["authority"] == 1 else "social_landlord",
    "C09b": lambda m, c, p, month: f"00000000{m['authority']}",
    "C17": lambda m, c, p, month: f"{YEAR}-{month:02d}",
}


PARTITIONS = ("C06a", "C06b", "C06b-PLIE", "C06c", "C06d", "C06f", "C06g", "C06h")


quick = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
