"""Figures of two worlds side by side: what was told and what came of it must be the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """What was told of one thing at one place, and what came of it."""

    #: What is compared, in the reader's language.
    flow: object
    what: str
    told: Decimal
    done: Decimal
    where: str = ""
    unit: str = ""

    @property
    def difference(self) -> Decimal:
        return self.told - self.done


def summed(figures: Iterable[Figure]) -> list[Figure]:
    """One figure for each flow, thing, place and unit, in the order of their first appearance."""
    found: dict[tuple[str, str, str, str], Figure] = {}
    for each in figures:
        key = (str(each.flow), each.what, each.where, each.unit)
        before = found.get(key)
        found[key] = (
            each
            if before is None
            else replace(each, told=before.told + each.told, done=before.done + each.done)
        )
    return list(found.values())


def is_zero(figures: Iterable[Figure]) -> bool:
    """Whether nothing differs: also where two differences would cancel each other out."""
    return all(not each.difference for each in figures)
