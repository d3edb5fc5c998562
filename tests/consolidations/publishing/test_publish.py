"""What a publication freezes, how it is numbered, who may do it; the commands that publish and list."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clause.access import Role
from clause.cli import main
from clause.consolidations.models import Publication, PublishedFile
from clause.consolidations.publishing.actions import Wish, publish
from clause.consolidations.publishing.subjects import of_led, of_year
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.ledger.models import LedgerEntry
from clause.markets.models import OperationPartner
from tests.consolidations.documents.reading import text_of
from tests.consolidations.publishing.support import DAY, LATER, figures, files, publish_bilan, publish_year
from tests.consolidations.support import golden, work
from tests.support import factories as make


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(DAY)
    yield
    clock.move_to(None)


def test_a_year_is_frozen_with_its_files(session: Session, engine: str) -> None:
    case = golden(session)
    made = publish_year(session, case, comment="  Pour le comité de pilotage ")
    assert (made.number, made.year, made.subject, made.as_of) == (1, 2026, "2026", date(2027, 1, 15))
    assert made.comment == "Pour le comité de pilotage"
    assert figures(made.content)["hours"] == 960
    assert made.checksum == hashlib.sha256(made.content.encode()).hexdigest()
    found = files(session, made)
    assert sorted(found) == [
        "consolidation-2026-n1-a-diffuser.json", "consolidation-2026-n1-a-diffuser.xlsx",
        "consolidation-2026-n1.json", "consolidation-2026-n1.xlsx",
    ]  # fmt: skip
    assert found["consolidation-2026-n1.json"].decode() == made.content
    sent = json.loads(found["consolidation-2026-n1-a-diffuser.json"])
    assert sent["masked"]
    assert figures(found["consolidation-2026-n1-a-diffuser.json"])["participants"] is None
    assert [e.action for e in audit.history(session, made)] == ["Consolidation 2026 : publication n° 1"]


def test_the_quality_is_in_the_workbook_of_the_structure_alone(session: Session) -> None:
    case = golden(session)
    found = files(session, publish_year(session, case))
    whole, sent = (openpyxl.load_workbook(BytesIO(found[f"consolidation-2026-n1{kind}.xlsx"])) for kind in ("", "-a-diffuser"))  # fmt: skip
    assert "Qualité" in whole.sheetnames
    assert "Qualité" not in sent.sheetnames
    said = [str(cell.value) for row in whole["Qualité"].iter_rows() for cell in row if cell.value]
    assert any(text.startswith("Note :") for text in said)


def test_publications_are_numbered_and_never_change(session: Session, engine: str) -> None:
    case = golden(session)
    first = publish_year(session, case)
    before = files(session, first)
    clock.move_to(LATER)
    work(session, case.contracts["P3-a"], case.markets["C2"], date(2026, 10, 1), 1000)
    second = publish_year(session, case)
    assert (first.number, second.number) == (1, 2)
    assert (figures(first.content)["hours"], figures(second.content)["hours"]) == (960, 970)
    session.expire_all()
    assert files(session, first) == before
    assert publish_bilan(session, case).number == 1


def test_two_clicks_publish_once(session: Session, engine: str) -> None:
    case = golden(session)
    user = make.facilitator(session, case.structure)
    viewer = make.Viewer(role=Role.FACILITATOR, name=user.name, user_id=user.id, structure_id=case.structure.id)
    subject = of_year(session, case.structure.id, 2026)
    first = publish(session, viewer, subject, Wish(number=1))
    again = publish(session, viewer, subject, Wish(number=1))
    assert (first.is_new, again.is_new) == (True, False)
    assert again.publication.id == first.publication.id
    other = make.viewer_of(case.structure, Role.COORDINATOR)
    with pytest.raises(Refused, match="n° 1 pendant que vous prépariez"):
        publish(session, other, subject, Wish(number=1))
    assert session.scalar(select(func.count()).select_from(Publication)) == 1
    assert session.scalar(select(func.count()).select_from(PublishedFile)) == 4


def test_the_database_numbers_a_subject_once(session: Session, engine: str) -> None:
    case = golden(session)
    made = publish_year(session, case)
    copy = {c.name: getattr(made, c.name) for c in Publication.__table__.columns if c.name not in ("id", "public_id")}
    session.add(Publication(**copy))
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_bilan_has_one_version_made_to_be_sent(session: Session, engine: str) -> None:
    case = golden(session)
    made = publish_bilan(session, case)
    assert made.operation_id == case.operations["O1"].id
    assert made.year is None
    rows = session.scalars(select(PublishedFile).where(PublishedFile.publication_id == made.id)).all()
    assert all(row.for_authority for row in rows)
    assert sorted(row.name for row in rows) == ["bilan-O1-n1.json", "bilan-O1-n1.pdf", "bilan-O1-n1.xlsx"]
    assert "bilan publié (n° 1)" in [e.action for e in audit.history(session, case.operations["O1"])]


@pytest.mark.parametrize("role", [Role.PLIE_MANAGER, Role.AUTHORITY, Role.COMPANY])
def test_others_may_not_publish(session: Session, role: Role) -> None:
    case = golden(session)
    with pytest.raises(Refused, match="Seule la structure qui pilote"):
        publish(session, make.viewer_of(case.structure, role), of_year(session, case.structure.id, 2026), Wish())


def test_a_partner_may_not_publish(session: Session) -> None:
    case = golden(session)
    partner = make.structure(session, "MDE voisine")
    make.add(session, OperationPartner(operation_id=case.operations["O1"].id, structure_id=partner.id, agreed_on=date(2026, 1, 1)))  # fmt: skip
    with pytest.raises(Refused, match="Seule la structure qui pilote"):
        publish(session, make.viewer_of(partner), of_led(session, case.operations["O1"]), Wish())


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (Wish(as_of=date(2027, 1, 16)), "dans le futur"),
        (Wish(as_of=date(2025, 12, 31)), "n'avait pas commencé"),
        (Wish(comment="x" * 501), "dépasse 500 caractères"),
    ],
)
def test_what_is_refused(session: Session, wish: Wish, sentence: str) -> None:
    case = golden(session)
    with pytest.raises(Refused, match=sentence):
        publish(session, make.viewer_of(case.structure), of_year(session, case.structure.id, 2026), wish)


def test_nobody_is_named_in_what_is_published(session: Session) -> None:
    from clause.candidates.models import Participant

    case = golden(session)
    for number, person in enumerate(session.scalars(select(Participant))):
        person.last_name, person.first_name = f"Nomdefamille{number}", f"Prenom{number}"
    late = make.contract(session, session.scalars(select(Participant)).first(), make.establishment(session), case.markets["C2"])  # fmt: skip
    work(session, late, case.markets["C2"], date(2026, 6, 1), 700, valued=700)
    session.flush()
    published = [publish_year(session, case), *(publish_bilan(session, case, name) for name in ("O1", "O2"))]
    for publication in published:
        texts = [publication.content, json.dumps(publication.quality), json.dumps(publication.parameters)]
        for name, content in files(session, publication).items():
            read = {".xlsx": _words, ".pdf": text_of, ".json": bytes.decode}[Path(name).suffix]
            texts.append(read(content))
        for text in texts:
            assert "Nomdefamille" not in text
            assert "Prenom" not in text


def _words(content: bytes) -> str:
    book = openpyxl.load_workbook(BytesIO(content))
    return " ".join(str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


# Commands


def test_commands_publish_and_list(app: Flask, session: Session, tmp_path: Path) -> None:
    case = golden(session)
    siret = str(case.structure.siret)
    session.commit()
    run = app.test_cli_runner()
    result = run.invoke(main, ["publish", "year", "2026", "--structure", siret, "--comment", "Clôture"])
    assert result.exit_code == 0, result.output
    assert "Consolidation 2026 : publication n° 1" in result.output
    result = run.invoke(main, ["publish", "operation", "O1"])
    assert "Bilan de l'opération O1 : publication n° 1" in result.output
    listed = run.invoke(main, ["publications", "--out", str(tmp_path)])
    assert listed.output.count("intact") == 7
    assert len(list(tmp_path.glob("*.xlsx"))) == 3
    only = run.invoke(main, ["publications", "--year", "2026", "--structure", siret])
    assert only.output.count("intact") == 4


def test_the_list_says_of_a_damaged_file(app: Flask, session: Session) -> None:
    case = golden(session)
    made = publish_year(session, case)
    session.scalars(select(PublishedFile).where(PublishedFile.publication_id == made.id)).first().content = b"x"  # type: ignore[union-attr]  # it is there, or the test fails
    session.commit()
    assert "ABÎMÉ" in app.test_cli_runner().invoke(main, ["publications"]).output


def test_commands_refuse_with_a_sentence(app: Flask, session: Session) -> None:
    golden(session)
    make.structure(session, "Autre")
    session.commit()
    run = app.test_cli_runner()
    assert "Précisez la structure" in run.invoke(main, ["publish", "year", "2026"]).output
    result = run.invoke(main, ["publish", "operation", "O1", "--as-of", "2030-01-01"])
    assert (result.exit_code, "dans le futur" in result.output) == (1, True)
    assert "n'existe pas" in run.invoke(main, ["publications", "--out", "absent"]).output


def test_the_ledger_is_not_touched(session: Session, engine: str) -> None:
    case = golden(session)
    before = session.scalar(select(func.count()).select_from(LedgerEntry))
    publish_year(session, case)
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == before
