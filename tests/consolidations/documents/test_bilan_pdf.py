"""The PDF of the bilan says what its JSON says, twice the same, to those who read the bilan, and names nobody."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy.orm import Session

from clause.access import Role
from clause.candidates.models import Participant
from clause.cli import main
from clause.consolidations.as_json import as_data
from clause.consolidations.bilan import operation_report
from clause.consolidations.documents.bilan_pdf import as_pdf, data
from clause.consolidations.figures import HIDDEN, Unit, as_number, as_text
from clause.consolidations.masking import by_column
from clause.consolidations.report import Column, Report, Row, Table
from clause.markets.codes import OperationStatus
from tests.consolidations.documents.reading import lines_of, squeezed, text_of
from tests.consolidations.support import AS_OF, golden
from tests.support import factories as make
from tests.support.client import Client


def _printed(report: Report, code: str) -> dict[str, Any]:
    """The data of the template for a table of the report."""
    wanted = [t.code for t in report.tables if t.code != "B01"].index(code)
    found: dict[str, Any] = data(report)["tables"][wanted]
    return found


def test_every_figure_of_the_json_is_in_the_document(session: Session) -> None:
    case = golden(session)
    report = operation_report(session, case.operations["O1"], AS_OF)
    text = text_of(as_pdf(report))
    for code, table in as_data(report)["tables"].items():
        for row in table["rows"]:
            assert squeezed(row["label"]) in text, (code, row["label"])
        if code != "B01":
            printed = _printed(report, code)
            assert len(printed["rows"]) == len(table["rows"])
            for line in lines_of(printed):
                assert line in text, (code, line)
    for row in as_data(report)["tables"]["B01"]["rows"]:
        assert squeezed(row["label"] + row["value"]) in text
    assert squeezed("1 290 h") in text
    assert squeezed("objectif dû : 1 600 h") in text


def test_the_cells_of_the_document_are_the_figures_of_the_report(session: Session) -> None:
    """Each printed cell is the figure of the JSON at its row and column, read back."""
    case = golden(session)
    report = operation_report(session, case.operations["O1"], AS_OF)
    table = report.table("B05")
    assert table is not None
    for printed, row in zip(_printed(report, "B05")["rows"], table.rows, strict=True):
        for text, column in zip(printed["cells"], table.columns, strict=True):
            read = text.replace("\N{NARROW NO-BREAK SPACE}", "").replace("\N{NO-BREAK SPACE}", "").replace(",", ".")
            assert float(read) == as_number(column.unit, row.cells[column.key])


def test_the_same_report_gives_the_same_bytes_and_a_tagged_document(session: Session) -> None:
    case = golden(session)
    first, second = (as_pdf(operation_report(session, case.operations["O1"], AS_OF)) for _ in "ab")
    assert first == second
    read = PdfReader(BytesIO(first))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]  # pypdf types what it reads loosely
    assert read.trailer["/Root"]["/Lang"].startswith("fr")  # type: ignore[index]  # pypdf types what it reads loosely
    assert read.metadata is not None
    assert read.metadata.title is not None
    assert "Bilan de l'opération O1" in read.metadata.title
    fonts = {str(f["/BaseFont"]) for page in read.pages for f in (o.get_object() for o in page["/Resources"]["/Font"].values())}  # type: ignore[index]  # fmt: skip
    assert all("Libertinus" in name for name in fonts), fonts


def test_a_closed_operation_has_its_certificate(session: Session, client: Client) -> None:
    case = golden(session)
    open_one = operation_report(session, case.operations["O1"], AS_OF)
    assert "Attestationderéalisation" not in text_of(as_pdf(open_one))
    case.operations["O1"].status = OperationStatus.CLOSED
    session.flush()
    text = text_of(as_pdf(operation_report(session, case.operations["O1"], AS_OF)))
    said = "1 290 h d'insertion y ont été réalisées et validées au 31/12/2027, pour un objectif dû de 1 600 h, soit un taux de réalisation de 80,6 %. 4 personnes"
    assert squeezed(said) in text
    assert squeezed("Pour PLIE du Val") in text
    user, address = make.facilitator(session, case.structure), f"/bilans/operations/{case.operations['O1'].public_id}"
    email = user.email
    session.commit()
    client.sign_in(email)
    assert "Attestation de réalisation" in client.get(address).get_data(as_text=True)


def test_text_typed_by_somebody_is_never_markup(session: Session) -> None:
    case = golden(session)
    case.operations["O1"].title = '#panic("x") *gras* $x$ @ref [crochets] "guillemets" \\ // <a>'
    session.flush()
    text = text_of(as_pdf(operation_report(session, case.operations["O1"], AS_OF)))
    assert squeezed('#panic("x") *gras* $x$ @ref [crochets] "guillemets" \\ // <a>') in text


def test_who_reads_the_bilan_downloads_it_and_it_names_nobody(session: Session, client: Client) -> None:
    case = golden(session)
    names = [p.last_name for p in session.query(Participant).all()]
    own, other = (f"/bilans/operations/{case.operations[o].public_id}/bilan.pdf" for o in ("O1", "O2"))
    buyer = make.user(session, Role.AUTHORITY, authority_id=case.authorities["A"].id)
    company = make.user(session, Role.COMPANY, company_id=make.establishment(session).company_id)
    emails = buyer.email, company.email
    session.commit()
    client.sign_in(emails[0])
    got = client.get(own)
    assert (got.status_code, got.mimetype) == (200, "application/pdf")
    assert "bilan-O1-" in got.headers["Content-Disposition"]
    text = text_of(got.data)
    assert not [name for name in names if squeezed(name) in text]
    assert client.get(other).status_code == 404
    client.sign_in(emails[1])
    assert client.get(own).status_code == 403


def test_the_command_writes_it_and_refuses_it_for_a_year(app: Flask, session: Session, tmp_path: Path) -> None:
    golden(session)
    session.commit()
    out, run = tmp_path / "o.pdf", app.test_cli_runner()
    assert run.invoke(main, ["consolidate", "operation", "O1", "--out", str(out)]).exit_code == 0
    assert out.read_bytes()[:5] == b"%PDF-"
    refused = run.invoke(main, ["consolidate", "year", "2026", "--out", str(out)])
    assert refused.exit_code == 1
    assert "doit se terminer par .xlsx ou .json" in refused.output


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ((8, 6, 5, 0), ("8", "6", "5", "0")),
        ((12, 3, 2, 7), ("12", "n. c.", "n. c.", "7")),
        ((12, 1, 0, 7), ("12", "n. c.", "0", "n. c.")),
        ((3, 0, 0, 0), None),
    ],
    ids=["nobody hidden", "two small ones protect each other", "the least other one goes too", "nothing protects"],
)
def test_each_column_is_hidden_on_its_own(people: tuple[int, ...], shown: tuple[str, ...] | None) -> None:
    rows = tuple(Row(str(n), str(n), {"end": count, "later": 20}) for n, count in enumerate(people))
    table = Table("B09f", "", "", (Column("end", ""), Column("later", "")), rows, {"end": sum(people), "later": 80})
    masked = by_column(table, 5)
    cells = tuple(as_text(Unit.COUNT, row.cells["end"]) for row in masked.rows)
    assert cells == (shown or ("n. c.",) * 4)
    assert all(row.cells["later"] == 20 for row in masked.rows)
    assert masked.total is not None
    assert (masked.total["end"] is HIDDEN) == (shown is None)
