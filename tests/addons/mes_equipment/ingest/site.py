"""A site whose ingest runs as its users run it: two processes below a supervisor, killed when a test says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.config import Settings, write
from core.testing.mosquitto import Broker
from tests.addons.mes_equipment.floor import Floor

#: Longer than anything takes here on a machine that does much else.
PATIENCE_SECONDS = 120


class Running:
    """The ingest of a floor's site."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def kill(self, part: str) -> None:
        """End the reader or the writer without a word; its supervisor starts another."""
        (pid,) = [pid for pid, name in self._children() if name == part]
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: any(name == part and other != pid for other, name in self._children()))

    def _children(self) -> list[tuple[int, str]]:
        found = []
        for pid in Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split():
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            except FileNotFoundError:
                continue
            if "--part" in words:
                found.append((int(pid), words[words.index("--part") + 1]))
        return found


@contextmanager
def running_ingest(floor: Floor, broker: Broker, more: str = "") -> Iterator[Running]:
    """The ingest of `floor`, listening to `broker`; `more` are further lines of its settings."""
    folder = floor.site.folder
    write(Settings(folder, database=floor.site.engine.url.render_as_string(hide_password=False)))
    settings = f'company = "KH"\n[[mqtt]]\nbroker = "{broker.address}"\n{more}'
    (folder / "ingest.toml").write_text(settings, encoding="utf-8")
    command = [sys.executable, "-m", "core.cli", "--site", str(folder), "ingest"]
    with (folder / "ingest.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield Running(process)
        finally:
            process.terminate()
            process.wait()


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for what must come; what never comes fails the test where it is looked at."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.1)
