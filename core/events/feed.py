"""Reading the events of a site in the order of their commits, woken by each commit, in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event as Flag
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import func, select

from core.events.audience import Told, told_of
from core.events.stream import CHANNEL, Event, bell, prune
from core.orm.env import Site, open_env

if TYPE_CHECKING:
    from psycopg import Connection

#: Events that are read at once.
BATCH = 500
#: SQLite tells other processes nothing: they are asked so often.
POLL_SECONDS = 0.5
#: How long a listener of PostgreSQL waits before it looks by itself, and for its end.
LISTEN_SECONDS = 1.0
PRUNE_SECONDS = 600.0
#: After the database failed to answer.
PAUSE_SECONDS = 2.0
log = logging.getLogger("dovetail.stream")


class Waiting(Protocol):
    """Waits for the next commit with events, or for a moment."""

    def wait(self) -> None: ...


class Feed:
    """Hands every event that is committed after `start` to `deliver`, once and in order."""

    def __init__(self, site: Site, deliver: Callable[[Sequence[Told]], None]) -> None:
        self.site = site
        self.position = 0
        self._deliver = deliver
        self._stop = Flag()
        self._thread = Thread(target=self._run, name="dovetail-feed", daemon=True)
        self._pruned = monotonic()

    def start(self) -> None:
        """Begin after what is there now."""
        self.position = newest(self.site)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        bell.ring()
        self._thread.join(PAUSE_SECONDS + LISTEN_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with _waiting(self.site) as waiting:
                    self._follow(waiting)
            except Exception:  # the database is away: it is asked again, and nothing is lost
                log.exception("the event stream cannot read events; it tries again")
                self._stop.wait(PAUSE_SECONDS)

    def _follow(self, waiting: Waiting) -> None:
        while not self._stop.is_set():
            while batch := after(self.site, self.position):
                self._deliver(batch)
                self.position = batch[-1].id
            if monotonic() - self._pruned > PRUNE_SECONDS:
                self._pruned = monotonic()
                with open_env(self.site, write=True) as env:
                    prune(env)
            waiting.wait()


def newest(site: Site) -> int:
    """The id of the last event, 0 without any."""
    with open_env(site) as env:
        return env.session.scalar(select(func.max(Event.id))) or 0


def oldest(site: Site) -> int:
    """The id of the first event that is kept, 0 without any."""
    with open_env(site) as env:
        return env.session.scalar(select(func.min(Event.id))) or 0


def after(site: Site, position: int, most: int = BATCH) -> list[Told]:
    """The events that follow `position`, in order."""
    with open_env(site) as env:
        asked = select(Event).where(Event.id > position).order_by(Event.id).limit(most)
        return [told_of(event) for event in env.session.scalars(asked)]


@contextmanager
def _waiting(site: Site) -> Iterator[Waiting]:
    if site.engine.dialect.name != "postgresql":
        yield _OfProcess()
        return
    with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver: Connection = connection.connection.driver_connection  # type: ignore[assignment]  # psycopg's
        driver.execute(f"LISTEN {CHANNEL}")
        try:
            yield _OfServer(driver)
        finally:
            connection.invalidate()  # what listens does not go back to those who write


class _OfProcess:
    """Rung by writers of this process; those of others are looked for."""

    def __init__(self) -> None:
        self._heard = 0

    def wait(self) -> None:
        self._heard = bell.wait(self._heard, POLL_SECONDS)


class _OfServer:
    """Told by PostgreSQL of every commit, whichever process made it."""

    def __init__(self, driver: Connection) -> None:
        self._driver = driver

    def wait(self) -> None:
        for _told in self._driver.notifies(timeout=LISTEN_SECONDS, stop_after=1):
            return
