"""What is written with a warning, what one structure never sees of another, and an import that is killed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import func, select
from stdnum import luhn

from clause.candidates.codes import Mode, PublicKind
from clause.hours.codes import NotCounted
from clause.hours.models import DeclarationLine
from clause.imports.reprise import cells, running
from clause.imports.reprise.layout import SHEETS, header_key
from clause.kernel import clock
from clause.kernel.unit import current_session, work
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market, Operation
from clause.organisations.models import Company, ContractingAuthority, Structure
from tests.imports.reprise.test_golden import counts
from tests.imports.reprise.workbooks import CITY, after, changed, ind1, plie, save
from tests.support import factories


def warned(report, sheet: str, line: int) -> str:
    return " ".join(w["reason"] for w in report["warnings"] if (w["where"], w["line"]) == (sheet, line))


def test_warnings_do_not_refuse(import_book):
    book = changed(ind1(), "Marchés", 2, "Objectif heures", "")
    book = changed(book, "Marchés", 4, "Type de clause", "réservé IAE")
    book = changed(book, "Marchés", 5, "Objectif heures", "")
    book = changed(book, "Contrats", 2, "Fin", date(2026, 12, 31))
    book = changed(book, "Contrats", 8, "Fin", date(2026, 12, 31))
    book = changed(book, "Participants", 4, "Éligible au", "")
    code, report = import_book(book)
    assert (code, report["refused"]) == (0, [])
    assert "pas d'objectif" in warned(report, "Marchés", 2)
    assert "entreprise ordinaire" in warned(report, "Marchés", 4)
    assert "objectif" not in warned(report, "Marchés", 5)  # a criterion alone often has none
    assert "CDI" in warned(report, "Contrats", 2)
    assert "dix-huit mois" in warned(report, "Contrats", 8)
    assert "sans fin connue" in warned(report, "Participants", 4)


def test_hours_outside_eligibility_are_kept_without_counting(engine, app, import_book):
    book = changed(ind1(), "Participants", 2, "Éligible du", date(2026, 3, 10))
    code, report = import_book(book)
    assert code == 0
    assert "avant le début de l'éligibilité" in warned(report, "Heures", 2)
    assert "Séparez les heures" in warned(report, "Heures", 3)
    with app.app_context():
        session = current_session()
        kept = session.scalars(select(DeclarationLine).where(DeclarationLine.not_counted.is_not(None))).all()
        assert [(k.hours, k.not_counted) for k in kept] == [
            (100_00, NotCounted.BEFORE_VALIDATION),
            (150_00, NotCounted.BEFORE_VALIDATION),
            (20_00, NotCounted.BEFORE_VALIDATION),
        ]
        assert session.scalar(select(func.sum(LedgerEntry.hours_real))) == (1960 - 270) * 100


def test_a_month_cut_in_two_by_du_and_au(app, import_book):
    book = changed(ind1(), "Heures", 2, "Au", date(2026, 2, 10))
    book = changed(book, "Heures", 2, "Heures travaillées", 60)
    book["Heures"].append(["K1", "C1", "2026-02", 30, 4, date(2026, 2, 11), date(2026, 2, 28)])
    code, report = import_book(book)
    assert (code, report["refused"]) == (0, [])
    with app.app_context():
        assert current_session().scalar(select(func.sum(LedgerEntry.hours_real))) == 1954_00
    assert import_book(book)[1]["written"] == 0


def test_siret_without_its_zeros(import_book, app):
    book = ind1()
    siren = "00552008" + luhn.calc_check_digit("00552008")
    siret = f"{siren}0001" + luhn.calc_check_digit(f"{siren}0001")
    book["Entreprises"].append([int(siret), "Sans zéros", "entreprise", ""])
    code, report = import_book(book)
    assert (code, report["refused"]) == (0, [])
    with app.app_context():
        assert siren in current_session().scalars(select(Company.siren)).all()


def test_the_template_comes_back_untouched(app, run, tmp_path: Path, import_book):
    out = tmp_path / "modele.xlsx"
    assert run("import", "workbook", "--template", str(out)).exit_code == 0
    before = counts(app)
    code, report = import_book(out)
    assert (code, report["read"], report["refused"], report["warnings"]) == (0, 0, [], [])
    assert counts(app) == before
    names = load_workbook(out).sheetnames
    assert [s.label for s in SHEETS] == names[1:12]


def test_the_example_lines_are_good_ones(run, tmp_path: Path, import_book):
    """Without the mark, the examples of the template are a workbook that is imported whole."""
    out = tmp_path / "modele.xlsx"
    run("import", "workbook", "--template", str(out))
    workbook = load_workbook(out)
    for sheet in workbook.worksheets[1:10]:
        sheet["A2"] = str(sheet["A2"].value).removeprefix("EXEMPLE ")
    workbook.save(tmp_path / "filled.xlsx")
    code, report = import_book(tmp_path / "filled.xlsx")
    assert report["refused"] == []
    assert (code, report["written"]) == (0, 9)


def test_another_structure_is_never_touched(engine, app, import_book):
    with app.app_context(), work() as session:
        mine, other = factories.structure(session, "PLIE A"), factories.structure(session, "PLIE B")
        theirs = factories.operation(session, other, reference="O1", title="À eux")
        market = factories.market(session, theirs, reference="C1", title="À eux")
        factories.participant(session, other, reference="P1", last_name="Autre")
        session.add(ContractingAuthority(siren=CITY[:9], name="Ancien nom", kind="commune", created_at=clock.now()))
        siret, market_id = mine.siret, market.id
    assert import_book(ind1())[0] == 1  # several structures: the option is required
    code, report = import_book(ind1(), "--structure", siret)
    assert (code, report["known"]) == (0, 0)
    with app.app_context():
        session = current_session()
        assert session.get_one(Market, market_id).title == "À eux"
        assert session.scalar(select(func.count(Operation.id)).where(Operation.title == "À eux")) == 1
        assert session.scalar(select(func.count(LedgerEntry.id)).where(LedgerEntry.market_id == market_id)) == 0
        assert (
            session.scalars(select(ContractingAuthority.name).where(ContractingAuthority.siren == CITY[:9])).one()
            == "Ancien nom"
        )
        assert session.scalar(select(func.count(Structure.id))) == 2


def test_unknown_structure_is_refused(import_book, app):
    with app.app_context(), work() as session:
        factories.structure(session)
    code, report = import_book(ind1(), "--structure", CITY)
    assert code == 1
    assert "Aucune structure" in report["warnings"][0]["reason"]


def test_a_killed_import_leaves_nothing(engine, app, run, tmp_path: Path, monkeypatch):
    before = counts(app)
    real = running.write

    def killed(ground, step):
        real(ground, step)
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "write", killed)
    path = save({**ind1(), **plie()}, tmp_path / "x.xlsx")
    run("import", "workbook", str(path))
    assert counts(app) == before


def test_update_changes_every_kind_of_line(engine, app, import_book):
    book = {**ind1(), **plie(), **after()}
    import_book(book)
    changes = (
        ("Maîtres d'ouvrage", 2, "Nom", "Ville AA"), ("Opérations", 2, "Intitulé", "Nouveau titre"),
        ("Marchés", 2, "Objectif heures", 1100), ("Entreprises", 2, "Effectif", 55),
        ("Participants", 2, "Commune", "Douai"), ("Participants", 3, "Autres publics", "ASS"),
        ("Contrats", 2, "Poste", "Peintre"), ("Heures", 3, "Heures de formation", 7),
        ("Parcours PLIE", 2, "Référent", "Nouveau"), ("Étapes", 2, "Fin", date(2026, 6, 1)),
        ("Suites", 2, "Situation", "CDD long"), ("Suites", 4, "Connue le", date(2026, 7, 2)), ("Qualifications", 3, "Niveau préparé", "4"),
    )  # fmt: skip
    for change in changes:
        book = changed(book, *change)
    code, report = import_book(book, "--update")
    assert (code, report["written"], len(report["different"])) == (0, 0, len(changes))
    assert import_book(book)[1]["different"] == []


def test_every_code_is_read_in_any_writing():
    for sheet in SHEETS:
        for column in sheet.columns:
            for choice in column.choices:
                for said in (choice, choice.upper(), choice.lower(), cells.fold(choice)):
                    assert column.read(said) == column.read(choice)
    read = cells.code(PublicKind)
    assert {read("rsa"), read("RSA"), read("bénéficiaire du RSA"), read("Beneficiaire du rsa")} == {PublicKind.RSA}
    assert {cells.code(Mode)(s) for s in ("mise à disposition", "MAD", "secondment", "MISE A DISPOSITION")} == {
        Mode.SECONDMENT
    }


def test_headers_are_unmistakable():
    for sheet in SHEETS:
        keys = [header_key(c.label) for c in sheet.columns]
        assert len(set(keys)) == len(keys)


def test_ten_thousand_lines_take_a_bounded_number_of_queries(app, import_book, tmp_path: Path):
    from tests.support.queries import count_queries

    def ask(months: int) -> int:
        clock.move_to(datetime(2026, 11, 21))
        book = ind1()
        people = [
            [
                f"Q{i}",
                "N",
                f"P{i}",
                date(1990, 1, 1),
                "F",
                "",
                "",
                "",
                "RSA",
                "",
                "",
                date(2025, 1, 1),
                date(2027, 1, 1),
                "X",
            ]
            for i in range(months)
        ]
        book["Participants"] += people
        book["Contrats"] += [
            [f"L{i}", f"Q{i}", book["Entreprises"][1][0], "directe", "CDD", date(2025, 6, 1), date(2026, 9, 30), ""]
            for i in range(months)
        ]
        book["Heures"] += [[f"L{i}", "C1", f"2026-{m:02d}", 20, "", "", ""] for i in range(months) for m in range(1, 9)]
        path = save(book, tmp_path / f"{months}.xlsx")
        with app.app_context(), work() as session, count_queries(app) as seen:
            running.import_plan(session, None, running.read_plan(path, "x", running.Options()), running.Options())
            session.rollback()
        return sum(1 for s in seen if s.startswith("SELECT"))

    assert ask(5) == ask(60)
