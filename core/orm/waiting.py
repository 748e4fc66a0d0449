"""How work in the background waits: for a signal that there is something to do, and longer after each failure."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable
from datetime import timedelta
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.orm.env import Env, Site

#: How long the thread that listens goes without looking whether it should end.
_LISTEN_SECONDS = 1.0
#: How long it waits before it connects again to a server that does not answer.
_AGAIN_SECONDS = 5.0
log = logging.getLogger("dovetail.waiting")


class Signal:
    """Tells who waits that there may be something to do: this process, and on PostgreSQL every other one."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self._rung = Condition()
        self.count = 0

    def send(self, env: Env) -> None:
        """Ring when `env` is committed, once, and never when it is not."""
        env.last(f"~signal {self.channel}", lambda: self._tell(env))

    def _tell(self, env: Env) -> None:
        env.after_commit(self.ring)
        if env.dialect == "postgresql":
            env._connection.exec_driver_sql("SELECT pg_notify(%s, '')", (self.channel,))

    def ring(self) -> None:
        """Wake everybody in this process."""
        with self._rung:
            self.count += 1
            self._rung.notify_all()

    def wait(self, heard: int, seconds: float) -> int:
        """Wait until it rings oftener than `heard` times, at most `seconds`; returns how often it has rung by now."""
        with self._rung:
            self._rung.wait_for(lambda: self.count != heard, seconds)
            return self.count


class Listener:
    """A thread that rings the signals of a process when another one sends them; on SQLite there is none."""

    def __init__(self, site: Site, signals: Iterable[Signal]) -> None:
        self._site = site
        self._signals = {signal.channel: signal for signal in signals}
        self._stop = Event()
        self._thread = Thread(target=self._listen, name="dovetail-listen", daemon=True)

    def start(self) -> None:
        if self._site.engine.dialect.name == "postgresql":
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _listen(self) -> None:
        import psycopg  # noqa: PLC0415 -- 0.1 s that no site on SQLite needs

        while not self._stop.is_set():
            try:
                self._hear()
            except psycopg.Error:
                log.warning("the database does not tell of new work; asking again", exc_info=True)
                self._stop.wait(_AGAIN_SECONDS)

    def _hear(self) -> None:
        import psycopg  # noqa: PLC0415 -- as above

        url = self._site.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            for channel in self._signals:
                connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
            for signal in self._signals.values():  # what was sent while nobody listened
                signal.ring()
            while not self._stop.is_set():
                for told in connection.notifies(timeout=_LISTEN_SECONDS, stop_after=1):
                    self._signals[told.channel].ring()


def backoff(failures: int, first: timedelta, most: timedelta) -> timedelta:
    """How long to wait after so many failures: doubled each time up to `most`, less up to half of it by chance.

    By chance, so that what failed together does not come back together.
    """
    doubled: int = 2 ** min(failures - 1, 30)
    return min(first * doubled, most) * random.uniform(0.5, 1)  # noqa: S311 -- spreads load, keeps no secret
