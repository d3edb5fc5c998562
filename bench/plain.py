"""The same tables as somebody would write them with pandas from files, the obvious way. Nothing of Clause is used here
but the export of the files: hours are the lines of the declarations, each file is one table of the base.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import text

FILES = {
    "hours": "SELECT month, market_id AS market, employment_contract_id AS contract, participant_id AS person, hours_real AS hours FROM ledger_entry WHERE kind <> 'transfer'",
    "markets": "SELECT m.id AS market, m.operation_id AS operation, o.authority_id AS authority, m.structure_id AS structure, m.clause_kind, m.nature, m.sector, m.cpv, m.starts_on, m.ends_on, m.status FROM market m JOIN operation o ON o.id = m.operation_id WHERE m.clause_kind IS NOT NULL",
    "authorities": "SELECT id AS authority, siren, kind AS buyer FROM contracting_authority",
    "parties": "SELECT market_id AS market, company_id AS company, role FROM market_party",
    "contracts": "SELECT c.id AS contract, c.mode, c.contract_type, e.kind AS employer, c.rome FROM employment_contract c JOIN establishment e ON e.id = c.establishment_id",
    "people": "SELECT participant_id AS person, sex, age, education_level AS level, primary_public AS public, in_qpv, commune, prescriber FROM clause_entry",
    "objectives": "SELECT market_id AS market, sum(delta_due) AS due FROM objective_event GROUP BY market_id",
}  # fmt: skip
# Our table, the columns of the plain frame that its keys are made of.
BY = {
    "C03": "clause_kind", "C04": "way", "C05": "contract_type", "C06a": "sex", "C06b": "class", "C06c": "level", "C06d": "public",
    "C06f": "qpv", "C06g": "commune", "C06h": "prescriber", "C08": "nature", "C08b": "sector", "C08c": "division", "C08d": "rome",
    "C09": "buyer", "C09b": "siren",
}  # fmt: skip
CODES = ("C01", "C02", *BY, "C17")


def export(session: Any, folder: Path) -> Path:
    """Write the files once; not counted."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, statement in FILES.items():
        rows = session.execute(text(statement))
        pd.DataFrame(rows.fetchall(), columns=list(rows.keys())).to_csv(folder / f"{name}.csv", index=False)
    return folder


def tables(folder: Path, year: int) -> dict[str, Any]:
    """Every table, from the files."""
    read = {name: pd.read_csv(folder / f"{name}.csv", dtype={"siren": str, "cpv": str}) for name in FILES}
    markets = read["markets"].merge(read["authorities"], on="authority")
    for column in ("starts_on", "ends_on"):
        markets[column] = pd.to_datetime(markets[column])
    markets["division"] = markets["cpv"].str[:2]
    contracts, people = read["contracts"], read["people"]
    contracts["way"] = contracts["mode"] + "/" + contracts["employer"]
    people["qpv"] = people["in_qpv"].map({1: "qpv", 0: "not_qpv"}).fillna("unknown")
    people["class"] = pd.cut(people["age"], [-1, 25, 44, 54, 200], labels=["lt26", "26_44", "45_54", "ge55"]).astype(
        str
    )
    hours = read["hours"]
    hours["year"] = pd.to_datetime(hours["month"]).dt.year
    hours["month"] = pd.to_datetime(hours["month"]).dt.month
    hours = hours.merge(markets, on="market").merge(contracts, on="contract").merge(people, on="person")
    now, before = hours[hours["year"] == year], hours[hours["year"] == year - 1]
    found: dict[str, Any] = {"C01": _key_figures(now, markets, read["parties"], year), "C02": _objectives(hours, now, markets, read["objectives"], year)}  # fmt: skip
    for code, column in BY.items():
        found[code] = _by(now, column).join(_by(before, column).add_suffix("_previous"), how="outer").fillna(0)
    found["C17"] = _by(now, "month").join(before.groupby("month")["hours"].sum().rename("hours_previous"), how="outer").fillna(0)  # fmt: skip
    return found


def _by(hours: pd.DataFrame, column: str) -> pd.DataFrame:
    groups = hours.groupby(column)
    return pd.DataFrame(
        {
            "hours": groups["hours"].sum(), "participants": groups["person"].nunique(),
            "employment_contracts": groups["contract"].nunique(),
        }
    )  # fmt: skip


def _running(markets: pd.DataFrame, year: int) -> pd.DataFrame:
    open_ended = markets["ends_on"].isna() | (markets["ends_on"] >= f"{year}-01-01")
    never = markets["status"].isin(["planned", "unsuccessful", "no_follow_up"])
    return markets[(markets["starts_on"] <= f"{year}-12-31") & open_ended & ~never]


def _key_figures(now: pd.DataFrame, markets: pd.DataFrame, parties: pd.DataFrame, year: int) -> dict[str, float]:
    running = _running(markets, year)
    holders = parties[parties["role"].isin(["contractor", "co_contractor"]) & parties["market"].isin(running["market"])]
    return {
        "contracting_authorities": running["authority"].nunique(), "operations": running["operation"].nunique(),
        "markets": len(running), "companies": holders["company"].nunique(), "participants": now["person"].nunique(),
        "employment_contracts": now["contract"].nunique(), "hours": now["hours"].sum(),
    }  # fmt: skip


def _objectives(hours: pd.DataFrame, now: pd.DataFrame, markets: pd.DataFrame, objectives: pd.DataFrame, year: int) -> dict[str, float]:  # fmt: skip
    running = _running(markets, year).merge(objectives, on="market")
    done = hours[hours["year"] <= year].groupby("market")["hours"].sum()
    running["done"] = running["market"].map(done).fillna(0)
    left = running["due"] - running["done"]
    return {
        "objective_due": running["due"].sum(), "hours_year": now[now["market"].isin(running["market"])]["hours"].sum(),
        "hours_cumulative": running["done"].sum(), "hours_remaining": left.clip(lower=0).sum(), "hours_surplus": (-left).clip(lower=0).sum(),
    }  # fmt: skip


def assert_same(ours: dict[str, Any], plain: dict[str, Any]) -> None:
    """Figures of every table agree, to the hundredth of an hour."""
    key_figures = {row.key: row.cells["value"] for row in ours["C01"].rows}
    _same("C01", {k: key_figures[k] for k in plain["C01"]}, plain["C01"])
    _same("C02", {k: ours["C02"].total[k] for k in plain["C02"]}, plain["C02"])
    for code in (*BY, "C17"):
        rows = [row for row in ours[code].rows if row.cells["hours"]]
        _same(code, sorted(_figures(row.cells) for row in rows), sorted(_figures(row) for _, row in plain[code].iterrows() if row["hours"]))  # fmt: skip


def _figures(row: Any) -> tuple[int, ...]:
    return tuple(int(row[name]) for name in ("hours", "participants", "employment_contracts", "hours_previous"))


def _same(code: str, ours: Any, plain: Any) -> None:
    if ours != plain:
        raise SystemExit(f"{code} : le script et Clause ne comptent pas pareil.\n{ours}\n{plain}")
