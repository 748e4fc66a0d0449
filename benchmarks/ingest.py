"""Machine data through a broker, reader, spool and writer into PostgreSQL: how much, how late, how much memory.

python -m benchmarks.ingest [--seconds 60] [--rate 12000] [--kill] [--json]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from statistics import quantiles

import psycopg
from sqlalchemy import select
from sqlalchemy.engine import make_url

from benchmarks import edges
from core.app import create_site, open_site
from core.config import Settings, write
from core.orm.env import open_env
from core.testing.mosquitto import Broker, running_mosquitto
from core.testing.postgres import Server, crash, create_database, start, start_again, stop_left_behind

LATENCY_RATE = 2_000
#: Values a second that must be stored.
BAR = 10_000
#: From message to stored and queryable, and to the tile.
STORED_MS, TILE_MS = 1_000, 2_000
#: A server that keeps what it has committed, with room for its log.
DURABLE = {"shared_buffers": "256MB", "max_wal_size": "2GB"}
_SLICE_SECONDS = 0.02
_TAG = "(SELECT min(id) FROM mes_equipment_tag WHERE address LIKE '%%/m0')"
_PROBE = f"""
SELECT extract(epoch FROM at)::float8 FROM mes_equipment_telemetry
 WHERE source_id = {_TAG} AND value IS NOT NULL AND at > to_timestamp(%s)
"""  # noqa: S608 -- constants
#: What the tile of a tag reads.
_TILE = f"""
SELECT extract(epoch FROM at)::float8 FROM mes_equipment_latest
 WHERE source_id = {_TAG} AND value IS NOT NULL AND at > to_timestamp(%s)
