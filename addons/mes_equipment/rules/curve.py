"""Columns of thousands of numbers, as texts: the database writes them and the browser reads them.

A number for each of them in between would cost a page more than all else that it does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import sub

NOTHING, BETWEEN = "null", ","


@dataclass(frozen=True, slots=True)
class Column:
    """Whole numbers with commas between them, each `scale` times a value, or null."""

    text: str
    scale: float

    @property
    def values(self) -> list[float | None]:
        return [None if number is None else number / self.scale for number in json.loads(f"[{self.text}]")]


def parted(at: Column, others: Sequence[Column], length: float, most: float) -> list[Column]:
    """The columns with a point without value wherever one begins later than `most` seconds after the one before.

    `at` is when points begin, in seconds. What is put between stands where the one before ends, `length` seconds after.
    """
    late = _late(at.text, most * at.scale)
    if not late:
        return [at, *others]
    begins = json.loads(f"[{at.text}]")
    ends = {i: str(round(begins[i] + length * at.scale)) for i in late}
    return [_filled(at, ends), *(_filled(column, dict.fromkeys(late, NOTHING)) for column in others)]


@lru_cache(maxsize=64)
def _late(numbers: str, most: float) -> tuple[int, ...]:
    """The places of those that are followed by one that is more than `most` greater: tags are often read together."""
    begins = json.loads(f"[{numbers}]")
    steps = list(map(sub, begins[1:], begins))
    if max(steps, default=0) <= most:
        return ()
    return tuple(i for i, step in enumerate(steps) if step > most)


def _filled(column: Column, after: dict[int, str]) -> Column:
    """With a number more after some of its places."""
    numbers = column.text.split(BETWEEN)
    for place in reversed(after):
        numbers.insert(place + 1, after[place])
    return Column(BETWEEN.join(numbers), column.scale)
