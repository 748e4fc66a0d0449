"""The embedded worker: a thread of `serve` that takes jobs one by one and carries them out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from core import clock, i18n
from core.errors import PlatformError
from core.i18n import _
from core.jobs.job import Job, JobState, Live, begin_live, end_live, task_named, wake
from core.jobs.presence import Presence
from core.jobs.run import Cancelled, Run
from core.log import bound
from core.orm.env import Principal, Site, open_env

POLL_SECONDS = 2.0
log = logging.getLogger("dovetail.jobs")

#: Who a user is now, with the company they acted in (core.security answers).
WhoIs = Callable[[Site, int, int | None], Principal]


class Worker:
    """Takes waiting jobs in the order in which they were written."""

    def __init__(self, site: Site, who_is: WhoIs) -> None:
        self.site = site
        self.who_is = who_is
        self._stop = Event()
        self._thread: Thread | None = None
        self._presence = Presence(site)

    def start(self) -> None:
        """Fail what killed processes left running, then work in a thread until `stop`."""
        with self._presence.taken() as alone:
            if alone:
                self._give_up_orphans()
        self._thread = Thread(target=self._work, name="dovetail-jobs", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the job at hand, at most for `timeout` seconds, and end."""
        self._stop.set()
        wake.set()
        if self._thread is not None:
            self._thread.join(timeout)
        self._presence.leave()

    def run_waiting(self) -> int:
        """Carry out every waiting job now, in this thread; returns how many there were."""
        carried_out = 0
        while (job_id := self._take()) is not None:
            self._carry_out(job_id)
            carried_out += 1
        return carried_out

    def _work(self) -> None:
        while not self._stop.is_set():
            wake.clear()
            try:
                self.run_waiting()
            except Exception:
                log.exception("the worker could not take a job; it tries again")
            wake.wait(POLL_SECONDS)

    def _take(self) -> int | None:
        """Mark the first waiting job as running; SKIP LOCKED lets several workers share a PostgreSQL queue."""
        with open_env(self.site, write=True) as env:
            waiting = select(Job).where(Job.state == JobState.QUEUED).order_by(Job.id).limit(1)
            job = env.session.scalar(waiting.with_for_update(skip_locked=True))
            if job is None or self._stop.is_set():
                return None
            job.state, job.started_at = JobState.RUNNING, clock.now()
            return job.id

    def _carry_out(self, job_id: int) -> None:
        with open_env(self.site) as env:
            job = env.get(Job, job_id)
            work = _Work(job_id, job.task, dict(job.payload), job.user_id, job.acting_company_id)
            live = Live(done=job.done, total=job.total, started_at=job.started_at)
        begin_live(job_id, live)
        with bound(job_id=job_id, task=work.task, user_id=work.user_id, company_id=work.company_id):
            try:
                ending = self._attempt(work, live)
            except Exception:
                reference = uuid4().hex[:12]
                log.exception("job %s (%s) failed, reference %s", job_id, work.task, reference)
                ending = _fault(reference)
            finally:
                end_live(job_id)
            self._finish(job_id, live, ending)
            log.info("job ended as %s", ending.state)

    def _attempt(self, work: _Work, live: Live) -> _Ending:
        """Do the work as the person who asked for it, as they are now: who may not act any more, does not."""
        try:
            principal = self._principal(work)
        except PlatformError as error:
            return _Ending(JobState.FAILED, error=str(error))
        run = Run(self.site, work.job_id, principal, live)
        with i18n.speaking(principal.locale):
            try:
                return _Ending(JobState.DONE, task_named(work.task)(run, work.payload) or {})
            except Cancelled as error:
                return _Ending(JobState.CANCELLED, error=str(error))
            except PlatformError as error:
                return _Ending(JobState.FAILED, error=str(error))
            finally:
                run.save()

    def _principal(self, work: _Work) -> Principal:
        return (
            self.who_is(self.site, work.user_id, work.company_id) if work.user_id is not None else Principal()
        )

    def _finish(self, job_id: int, live: Live, ending: _Ending) -> None:
        with open_env(self.site, write=True) as env:
            job = env.get(Job, job_id)
            job.done, job.total, job.finished_at = live.done, live.total, clock.now()
            job.state, job.result, job.error = ending.state, ending.result, ending.error

    def _give_up_orphans(self) -> None:
        """What runs although no worker is alive was left by a process that died."""
        with open_env(self.site, write=True) as env:
            for job in env.session.scalars(select(Job).where(Job.state == JobState.RUNNING)):
                job.state, job.finished_at = JobState.FAILED, clock.now()
                job.error = str(_("The server stopped while this job ran. Start it again."))


@dataclass(frozen=True)
class _Work:
    """What a job asks for, and in whose name."""

    job_id: int
    task: str
    payload: dict[str, Any]  # Any: JSON
    user_id: int | None
    company_id: int | None


@dataclass(frozen=True)
class _Ending:
    """How a job ended."""

    state: JobState
    result: dict[str, Any] = field(default_factory=dict)  # Any: JSON
    error: str | None = None


def _fault(reference: str) -> _Ending:
    words = _(
        "Something is wrong on our side. Tell your administrator the reference {reference}; the log has the rest.",
        reference=reference,
    )
    return _Ending(JobState.FAILED, error=str(words))
