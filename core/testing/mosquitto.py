"""A private MQTT broker on a port of loopback, stopped by its process id."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import ConfigError
from core.testing.process import free_port

START_SECONDS = 10
_PATH = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"


@dataclass
class Broker:
    """A broker that can be stopped and started again on its port."""

    home: Path
    port: int
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        binary = find_mosquitto()
        if binary is None:
            raise ConfigError("No mosquitto was found on this machine (Debian: apt-get install mosquitto).")
        with (self.home / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- a program by its absolute path, without a shell
                [binary, "-c", str(self.home / "mosquitto.conf")], stdout=log, stderr=log
            )
        self._wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    said = (self.home / "mosquitto.log").read_text(errors="replace")[-2000:]
                    raise ConfigError(f"mosquitto did not start. Its log says: {said}") from None
                time.sleep(0.02)
            else:
                return


@contextmanager
def running_mosquitto(listener: Sequence[str] = ("allow_anonymous true",)) -> Iterator[Broker]:
    """A broker that lives as long as the block; `listener` are further lines for its listener."""
    home = Path(tempfile.mkdtemp(prefix="dovetail-mqtt-"))
    broker = Broker(home, free_port())
    lines = [f"listener {broker.port} 127.0.0.1", *listener, "persistence false", "max_queued_messages 100000",
             "max_inflight_messages 1000", "log_type error", "log_type warning"]  # fmt: skip
    (home / "mosquitto.conf").write_text("\n".join(lines) + "\n")
    # As root it gives itself another account, which has to read what lies here.
    home.chmod(0o755)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()
        shutil.rmtree(home, ignore_errors=True)


def find_mosquitto() -> str | None:
    """The broker's program, which Debian keeps where not every account looks."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=_PATH)
