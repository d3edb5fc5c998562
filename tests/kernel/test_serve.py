"""``clause serve --with-worker``: what it started ends with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from clause.cli import main


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def serving(database: Path, data: Path, port: int) -> dict[str, Any]:
    """``clause serve`` in a process of its own, that says everything in one pipe."""
    environment = {**os.environ, "CLAUSE_DATABASE_URL": f"sqlite:///{database}", "CLAUSE_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "clause.cli", "serve", "--with-worker", "--port", str(port)]
    return {"args": command, "env": environment, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_with_the_site(sqlite_template: Path, tmp_path: Path, asked: signal.Signals) -> None:
    port = free_port()
    site = subprocess.Popen(**serving(sqlite_template, tmp_path, port))
    try:
        deadline = time.monotonic() + 60
        while not answers(port) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert answers(port)
        site.send_signal(asked)
        # The worker holds the same pipe: the reading ends only once both processes have.
        site.communicate(timeout=40)
        assert not answers(port)
    finally:
        site.kill()


def test_a_port_that_is_taken_is_said_in_a_sentence(sqlite_template: Path, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = subprocess.run(**serving(sqlite_template, tmp_path, port), timeout=60, check=False)
    said = ended.stdout.decode()
    assert ended.returncode == 1
    assert f"Le port {port} est déjà pris" in said
    assert "Clause est servie" not in said
    assert "Traceback" not in said


def test_the_help_of_the_group_shows_no_option_of_the_framework(app: Flask) -> None:
    shown = app.test_cli_runner().invoke(main, ["--help"]).output
    assert "consolidate" in shown
    assert "--app" not in shown
    assert "--debug" not in shown
