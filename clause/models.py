"""Every table, so that metadata is complete wherever one of them is used."""

from clause.accounts import models as accounts
from clause.candidates import models as candidates
from clause.hours import models as hours
from clause.imports.decp import models as decp
from clause.imports.reprise import models as reprise
from clause.kernel import audit, jobs, outbox, storage
from clause.kernel.db import Base
from clause.ledger import models as ledger
from clause.markets import models as markets
from clause.organisations import models as organisations

__all__ = [
    "Base", "accounts", "audit", "candidates", "decp", "hours", "jobs", "ledger", "markets", "organisations",
    "outbox", "reprise", "storage",
]  # fmt: skip
metadata = Base.metadata
