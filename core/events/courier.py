"""The courier: threads that deliver what waits in the outbox and try again what the inbox could not do."""

from __future__ import annotations

import logging
from threading import Event, Thread

from core.events import inbox
from core.events.delivery import deliver_lane
from core.events.outbox import waiting
from core.orm.env import Site, open_env

#: How long it waits for a signal before it looks by itself.
POLL_SECONDS = 2.0
#: Lanes that are delivered at the same time, so that a slow receiver holds up its own alone.
THREADS = 4
log = logging.getLogger("dovetail.events")


class Courier:
    """Carries messages until it is stopped."""

    def __init__(self, site: Site, *, threads: int = THREADS) -> None:
        self._site = site
        self._stop = Event()
        self._threads = [
            Thread(target=self._work, name=f"dovetail-courier-{number}", daemon=True)
            for number in range(1, threads + 1)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the deliveries at hand, at most for `timeout` seconds, and end."""
        self._stop.set()
        waiting.ring()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout)

    def run_waiting(self) -> int:
        """Deliver and try again what may be now, in this thread; returns how many lanes and messages there were."""
        carried = 0
        while not self._stop.is_set() and (deliver_lane(self._site) or _replay_one(self._site)):
            carried += 1
        return carried

    def _work(self) -> None:
        heard = -1
        while not self._stop.is_set():
            try:
                self.run_waiting()
            except Exception:
                log.exception("messages could not be carried; the next look tries again")
            heard = waiting.wait(heard, POLL_SECONDS)


def _replay_one(site: Site) -> bool:
    with open_env(site) as env:  # looking disturbs no writer
        if inbox.first_due(env) is None:
            return False
    with open_env(site, write=True) as env:
        due = inbox.first_due(env)
        if due is not None:
            inbox.replay(env, due)
        return due is not None
