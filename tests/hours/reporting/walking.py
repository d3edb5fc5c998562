"""A worker that walks through days: reads an instant a line, does its round at that instant, says that it is done."""

from __future__ import annotations

import sys
from datetime import datetime

from clause import worker
from clause.app import create_app
from clause.kernel import clock


def main() -> None:
    app = create_app()
    sys.stderr.write("ready\n")
    for line in sys.stdin:
        clock.move_to(datetime.fromisoformat(line.strip()))
        worker.round_once(app)
        sys.stderr.write("done\n")
        sys.stderr.flush()


if __name__ == "__main__":
    main()
