"""Settings, read once from the environment (prefix ``CLAUSE_``) and never changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

DEVELOPMENT_SECRET = "clause-development-only"  # noqa: S105 - refused in production


class SettingsError(ValueError):
    """A setting that would make the platform unsafe or unable to start; the text is French."""


@dataclass(frozen=True)
class SmtpSettings:
    """Where mail leaves from; without a host, mail is written to ``data_dir/mail``."""

    host: str = ""
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True
    sender: str = "Clause <ne-pas-repondre@localhost>"


@dataclass(frozen=True)
class Settings:
    """Everything that a deployment may decide."""

    data_dir: Path = Path("var")
    database_url: str = ""
    owner_database_url: str = ""
    secret_key: str = field(default=DEVELOPMENT_SECRET, repr=False)
    production: bool = False
    demo_password: str = field(default="", repr=False)
    base_url: str = "http://127.0.0.1:5000"
    fixed_now: datetime | None = None
    smtp: SmtpSettings = SmtpSettings()
    proxies: int = 0
    max_upload_bytes: int = 16 * 1024 * 1024
    storage: str = ""
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_key_id: str = field(default="", repr=False)
    s3_secret: str = field(default="", repr=False)

    @property
    def demo(self) -> bool:
        """Demonstration mode: the sign-in page shows the accounts."""
        return bool(self.demo_password) and not self.production

    @property
    def url(self) -> str:
        """The database of the application; a SQLite file in ``data_dir`` by default."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'clause.db').resolve()}"

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    def checked(self) -> Settings:
        """These settings, or SettingsError where production would be unsafe."""
        if self.production:
            _refuse_unsafe_production(self)
        return self


def _refuse_unsafe_production(settings: Settings) -> None:
    if settings.secret_key == DEVELOPMENT_SECRET or len(settings.secret_key) < 32:
        raise SettingsError("CLAUSE_SECRET_KEY doit être une valeur secrète d'au moins 32 caractères en production.")
    if settings.demo_password:
        raise SettingsError(
            "CLAUSE_DEMO_PASSWORD est refusé en production : il ouvrirait les comptes de démonstration."
        )
    if settings.fixed_now is not None:
        raise SettingsError("CLAUSE_NOW est refusé en production : la date ne peut pas y être déplacée.")
    if not settings.secure_cookies:
        raise SettingsError("CLAUSE_BASE_URL doit commencer par https:// en production.")


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; SettingsError says in French which variable is wrong."""

    def get(name: str, default: str = "") -> str:
        return environ.get(f"CLAUSE_{name}", default).strip()

    return Settings(
        data_dir=Path(get("DATA_DIR", "var")),
        database_url=normal_database_url(get("DATABASE_URL")),
        owner_database_url=normal_database_url(get("OWNER_DATABASE_URL")),
        secret_key=get("SECRET_KEY") or DEVELOPMENT_SECRET,
        production=get("ENV") == "production",
        demo_password=get("DEMO_PASSWORD"),
        base_url=get("BASE_URL", "http://127.0.0.1:5000").rstrip("/"),
        fixed_now=_instant(get("NOW")),
        smtp=_smtp(get),
        proxies=_whole("PROXIES", get("PROXIES", "0")),
        storage=get("STORAGE"),
        s3_endpoint=get("S3_ENDPOINT"),
        s3_region=get("S3_REGION", Settings.s3_region),
        s3_key_id=get("S3_KEY_ID"),
        s3_secret=get("S3_SECRET"),
    ).checked()


def _smtp(get: object) -> SmtpSettings:
    assert callable(get)
    return SmtpSettings(
        host=get("SMTP_HOST"),
        port=_whole("SMTP_PORT", get("SMTP_PORT", "587")),
        user=get("SMTP_USER"),
        password=get("SMTP_PASSWORD"),
        starttls=get("SMTP_STARTTLS", "1") != "0",
        sender=get("MAIL_FROM", SmtpSettings.sender),
    )


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise SettingsError(f"CLAUSE_{name} doit être un nombre entier, lu : {text!r}.") from None


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"CLAUSE_NOW doit être une date AAAA-MM-JJ ou AAAA-MM-JJTHH:MM, lu : {text!r}.") from None


def normal_database_url(url: str) -> str:
    """The same address with the driver we install: ``postgres://`` and ``postgresql://`` mean psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url
