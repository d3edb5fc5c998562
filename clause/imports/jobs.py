"""The long tasks that the worker knows, by kind: ``handler(session, job, settings)`` writes its report on the job."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from clause.config import Settings
from clause.imports.decp import job as decp_job
from clause.imports.reprise import job as reprise_job
from clause.kernel.jobs import Job

Handler = Callable[[Session, Job, Settings], None]
HANDLERS: dict[str, Handler] = {decp_job.KIND: decp_job.run, reprise_job.KIND: reprise_job.run}


# What is left of a job whose worker died is deleted at once: people's files do not wait beside the data.
CLEANERS: dict[str, Callable[[Job, Settings], None]] = {reprise_job.KIND: reprise_job.clean}