"""  # noqa: S608 -- constants
#: What follows the last value that is still waited for.
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Result:
    """What the ingest did."""

    values_per_s: float
    p95_ms: float
    #: From the capture until the tag's tile shows the value, 95 of 100.
    tile_ms: float
    lost: int
    doubled: int
    rss_mb: float
    #: How much the memory grew in the second half.
    rss_growth_mb: float
    #: What was ended without a word during the run.
    killed: tuple[str, ...]
    met: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=12_000, help="values a second that are offered")
    parser.add_argument("--kill", action="store_true", help="reader, writer and PostgreSQL in turn meanwhile")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    options = parser.parse_args()
    result = measure(options.seconds, options.rate, kill=options.kill)
    if options.json:
        print(json.dumps(asdict(result)))
    else:
        for name, value in asdict(result).items():
            print(f"{name:16} {value}")
    return 0 if result.met else 1


def measure(seconds: int, rate: int, *, kill: bool = False) -> Result:
    """A quiet phase for the latency, then one at full rate."""
    with tempfile.TemporaryDirectory() as name, _postgres() as server, running_mosquitto() as broker:
        folder, url = Path(name), create_database(server.url, "ingest")
        _make_site(folder, url, broker)
        with _ingest(folder) as process, _connected(url) as database:
            late, tile = _latencies(broker, database, min(seconds, 20))
            quiet = _stored(database)
            victims = _Victims(process.pid, server) if kill else None
            memory = _Memory(process.pid)
            began, sent = _send(broker, rate, seconds, memory, victims)
            with _connected(url) as again:  # the server may be another one than before
                stored = _settled(again, quiet + sent, memory)
                took = time.time() - began
                counted = _scalar(again, "SELECT coalesce(sum(count), 0) FROM mes_equipment_rollup_minute")
    lost, doubled = quiet + sent - stored, max(counted - stored, 0)
    speed, p95, tile_p95 = sent / took, _p95_ms(late), _p95_ms(tile)
    killed = () if victims is None else tuple(victims.killed)
    met = lost == 0 and doubled == 0 and p95 < STORED_MS and tile_p95 < TILE_MS and (kill or speed >= BAR)
    return Result(round(speed), p95, tile_p95, lost, doubled, memory.most_mb, memory.growth_mb, killed, met)


@contextmanager
def _postgres() -> Iterator[Server]:
    """A server that may be killed, and started again, by who has it."""
    with tempfile.TemporaryDirectory(prefix="dovetail-pg-", ignore_cleanup_errors=True) as home:
        yield start(Path(home), DURABLE)
        stop_left_behind(Path(home))


def _make_site(folder: Path, url: str, broker: Broker) -> None:
    settings = Settings(folder, database=url, secure_cookies=False)
    create_site(settings, ("mes_equipment",))
    write(settings)
    (folder / "ingest.toml").write_text(f'[[mqtt]]\nbroker = "{broker.address}"\n')
    site = open_site(settings)
    from core.base.models import Company, Currency  # noqa: PLC0415 -- mapped once the site is

    with open_env(site, write=True) as env:
        euro = env.session.scalars(select(Currency).where(Currency.code == "EUR")).one()
        env.add(Company(code="BENCH", name="Bench", country="DE", currency_id=euro.id))
    site.engine.dispose()


@contextmanager
def _ingest(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "core.cli", "--site", str(folder), "ingest"]
    with (folder / "ingest.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 -- this very program
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def _latencies(broker: Broker, database: psycopg.Connection, seconds: int) -> tuple[list[float], list[float]]:
    """How many seconds after its capture each value of one tag was first seen in the table, and in its tile."""
    late: list[float] = []
    tile: list[float] = []
    newest = shown = 0.0
    with _sender(broker, LATENCY_RATE, seconds, epoch=1) as (process, _began):
        while process.is_alive() or time.time() < newest + 2:
            newest = _look(database, _PROBE, newest, late)
            shown = _look(database, _TILE, shown, tile)
            time.sleep(_SLICE_SECONDS)
    return late, tile


def _look(database: psycopg.Connection, probe: str, newest: float, late: list[float]) -> float:
    """Note how late each value is that is new since `newest`, and return the instant of the last."""
    rows = database.execute(probe.encode(), (newest,)).fetchall()
    now = time.time()
    instants: list[float] = sorted(at for (at,) in rows)
    late += [now - at for at in instants]
    return max([newest, *(at + 0.0005 for at in instants)])


def _p95_ms(seconds: list[float]) -> float:
    return round(quantiles(seconds, n=20)[-1] * 1000) if len(seconds) > 1 else float("inf")


def _send(
    broker: Broker, rate: int, seconds: int, memory: _Memory, victims: _Victims | None
) -> tuple[float, int]:
    """The second of Unix time at which the first value was sent, and how many were."""
    with _sender(broker, rate, seconds, epoch=2, patient=victims is not None) as (process, began):
        while process.is_alive():
            memory.look()
            process.join(1)
            if victims is not None and began.value:
                victims.kill_when_due((time.time() - began.value) / seconds)
        return began.value, rate // edges.METRICS * edges.METRICS * seconds


@contextmanager
def _sender(
    broker: Broker, rate: int, seconds: int, *, epoch: int, patient: bool = False
) -> Iterator[tuple[BaseProcess, Synchronized[float]]]:
    """The process of the edge nodes, with the second at which it began to send."""
    context = multiprocessing.get_context("spawn")
    began = context.Value("d", 0.0)
    process = context.Process(target=edges.play, args=(broker.port, rate, seconds, epoch, began, patient))
    process.start()
    try:
        yield process, began
    finally:
        process.join()


class _Victims:
    """Ends reader, writer and PostgreSQL without a word, each at its part of the run."""

    def __init__(self, supervisor: int, server: Server) -> None:
        self._supervisor = supervisor
        self._server = server
        self._due = [(0.25, "reader"), (0.5, "writer"), (0.75, "postgresql")]
        self.killed: list[str] = []

    def kill_when_due(self, share: float) -> None:
        """Kill what is due when `share` of the run is over."""
        while self._due and self._due[0][0] <= share:
            _due, name = self._due.pop(0)
            self._kill(name)
            self.killed.append(name)

    def _kill(self, name: str) -> None:
        if name == "postgresql":
            crash(self._server)
            self._server = start_again(self._server, DURABLE)
            return
        for pid in _children(self._supervisor):
            if name in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                os.kill(pid, signal.SIGKILL)


def _children(process: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


class _Memory:
    """The resident memory of reader and writer together, in MB."""

    def __init__(self, supervisor: int) -> None:
        self._supervisor = supervisor
        self._seen: list[float] = []

    def look(self) -> None:
        with suppress(FileNotFoundError, ProcessLookupError):  # one that was killed just now
            pages = [
                int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in _children(self._supervisor)
            ]
            self._seen.append(sum(pages) * 4096 / 1024**2)

    @property
    def most_mb(self) -> float:
        return round(max(self._seen), 1)

    @property
    def growth_mb(self) -> float:
        middle = len(self._seen) // 2
        return round(max(self._seen[middle:]) - max(self._seen[: middle + 1]), 1)


def _settled(database: psycopg.Connection, expected: int, memory: _Memory) -> int:
    """How many values there are, once all are there or none comes any more."""
    before, changed = -1, time.monotonic()
    while (stored := _stored(database)) != expected and time.monotonic() < changed + _PATIENCE_SECONDS:
        if stored != before:
            before, changed = stored, time.monotonic()
        memory.look()
        time.sleep(0.1)
    return stored


def _stored(database: psycopg.Connection) -> int:
    return _scalar(database, "SELECT count(*) FROM mes_equipment_telemetry WHERE value IS NOT NULL")


def _scalar(database: psycopg.Connection, statement: str) -> int:
    row = database.execute(statement.encode()).fetchone()
    assert row is not None
    return int(row[0])


if __name__ == "__main__":
    sys.exit(main())
