"""Medians of CPU and wall time, and the statements that a piece of work sends."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
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


#: Given the number of its run, 0 for the one that warms up.
Work = Callable[[int], object]


class Meter:
    """Runs work on an engine and counts what it sends there."""

    def __init__(self, engine: Engine, repeat: int) -> None:
        self.repeat = repeat
        self._sent = 0
        event.listen(engine, "before_cursor_execute", self._count)

    def _count(self, *_statement: object) -> None:
        self._sent += 1

    def take(self, work: Work, repeat: int | None = None) -> Taken:
        """`work(run)` once to warm up and `repeat` times for the medians."""
        return self.take_in_turn(work, repeat=repeat)[0]

    def take_in_turn(
        self, *works: Work, repeat: int | None = None, reset: Callable[[], object] | None = None
    ) -> list[Taken]:
        """Every work in each round, so that a busier minute of the machine is all of theirs.

        The first round warms up; `reset` before each work is not measured.
        """
        rounds = [
            [self._once(work, run, reset) for work in works] for run in range((repeat or self.repeat) + 1)
        ]
        return [_median(runs) for runs in zip(*rounds[1:], strict=True)]

    def _once(self, work: Work, run: int, reset: Callable[[], object] | None) -> Taken:
        if reset is not None:
            reset()
        gc.collect()
        self._sent = 0
        began, began_cpu = time.perf_counter(), time.process_time()
        work(run)
        return Taken(time.process_time() - began_cpu, time.perf_counter() - began, self._sent)


def _median(runs: Sequence[Taken]) -> Taken:
    return Taken(
        statistics.median(run.cpu for run in runs), statistics.median(run.wall for run in runs), runs[-1].statements
    )  # fmt: skip


def compared(id: str, work: str, ours: Taken, floor: Taken, most: float) -> Row:
    """A row whose bar is a ratio of CPU times."""
    ratio = ours.cpu / floor.cpu
    return Row(
        id, work, round(ratio, 3), _ms(ours.cpu), _ms(floor.cpu), ours.statements, f"{most} times", ratio <= most,
        _ms(ours.wall), _ms(floor.wall),
    )  # fmt: skip


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
