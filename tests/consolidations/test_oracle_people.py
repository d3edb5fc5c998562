"""C12b to C16 against naive loops, on random data: follow-ups, qualifications, candidates, commitments, urban renewal."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clause.candidates.codes import NotKept
from clause.candidates.follow_up.codes import Moment, Situation
from clause.candidates.follow_up.rules import Worked, after_contracts, after_entries, outcome_of
from clause.consolidations.annual import TABLES
from clause.consolidations.facts import OPEN, Facts, frame
from clause.consolidations.figures import Hidden
from clause.consolidations.lines import selection
from clause.consolidations.masking import _guarded as guarded
from clause.consolidations.tables.anru import ANRU
from clause.consolidations.tables.commitment_figures import NOTICES, OWED, PENALTIES
from clause.consolidations.tables.outcomes import CROSSINGS
from clause.consolidations.tables.people_frames import (
    ANRU_ENTRIES,
    ASSESSMENTS,
    ENDED,
    FOLLOW_UPS,
    PLACEMENTS,
    QUALIFICATIONS,
)
from tests.consolidations.test_oracle import YEAR, World, facts_of, worlds

AS_OF = date(2026, 11, 30)
quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
days = st.dates(date(2024, 6, 1), date(2026, 12, 31))


@dataclass(frozen=True)
class People:
    world: World
    contracts: list[Worked]
    modes: dict[int, str]
    entries: list[Worked]
    answers: dict[
        tuple[int, Moment], tuple[Situation, bool | None, bool]
    ]  # by contract, or minus the person for an entry
    qualifications: list[tuple[int, str, str, date, date | None]]  # person, level, state, begun, ended
    assessments: list[tuple[int, str, date]]
    placements: list[tuple[int, str, str, date, date | None]]  # person, state, why, proposed, answered


@st.composite
def peoples(draw: st.DrawFn) -> People:
    world = draw(worlds())
    ids = [p["id"] for p in world.people]
    someone = st.sampled_from(ids)
    contracts = []
    for n in range(1, draw(st.integers(0, 9)) + 1):
        starts = draw(days)
        contracts.append(Worked(n, draw(someone), starts, draw(st.none() | st.dates(starts, date(2027, 3, 1)))))
    entries = {person: Worked(100 + person, person, draw(days), None) for person in draw(st.sets(someone))}
    answer = st.tuples(st.sampled_from(list(Situation)), st.sampled_from([None, True, False]), st.booleans())
    asked = [(c.contract_id, m) for c in contracts for m in (Moment.CONTRACT_END, Moment.SIX_MONTHS_AFTER)]
    asked += [(-person, m) for person in entries for m in (Moment.ENTRY_SIX, Moment.ENTRY_TWELVE)]
    answers = {key: draw(answer) for key in asked if draw(st.booleans())}
    qualifications = []
    for _ in range(draw(st.integers(0, 6))):
        begun, state = draw(days), draw(st.sampled_from(["begun", "obtained", "abandoned"]))
        ended = None if state == "begun" else draw(st.none() | st.dates(begun, date(2027, 1, 31)))
        qualifications.append((draw(someone), draw(st.sampled_from(["3", "4", ""])), state, begun, ended))
    assessments = draw(st.lists(st.tuples(someone, st.sampled_from(["eligible", "expired", "submitted", "not_eligible", "withdrawn", "incomplete"]), days), max_size=9))  # fmt: skip
    placements = []
    for _ in range(draw(st.integers(0, 8))):
        state, on = draw(st.sampled_from(["proposed", "presented", "hired", "not_kept", "not_kept"])), draw(days)
        over = state in ("hired", "not_kept")
        why = draw(st.sampled_from([NotKept.SKILLS.value, NotKept.MOBILITY.value, ""])) if state == "not_kept" else ""
        placements.append((draw(someone), state, why, on, draw(st.dates(on, date(2027, 1, 31))) if over else None))
    modes = {c.contract_id: draw(st.sampled_from(["direct_hire", "secondment"])) for c in contracts}
    return People(world, contracts, modes, list(entries.values()), answers, qualifications, assessments, placements)


def _o(day: date | None) -> int:
    return OPEN if day is None else day.toordinal()


def facts_with(p: People) -> Facts:
    same = {None: -1, True: 1, False: 0}
    owners = {c.contract_id: c.person_id for c in p.contracts}
    follow_ups = [
        (
            -key if key < 0 else owners[key],
            900 - key if key < 0 else key,
            moment.value,
            situation.value,
            same[where],
            replied,
        )
        for (key, moment), (situation, where, replied) in p.answers.items()
    ]
    more = {
        "ended": frame(
            [(c.contract_id, c.person_id, p.modes[c.contract_id], _o(c.starts_on), _o(c.ends_on)) for c in p.contracts],
            ENDED,
        ),
        "anru_entries": frame([(e.person_id, e.contract_id, _o(e.starts_on)) for e in p.entries], ANRU_ENTRIES),
        "follow_ups": frame(follow_ups, FOLLOW_UPS),
        "qualifications": frame(
            [(q[0], "Titre", q[1], q[2], _o(q[3]), _o(q[4])) for q in p.qualifications], QUALIFICATIONS
        ),
        "assessments": frame([(a[0], a[1], _o(a[2])) for a in p.assessments], ASSESSMENTS),
        "placements": frame(
            [(x[0], f"Poste {n}", x[1], x[2], _o(x[3]), _o(x[4])) for n, x in enumerate(p.placements)], PLACEMENTS
        ),
    }
    return replace(facts_of(p.world), as_of=AS_OF, more=more)


def _known(day: date, year: int = YEAR) -> bool:
    return day.year == year and day <= AS_OF


def _dues(p: People, year: int = YEAR) -> list[tuple[Any, str, bool]]:
    """Each follow-up due in the year, its outcome and whether somebody replied."""
    found = []
    for due in [*after_contracts(p.contracts), *after_entries(p.entries)]:
        if _known(due.due_on, year):
            key = -due.person_id if due.moment in (Moment.ENTRY_SIX, Moment.ENTRY_TWELVE) else due.contract_id
            answer = p.answers.get((key, due.moment))
            outcome = outcome_of(answer[0], answer[1]) if answer else outcome_of(None, None)
            found.append((due, outcome.value, bool(answer and answer[2])))
    return found


@quick
@given(peoples())
def test_outcomes_equal_the_rule(p: People) -> None:
    facts, dues = facts_with(p), _dues(p)
    people = {x["id"]: x for x in p.world.people}
    names: dict[str, Any] = {
        "C13": lambda d, o: o, "C13c": lambda d, o: f"{people[d.person_id]['qpv']}/{o}", "C13d": lambda d, o: f"{people[d.person_id]['sex']}/{o}",
        "C13e": lambda d, o: f"{people[d.person_id]['public'] or 'unknown'}/{o}", "C13f": lambda d, o: f"{p.modes.get(d.contract_id, 'unknown')}/{o}",
    }  # fmt: skip
    for code, name in names.items():
        table = TABLES[code](facts)
        counts = Counter((name(due, outcome), due.moment.value) for due, outcome, _ in dues)
        persons: dict[str, set[int]] = defaultdict(set)
        for due, outcome, _ in dues:
            persons[name(due, outcome)].add(due.person_id)
        for row in table.rows:
            assert [row.cells[m.value] for m in Moment] == [counts[row.key, m.value] for m in Moment], (code, row.key)
            assert row.cells["participants"] == len(persons[row.key])
        assert {row.key for row in table.rows} >= set(persons), code
        assert table.total is not None
        assert table.total["participants"] == len({due.person_id for due, _o, _r in dues})
    assert set(names) == {"C13", *CROSSINGS}
    replies = TABLES["C13b"](facts)
    for row in replies.rows:
        mine = [d for d in dues if d[0].moment.value == row.key]
        before = [d for d in _dues(p, YEAR - 1) if d[0].moment.value == row.key]
        assert (row.cells["asked"], row.cells["replied"]) == (len(mine), sum(r for _d, _o, r in mine))
        assert (row.cells["asked_previous"], row.cells["replied_previous"]) == (
            len(before),
            sum(r for _d, _o, r in before),
        )


@quick
@given(peoples())
def test_qualifications_and_candidates_equal_a_naive_loop(p: People) -> None:
    facts = facts_with(p)
    acts: Counter[tuple[str, str]] = Counter()
    for _person, level, state, begun, ended in p.qualifications:
        acts[level or "unknown", "begun"] += _known(begun)
        if state != "begun":
            acts[level or "unknown", state] += _known(ended or begun)
    found = {
        (r.key, act): r.cells[act] for r in TABLES["C12b"](facts).rows for act in ("begun", "obtained", "abandoned")
    }
    assert {k: v for k, v in found.items() if v} == {k: v for k, v in acts.items() if v}

    groups = {"validated": ("eligible", "expired"), "not_eligible": ("not_eligible",), "incomplete": ("incomplete",), "submitted": ("submitted",), "withdrawn": ("withdrawn",)}  # fmt: skip
    for row in TABLES["C14"](facts).rows:
        for year, key in ((YEAR, "participants"), (YEAR - 1, "participants_previous")):
            assert row.cells[key] == len(
                {a[0] for a in p.assessments if a[1] in groups[row.key] and _known(a[2], year)}
            )

    answers = Counter(
        f"not_kept/{why or 'unknown'}" if state == "not_kept" else state
        for _p, state, why, on, _a in p.placements
        if _known(on)
    )
    assert {r.key: r.cells["placements"] for r in TABLES["C14b"](facts).rows if r.cells["placements"]} == dict(answers)


@quick
@given(peoples())
def test_what_became_of_people_not_kept_equals_a_naive_loop(p: People) -> None:
    first: dict[int, date] = {}
    for person, state, _why, _on, answered in p.placements:
        if state == "not_kept" and answered and _known(answered):
            first[person] = min(answered, first.get(person, answered))
    counts: Counter[str] = Counter()
    for person, day in first.items():
        jobs = [x[4] for x in p.placements if x[0] == person and x[1] == "hired" and x[4]]
        jobs += [c.starts_on for c in p.contracts if c.person_id == person]
        hired = any(day <= other <= AS_OF for other in jobs)
        again = any(x[0] == person and day < x[3] <= AS_OF for x in p.placements)
        counts["hired_after" if hired else "presented_after" if again else "none"] += 1
    table = TABLES["C14c"](facts_with(p))
    assert {r.key: r.cells["participants"] for r in table.rows if r.cells["participants"]} == dict(counts)


@quick
@given(peoples())
def test_people_behind_a_figure_are_the_figure(p: People) -> None:
    facts = facts_with(p)
    for code in ("C12b", "C13", "C13b", "C13c", "C14", "C14b", "C14c", "C16h"):
        table = TABLES[code](facts)
        for key, cells in [*((row.key, row.cells) for row in table.rows), ("total", table.total or {})]:
            for column in table.columns:
                if column.opens and cells.get(column.key):
                    chosen = selection(facts, code, key, column.key)
                    assert chosen is not None
                    assert chosen.listed is not None
                    counted = (
                        len({one.person for one in chosen.listed})
                        if column.key.startswith("participants")
                        else len(chosen.listed)
                    )
                    whole = column.key.replace("reply_rate", "asked")  # a rate opens on those who were asked
                    assert counted == cells[whole], (code, key, column.key)


@quick
@given(peoples())
def test_outside_a_table_of_people_is_whole_or_withheld(p: People) -> None:
    facts = facts_with(p)
    for code in ("C12b", "C13", "C13b", "C13d", "C14", "C14b", "C14c", "C16h"):
        table = guarded(TABLES[code](facts), 5)
        shown = [v for r in table.rows for v in r.cells.values()] + [
            v for v in (table.total or {}).values() if not isinstance(v, Hidden)
        ]
        assert not any(isinstance(v, int) and 0 < v < 5 for v in shown), code


# C15 and C16


@st.composite
def commitments(draw: st.DrawFn) -> tuple[World, dict[str, list[tuple[Any, ...]]]]:
    world = draw(worlds())
    market = st.sampled_from([m["id"] for m in world.markets])
    owed = []
    for _ in range(draw(st.integers(0, 12))):
        due = draw(st.dates(date(2025, 1, 14), date(2026, 12, 14)))
        owed.append(
            (draw(market), 1, due, draw(st.none() | st.dates(due - timedelta(days=20), due + timedelta(days=120))))
        )
    notices = [(draw(market), draw(days)) for _ in range(draw(st.integers(0, 4)))]
    cases = []
    for _ in range(draw(st.integers(0, 5))):
        state, on = (
            draw(st.sampled_from(["proposed", "decided_applied", "decided_waived"])),
            draw(st.dates(date(2025, 1, 1), date(2026, 10, 1))),
        )
        cases.append(
            (
                draw(market),
                state,
                on,
                None if state == "proposed" else draw(st.dates(on, AS_OF)),
                draw(st.integers(0, 9_000)),
                draw(st.integers(0, 9_000)),
            )
        )
    return world, {"owed": owed, "notices": notices, "cases": cases}


@quick
@given(commitments())
def test_commitments_equal_a_naive_loop(data: tuple[World, dict[str, list[tuple[Any, ...]]]]) -> None:
    world, rows = data
    more = {
        "owed": frame([(m, c, _o(due), _o(due), _o(sent)) for m, c, due, sent in rows["owed"]], OWED),
        "notices": frame([(m, _o(on)) for m, on in rows["notices"]], NOTICES),
        "penalties": frame([(m, s, _o(on), _o(dec), a, b) for m, s, on, dec, a, b in rows["cases"]], PENALTIES),
    }
    table = TABLES["C15"](replace(facts_of(world), as_of=AS_OF, more=more))
    for year, column in ((YEAR, "value"), (YEAR - 1, "previous")):
        mine = [(due, sent) for _m, _c, due, sent in rows["owed"] if _known(due, year)]
        late = [((min(sent or AS_OF, AS_OF) - due).days, sent) for due, sent in mine]
        applied = [c for c in rows["cases"] if c[1] == "decided_applied" and _known(c[3], year)]
        wanted = {
            "owed": len(mine), "late_under_15": sum(1 <= n < 15 for n, _ in late), "late_from_15": sum(15 <= n < 42 for n, _ in late),
            "late_from_42": sum(42 <= n < 84 for n, _ in late), "late_from_84": sum(n >= 84 for n, _ in late),
            "never_sent": sum(n > 0 and (sent is None or sent > AS_OF) for n, sent in late), "notices": sum(_known(on, year) for _m, on in rows["notices"]),
            "penalties_proposed": sum(_known(c[2], year) for c in rows["cases"]), "penalties_applied": len(applied),
            "penalties_applied_amount": sum(c[5] for c in applied),
            "penalties_waived": sum(c[1] == "decided_waived" and _known(c[3], year) for c in rows["cases"]),
            **_midterm(world, year),
        }  # fmt: skip
        for key, value in wanted.items():
            row = table.row(key)
            assert row is not None
            assert row.cells[column] == value, (key, column)


def _midterm(world: World, year: int) -> dict[str, int]:
    markets, short, missing = 0, 0, 0
    for m in world.markets:
        if m["state"] != "running" or not m["due"] or m["ends"] is None:
            continue
        middle = date.fromordinal((m["starts"].toordinal() + m["ends"].toordinal()) // 2)
        if _known(middle, year):
            done = sum(
                h[6 if m["valued"] else 5]
                for h in world.hours
                if h[2] == m["id"] and (h[0], h[1]) <= (middle.year, middle.month)
            )
            lacking = max(0, -(-m["due"] // 2) - done)
            markets, short, missing = markets + 1, short + (lacking > 0), missing + lacking
    return {"midterm": markets, "midterm_short": short, "midterm_missing": missing}


@quick
@given(worlds(), st.lists(st.tuples(st.sampled_from(["works", "local_management"]), st.integers(0, 900_000), st.integers(0, 900_000)), min_size=5, max_size=5), st.sets(st.integers(1, 5)))  # fmt: skip
def test_urban_renewal_equals_a_naive_loop(world: World, told: list[tuple[str, int, int]], chosen: set[int]) -> None:
    """5 % of all hours worked on works, 10 % of urban management: T-LEG-9's 20 000 and 3 000 h ask 1 000 and 300."""
    rates = {"works": 500, "local_management": 1000}
    mine = {m["id"]: told[m["id"] - 1] for m in world.markets if m["id"] in chosen}
    totals = frame(
        [(m, base, rates[base], total, before) for m, (base, total, before) in mine.items()], ANRU
    ).set_index("market")
    facts = replace(facts_of(world), more={**facts_of(world).more, "anru": totals})
    table = TABLES["C16"](facts)
    for row in table.rows:
        hours = {
            m: sum(h[5] for h in world.hours if h[2] == m and h[0] == YEAR) for m, t in mine.items() if t[0] == row.key
        }
        worked = sum(mine[m][1] for m in hours)
        asked = (worked * rates[row.key] + 5_000) // 10_000
        assert row.cells["hours"] == sum(hours.values())
        assert row.cells["hours_worked"] == worked
        assert row.cells["hours_asked"] == asked
        assert row.cells["hours_remaining"] == max(0, asked - sum(hours.values()))
    people = TABLES["C16e"](facts)
    assert people.total is not None
    inside = {h[4] for h in world.hours if h[2] in mine and h[0] == YEAR}
    assert people.total["participants"] == len(inside)
    for row in people.rows:
        assert row.cells["participants"] == len({i for i in inside if world.people[i - 1]["sex"] == row.key})
        opened = selection(facts, "C16e", row.key, "hours")
        assert opened is not None
        assert opened.hours(facts)["real"].sum() == row.cells["hours"]


def test_the_charter_of_urban_renewal() -> None:
    """T-LEG-9."""
    world = World([], [{"id": n, "authority": 1, "operation": 1, "kind": "execution_condition", "sector": "", "company": 1, "starts": date(2026, 1, 1), "ends": None, "due": 0, "valued": False, "state": "running"} for n in (1, 2)], [], [])  # fmt: skip
    totals = frame([(1, "works", 500, 2_000_000, 0), (2, "local_management", 1000, 300_000, 0)], ANRU).set_index(
        "market"
    )
    rows = {r.key: r.cells["hours_asked"] for r in TABLES["C16"](replace(facts_of(world), more={"anru": totals})).rows}
    assert rows == {"works": 100_000, "local_management": 30_000}
