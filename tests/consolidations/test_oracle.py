"""Every table against a naive loop over the entries, on random data; what opens, adds up."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import given

from clause.consolidations.annual import TABLES, of_facts
from clause.consolidations.as_json import as_data
from clause.consolidations.lines import selection
from tests.consolidations.worlds import (
    KEYS,
    MEASURES,
    PARTITIONS,
    PERIMETER,
    SIZES,
    YEAR,
    World,
    facts_of,
    first_clause,
    naive,
    quick,
    worlds,
)


@quick
@given(worlds())
def test_every_cut_equals_a_naive_loop(world: World) -> None:
    facts = facts_of(world)
    every = naive(world, lambda *_: "all").get("all", (0, 0, 0))
    for code, key in KEYS.items():
        table = TABLES[code](facts)
        measures = [m for m in MEASURES if table.column(m)]
        kept = [MEASURES.index(m) for m in measures]
        found = {row.key: [row.cells[m] for m in measures] for row in table.rows}
        wanted = {k: [v[n] for n in kept] for k, v in naive(world, key).items()}
        assert {k: v for k, v in found.items() if v[0]} == wanted, code
        assert table.total is not None
        assert [table.total[m] for m in measures] == [every[n] for n in kept], code


@quick
@given(worlds())
def test_the_year_before_equals_a_naive_loop(world: World) -> None:
    facts = facts_of(world)
    for code, key in KEYS.items():
        table = TABLES[code](facts)
        if code == "C17":
            continue
        before = naive(world, key, YEAR - 1)
        for measure, n in (("hours_previous", 0), ("participants_previous", 1)):
            if table.column(measure):
                found = {row.key: row.cells[measure] for row in table.rows if row.cells[measure]}
                assert found == {k: v[n] for k, v in before.items()}, (code, measure)


@quick
@given(worlds())
def test_companies_equal_a_naive_loop(world: World) -> None:
    facts = facts_of(world)
    running = [m for m in world.markets if m["state"] == "running" and m["starts"] <= date(YEAR, 12, 31) and (m["ends"] is None or m["ends"] >= date(YEAR, 1, 1))]  # fmt: skip
    names: dict[str, Any] = {"C10": lambda c: SIZES[c][0], "C10b": lambda c: SIZES[c][1], "C10c": lambda c: first_clause(world, c, YEAR)}  # fmt: skip
    for code, name in names.items():
        table = TABLES[code](facts)
        found = {row.key: (row.cells["companies"], row.cells["markets"]) for row in table.rows}
        holders: dict[str, set[int]] = defaultdict(set)
        markets: dict[str, int] = defaultdict(int)
        for market in running:
            markets[name(market["company"])] += 1
            if market["company"]:
                holders[name(market["company"])].add(market["company"])
        assert {k: v for k, v in found.items() if v != (0, 0)} == {k: (len(holders[k]), markets[k]) for k in markets}, (
            code
        )


@quick
@given(worlds())
def test_siae_equal_a_naive_loop(world: World) -> None:
    hours: dict[str, int] = defaultdict(int)
    people: dict[str, set[int]] = defaultdict(set)
    markets: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for m in world.markets:
        if m["company"] in (2, 3) and m["state"] == "running" and m["starts"] <= date(YEAR, 12, 31) and (m["ends"] is None or m["ends"] >= date(YEAR, 1, 1)):  # fmt: skip
            markets["holder"].add((m["id"], m["company"]))
    for year, _month, market, contract, person, real, _valued in world.hours:
        employer = world.contracts[contract - 1]
        if year == YEAR and employer["employer_type"] == "ETTI":
            part = "holder" if world.markets[market - 1]["company"] == employer["company"] else "supplier"
            hours[part] += real
            people[part].add(person)
            markets[part].add((market, employer["company"]))
    table = TABLES["C10d"](facts_of(world))
    for row in table.rows:
        pairs = markets[row.key]
        assert (row.cells["hours"], row.cells["participants"]) == (hours[row.key], len(people[row.key]))
        assert (row.cells["markets"], row.cells["companies"]) == (
            len({m for m, _ in pairs}),
            len({c for _, c in pairs}),
        )


@quick
@given(worlds())
def test_partitions_sum_to_the_total(world: World) -> None:
    facts = facts_of(world)
    for code in PARTITIONS:
        table = TABLES[code](facts)
        for measure in ("hours", "participants", "employment_contracts"):
            assert sum(row.cells[measure] for row in table.rows) == table.total[measure], code  # type: ignore[index,misc]  # pypdf types what it reads loosely


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
                if not cells.get(column):
                    continue
                chosen = selection(facts, code, key, column)
                assert chosen is not None
                hours = chosen.hours(facts)
                counted = hours["real"].sum() if column == "hours" else hours[id_].nunique()
                assert counted == cells[column], (code, key, column)
