"""Attached files: what is refused, what leaves nothing behind, what is read back, on disk and in an S3-compatible store."""

from __future__ import annotations

import dataclasses
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.app import create_app
from clause.config import Settings, SettingsError, from_environment
from clause.kernel import storage
from clause.kernel.refusals import Refused
from clause.kernel.storage_backends import bucket_of
from clause.kernel.values import BadValue
from tests.support.fake_s3 import FakeS3, fake_s3

PDF = b"%PDF-1.7\nreleve"
BUCKET = "/clause-fichiers/releves/"


@pytest.fixture
def s3() -> Iterator[FakeS3]:
    with fake_s3() as store:
        yield store


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings of each kind of store; the application of the test is made with them."""
    if request.param == "disk":
        return settings
    address = request.getfixturevalue("s3").address
    return dataclasses.replace(
        settings, storage="s3://clause-fichiers/releves", s3_endpoint=address, s3_key_id="cle", s3_secret="secret"
    )


@pytest.fixture
def app(store: Settings) -> Iterator[Flask]:
    app = create_app(store)
    app.testing = True
    yield app
    storage._stores.pop(store.data_dir.resolve(), None)
    from clause.kernel.db import db

    with app.app_context():
        db.engine.dispose()


def kept_keys(request: pytest.FixtureRequest, settings: Settings) -> set[str]:
    if "s3" in request.fixturenames or settings.storage:
        objects = request.getfixturevalue("s3").objects
        assert all(path.startswith(BUCKET) for path in objects)
        return {path.removeprefix(BUCKET) for path in objects}
    folder = settings.data_dir / "files"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_a_file_is_read_back_as_it_was_kept(session: Session, store: Settings, request: pytest.FixtureRequest) -> None:
    kept = storage.keep(session, store.data_dir, PDF, "../../etc/Relevé <mars>.php.exe", None)
    session.commit()
    assert storage.read(store.data_dir, kept) == PDF
    assert kept.name == "Relevé _mars_.php.pdf"
    assert kept_keys(request, store) == {kept.public_id}


def test_a_refused_request_leaves_no_file(session: Session, store: Settings, request: pytest.FixtureRequest) -> None:
    storage.keep(session, store.data_dir, PDF, "a.pdf", None)
    assert len(kept_keys(request, store)) == 1
    session.rollback()
    assert kept_keys(request, store) == set()


def test_a_session_closed_without_a_word_leaves_no_file(
    session: Session, store: Settings, request: pytest.FixtureRequest
) -> None:
    storage.keep(session, store.data_dir, PDF, "a.pdf", None)
    session.close()
    assert kept_keys(request, store) == set()


def test_a_savepoint_given_up_takes_its_file_with_it(
    session: Session, store: Settings, request: pytest.FixtureRequest
) -> None:
    first = storage.keep(session, store.data_dir, PDF, "a.pdf", None)
    inner = session.begin_nested()
    storage.keep(session, store.data_dir, PDF, "b.pdf", None)
    inner.rollback()
    session.commit()
    assert kept_keys(request, store) == {first.public_id}


def test_a_dropped_file_goes_with_the_commit_and_not_before(
    session: Session, store: Settings, request: pytest.FixtureRequest
) -> None:
    kept = storage.keep(session, store.data_dir, PDF, "a.pdf", None)
    session.commit()
    storage.drop(session, store.data_dir, kept)
    session.rollback()
    assert kept_keys(request, store) == {kept.public_id}
    storage.drop(session, store.data_dir, kept)
    session.commit()
    assert kept_keys(request, store) == set()


def test_a_file_changed_in_the_store_is_not_given(
    session: Session, store: Settings, request: pytest.FixtureRequest
) -> None:
    kept = storage.keep(session, store.data_dir, PDF, "a.pdf", None)
    session.commit()
    if store.storage:
        request.getfixturevalue("s3").objects[BUCKET + kept.public_id] += b"!"
    else:
        path = store.data_dir / "files" / kept.public_id
        path.write_bytes(path.read_bytes() + b"!")
    with pytest.raises(Refused, match="n'est plus lisible"):
        storage.read(store.data_dir, kept)


def test_a_file_that_is_gone_is_said_so(session: Session, store: Settings, request: pytest.FixtureRequest) -> None:
    kept = storage.keep(session, store.data_dir, PDF, "a.pdf", None)
    session.commit()
    storage.store_of(store.data_dir).delete(kept.public_id)
    with pytest.raises(Refused, match="n'est plus lisible"):
        storage.read(store.data_dir, kept)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "vide"),
        (b"<html><script>alert(1)</script>", "PDF, une image PNG ou une image JPEG"),
        (b"\n%PDF-1.7 after something else", "PDF, une image PNG ou une image JPEG"),
        (b"PK\x03\x04 a zip", "PDF, une image PNG ou une image JPEG"),
        (b"GIF89a%PDF-", "PDF, une image PNG ou une image JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "PDF, une image PNG ou une image JPEG"),
        (PDF + b"\0" * storage.MAX_BYTES, "10 Mo"),
    ],
)
def test_what_is_not_a_pdf_or_a_picture_is_refused(
    session: Session, store: Settings, request: pytest.FixtureRequest, content: bytes, sentence: str
) -> None:
    with pytest.raises(BadValue, match=sentence):
        storage.keep(session, store.data_dir, content, "releve.pdf", None)
    assert kept_keys(request, store) == set()


def test_a_file_that_is_two_things_at_once_is_only_ever_saved(app: Flask, session: Session, store: Settings) -> None:
    """A PDF that is also a page of script: sent as an attachment of its type, sniffing off, in a sandbox."""
    kept = storage.keep(session, store.data_dir, b"%PDF-1.7\n<html><script>x()</script></html>", "a.html", None)
    session.commit()
    with app.test_request_context():
        response = storage.download(store.data_dir, kept)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.mimetype == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_files_on_disk_are_for_the_server_alone(session: Session, settings: Settings) -> None:
    kept = storage.keep(session, settings.data_dir / "ailleurs", PDF, "a.pdf", None)
    session.commit()
    path = settings.data_dir / "ailleurs" / "files" / kept.public_id
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("key", ["../secret", "/etc/passwd", "", "0123456789abcdef0123\n"])
def test_a_key_that_is_not_ours_never_becomes_a_path(tmp_path: Path, key: str) -> None:
    with pytest.raises(storage.Missing):
        storage.Disk(tmp_path).read(key)


def test_requests_to_s3_are_signed_and_a_silent_store_is_told(settings: Settings, s3: FakeS3) -> None:
    app = create_app(
        dataclasses.replace(
            settings,
            storage="s3://clause-fichiers/releves",
            s3_endpoint=s3.address,
            s3_key_id="cle",
            s3_secret="secret",
        )
    )
    from clause.kernel.db import db
    from clause.kernel.unit import current_session, open_for_writing

    with app.app_context():
        session = current_session()
        open_for_writing(session)
        storage.keep(session, settings.data_dir, PDF, "a.pdf", None)
        method, path, authorization = s3.asked[0]
        assert (method, path.startswith(BUCKET)) == ("PUT", True)
        assert authorization.startswith("AWS4-HMAC-SHA256 Credential=cle/")
        assert "secret" not in authorization
        session.rollback()
        s3.broken = True
        with pytest.raises(BadValue, match="ne répond pas"):
            storage.keep(session, settings.data_dir, PDF, "a.pdf", None)
        session.rollback()
        db.engine.dispose()
    storage._stores.pop(settings.data_dir.resolve(), None)


@pytest.mark.parametrize("address", ["http://bucket", "s3://", "s3://A", "s3:/bucket", "s3://bucket/../x y"])
def test_an_address_of_store_that_cannot_be_is_refused(address: str) -> None:
    with pytest.raises(SettingsError):
        bucket_of(address)


def test_the_store_is_a_setting_and_its_secret_is_never_shown() -> None:
    environ = {"CLAUSE_STORAGE": "s3://seau", "CLAUSE_S3_ENDPOINT": "https://s3.exemple.fr", "CLAUSE_S3_KEY_ID": "cle1", "CLAUSE_S3_SECRET": "tres-secret"}  # fmt: skip
    read = from_environment(environ)
    assert (read.storage, read.s3_endpoint) == ("s3://seau", "https://s3.exemple.fr")
    assert bucket_of("s3://seau") == ("seau", "")
    assert "tres-secret" not in repr(read)
