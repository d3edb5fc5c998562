"""``clause serve --with-worker``: what it started ends with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_with_the_site(sqlite_template: Path, tmp_path: Path, asked: signal.Signals) -> None:
    port = free_port()
    environment = {
        **os.environ,
        "CLAUSE_DATABASE_URL": f"sqlite:///{sqlite_template}",
        "CLAUSE_DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "clause.cli", "serve", "--with-worker", "--port", str(port)]
    site = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
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
