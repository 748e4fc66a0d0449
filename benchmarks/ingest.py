"""Machine data through a broker, reader, spool and writer into PostgreSQL: how much, how late, how much memory.

python -m benchmarks.ingest [--seconds 60] [--json]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import quantiles

import psycopg
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import select
from sqlalchemy.engine import make_url

from core.app import create_site, open_site
from core.config import Settings, write
from core.orm.env import open_env
from core.testing.mosquitto import Broker, running_mosquitto
from core.testing.postgres import create_database, running_postgres

NODES, DEVICES, METRICS = 10, 10, 10
LATENCY_RATE = 2_000
#: A server that keeps what it has committed, with room for its log.
DURABLE = {"shared_buffers": "256MB", "max_wal_size": "2GB"}
_SLICE_SECONDS = 0.02
_PROBE = """
SELECT extract(epoch FROM at)::float8 FROM mes_equipment_telemetry
 WHERE source_id = (SELECT min(id) FROM mes_equipment_tag WHERE address LIKE '%%/m0')
   AND value IS NOT NULL AND at > to_timestamp(%s)
"""
#: What follows the last value that is still waited for.
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Result:
    """What the ingest did."""

    values_per_s: float
    p95_ms: float
    lost: int
    doubled: int
    rss_mb: float
    #: How much the memory grew in the second half.
    rss_growth_mb: float
    met: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=10_000, help="values a second")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    options = parser.parse_args()
    result = measure(options.seconds, options.rate)
    if options.json:
        print(json.dumps(asdict(result)))
    else:
        for name, value in asdict(result).items():
            print(f"{name:16} {value}")
    return 0 if result.met else 1


def measure(seconds: int, rate: int) -> Result:
    """A quiet phase for the latency, then one at full rate."""
    with (
        tempfile.TemporaryDirectory() as name,
        running_postgres(DURABLE) as server,
        running_mosquitto() as broker,
    ):
        folder, url = Path(name), create_database(server, "ingest")
        _make_site(folder, url, broker)
        with _ingest(folder) as process, _connected(url) as database:
            late = _latencies(broker, database, min(seconds, 20))
            memory = _Memory(process.pid)
            quiet = _stored(database)
            began = time.monotonic()
            sent = _send(broker, rate, seconds, memory, epoch=2)
            stored = _settled(database, quiet + sent, memory)
            took = time.monotonic() - began
            counted = _scalar(database, "SELECT coalesce(sum(count), 0) FROM mes_equipment_rollup_minute")
    lost, doubled = quiet + sent - stored, max(counted - stored, 0)
    speed = sent / took
    p95 = quantiles(late, n=20)[-1] * 1000 if len(late) > 1 else float("inf")
    met = lost == 0 and doubled == 0 and speed >= 0.95 * rate and p95 < 1000  # noqa: PLR2004 -- the bars
    return Result(round(speed), round(p95), lost, doubled, memory.most_mb, memory.growth_mb, met)


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


def _latencies(broker: Broker, database: psycopg.Connection, seconds: int) -> list[float]:
    """How many seconds after its capture each value of one tag was first seen in the table."""
    process = _sender(broker, LATENCY_RATE, seconds, epoch=1)
    late: list[float] = []
    newest = 0.0
    while process.is_alive() or time.time() < newest + 2:
        rows = database.execute(_PROBE, (newest,)).fetchall()
        now = time.time()
        instants = sorted(at for (at,) in rows)
        late += [now - at for at in instants]
        newest = max([newest, *(at + 0.0005 for at in instants)])
        time.sleep(_SLICE_SECONDS)
    process.join()
    return late


def _send(broker: Broker, rate: int, seconds: int, memory: _Memory, *, epoch: int) -> int:
    process = _sender(broker, rate, seconds, epoch=epoch)
    while process.is_alive():
        memory.look()
        process.join(1)
    return rate // METRICS * METRICS * seconds


def _sender(broker: Broker, rate: int, seconds: int, *, epoch: int) -> BaseProcess:
    process = multiprocessing.get_context("spawn").Process(
        target=_play, args=(broker.port, rate, seconds, epoch)
    )
    process.start()
    return process


def _play(port: int, rate: int, seconds: int, epoch: int) -> None:
    """Be `NODES` edge nodes; every message has `METRICS` values that nobody sent before."""
    from addons.mes_equipment.rules.edge import Edge, Sample  # noqa: PLC0415 -- of this process
    from core.formats.sparkplug import DataType  # noqa: PLC0415 -- as above

    names = [[f"d{d}/m{m}" for m in range(METRICS)] for d in range(DEVICES)]
    metrics = {name: DataType.DOUBLE for group in names for name in group}
    edges = [
        Edge("Bench", f"n{n}", "cell", metrics, bd_seq=epoch, since=_ms() - 3_600_000) for n in range(NODES)
    ]
    client = Client(CallbackAPIVersion.VERSION2)
    client.max_queued_messages_set(0)

    def heard(_client: Client, _userdata: object, message: MQTTMessage) -> None:
        for edge in edges:
            if edge.host_said(bytes(message.payload), _ms()):
                for topic, payload in edge.birth(_ms()):
                    client.publish(topic, payload)

    client.on_message = heard
    client.connect("127.0.0.1", port)
    client.subscribe("spBv1.0/STATE/dovetail", 1)
    client.loop_start()
    while not all(edge.host_online for edge in edges):
        time.sleep(0.1)
    began, value = time.monotonic(), 0.0
    for number in range(rate // METRICS * seconds):
        while number > (time.monotonic() - began) * rate / METRICS:
            time.sleep(0.001)
        edge, group = edges[number % NODES], names[number // NODES % DEVICES]
        now, value = _ms(), value + 1
        for topic, payload in edge.sample([Sample(now, name, value) for name in group], now):
            client.publish(topic, payload)
    client.disconnect()
    client.loop_stop()


class _Memory:
    """The resident memory of reader and writer together, in MB."""

    def __init__(self, supervisor: int) -> None:
        self._children = Path(f"/proc/{supervisor}/task/{supervisor}/children")
        self._seen: list[float] = []

    def look(self) -> None:
        pages = [
            Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in self._children.read_text().split()
        ]
        self._seen.append(sum(map(int, pages)) * 4096 / 1024**2)

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


def _ms() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
