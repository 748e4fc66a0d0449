"""The sealer: a thread that seals the audit trail every few seconds, beside whatever the process does."""

from __future__ import annotations

import logging
from threading import Event, Thread

from core.audit import heads
from core.audit.chain import head_of, seal_some
from core.errors import ReadOnly
from core.orm.env import Site, open_env

SECONDS = 5.0
log = logging.getLogger("dovetail.audit")


class Sealer:
    """Seals until it is stopped; several processes may have one, of which one at a time seals."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stop = Event()
        self._thread = Thread(target=self._work, name="dovetail-sealer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def run_waiting(self) -> int:
        """Seal what waits, in this thread; returns how many transactions it took."""
        count = 0
        while not self._stop.is_set() and (head := seal_some(self._site)) is not None:
            heads.append(self._site.folder, head)
            count += 1
        return count

    def catch_up(self) -> None:
        """Keep the head that a process sealed and could not keep any more; tell of a tail that is missing."""
        kept = heads.last(self._site.folder)
        with open_env(self._site) as env:
            head = head_of(env)
        if kept is not None and (head is None or head.no < kept.no):
            log.critical(
                "the audit trail ends at %s, but seal %s was kept: run dovetail check-audit",
                head.no if head else 0, kept.no,
            )  # fmt: skip
        elif head is not None and head != kept:
            heads.append(self._site.folder, head)

    def _work(self) -> None:
        is_caught_up = False
        while not self._stop.is_set():
            try:
                if not is_caught_up:
                    self.catch_up()
                    is_caught_up = True
                self.run_waiting()
            except ReadOnly as error:
                log.warning("the audit trail waits to be sealed: %s", error)
            except Exception:
                log.exception("the audit trail could not be sealed; the next look tries again")
            self._stop.wait(SECONDS)
