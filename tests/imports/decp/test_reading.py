"""Files as they come: formats, encodings, and those that must be refused whole, with a French sentence."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from clause.imports.decp.reading import read_records
from clause.imports.decp.sources import RawRecord, Unreadable, open_source
from tests.imports.decp.support import DATA

JSON = (DATA / "2019" / "e-marchespublics.json").read_bytes()
XML = (DATA / "2019" / "derive_marches-publics.info_400.iso-8859-15.xml").read_bytes()
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol1 "lol">'
    + "".join(f'<!ENTITY lol{i} "{f"&lol{i - 1};" * 10}">' for i in range(2, 10))
    + "]><marches><marche><id>&lol9;</id></marche></marches>"
).encode()


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("marches.json", b'{"marches":[' + b" " * 50_000_000 + b"]}")
    return content.getvalue()


def read(tmp_path: Path, content: bytes, name: str = "f.json") -> list[RawRecord]:
    path = tmp_path / name
    path.write_bytes(content)
    return list(read_records(open_source(path)))


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (b'{"marches": [{"id": 1}, {"id": 2}]}', 2),
        (b'{"marches": {"marche": [{"id": 1}], "contrat-concession": [{"id": 2}]}}', 2),
        (b'{"marches": {"marche": {"id": 1}}}', 1),
        (b'[{"id": 1}]', 1),
        (b'{"id": 1, "acheteur": {"id": 2}}', 1),
        (b'{"source": {"marches": 3}, "marches": []}', 0),
        (b"<marches/>", 0),
        (b"<marches><marche><id>1</id></marche></marches>", 1),
        (b"<marche><id>1</id></marche>", 1),
        (b"<contrat-concession><id>1</id></contrat-concession>", 1),
    ],
)
def test_shapes(tmp_path: Path, content: bytes, count: int) -> None:
    records = read(tmp_path, content)
    assert len(records) == count
    assert [r.line for r in records] == list(range(1, count + 1))


def test_concessions_are_told_by_their_list(tmp_path: Path) -> None:
    records = read(tmp_path, b'{"marches": {"contrat-concession": [{"id": 1}], "marche": [{"id": 2}]}}')
    assert [r.is_concession for r in records] == [True, False]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, '{"marches": [{"objet": "Forêt"}]}'.encode(encoding))[0].value == {"objet": "Forêt"}
    xml = "<marches><marche><objet>Forêt</objet></marche></marches>".encode(encoding)
    assert read(tmp_path, xml, "f.xml")[0].value == {"objet": "Forêt"}


def test_an_encoding_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_bytes('[{"objet": "Forêt"}]'.encode("cp1252"))
    assert "Windows-1252" in open_source(path).warning


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    assert len(read(tmp_path, XML, "marches.json")) == 400
    assert len(read(tmp_path, JSON, "marches.xml")) == 470


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (JSON[:200_000], "ligne 6\u202f773 après 215 enregistrements"),
        (JSON[:-3], "après 470 enregistrements"),
        (b'{"marches": [{"id": "a', "milieu d'un enregistrement"),
        (b'{"marches": [{"id": 1,}]}', "ponctuation"),
        (b'{"marches": []} x', "de trop"),
        (b'{"marches": [' + b"[" * 200_000, "imbriquées"),
        (b'{"lots": 1}', "Aucune liste"),
        (XML[:200_000], "ligne 5\u202f914 après 201 enregistrements"),
        (BOMB, "DOCTYPE"),
        (b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/hostname">]><marches><marche><id>&x;</id></marche></marches>', "DOCTYPE"),
        (b"<factures/>", "<factures>"),
        (b"<!doctype html><p>Page introuvable</p>", "page web"),
        (b"", "vide"),
        (b"id;objet\n1;a", "ni du JSON ni du XML"),
        (zipped(), "archive"),
        (b"\x1f\x8b\x08rest", "archive"),
    ],
)  # fmt: skip
def test_unreadable_files_are_refused_with_the_place(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(said)):
        read(tmp_path, content)


def test_a_file_that_claims_a_gigabyte_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    with path.open("wb") as file:
        file.write(b'{"marches": [')
        file.truncate(1 << 30)
    with pytest.raises(Unreadable, match="1\u202f024 Mo"):
        open_source(path)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.json"):
        with pytest.raises(Unreadable, match="introuvable"):
            open_source(path)


def test_records_larger_than_a_chunk_are_read_whole(tmp_path: Path) -> None:
    long = "é" * 3_000_000
    records = read(tmp_path, ('{"marches": [{"id": "' + long + '"}, {"id": "b"}]}').encode())
    assert [r.value["id"] for r in records] == [long, "b"]
