"""Reading the events of a site in the order of their commits, woken by each commit, in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Event as Flag
from threading import Thread
from time import monotonic

from sqlalchemy import func, select

from core.events.audience import Told, told_of
from core.events.stream import Event, news, prune
from core.orm.env import Site, open_env
from core.orm.waiting import Listener

#: Events that are read at once.
BATCH = 500
#: SQLite tells other processes nothing: they are asked so often.
POLL_SECONDS = 0.5
#: Where PostgreSQL tells of each commit, it is still asked so often, for its end and what a lost connection missed.
LISTEN_SECONDS = 1.0
PRUNE_SECONDS = 600.0
#: After the database failed to answer.
PAUSE_SECONDS = 2.0
log = logging.getLogger("dovetail.stream")


class Feed:
    """Hands every event that is committed after `start` to `deliver`, once and in order."""

    def __init__(self, site: Site, deliver: Callable[[Sequence[Told]], None]) -> None:
        self.site = site
        self.position = 0
        self._deliver = deliver
        self._stop = Flag()
        self._thread = Thread(target=self._run, name="dovetail-feed", daemon=True)
        self._pruned = monotonic()
        self._listener = Listener(site, [news])
        self._pause = LISTEN_SECONDS if site.engine.dialect.name == "postgresql" else POLL_SECONDS

    def start(self) -> None:
        """Begin after what is there now."""
        self.position = newest(self.site)
        self._listener.start()
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        news.ring()
        self._thread.join(PAUSE_SECONDS + LISTEN_SECONDS)
        self._listener.stop()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except Exception:  # the database is away: it is asked again, and nothing is lost
                log.exception("the event stream cannot read events; it tries again")
                self._stop.wait(PAUSE_SECONDS)

    def _follow(self) -> None:
        while not self._stop.is_set():
            heard = news.count
            while batch := after(self.site, self.position):
                self._deliver(batch)
                self.position = batch[-1].id
            if monotonic() - self._pruned > PRUNE_SECONDS:
                self._pruned = monotonic()
                with open_env(self.site, write=True) as env:
                    prune(env)
            news.wait(heard, self._pause)


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
