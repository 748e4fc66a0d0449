"""Run: what a task is handed to do its work: transactions of the person who started it, progress, log, cancel."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from core import clock
from core.errors import PlatformError
from core.i18n import _
from core.jobs.engine import hold
from core.jobs.job import Job, JobLine
from core.jobs.live import Live
from core.orm.env import Env, Principal, Site, open_env

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.actions import Outcome

#: How often a long transaction of a task looks whether it was cancelled, and tells how far it is.
LOOK_SECONDS = 1.0
#: Behind every number that a document takes, so that the job's row is locked for the commit alone.
_LAST = "~lease"


class Cancelled(PlatformError):
    """The job was cancelled by a person."""

    code = "cancelled"


class Stopped(PlatformError):
    """The process that carries out the job is about to end."""

    code = "stopped"


class LeaseLost(PlatformError):
    """Another worker has the job by now; nothing of this attempt is kept any more."""

    code = "lease_lost"


class Run:
    """A job being carried out. Its log is kept in memory until no transaction of the task is open."""

    def __init__(self, site: Site, job_id: int, principal: Principal, live: Live) -> None:
        self.site = site
        self.job_id = job_id
        self.principal = principal
        self._live = live
        self._lines: list[JobLine] = []
        self._writes = False
        self._looked = time.monotonic()

    @contextmanager
    def env(self, *, write: bool = True) -> Iterator[Env]:
        """A transaction of the person who started the job. It is not kept when another worker has the job by then."""
        self._writes = write
        try:
            with open_env(self.site, self.principal, write=write) as env:
                if write:
                    env.last(_LAST, lambda: self._hold(env))
                yield env
        finally:
            self._writes = False
        self.save()

    def progress(self, done: int, total: int | None = None, message: object = "") -> None:
        """Say how far the work is; raises Cancelled, Stopped or LeaseLost when the task is to end here."""
        self._live.done = done
        self._live.total = total if total is not None else self._live.total
        self._live.message = str(message)
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._look()
        self._require_going_on()

    def log(
        self, text: object, *, failed: bool = False, model: str = "", record_id: int | None = None
    ) -> None:
        """Add a line to the log, or the result of one record."""
        self._lines.append(
            JobLine(
                job_id=self.job_id,
                at=clock.now(),
                failed=failed,
                text=str(text),
                record_model=model or None,
                record_id=record_id,
            )
        )

    def outcomes(self, model: str, outcomes: Sequence[Outcome]) -> None:
        """Log what came of an action for each record."""
        for outcome in outcomes:
            said = outcome.error if outcome.error is not None else _("Done")
            self.log(said, failed=outcome.error is not None, model=model, record_id=outcome.record_id)

    def save(self) -> None:
        """Make progress and log durable; called between the task's transactions, since SQLite has one writer."""
        lines, self._lines = self._lines, []
        with open_env(self.site, write=True) as env:
            if self._tell(env):
                env.add(*lines)

    def _require_going_on(self) -> None:
        if self._live.lost.is_set():
            raise LeaseLost
        if self._live.cancelled.is_set():
            raise Cancelled(
                _("Cancelled at {done} of {total}.", done=self._live.done, total=self._live.total)
            )
        if self._live.stopping.is_set():
            raise Stopped

    def _hold(self, env: Env) -> None:
        """Lengthen the lease with what the task commits; on SQLite a heartbeat had to wait for this very writer."""
        with env.as_system() as system:
            if not hold(system, [self._live.lease]):
                self._live.lost.set()
                raise LeaseLost

    def _look(self) -> None:
        """See whether another process cancelled the job; where there are several writers, tell how far it is."""
        self._looked = time.monotonic()
        alone = self._writes and self.site.engine.dialect.name == "sqlite"
        with open_env(self.site, write=not alone) as env:
            if not alone:
                self._tell(env)
            elif env.session.scalar(select(Job.cancel_requested).where(Job.id == self.job_id)):
                self._live.cancelled.set()

    def _tell(self, env: Env) -> bool:
        """Write how far the job is, unless another worker has it."""
        mine = update(Job).where(Job.id == self.job_id, Job.lease == self._live.lease)
        told = mine.values(done=self._live.done, total=self._live.total).returning(Job.cancel_requested)
        cancelled = env.session.scalar(told)
        if cancelled:
            self._live.cancelled.set()
        if cancelled is None:
            self._live.lost.set()
        return cancelled is not None
