"""The worker: threads that take jobs one by one and carry them out, and one that says that they are alive."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event, Lock, Thread
from uuid import uuid4

from core import clock, i18n
from core.errors import PlatformError
from core.i18n import _
from core.jobs import engine as engines
from core.jobs.engine import Ending, Engine, SqlEngine, Taken
from core.jobs.job import JobState, task_named, waiting
from core.jobs.live import Live, begin_live, end_live
from core.jobs.run import Cancelled, LeaseLost, Run, Stopped
from core.jobs.schedule import enqueue_due
from core.log import bound
from core.orm.env import Principal, Site
from core.orm.waiting import backoff

#: How long a job that failed by a fault waits for its second attempt, and at most for a later one.
_FIRST_WAIT = timedelta(seconds=30)
_MOST_WAIT = timedelta(hours=1)
#: How long a job that is asked to stop is given for its present step.
_STEP_SECONDS = 5.0
log = logging.getLogger("dovetail.jobs")

#: Who a user is now, with the company they acted in (core.security answers).
WhoIs = Callable[[Site, int, int | None], Principal]


class Worker:
    """Takes waiting jobs in the order in which they were written."""

    def __init__(self, site: Site, who_is: WhoIs, *, threads: int = 1, engine: Engine | None = None) -> None:
        self.site = site
        self.who_is = who_is
        self.name = f"{socket.gethostname()}:{os.getpid()}"[:200]
        self._engine: Engine = engine or SqlEngine(site)
        self._stop = Event()
        self._count = threads
        self._threads: list[Thread] = []
        self._held: set[_Held] = set()
        self._is_ending = False
        self._lock = Lock()

    def start(self, *, once: bool = False) -> None:
        """Work in threads until `stop` or, `once`, until nothing is left that may begin now."""
        work = self.run_waiting if once else self._work
        self._threads = [
            Thread(target=work, name=f"dovetail-jobs-{number}", daemon=True)
            for number in range(1, self._count + 1)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_working(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the jobs at hand, at most for `timeout` seconds; then have them stop at their next step, and end."""
        self._stop.set()
        waiting.ring()
        self._join(timeout)
        with self._lock:
            self._is_ending = True  # for a job that is taken, and held in a moment
            for held in self._held:
                held.live.stopping.set()
        self._join(_STEP_SECONDS)

    def run_waiting(self) -> int:
        """Carry out every job that may begin now, in this thread; returns how many there were."""
        carried_out = 0
        enqueue_due(self.site)
        while not self._stop.is_set() and (taken := self._engine.take(self.name)) is not None:
            self._carry_out(taken)
            carried_out += 1
        return carried_out

    def _join(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(deadline - time.monotonic(), 0))

    def _work(self) -> None:
        heard = -1
        while not self._stop.is_set():
            try:
                self.run_waiting()
            except Exception:
                log.exception("the worker could not take a job; it tries again")
            heard = self._engine.wait(heard, engines.POLL_SECONDS)

    def _carry_out(self, taken: Taken) -> None:
        live = Live(total=taken.total, started_at=taken.started_at, lease=taken.lease)
        if taken.cancel_requested:
            live.cancelled.set()
        begin_live(taken.job_id, live)
        known = {
            "job_id": taken.job_id,
            "task": taken.task,
            "user_id": taken.user_id,
            "company_id": taken.company_id,
        }
        try:
            with self._holding(live), bound(**known):
                ending = self._attempt(taken, live)
                if ending is not None and self._engine.end(taken, live.done, live.total, ending):
                    log.info("job ended as %s", ending.state)
                else:
                    log.warning("job %s (%s) is another worker's by now", taken.job_id, taken.task)
        finally:
            end_live(taken.job_id)

    def _attempt(self, taken: Taken, live: Live) -> Ending | None:
        """Do the work and say how it ended; None when it is another worker's by now."""
        try:
            return self._outcome(taken, live)
        except LeaseLost:
            return None
        except Stopped:
            if taken.attempt_limit > 1:
                return Ending(JobState.QUEUED, counts=False)
            return Ending(JobState.FAILED, error=str(engines.stopped()))
        except Exception:
            reference = uuid4().hex[:12]
            log.exception("job %s (%s) failed, reference %s", taken.job_id, taken.task, reference)
            with i18n.speaking(live.locale):
                return _fault(taken, reference)

    def _outcome(self, taken: Taken, live: Live) -> Ending:
        """Do the work as the person who asked for it, as they are now: who may not act any more, does not."""
        try:
            principal = self._principal(taken)
        except PlatformError as error:
            return Ending(JobState.FAILED, error=str(error))
        run = Run(self.site, taken.job_id, principal, live)
        live.locale = principal.locale
        with i18n.speaking(principal.locale):
            try:
                run.progress(0)
                return Ending(JobState.DONE, task_named(taken.task)(run, taken.payload) or {})
            except (Stopped, LeaseLost):
                raise
            except Cancelled as error:
                return Ending(JobState.CANCELLED, error=str(error))
            except PlatformError as error:
                return Ending(JobState.FAILED, error=str(error))
            finally:
                run.save()

    def _principal(self, taken: Taken) -> Principal:
        if taken.user_id is None:
            return Principal(company_id=taken.company_id)
        return replace(self.who_is(self.site, taken.user_id, taken.company_id), allowed=taken.allowed)

    @contextmanager
    def _holding(self, live: Live) -> Iterator[None]:
        """Keep the lease alive from a thread of its own, whatever the job does meanwhile."""
        held = _Held(live)
        pulse = Thread(target=self._pulse, args=(held,), name="dovetail-jobs-pulse", daemon=True)
        with self._lock:
            self._held.add(held)
            if self._is_ending:
                live.stopping.set()
        pulse.start()
        try:
            yield
        finally:
            held.over.set()
            pulse.join()  # or it would still use a database that whoever stopped the worker has closed
            with self._lock:
                self._held.discard(held)

    def _pulse(self, held: _Held) -> None:
        while not held.over.wait(engines.BEAT_SECONDS):
            try:
                if not self._engine.hold([held.live.lease]):
                    held.live.lost.set()
            except Exception:
                log.warning("the database was not told that a job is being carried out", exc_info=True)


@dataclass(eq=False)
class _Held:
    """A job that is being carried out here, until it is over."""

    live: Live
    over: Event = field(default_factory=Event)


def _fault(taken: Taken, reference: str) -> Ending:
    words = _(
        "Something is wrong on our side. Tell your administrator the reference {reference}; the log has the rest.",
        reference=reference,
    )
    if taken.attempt >= taken.attempt_limit:
        return Ending(JobState.FAILED, error=str(words))
    wait = backoff(taken.attempt, _FIRST_WAIT, _MOST_WAIT)
    return Ending(JobState.QUEUED, error=str(words), not_before=clock.now() + wait)
