"""Addresses: of people (e-mail) and of pages to come back to after sign-in."""

from __future__ import annotations

from urllib.parse import urlsplit


def normal_email(text: str) -> str:
    """The e-mail address as it is kept and compared: no spaces around, no capitals."""
    return text.strip().casefold()


def local_path(text: str | None) -> str | None:
    """The address to come back to, where it is a path of this site; None for any other (open redirect)."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return None
    if any(ord(c) < 33 or c == "\\" for c in text):
        return None
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else None
