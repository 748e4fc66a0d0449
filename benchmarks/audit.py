"""What sealing the audit trail costs those who write, and how long a check of it takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

from benchmarks import plant
from benchmarks.measure import Meter, Row
from benchmarks.plant import principal
from core.audit import heads
from core.audit.check import check
from core.audit.sealer import Sealer
from core.base.models import Item
from core.orm import bulk
from core.orm.engine import engine_for
from core.orm.env import Site, open_env

WRITERS, WRITES, ROUNDS = 50, 400, 5
#: A hundred times as often as a server seals.
_PAUSE_SECONDS = 0.05
#: The most by which writers may be slower while everything is sealed beside them.
MOST = 1.3
CHECKED = 100_000
MOST_CHECK_MS = 30_000


def rows(site: Site, _meter: Meter) -> Iterator[Row]:
    """Writers beside a sealer that hardly rests; then a check of all that they and a large import wrote."""
    engine = engine_for(site.engine.url.render_as_string(hide_password=False), pool_size=WRITERS + 2)
    crowded = replace(site, engine=engine)
    alone, beside = [], []
    for number in range(ROUNDS + 1):
        alone.append(_wall(crowded, f"a{number}"))
        with _sealing(crowded):
            beside.append(_wall(crowded, f"b{number}"))
    engine.dispose()
    ratio = statistics.median(ours / floor for ours, floor in zip(beside[1:], alone[1:], strict=True))
    yield Row(
        "audit_writers", f"{WRITES} writes of {WRITERS} writers, beside a sealer against alone (wall)", round(ratio, 3),
        0.0, None, None, f"{MOST} times the wall time", ratio <= MOST, _ms(statistics.median(beside[1:])),
        _ms(statistics.median(alone[1:])),
    )  # fmt: skip
    yield _checked(site)


def _checked(site: Site) -> Row:
    for part in range(CHECKED // 10_000):
        with open_env(site, principal(1, scoped=True), write=True) as env:
            bulk.create(env, Item, [plant.values(f"k{part}", n) for n in range(10_000)])
    Sealer(site).run_waiting()
    began, began_cpu = time.perf_counter(), time.process_time()
    report = check(site, heads.file_of(site.folder))
    cpu, wall = time.process_time() - began_cpu, time.perf_counter() - began
    if not report.is_sound or report.unsealed:
        raise SystemExit(f"the trail is not sound: {report.problems[:3]}")
    work = f"check {report.changes} changes in {report.sealed} sealed writes"
    return Row(
        "audit_check",
        work,
        None,
        _ms(cpu),
        None,
        None,
        f"{MOST_CHECK_MS} ms",
        _ms(cpu) <= MOST_CHECK_MS,
        _ms(wall),
    )


def _wall(site: Site, run: str) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda number: _write(site, run, number), range(WRITES)))
    return time.perf_counter() - began


def _write(site: Site, run: str, number: int) -> None:
    with open_env(site, principal(1, scoped=True), write=True) as env:
        bulk.create(env, Item, [plant.values(run, number)])


@contextmanager
def _sealing(site: Site) -> Iterator[None]:
    over, sealer = Event(), Sealer(site)

    def seal() -> None:
        while not over.wait(_PAUSE_SECONDS):
            sealer.run_waiting()

    thread = Thread(target=seal)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
