"""Writes the next numbered migration from the difference between the models and a freshly migrated empty database."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from alembic import command

from clause.kernel.schema import alembic_config

VERSIONS = Path(__file__).parent / "versions"


def main(name: str) -> None:
    slug = re.sub(r"\W+", "_", name.lower()).strip("_")
    if not slug:
        raise SystemExit("Nommez la migration : make migration name=ce_qu_elle_ajoute")
    number = 1 + max((int(p.name[:4]) for p in VERSIONS.glob("[0-9]*.py")), default=0)
    with tempfile.TemporaryDirectory() as folder:
        config = alembic_config(f"sqlite:///{folder}/empty.db")
        command.upgrade(config, "head")
        command.revision(config, name, autogenerate=True, rev_id=f"{number:04d}_{slug}")
    [written] = VERSIONS.glob(f"{number:04d}_*.py")
    written.rename(VERSIONS / f"{number:04d}_{slug}.py")


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
