"""What is measured in processes of their own: install, ready, list_page, the receipt's slope, and numbers."""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import text

from benchmarks import plant
from benchmarks.measure import Meter, Row
from benchmarks.plant import Slip, principal
from core.orm.engine import engine_for
from core.orm.env import Env, Site, open_env
from core.orm.sequence import next_value, number

WRITERS = 8
DOCUMENTS = 40
#: Of gapless and of plain numbers each, in turn.
ROUNDS = 5
#: What the action does besides: a person's work, another service's answer.
ACTION_SECONDS = 0.004
LINES = 2_000
#: Seconds after which a writer that does not come is given up.
PATIENCE = 120
MOST_SLOPE = 4.5
MOST_WAIT = 1.4


def rows(site: Site, meter: Meter, count: int) -> Iterator[Row]:
    """The rows of an installed site, in a database beside the measured one."""
    with tempfile.TemporaryDirectory() as folder, _database_beside(site, Path(folder)) as url:
        made = _run("install", folder, url)
        yield _bound(
            "install", "base and erp_supply on an empty database, from the start of the process", made, 4_000
        )
        _apart(
            "ready", folder
        )  # the first start of a version compiles templates, which are kept as its bytecode is
        yield _bound(
            "ready", "from the start of the process to the first answer", _apart("ready", folder), 2_000
        )
        received = _run("receipts", folder, LINES)
        ratio = received["large"] / received["small"]
        yield Row(
            "slope_receipt", f"receipt of {4 * LINES} order lines against {LINES}", round(ratio, 2),
            _ms(received["large"]), _ms(received["small"]), None, f"{MOST_SLOPE} times", ratio <= MOST_SLOPE,
        )  # fmt: skip
        yield _bound(
            "list_page", f"the HTML of the list of {count:,} items by name", _run("page", folder, count), 45
        )


@contextmanager
def _database_beside(site: Site, folder: Path) -> Iterator[str]:
    """An empty database on the same server, dropped at the end; for SQLite a file in `folder`."""
    url = site.engine.url
    if url.get_backend_name() == "sqlite":
        yield f"sqlite:///{folder / 'site.db'}"
        return
    name = f"{url.database}_installed"
    with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        yield url.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def _run(what: str, folder: str, *more: object) -> dict[str, float]:
    return _apart("installed", what, folder, *more)


def _apart(module: str, *given: object) -> dict[str, float]:
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, given)]
    # As an installation runs: what Python compiled is kept, whatever the caller's environment says.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=kept)  # noqa: S603 -- our own module
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _bound(id: str, work: str, taken: dict[str, float], most_ms: int) -> Row:
    cpu = _ms(taken["cpu"])
    statements = int(taken["statements"]) if "statements" in taken else None
    return Row(id, work, None, cpu, None, statements, f"{most_ms} ms CPU", cpu <= most_ms)


def numbers(site: Site, _meter: Meter) -> Iterator[Row]:
    """The median over pairs of rounds: how busy the machine is in one minute or another must not decide."""
    if site.engine.dialect.name == "postgresql":
        with site.engine.begin() as connection:
            connection.execute(text("CREATE SEQUENCE IF NOT EXISTS bench_slip_number"))
    taken = _write_together(site.engine.url.render_as_string(hide_password=False), site.folder)
    plain, ours = taken[::2], taken[1::2]
    ratio = statistics.median(mine / other for mine, other in zip(ours, plain, strict=True))
    yield Row(
        "numbers", f"{WRITERS} writers posting {DOCUMENTS} documents each, gapless against plain numbers (wall)",
        round(ratio, 3), 0.0, None, None, f"{MOST_WAIT} times the wall time", ratio <= MOST_WAIT,
        _ms(statistics.median(ours)), _ms(statistics.median(plain)),
    )  # fmt: skip


def _write_together(url: str, folder: Path) -> list[float]:
    """Wall seconds of each round, plain and gapless in turn, from when all writers are ready until the last is done.

    On PostgreSQL they are processes, as of several servers; on SQLite the threads of one, as it is served.
    """
    if url.startswith("sqlite"):
        site = plant.existing(engine_for(url, pool_size=WRITERS), folder)
        barrier = threading.Barrier(WRITERS + 1)
        threads = [threading.Thread(target=_post, args=(site, barrier)) for _writer in range(WRITERS)]
        taken = _raced(threads, barrier)
        site.engine.dispose()
        return taken
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(WRITERS + 1)
    processes = [context.Process(target=_write, args=(url, folder, ready)) for _writer in range(WRITERS)]
    taken = _raced(processes, ready)
    if any(process.exitcode for process in processes):
        raise SystemExit("a writer failed")
    return taken


def _raced(
    writers: Sequence[threading.Thread | BaseProcess], line: threading.Barrier | Barrier
) -> list[float]:
    for writer in writers:
        writer.start()
    taken = []
    for _round in range(2 * ROUNDS):
        line.wait(PATIENCE)
        began = time.perf_counter()
        line.wait(PATIENCE)
        taken.append(time.perf_counter() - began)
    for writer in writers:
        writer.join(PATIENCE)
    return taken


def _write(url: str, folder: Path, line: Barrier) -> None:
    site = plant.existing(engine_for(url), folder)
    _post(site, line)
    site.engine.dispose()


def _post(site: Site, line: threading.Barrier | Barrier) -> None:
    """What one writer does: all wait at the line before and after each round."""
    _documents(site, 1, gapless=False)
    _documents(site, 1, gapless=True)
    for _round in range(ROUNDS):
        for gapless in (False, True):
            line.wait(PATIENCE)
            _documents(site, DOCUMENTS, gapless=gapless)
            line.wait(PATIENCE)


def _documents(site: Site, count: int, *, gapless: bool) -> None:
    who = principal(1, scoped=False)
    for _document_no in range(count):
        with open_env(site, who, write=True) as env:
            _document(env, gapless)


def _document(env: Env, gapless: bool) -> None:
    slip = Slip(text="Posted", number=None if gapless else _plain(env))
    env.add(slip)
    env.flush()
    time.sleep(ACTION_SECONDS)
    if gapless:
        number(env, slip, "number", "bench.slip", pattern="S-{number:06}")


def _plain(env: Env) -> str:
    """PostgreSQL's own sequence, which nobody waits for; SQLite has but a counter."""
    if env.dialect == "postgresql":
        return f"S-{env._connection.exec_driver_sql('SELECT nextval($$bench_slip_number$$)').scalar_one():06}"
    return next_value(env, "bench.plain", pattern="S-{number:06}")


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
