"""Every table against a naive loop over the entries, on random data; what opens, adds up; nothing hidden is found."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clause.candidates.rules.ages import age_class
from clause.consolidations.annual import TABLES, of_facts
from clause.consolidations.as_json import as_data
from clause.consolidations.facts import CONTRACTS, HOURS, MARKETS, OPEN, PEOPLE, Facts, frame
from clause.consolidations.figures import Hidden
from clause.consolidations.lines import selection
from clause.consolidations.masking import LINKED, MERGED, masked, to_hide
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.report import Table

YEAR = 2026
PERIMETER = Perimeter("Essai")


@dataclass(frozen=True)
class World:
    """Plain rows, from which the facts and the naive loops are both made."""

    hours: list[tuple[int, ...]]  # year, month, market, contract, person, real, valued
    markets: list[dict[str, Any]]
    contracts: list[dict[str, Any]]
    people: list[dict[str, Any]]


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
        }
        for n in range(1, draw(st.integers(1, 12)) + 1)
    ]  # fmt: skip
    markets = [
        {
            "id": n, "authority": draw(st.integers(1, 2)), "operation": draw(st.integers(1, 3)), "kind": draw(st.sampled_from(KINDS)),
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
            m["id"], f"M{m['id']}", f"Lot {m['id']}", m["operation"], m["authority"], 1, m["kind"], "works", "building", "45210000", date(2025, 1, 1), None,
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
        hours=frame([(y, m, k, c, p, "work", r, v) for y, m, k, c, p, r, v in world.hours], HOURS),
        markets=frame(markets, MARKETS).set_index("id").sort_index(),
        parties=frame([(m["id"], m["id"] % 2 + 1, "contractor") for m in world.markets], {"market": "int64", "company": "int64", "role": "str"}),
        contracts=frame([(c["id"], c["person"], c["mode"], c["contract_type"], c["employer_type"], 1, "F1703", "", 1, OPEN) for c in world.contracts], CONTRACTS).set_index("id"),
        people=frame([(p["id"], p["sex"], p["age"], p["level"], p["public"], p["qpv"], p["commune"], "", [], True) for p in world.people], PEOPLE).set_index("id"),
        publics=frame([(p["id"], p["public"]) for p in world.people if p["public"]], {"person": "int64", "public": "str"}),
        authorities=frame([(1, "000000001", "Ville A", "commune"), (2, "000000002", "Bailleur B", "social_landlord")], {"id": "int64", "siren": "str", "name": "str", "kind": "str"}).set_index("id"),
        companies=frame([], {"id": "int64", "siren": "str", "name": "str"}).set_index("id"),
        years=frame(sorted((y, h, len(p), len(c)) for y, (h, p, c) in years.items()), dict.fromkeys(("year", "hours", "participants", "employment_contracts"), "int64")),
        facilitators={1: 2},
    )  # fmt: skip


def naive(world: World, key: Any) -> dict[str, tuple[int, int, int]]:
    """Hours (hundredths), people, contracts of each key, by a loop over the entries of the year."""
    hours, people, contracts = defaultdict(int), defaultdict(set), defaultdict(set)
    for year, month, market, contract, person, real, _valued in world.hours:
        if year == YEAR:
            k = key(world.markets[market - 1], world.contracts[contract - 1], world.people[person - 1], month)
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
    "C08": lambda m, c, p, month: "works",
    "C08c": lambda m, c, p, month: "45",
    "C08d": lambda m, c, p, month: "F1703",
    "C09": lambda m, c, p, month: "commune" if m["authority"] == 1 else "social_landlord",
    "C09b": lambda m, c, p, month: f"00000000{m['authority']}",
    "C17": lambda m, c, p, month: f"{YEAR}-{month:02d}",
}
PARTITIONS = ("C06a", "C06b", "C06b-PLIE", "C06c", "C06d", "C06f", "C06g", "C06h")
quick = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(worlds())
def test_every_cut_equals_a_naive_loop(world: World) -> None:
    facts = facts_of(world)
    every = naive(world, lambda *_: "all").get("all", (0, 0, 0))
    for code, key in KEYS.items():
        table = TABLES[code](facts)
        found = {row.key: tuple(row.cells[m] for m in ("hours", "participants", "employment_contracts")) for row in table.rows}  # fmt: skip
        assert {k: v for k, v in found.items() if v != (0, 0, 0)} == naive(world, key), code
        assert table.total is not None
        assert tuple(table.total[m] for m in ("hours", "participants", "employment_contracts")) == every, code


@quick
@given(worlds())
def test_partitions_sum_to_the_total(world: World) -> None:
    facts = facts_of(world)
    for code in PARTITIONS:
        table = TABLES[code](facts)
        for measure in ("hours", "participants", "employment_contracts"):
            assert sum(row.cells[measure] for row in table.rows) == table.total[measure], code  # type: ignore[index,misc]


def _attained(world: World, market: dict[str, Any], year: int | None = None) -> int:
    index = 6 if market["valued"] else 5
    return sum(h[index] for h in world.hours if h[2] == market["id"] and (year is None or h[0] == year))


def _percent(part: int, whole: int) -> float | None:
    return float((Decimal(part) * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)) if whole else None


@quick
@given(worlds())
def test_objectives_equal_a_naive_loop(world: World) -> None:
    total = as_data(of_facts(facts_of(world), PERIMETER, YEAR, only="C02"))["tables"]["C02"]["total"]
    chosen = [
        m for m in world.markets
        if m["state"] == "running" and m["due"] and m["starts"] <= date(YEAR, 12, 31) and (m["ends"] is None or m["ends"] >= date(YEAR, 1, 1))
    ]  # fmt: skip
    due, done = [m["due"] for m in chosen], [_attained(world, m) for m in chosen]
    pairs = list(zip(due, done, strict=True))
    assert total["markets"] == len(chosen)
    assert total["objective_due"] == sum(due) / 100
    assert total["hours_cumulative"] == sum(done) / 100
    assert total["hours_year"] == sum(_attained(world, m, YEAR) for m in chosen) / 100
    assert total["hours_remaining"] == sum(max(0, o - h) for o, h in pairs) / 100
    assert total["hours_surplus"] == sum(max(0, h - o) for o, h in pairs) / 100
    assert total["rate"] == _percent(sum(done), sum(due))
    assert total["rate_capped"] == _percent(sum(min(o, h) for o, h in pairs), sum(due))


@quick
@given(worlds())
def test_what_a_figure_opens_on_is_the_figure(world: World) -> None:
    facts = facts_of(world)
    for code in KEYS:
        table = TABLES[code](facts)
        for key, cells in [*((row.key, row.cells) for row in table.rows), ("total", table.total or {})]:
            for column, id_ in (("hours", "real"), ("participants", "person"), ("employment_contracts", "contract")):
                if not cells[column]:
                    continue
                chosen = selection(facts, code, key, column)
                assert chosen is not None
                hours = chosen.hours(facts)
                counted = hours["real"].sum() if column == "hours" else hours[id_].nunique()
                assert counted == cells[column], (code, key, column)


# Small cells


@given(st.lists(st.integers(0, 12), min_size=1, max_size=7), st.integers(2, 6))
def test_hidden_rows_have_more_than_one_solution(people: list[int], min_cell: int) -> None:
    hidden = to_hide(people, min_cell)
    if hidden is None:
        return
    for number, count in enumerate(people):
        assert number in hidden or not 0 < count < min_cell
    total = sum(people[n] for n in hidden)
    parts = [p for p in itertools.product(range(1, total + 1), repeat=len(hidden)) if sum(p) == total] if total <= 14 and len(hidden) <= 4 else None  # fmt: skip
    if parts is not None:
        for position in range(len(hidden)):
            assert len({p[position] for p in parts}) > 1, (people, hidden)


@quick
@given(worlds())
def test_no_hidden_cell_is_found_by_subtraction(world: World) -> None:
    report = masked(of_facts(facts_of(world), PERIMETER, YEAR), PERIMETER.min_cell)
    for table in report.tables:
        for measure in sorted(table.sensitive):
            _try_to_find(table, measure)
    small = [
        (t.code, r.key) for t in report.tables if t.column("participants") for r in t.rows
        if isinstance(r.cells["participants"], int) and 0 < r.cells["participants"] < PERIMETER.min_cell
    ]  # fmt: skip
    assert small == []


def _try_to_find(table: Table, measure: str) -> None:
    hidden = [row for row in table.rows if isinstance(row.cells[measure], Hidden) and row.key != MERGED]
    if table.total is None or isinstance(table.total[measure], Hidden):
        return
    assert len(hidden) != 1, (table.code, measure)
    if hidden and measure in table.summed:
        shown = sum(row.cells[measure] for row in table.rows if isinstance(row.cells[measure], int))  # type: ignore[misc]
        left = table.total[measure] - shown  # type: ignore[operator]
        assert left > len(hidden), (table.code, measure)


def test_two_sexes_of_one_hundred_and_twenty() -> None:
    """T-IND-2: with 117 and 3 of 120, both are hidden."""
    assert to_hide([117, 3, 0], 5) == {0, 1}


@quick
@given(worlds())
def test_linked_tables_do_not_give_back_what_one_hides(world: World) -> None:
    """Bands of age share their bounds, rows of markets their hours: where one table hides, the others keep their total."""
    report = masked(of_facts(facts_of(world), PERIMETER, YEAR), PERIMETER.min_cell)
    for family in LINKED:
        tables = [table for table in report.tables if table.code in family]
        told = [t for t in tables if any(isinstance(r.cells["participants"], int) for r in t.rows)]
        if any(isinstance(r.cells["participants"], Hidden) for t in tables for r in t.rows):
            assert [t.code for t in told if t is not tables[0] and len(t.rows) > 1] == []
        for table in told:  # one row tells no more than the total
            assert (
                len(table.rows) > 1
                or table.total is None
                or table.rows[0].cells["participants"] == table.total["participants"]
            )


def test_bands_of_age_are_not_crossed() -> None:
    """Four people under 26 are hidden with the five over 55; the bands of the PLIE would have told the five."""
    ages = [20] * 2 + [25] * 2 + [30] * 9 + [50] * 6 + [60] * 5
    world = World(
        hours=[(YEAR, 3, 1, n, n, 10_000, 10_000) for n in range(1, len(ages) + 1)],
        markets=[{"id": 1, "authority": 1, "operation": 1, "kind": KINDS[0], "starts": date(2026, 1, 1), "ends": None, "due": 0, "valued": False, "state": "running"}],
        contracts=[{"id": n, "person": n, "mode": "direct_hire", "contract_type": "cdd", "employer_type": "company"} for n in range(1, len(ages) + 1)],
        people=[{"id": n, "sex": "f", "age": age, "level": "3", "public": "rsa", "qpv": "qpv", "commune": "Valmont"} for n, age in enumerate(ages, 1)],
    )  # fmt: skip
    report = masked(of_facts(facts_of(world), PERIMETER, YEAR), PERIMETER.min_cell)
    ours, plie = report.table("C06b"), report.table("C06b-PLIE")
    assert ours is not None and plie is not None  # noqa: PT018 - one reading
    assert [r.key for r in ours.rows if isinstance(r.cells["participants"], Hidden)] == ["lt26", "ge55"]
    assert plie.rows == ()
    assert plie.total is not None
    assert plie.total["participants"] == len(ages)


@quick
@given(worlds())
def test_no_chart_draws_a_hidden_figure(world: World) -> None:
    """A bar that is missing would read as a zero."""
    report = masked(of_facts(facts_of(world), PERIMETER, YEAR), PERIMETER.min_cell)
    for table in report.tables:
        for row in table.rows if table.chart else ():
            assert not any(isinstance(row.cells[key], Hidden) for key in table.chart.columns), table.code  # type: ignore[union-attr]
