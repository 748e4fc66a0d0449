"""What a process of a site does besides answering pages: it does jobs, carries messages, seals the trail."""

from __future__ import annotations

import time

from core.audit.sealer import Sealer
from core.cli.living import Examples
from core.events import outbox
from core.events.courier import Courier
from core.jobs import job
from core.jobs.worker import Worker
from core.orm.env import Principal, Site, open_env
from core.orm.waiting import Listener
from core.security.principal import principal_of

#: How long jobs may go on after the process was asked to end.
_FINISH_SECONDS = 10.0
_LOOK_SECONDS = 0.1


class Background:
    """What a site does without being asked by a page: jobs, messages, the audit's seals, living examples."""

    def __init__(self, site: Site, threads: int = 1, demonstration: str = "") -> None:
        self._worker = Worker(site, who_is, threads=threads)
        self._courier = Courier(site)
        self._sealer = Sealer(site)
        self._listener = Listener(site, [job.waiting, outbox.waiting])
        self._examples = Examples(site, demonstration)

    def start(self) -> None:
        self._listener.start()
        self._worker.start()
        self._courier.start()
        self._sealer.start()
        self._examples.start()

    def run_waiting(self) -> None:
        """Do what may be done now, then return."""
        self._worker.start(once=True)
        self._courier.run_waiting()
        while self._worker.is_working:
            time.sleep(_LOOK_SECONDS)
        self._sealer.catch_up()
        self._sealer.run_waiting()

    def stop(self) -> None:
        """Finish what is at hand, or give it back."""
        self._examples.stop()
        self._worker.stop(_FINISH_SECONDS)
        self._courier.stop(_FINISH_SECONDS)
        self._sealer.stop(_FINISH_SECONDS)
        self._listener.stop()


def who_is(site: Site, user_id: int, company_id: int | None) -> Principal:
    """Who a user is now, for a job that acts as them."""
    with open_env(site) as env:
        return principal_of(env, user_id, company_id)


def end(number: int, frame: object) -> None:
    """End the process as soon as what it is about allows."""
    raise SystemExit(0)
