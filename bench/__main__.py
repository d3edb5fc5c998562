"""``python -m bench [--part PART] [--quick]``: measures, prints, and writes ``bench.json`` (``bench.kept``).

A row is a ratio of two times of the same run; ``limit`` is what it should not exceed. Exit code 1 where one does.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from bench import consolidation, country, kept, pages, transfer
from bench.measure import apart
from clause.kernel import clock

CHILDREN: dict[str, Callable[..., dict[str, Any]]] = {
    "load": country.load, "tables": consolidation.tables, "pandas": consolidation.against_pandas,
    "workbook": consolidation.workbook, "pages": pages.measured, "transfer": transfer.measured,
}  # fmt: skip
PARTS = ("load", "transfer", "tables", "pandas", "workbook", "pages")


class Rows(list[dict[str, Any]]):
    """What was measured, printed as it comes."""

    def add(self, what: str, value: float, limit: float | None, unit: str = "×", **more: Any) -> None:
        held = limit is None or value <= limit
        when = {"date": f"{clock.today()}", "load": round(os.getloadavg()[0], 1)}
        self.append(
            {"what": what, "value": round(value, 2), "limit": limit, "unit": unit, "held": held, **when, **more}
        )
        sys.stdout.write(f"{'  ' if held else '! '}{what:<78} {value:8.2f} {unit}  (≤ {limit})\n" if limit else f"  {what:<78} {value:8.2f} {unit}\n")  # fmt: skip
        sys.stdout.flush()


def main() -> int:
    asked = _arguments()
    if asked.child:
        found = CHILDREN[asked.child[0]](*asked.child[1:])
        sys.stdout.write(json.dumps(found) + "\n")
        return 0
    rows, repetitions = Rows(), "3" if asked.quick else "7"
    engines = ["sqlite"] if asked.engine == "sqlite" else ["postgresql"] if asked.engine == "postgresql" else ["sqlite", "postgresql"]  # fmt: skip
    _load(rows, engines, asked)
    if "transfer" in asked.part:
        _transfer(rows, engines)
    if "tables" in asked.part:
        _tables(rows, engines, asked.years, repetitions)
    if "pandas" in asked.part:
        found = apart("pandas", repetitions)
        rows.add("tables of one year : the plain pandas script", found["ours"] / found["baseline"], 0.8, **found)
    if "workbook" in asked.part:
        found = apart("workbook", repetitions)
        rows.add("national workbook : bare xlsxwriter, same cells", found["ours"] / found["baseline"], 1.3, **found)
        rows.add("peak memory of the national workbook", found["peak_mb"], 300, "MB")
    if "pages" in asked.part:
        _pages(rows, engines, asked.years, "20" if asked.quick else "200")
    kept.write(country.FOLDER / "bench.json", rows)
    return 0 if all(row["held"] for row in rows) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"))
    parser.add_argument("--years", type=int, action="append", choices=(1, 10))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--child", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    asked.part, asked.years = asked.part or PARTS, asked.years or [1, 10]
    return asked


def _load(rows: Rows, engines: list[str], asked: argparse.Namespace) -> None:
    """Where a whole database is there already it is used, unless loading itself is asked."""
    for engine in engines:
        for years in asked.years:
            if "load" in asked.part or not country.ready(engine, years):
                found = apart("load", engine, str(years))
                rows.add(f"loading, {engine}, years: {years}", found["seconds"] / years, 60, "s a year")
                rows.add(f"peak memory of loading, {engine}, years: {years}", found["peak_mb"], 300, "MB")


def _transfer(rows: Rows, engines: list[str]) -> None:
    for engine in engines:
        found = apart("transfer", engine)
        rows.add(
            f"figures that {found['files']} transfer files count otherwise, {engine}",
            found["count"],
            0,
            "figures",
            **found,
        )
        rows.add(f"exporting the file of a structure, {engine}", found["exported"] / found["files"], None, "s")
        rows.add(f"receiving every file and consolidating, {engine}", found["received"], None, "s")


def _tables(rows: Rows, engines: list[str], years: list[int], repetitions: str) -> None:
    for engine in engines:
        found = {n: apart("tables", engine, str(n), repetitions) for n in years}
        if 1 in found:
            rows.add(f"all annual tables, {engine}, one year : bare scan", found[1]["ours"] / found[1]["baseline"], 6, **found[1])  # fmt: skip
        if 1 in found and 10 in found:
            rows.add(f"all annual tables, {engine}, ten years : one year", found[10]["ours"] / found[1]["ours"], 1.5, **found[10])  # fmt: skip


def _pages(rows: Rows, engines: list[str], years: list[int], requests: str) -> None:
    for engine in engines:
        for n in years:
            counts: dict[str, set[int]] = {}
            for who in pages.PEOPLE:
                found = apart("pages", engine, str(n), who, requests)
                for path, page in found["pages"].items():
                    counts.setdefault(path, set()).add(page["queries"])
                    rows.add(f"{path}, {who}, {engine}, years: {n} : trivial page", page["p95"] / found["trivial"], 12, queries=page["queries"], requests=page["requests"])  # fmt: skip
                if "consolidation" in found:
                    limit = 30 if who == "median" else None
                    rows.add(f"annual consolidation, {who}, {engine}, years: {n} : trivial page", found["consolidation"] / found["trivial_median"], limit)  # fmt: skip
            for path, numbers in counts.items():
                if len(numbers) > 1:
                    rows.add(f"{path}, {engine}, years: {n}: queries differ with the size {sorted(numbers)}", max(numbers) - min(numbers), 0, "queries")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
