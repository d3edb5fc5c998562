"""Every table, so that metadata is complete wherever one of them is used."""

from clause.accounts import models as accounts
from clause.candidates import models as candidates
from clause.candidates.follow_up import models as follow_up
from clause.consolidations import models as consolidations
from clause.consolidations.folios import models as folios
from clause.hours import models as hours
from clause.hours.evidence import models as evidence
from clause.hours.files import models as files
from clause.hours.links import models as links
from clause.hours.penalties import models as penalties
from clause.hours.pooling import models as pooling
from clause.hours.reporting import models as reporting
from clause.imports.decp import models as decp
from clause.imports.reprise import models as reprise
from clause.kernel import audit, jobs, outbox, storage
from clause.kernel.db import Base
from clause.ledger import models as ledger
from clause.markets import models as markets
from clause.organisations import models as organisations

__all__ = [
    "Base", "accounts", "audit", "candidates", "consolidations", "decp", "evidence", "files", "folios", "follow_up", "hours", "jobs", "ledger", "links",
    "markets", "organisations", "outbox", "penalties", "pooling", "reporting", "reprise", "storage",
]  # fmt: skip
metadata = Base.metadata
