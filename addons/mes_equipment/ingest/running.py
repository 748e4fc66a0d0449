"""The two processes of the ingest and their supervisor, each of which may end at any moment."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.mes_equipment.ingest import settings as settings_file
from addons.mes_equipment.ingest.settings import Ingest
from addons.mes_equipment.ingest.spool import Spool
from addons.mes_equipment.ingest.writing import Opener, Writer
from core import Principal, UserError, _
from core.base import Company

if TYPE_CHECKING:
    from addons.mes_equipment.ingest.reading import Listener

log = logging.getLogger("dovetail.ingest")

READER, WRITER = "reader", "writer"
_SPOOL = "spool"
_LONGEST_WAIT = 30.0
#: Who has run for so long has started well.
_WELL_SECONDS = 60.0
_STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Place:
    """The folder of a site and what its ingest is connected to."""

    folder: Path
    settings: Ingest
    principal: Principal

    @property
    def spool(self) -> Path:
        return self.folder / _SPOOL


def place_of(opener: Opener) -> Place:
    """What the ingest of the site works with; raises UserError where something is to be set first."""
    with opener() as env:
        folder = env.site.folder
        known = {code: id_ for code, id_ in env.session.execute(select(Company.code, Company.id))}  # noqa: C416 -- rows are no pairs to mypy
    settings = settings_file.read(folder)
    wanted = settings.company or (next(iter(known)) if len(known) == 1 else "")
    if wanted not in known:
        raise UserError(
            _("Name the company whose machines these are in {file}, company = one of: {codes}.",
              file=settings_file.FILE, codes=", ".join(sorted(known)))
        )  # fmt: skip
    return Place(folder, settings, Principal(company_id=known[wanted]))


def read(place: Place, stopped: Callable[[], bool]) -> None:
    """Be the reader."""
    from addons.mes_equipment.ingest.reading import Reader  # noqa: PLC0415 -- paho and protobuf, for this process alone

    spool = Spool(place.spool, most_bytes=place.settings.spool_mb * 1024**2)
    Reader(place.settings, spool, _listeners(place.settings)).run(stopped)


def _listeners(settings: Ingest) -> list[Listener]:
    if not settings.opcua:
        return []
    from addons.mes_equipment.ingest.opcua import OpcUaListener  # noqa: PLC0415 -- half a second, for who needs it

    return [OpcUaListener(server) for server in settings.opcua]


def write(place: Place, opener: Opener, stopped: Callable[[], bool]) -> None:
    """Be the writer."""
    Writer(opener, place.principal, place.spool, _SPOOL).run(stopped)


def supervise(command: Sequence[str], stopped: Callable[[], bool]) -> None:
    """Run `command` as reader and as writer, and start again whichever ends by itself."""
    parts = [_Part([*command, "--part", name], name) for name in (READER, WRITER)]
    try:
        while not stopped():
            for part in parts:
                part.keep_running()
            time.sleep(0.2)
    finally:
        for part in parts:
            part.stop()


def until_signalled() -> Callable[[], bool]:
    """Whether this process was asked to end."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_of: asked.set())
    return asked.is_set


class _Part:
    """A child process that is started again, at growing distances while it does not last."""

    def __init__(self, command: list[str], name: str) -> None:
        self._command = command
        self._name = name
        self._process: subprocess.Popen[bytes] | None = None
        self._wait = 0.0
        self._started = self._due = float("-inf")

    def keep_running(self) -> None:
        if self._process is None:
            if time.monotonic() >= self._due:
                self._process = subprocess.Popen(self._command)  # noqa: S603 -- this very command
                self._started = time.monotonic()
            return
        status = self._process.poll()
        if status is None:
            return
        lasted = time.monotonic() - self._started
        self._wait = 0.5 if lasted > _WELL_SECONDS else min(max(2 * self._wait, 0.5), _LONGEST_WAIT)
        log.error("The %s ended (%s) and starts again in %.1f s.", self._name, status, self._wait)
        self._process, self._due = None, time.monotonic() + self._wait

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def this_command() -> list[str]:
    """How this process was started."""
    return [sys.executable, *sys.orig_argv[1:]]
