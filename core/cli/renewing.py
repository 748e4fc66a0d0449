"""A process begins anew when the custom fields of its site are no longer those that it has mapped."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from threading import Event, Thread
from typing import NoReturn

from core.orm import installed
from core.orm.env import Site

#: Where a process that begins anew finds the port that it listened on: who connects meanwhile waits.
_HANDED_OVER = "LISTENING_SOCKET"
_LOOK_SECONDS = 1.0
_END_SECONDS = 5.0


def end_this() -> None:
    """Ask this process to end, as whoever runs it would."""
    os.kill(os.getpid(), signal.SIGTERM)


class Renewal:
    """A thread that looks whether the process is behind, and says so once.

    Changes of the addons are not its matter: their code may have changed as well, which an administrator decides on.
    """

    def __init__(self, site: Site, tell: Callable[[], None] = end_this) -> None:
        self._site = site
        self._tell = tell
        self._stop = Event()
        self._thread = Thread(target=self._watch, name="dovetail-renewal", daemon=True)
        self.is_due = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(_END_SECONDS)

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            if self._is_behind():
                self.is_due = True
                self._tell()
                return

    def _is_behind(self) -> bool:
        with self._site.engine.connect() as connection:
            now = installed.loaded_set(connection)
        return self._site.loaded is not None and installed.differ_in_fields(self._site.loaded, now)


def begin_anew(listening: socket.socket | None = None) -> NoReturn:
    """Become this very command again; what listens goes along."""
    if listening is not None:
        listening.set_inheritable(True)
        os.environ[_HANDED_OVER] = str(listening.fileno())
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 -- this very command again


def handed_over() -> socket.socket | None:
    """The port on which this process listened before it began anew."""
    found = os.environ.pop(_HANDED_OVER, "")
    return socket.socket(fileno=int(found)) if found else None
