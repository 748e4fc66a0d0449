"""Walking through the genealogy, one statement a level however many lots there are."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from core import Env
from sqlalchemy import select

from acme_traceability.models import LotUse

#: Databases take so many values in one statement, and more.
_AT_ONCE = 500


class Direction(Enum):
    """Which way one looks."""

    FORWARD = "forward"
    BACK = "back"


@dataclass(frozen=True)
class Link:
    """A use, seen from the lot where the way began: it leads from `here` to `there`."""

    here: int
    there: int
    quantity: Decimal
    unit_id: int
    used_on: date

    @property
    def pair(self) -> tuple[int, int]:
        return self.here, self.there


def links(env: Env, lots: Collection[int], direction: Direction) -> list[Link]:
    """Every use on the way from `lots` to what they went into, or to what they were made of."""
    found: list[Link] = []
    seen, level = set(lots), list(lots)
    while level:
        reached = list(_level(env, level, direction))
        found += reached
        level = list(dict.fromkeys(link.there for link in reached if link.there not in seen))
        seen.update(level)
    return found


def _level(env: Env, lots: list[int], direction: Direction) -> Iterator[Link]:
    ends = (LotUse.source_id, LotUse.product_id)
    here, there = ends if direction is Direction.FORWARD else ends[::-1]
    for start in range(0, len(lots), _AT_ONCE):
        asked = (
            select(here, there, LotUse.quantity, LotUse.unit_id, LotUse.used_on)
            .where(here.in_(lots[start : start + _AT_ONCE]))
            .order_by(LotUse.used_on, LotUse.id)
        )
        for row in env.session.execute(asked):
            yield Link(*row)
