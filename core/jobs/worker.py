"""The embedded worker: a thread of `serve` that takes jobs one by one and carries them out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from sqlalchemy import select

from core import clock, i18n
from core.errors import PlatformError
from core.i18n import _
from core.jobs.job import Job, JobState, Live, begin_live, end_live, task_named, wake
from core.jobs.run import Cancelled, Run
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

    def start(self) -> None:
        """Fail what a killed process left running, then work in a thread until `stop`."""
        self._give_up_orphans()
        self._thread = Thread(target=self._work, name="dovetail-jobs", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the job at hand, at most for `timeout` seconds, and end."""
        self._stop.set()
        wake.set()
        if self._thread is not None:
            self._thread.join(timeout)

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
            name, payload, user_id, company_id = (
                job.task,
                dict(job.payload),
                job.user_id,
                job.acting_company_id,
            )
            live = Live(done=job.done, total=job.total, started_at=job.started_at)
        begin_live(job_id, live)
        try:
            principal = self.who_is(self.site, user_id, company_id) if user_id is not None else Principal()
            run = Run(self.site, job_id, principal, live)
            with i18n.speaking(principal.locale):
                state, result, error = self._attempt(run, name, payload)
                run.save()
            self._finish(job_id, state, result, error)
        finally:
            end_live(job_id)

    def _attempt(
        self, run: Run, name: str, payload: dict[str, object]
    ) -> tuple[JobState, dict[str, object], str | None]:
        try:
            return JobState.DONE, task_named(name)(run, payload) or {}, None
        except Cancelled as error:
            return JobState.CANCELLED, {}, str(error)
        except PlatformError as error:
            return JobState.FAILED, {}, str(error)
        except Exception:
            log.exception("job %s (%s) failed", run.job_id, name)
            return JobState.FAILED, {}, str(_("The work failed for a reason that is in the server's log."))

    def _finish(self, job_id: int, state: JobState, result: dict[str, object], error: str | None) -> None:
        with open_env(self.site, write=True) as env:
            job = env.get(Job, job_id)
            job.state, job.result, job.error, job.finished_at = state, result, error, clock.now()

    def _give_up_orphans(self) -> None:
        """One embedded worker serves a site: what runs when it starts was left by a process that died."""
        with open_env(self.site, write=True) as env:
            for job in env.session.scalars(select(Job).where(Job.state == JobState.RUNNING)):
                job.state, job.finished_at = JobState.FAILED, clock.now()
                job.error = str(_("The server stopped while this job ran. Start it again."))
