"""A DSN read in the browser of a company: the figures, what leaves the browser, what freezes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import String, Text, select
from sqlalchemy.orm import Session
from sqlalchemy.types import JSON

from clause.access import Role
from clause.candidates.models import EmploymentContract
from clause.hours.codes import HoursBasis
from clause.hours.files.models import PayrollHours
from clause.hours.files.rules.dsn import Wanted, read_dsn
from clause.hours.models import DeclarationLine
from clause.kernel import clock
from clause.kernel.db import Base, open_for_reading
from tests.browser.axe import violations
from tests.support import factories as make
from tests.support.dsn import NIR, Dsn, Employee, Pay, golden_like, reference_file

pytestmark = pytest.mark.browser
PEOPLE = (
    ("d'Orgeval", "Inès", date(1994, 8, 15), "C-1", date(2026, 1, 5)),
    ("Loeuvre-Étienne", "Zoé", date(1980, 1, 1), "C-2", date(2020, 2, 1)),
    ("Tran", "Mai", date(1988, 11, 23), "M-1", date(2026, 3, 2)),
    ("Cadre", "Paul", date(1975, 10, 10), "C-4", date(2015, 1, 1)),
)  # fmt: skip
SECRETS = (NIR, "1700512345678", "SECRETARIAT", "GISELE", "1390.20", "ÉGLISE", "L'%C3%89GLISE")
READ = "async ([text, wanted]) => (await import('/static/dsn.js')).readDsn(new File([Uint8Array.from(text, (c) => c.charCodeAt(0))], 'a.dsn'), wanted).catch((error) => error.message)"  # fmt: skip


@pytest.fixture
def month(app: Flask, session: Session) -> dict[str, Any]:
    """The people of the made-up DSN, all but one under contract of the clause, in March 2026."""
    clock.move_to(datetime(2026, 4, 10, 9, 0))
    structure, company = make.structure(session), make.establishment(session)
    market = make.market(session, make.operation(session, structure), company)
    for last, first, born, reference, since in PEOPLE:
        person = make.participant(session, structure, last_name=last, first_name=first, birth_date=born)
        make.eligible(session, person)
        make.contract(session, person, company, market, reference=reference, starts_on=since, ends_on=None)
        if reference == "M-1":
            make.contract(session, person, company, market, reference="M-2", starts_on=date(2026, 3, 16))
    found = {
        "email": make.user(session, Role.COMPANY, company_id=company.company_id).email, "siret": company.siret,
        "grid": f"/heures/saisie/{market.public_id}/2026-03",
    }  # fmt: skip
    session.commit()
    open_for_reading(session)
    return found


def choose(page: Any, content: bytes) -> None:
    page.set_input_files("#dsn", {"name": "mars.dsn", "mimeType": "text/plain", "buffer": content})


def test_a_dsn_is_read_in_the_browser_and_only_the_clause_leaves_it(
    capfd: pytest.CaptureFixture[str], month: dict[str, Any], browse: Callable[..., Any], session: Session
) -> None:
    page = browse(month["email"])
    page.goto(f"{month['grid']}/dsn")
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request))
    choose(page, golden_like(month["siret"]).content())
    page.get_by_text("5 contrats de la clause").wait_for()
    # The browser may still fetch the icon of the page: a file of the site, asked for with nothing.
    assert [r.url for r in asked if not r.url.endswith("/static/icon.svg")] == []
    paid = [cell.inner_text().replace("\xa0", " ") for cell in page.locator("[data-paid]").all()]
    assert sorted(paid) == sorted(["104,5 h", "151,67 h et 6 h supplémentaires, à part", "70 h", "63 h", "comptées en jours : saisissez les heures"])  # fmt: skip
    boxes = page.locator("[data-market]")
    assert sorted(box.input_value() for box in boxes.all()) == sorted(["104,5", "151,67", "70", "63", ""])
    assert violations(page) == []
    page.get_by_role("button", name="Mettre dans les brouillons").click()
    page.wait_for_url(f"**{month['grid']}")
    left = "".join(f"{r.method} {r.url} {r.headers} {r.post_data or ''}" for r in asked)
    posts = [r for r in asked if r.method == "POST"]
    assert len([r for r in posts if r.url.endswith("/dsn")]) == 1
    assert all(
        name.split("-")[0] in ("csrf_token", "replaces", "paid", "overtime", "hours", "update")
        for name in _names(posts)
    )
    stored = "".join(_texts(session))
    logged = "".join(capfd.readouterr())
    for secret in SECRETS:
        assert secret not in left
        assert secret not in stored
        assert secret not in logged
        assert secret not in page.content()
    rows = session.execute(select(EmploymentContract.reference, PayrollHours.hours, PayrollHours.overtime).join(PayrollHours, PayrollHours.employment_contract_id == EmploymentContract.id))  # fmt: skip
    assert {r: (h, o) for r, h, o in rows} == {"C-1": (10450, 0), "C-2": (15167, 600), "M-1": (7000, 0), "M-2": (6300, 0), "C-4": (None, 0)}  # fmt: skip
    lines = session.execute(
        select(DeclarationLine.hours, DeclarationLine.hours_basis).order_by(DeclarationLine.hours)
    ).all()
    assert [tuple(line) for line in lines] == [(h, HoursBasis.PAID) for h in (6300, 7000, 10450, 15167)]
    page.get_by_role("button", name="Ce sont bien les heures travaillées").click()
    page.get_by_text("sont bien les heures travaillées").first.wait_for()
    session.rollback()
    assert set(session.scalars(select(DeclarationLine.hours_basis))) == {HoursBasis.WORKED}


def _names(posts: list[Any]) -> list[str]:
    from urllib.parse import parse_qs

    return [name for request in posts if request.url.endswith("/dsn") for name in parse_qs(request.post_data)]


def _texts(session: Session) -> list[str]:
    """Every text of every table."""
    session.rollback()
    found = []
    for table in Base.metadata.sorted_tables:
        columns = [c for c in table.columns if isinstance(c.type, String | Text | JSON)]
        for row in session.execute(select(*columns)) if columns else ():
            found += [str(value) for value in row if value is not None]
    return found


def spaced(siret: str) -> str:
    return "\u00a0".join((siret[:3], siret[3:6], siret[6:9]))


def test_what_is_not_this_month_or_no_dsn_is_said_and_nothing_is_kept(
    month: dict[str, Any], browse: Callable[..., Any]
) -> None:
    page = browse(month["email"])
    page.goto(f"{month['grid']}/dsn")
    february, other, cancelled, lost = (golden_like(month["siret"]) for _ in range(4))
    february.month, other.siret, cancelled.nature, lost.count = "01022026", make.siret(), "07", 3
    for content, sentence in (
        (february.content(), "choisissez celle du mois"),
        (
            other.content(),
            f"elle porte le SIREN {spaced(other.siret)}, et vous déclarez pour le SIREN {spaced(month['siret'])}",
        ),
        (cancelled.content(), "pas une DSN mensuelle"),
        (lost.content(), "incomplet"),
        (b"Nom;Heures\n", "n'est pas une rubrique"),
        (b"S10.G00.00.001,'" + b"x" * 3_000_000, "n'est pas une rubrique"),
        (Dsn(month["siret"], []).content(), "Aucune des personnes"),
    ):
        choose(page, content)
        page.locator("#dsn-erreur", has_text=sentence).wait_for()
        assert not page.locator("#dsn-form").is_visible()
        assert page.locator("#dsn").input_value() == ""


def test_a_large_dsn_leaves_the_page_alive(month: dict[str, Any], browse: Callable[..., Any], tmp_path: Path) -> None:
    """Fifty megabytes: read by pieces, the page answering all along."""
    dsn = golden_like(month["siret"])
    own = dsn.lines()
    crowd = Dsn(
        month["siret"],
        [Employee(f"NOM{n}", "X", date(1970, 1, 1), [Pay(f"P-{n}", date(2020, 1, 1))]) for n in range(400)],
    )
    filler = crowd.declaration()[6:]
    size = sum(len(line) + 2 for line in filler)
    times = 50_000_000 // size
    lines = [*own[:-2], *(filler * times)]
    content = "\r\n".join([*lines, f"S90.G00.90.001,'{len(lines) + 2}'", "S90.G00.90.002,'1'", ""])
    path = tmp_path / "grande.dsn"
    path.write_bytes(content.encode("latin-1"))
    page = browse(month["email"])
    page.goto(f"{month['grid']}/dsn")
    page.evaluate(
        "() => { window.longest = 0; let last = performance.now();"
        " const beat = () => { const now = performance.now(); window.longest = Math.max(window.longest, now - last); last = now; setTimeout(beat, 10); }; beat(); }"
    )
    page.set_input_files("#dsn", str(path))
    page.get_by_text("5 contrats de la clause").wait_for(timeout=60_000)
    assert page.evaluate("window.longest") < 2000


def _wanted() -> list[Wanted]:
    people = [Wanted(f"{n}", p[3], p[0], p[1], p[2], p[4]) for n, p in enumerate(PEOPLE)]
    return [*people, Wanted("m2", "M-2", "Tran", "Mai", date(1988, 11, 23), date(2026, 3, 16))]


def _said(text: bytes, wanted: list[Wanted]) -> Any:
    try:
        declared = read_dsn(text.splitlines(keepends=True), lambda _d: wanted)
    except ValueError as fault:
        return str(fault)
    return [
        {
            "siren": d.siren, "nic": d.nic, "kind": d.kind, "nature": d.nature, "unmatched": d.unmatched,
            "paid": [{"key": p.key, "number": p.number, "hours": p.hours, "overtime": p.overtime, "otherPeriod": p.other_period} for p in d.paid],
        }
        for d in declared
    ]  # fmt: skip


def test_the_browser_and_the_command_read_the_same(month: dict[str, Any], browse: Callable[..., Any]) -> None:
    """Two readings of one format, held together: figures, pairs of contracts, refusals."""
    page = browse(month["email"])
    page.goto(f"{month['grid']}/dsn")
    wanted = _wanted()
    as_js = [
        {"key": w.key, "reference": w.reference, "last": w.last_name, "first": w.first_name, "birth": f"{w.birth_date:%d%m%Y}", "start": f"{w.starts_on:%d%m%Y}"}
        for w in wanted
    ]  # fmt: skip
    zoe = date(1980, 1, 1)

    def one(activities: list[tuple[str, str, str]], **pay: Any) -> Dsn:
        return Dsn(month["siret"], [Employee("LOEUVRE ÉTIENNE", "ZOE, ANNE", zoe, [Pay("C-2", date(2020, 2, 1), activities, **pay)]), Employee("LOEUVRE ÉTIENNE", "ZOE ANNE", zoe, [Pay("C-2", date(2020, 2, 1), activities, **pay)])])  # fmt: skip

    two = golden_like(month["siret"])
    two.more = [one([("01", "1.00", "10")])]
    cases = [
        golden_like(month["siret"]).content(), two.content(), one([("01", "-5.00", "10")]).content(),
        one([("01", "1,5", "10")]).content(), one([("01", "20.00", "12"), ("01", "3.5", "21")]).content(),
        one([("01", "7.00", "10")], period=("01022026", "28022026")).content(), b"", b"n'importe quoi\n",
        one([("01", "7.00", "10")], overtime=[("018", "1.25"), ("019", "9.00")]).content(),
        golden_like(month["siret"]).content()[:-60], Dsn(month["siret"], count=99).content(),
    ]  # fmt: skip
    cases.append(reference_file())
    for content in cases:
        seen = page.evaluate(READ, [content.decode("latin-1"), as_js])
        if isinstance(seen, list):
            seen = [{k: v for k, v in d.items() if k != "month"} for d in seen]
        assert json.dumps(seen, sort_keys=True) == json.dumps(_said(content, wanted), sort_keys=True), content[:80]


def test_the_reference_file_gives_its_figures_in_the_browser(month: dict[str, Any], browse: Callable[..., Any]) -> None:
    page = browse(month["email"])
    page.goto(f"{month['grid']}/dsn")
    people = (("D'Almeida", "Aïcha", "15081994"), ("Martin-Étienne", "Zoé", "01011980"), ("Nguyen", "Van", "23111988"), ("Cadre", "Paul", "10101975"))  # fmt: skip
    contracts = (("C2026-001", 0), ("C2020-014", 1), ("M2026-0302", 2), ("M2026-0316", 2), ("C2015-001", 3))
    wanted = [{"key": ref, "reference": ref, "last": people[n][0], "first": people[n][1], "birth": people[n][2], "start": ""} for ref, n in contracts]  # fmt: skip
    [declared] = page.evaluate(READ, [reference_file().decode("latin-1"), wanted])
    assert [(p["hours"], p["overtime"]) for p in declared["paid"]] == [
        (10450, 0),
        (15167, 600),
        (7000, 0),
        (6300, 0),
        (None, 0),
    ]


@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_of_files_are_accessible(month: dict[str, Any], browse: Callable[..., Any], width: int) -> None:
    page = browse(month["email"], width=width)
    for path in ("/fichier", "/dsn", ""):
        page.goto(month["grid"] + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), path
    page.goto(f"{month['grid']}/dsn")
    choose(page, golden_like(month["siret"]).content())
    page.get_by_text("5 contrats de la clause").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
