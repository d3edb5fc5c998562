"""Where the bytes of attached files are: a folder of the server by default, an S3-compatible store by setting.

A key is the random name of the file, never what its sender called it. ``Unavailable`` says in French that the store does
not answer; a file that is not there is ``Missing``.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from clause.config import Settings, SettingsError

KEY = re.compile(r"[0-9a-f]{20}")


class Missing(LookupError):
    """No file of this key in the store."""


class Unavailable(RuntimeError):
    """The store does not answer, or refuses; the text is French."""


class Backend(Protocol):
    """What a store does; ``delete`` of a file that is not there is no error."""

    def write(self, key: str, content: bytes) -> None: ...

    def read(self, key: str) -> bytes: ...

    def delete(self, key: str) -> None: ...


class Disk:
    """Files of a folder outside the web root, readable by the server's account alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise Missing(key)
        return self.folder / key

    def write(self, key: str, content: bytes) -> None:
        path = self.path(key)
        self.folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
            kept.write(content)

    def read(self, key: str) -> bytes:
        try:
            return self.path(key).read_bytes()
        except FileNotFoundError:
            raise Missing(key) from None

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)


class S3:
    """A bucket of an S3-compatible store, under a prefix. boto3 is imported here only: it is an optional extra."""

    def __init__(self, settings: Settings) -> None:
        self.bucket, self.prefix = bucket_of(settings.storage)
        self._client = _client(settings)

    def _key(self, key: str) -> str:
        if not KEY.fullmatch(key):
            raise Missing(key)
        return f"{self.prefix}{key}"

    def write(self, key: str, content: bytes) -> None:
        self._ask("put_object", key, Body=content, ContentType="application/octet-stream")

    def read(self, key: str) -> bytes:
        return bytes(self._ask("get_object", key)["Body"].read())

    def delete(self, key: str) -> None:
        self._ask("delete_object", key)

    def _ask(self, what: str, key: str, **values: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, what)(Bucket=self.bucket, Key=self._key(key), **values)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                raise Missing(key) from None
            raise Unavailable(SILENT) from error
        except BotoCoreError as error:
            raise Unavailable(SILENT) from error


SILENT = "Le stockage des fichiers joints ne répond pas. Réessayez dans quelques minutes ; si cela dure, prévenez l'administration de la plateforme."  # fmt: skip


def bucket_of(address: str) -> tuple[str, str]:
    """(bucket, prefix) of ``s3://bucket`` or ``s3://bucket/dossier``; SettingsError for any other address."""
    found = re.match(r"^s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([\w./-]*))?$", address)
    if not found:
        raise SettingsError(
            f"CLAUSE_STORAGE doit être vide (disque) ou s3://seau ou s3://seau/dossier, lu : {address!r}."
        )
    prefix = (found[2] or "").strip("/")
    return found[1], f"{prefix}/" if prefix else ""


def _client(settings: Settings) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise SettingsError("CLAUSE_STORAGE=s3://… demande boto3 : installez clause[s3].") from None
    # Checksums only where the store asks for them: many S3-compatible stores do not know the newer ones. Ours is the
    # SHA-256 kept in the database, verified at each read.
    behaviour = Config(
        signature_version="s3v4", connect_timeout=5, read_timeout=30, retries={"max_attempts": 3},
        request_checksum_calculation="when_required", response_checksum_validation="when_required",
        s3={"addressing_style": "path"},
    )  # fmt: skip
    return boto3.session.Session().client(
        "s3", endpoint_url=settings.s3_endpoint or None, region_name=settings.s3_region,
        aws_access_key_id=settings.s3_key_id or None, aws_secret_access_key=settings.s3_secret or None, config=behaviour,
    )  # fmt: skip


@cache
def of_settings(settings: Settings) -> Backend:
    """The store that the settings name; SettingsError where it cannot be."""
    return S3(settings) if settings.storage else Disk(settings.data_dir.resolve() / "files")
