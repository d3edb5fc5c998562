"""``clause serve`` and ``clause worker``: the site and the jobs."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
from types import FrameType
from typing import Any, cast

import click
import waitress
from flask import Flask, current_app
from flask.cli import with_appcontext

from clause import worker
from clause.config import Settings
from clause.demo.accounts import ACCOUNTS

TAKEN = (
    "Le port {port} est déjà pris par un autre programme. Choisissez-en un autre, par exemple : make run PORT={other}"
)


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
    group.add_command(serve)
    group.add_command(work)


def _application() -> Flask:
    """The application itself, for threads that outlive this context; werkzeug's stand-in does not say so in its types."""
    return cast(Flask, cast(Any, current_app)._get_current_object())


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
@click.option("--port", default=5000, show_default=True, help="Port d'écoute.")
@click.option("--threads", default=8, show_default=True, help="Requêtes servies en même temps.")
@click.option("--with-worker", is_flag=True, help="Lance aussi le travail de fond, arrêté avec le site.")
@with_appcontext
def serve(host: str, port: int, threads: int, with_worker: bool) -> None:
    """Sert le site."""
    settings: Settings = current_app.config["CLAUSE"]
    server = _listen(host, port, threads)
    signal.signal(signal.SIGTERM, _stop)
    beside = _start_worker() if with_worker else None
    try:
        _announce(settings, host, port)
        server.run()
    finally:
        if beside is not None:
            beside.terminate()
            beside.wait(timeout=30)


@click.command("worker")
@click.option("--once", is_flag=True, help="Fait ce qui attend, puis s'arrête.")
@with_appcontext
def work(once: bool) -> None:
    """Envoie les courriels, traite les imports et fait ce qui revient chaque jour."""
    app = _application()
    if once:
        worker.round_once(app)
    else:
        worker.run(app)


def _listen(host: str, port: int, threads: int) -> waitress.server.BaseWSGIServer:
    """The server, bound to its address; a port that is taken is said before anything is started."""
    app = _application()
    try:
        return waitress.create_server(app, host=host, port=port, threads=threads, ident="clause")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise click.ClickException(TAKEN.format(port=port, other=port + 1)) from None
        raise


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Asked to end (SIGTERM): leave as on Ctrl-C, so that the worker beside is ended too."""
    raise SystemExit(0)


def _start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "clause.cli", "worker"])


def _announce(settings: Settings, host: str, port: int) -> None:
    click.echo(f"Clause est servie sur http://{host}:{port}")
    if settings.demo:
        click.echo(f"Comptes de démonstration (mot de passe : {settings.demo_password}) :")
        for account in ACCOUNTS:
            click.echo(f"  {account.email:<32} {account.who}")
    if not settings.smtp.host:
        click.echo(f"Sans serveur SMTP, les courriels sont écrits dans {settings.data_dir / 'mail'}.")
