"""The examples of a demonstration site that go on while it is tried out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from core.addon import Package
from core.app import DEMO
from core.log import bound
from core.orm.env import Site

#: `live(site, language, stop)` of an addon's demo module: what it tells goes on until `stop` is set.
LIVE = "live"
_FINISH_SECONDS = 5.0
log = logging.getLogger("dovetail.demo")

Live = Callable[[Site, str, Event], None]


class Examples:
    """A thread for each example that lives; one that fails is logged and ends alone."""

    def __init__(self, site: Site, language: str) -> None:
        """`language` is that of the demonstration, "" on a site that is none."""
        self._site = site
        self._language = language
        self._stop = Event()
        self._threads: list[Thread] = []

    def start(self) -> None:
        for package in self._site.packages if self._language else ():
            live = _live_of(package)
            if live is not None:
                self._threads.append(
                    Thread(
                        target=self._run,
                        args=(live, package),
                        name=f"dovetail-demo-{package.name}",
                        daemon=True,
                    )
                )
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(_FINISH_SECONDS)

    def _run(self, live: Live, package: Package) -> None:
        with bound(addon=package.name):
            try:
                live(self._site, self._language, self._stop)
            except Exception:
                log.exception("the example of %s came to an end by an error", package.name)


def _live_of(package: Package) -> Live | None:
    found: Live | None = getattr(package.word(DEMO), LIVE, None)
    return found
