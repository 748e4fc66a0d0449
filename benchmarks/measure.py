"""Medians of CPU and wall time, and the statements that a piece of work sends."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import Engine, event


@dataclass(frozen=True)
class Taken:
    """What a piece of work took: medians over its runs."""

    cpu: float
    wall: float
    statements: int


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    id: str
    work: str
    ratio: float | None
    cpu_ms: float
    floor_cpu_ms: float | None
    statements: int | None
    bar: str
    met: bool
    #: Wall time, where the bar is about it.
    wall_ms: float | None = None
    floor_wall_ms: float | None = None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class Meter:
    """Runs work on an engine and counts what it sends there."""

    def __init__(self, engine: Engine, repeat: int) -> None:
        self.repeat = repeat
        self._sent = 0
        event.listen(engine, "before_cursor_execute", self._count)

    def _count(self, *_statement: object) -> None:
        self._sent += 1

    def take(
        self,
        work: Callable[[int], object],
        repeat: int | None = None,
        *,
        reset: Callable[[], object] | None = None,
    ) -> Taken:
        """`work(run)` once to warm up and `repeat` times for the medians; `reset` before each is not measured."""
        cpu, wall, sent = [], [], 0
        for run in range((repeat or self.repeat) + 1):
            if reset is not None:
                reset()
            gc.collect()
            self._sent = 0
            began, began_cpu = time.perf_counter(), time.process_time()
            work(run)
            cpu.append(time.process_time() - began_cpu)
            wall.append(time.perf_counter() - began)
            sent = self._sent
        return Taken(statistics.median(cpu[1:]), statistics.median(wall[1:]), sent)


def compared(id: str, work: str, ours: Taken, floor: Taken, most: float) -> Row:
    """A row whose bar is a ratio of CPU times."""
    ratio = ours.cpu / floor.cpu
    return Row(
        id, work, round(ratio, 3), _ms(ours.cpu), _ms(floor.cpu), ours.statements, f"{most} times", ratio <= most,
        _ms(ours.wall), _ms(floor.wall),
    )  # fmt: skip


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
