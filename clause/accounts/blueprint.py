"""The blueprint of accounts and what its views share."""

from __future__ import annotations

from flask import Blueprint, current_app

from clause.config import Settings

bp = Blueprint("accounts", __name__, url_prefix="")
HOME = "/"


def settings() -> Settings:
    found: Settings = current_app.config["CLAUSE"]
    return found


def mail_note() -> str:
    """Where mail goes when no SMTP server is set, said on the pages that send some; empty where one is."""
    here = settings()
    if here.smtp.host:
        return ""
    return f"Aucun serveur d'envoi n'est réglé : le message est écrit dans le dossier {here.data_dir.name}/mail/ du serveur."
