"""How a time and a memory are measured: processor time, warm-up, medians, processes apart.

Times are seconds of processor, so that other work on the machine does not enter them: of this process, and where
PostgreSQL answers, of its server process too (read in /proc; ``Stopwatch.server``).
"""

from __future__ import annotations

import gc
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Server = int | None  # the process of PostgreSQL that answers us, if any


class Stopwatch:
    """Processor seconds since the last lap."""

    def __init__(self, server: Server = None) -> None:
        self.server = server
        self.at = self._now()

    def _now(self) -> float:
        return time.process_time() + (of_process(self.server) if self.server else 0.0)

    def lap(self) -> float:
        now = self._now()
        took, self.at = now - self.at, now
        return took


def of_process(number: int) -> float:
    """Processor seconds that another process has used, to a hundredth."""
    fields = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


def times(act: Callable[[], Any], repetitions: int, server: Server = None) -> list[float]:
    """The time of each act, after one that is not counted."""
    act()
    found = []
    for _ in range(repetitions):
        gc.collect()
        watch = Stopwatch(server)
        act()
        found.append(watch.lap())
    return found


def seconds(act: Callable[[], Any], repetitions: int, server: Server = None) -> float:
    return statistics.median(times(act, repetitions, server))


def side_by_side(one: Callable[[], Any], other: Callable[[], Any], repetitions: int, server: Server = None) -> tuple[float, float]:  # fmt: skip
    """Both medians, the acts in turn, so that a machine that slows down slows both."""
    one()
    other()
    pairs = []
    for _ in range(repetitions):
        gc.collect()
        watch = Stopwatch(server)
        one()
        first = watch.lap()
        gc.collect()
        watch.lap()
        other()
        pairs.append((first, watch.lap()))
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


# Of a page: what is asked at least, whatever it takes, and the seconds of wall clock after which no more is asked.
LEAST, PATIENCE = 30, 20.0
COLLECT_EVERY = 20


def p95(act: Callable[[], Any], repetitions: int, server: Server = None) -> tuple[float, int]:
    """The 95th of a hundred, and of how many: all that were asked where they are quick, fewer where patience ends."""
    act()
    found: list[float] = []
    began = time.monotonic()
    while len(found) < repetitions and (len(found) < LEAST or time.monotonic() - began < PATIENCE):
        if len(found) % COLLECT_EVERY == 0:
            gc.collect()  # not counted; before each request it would take longer than the request
        watch = Stopwatch(server)
        act()
        found.append(watch.lap())
    return sorted(found)[max(0, math.ceil(len(found) * 0.95) - 1)], len(found)


def peak() -> int:
    """The most memory that this process ever held, in MB; that of its parent does not count (Linux)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def apart(part: str, *arguments: str) -> dict[str, Any]:
    """A part in a process of its own; what it printed last, as JSON."""
    command = [sys.executable, "-m", "bench", "--child", part, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - ourselves
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
