"""Reading what tags had and have: for whoever may read the tags, and of those alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select

from addons.mes_equipment.actions.sampling import APART, EXACT, PER_SECOND, Stretch, sampled
from addons.mes_equipment.models import Latest, Tag, TagRole
from addons.mes_equipment.rules.curve import BETWEEN, Column, parted
from addons.mes_equipment.rules.reading import Quality
from addons.mes_equipment.rules.resolution import Resolution, day_begin, resolution, silence
from core import Env, NotFound, _
from core.base import Unit, WorkCenter

#: Roles of tags whose values are words.
_WORDS = (TagRole.STATE, TagRole.MODE)


class TagNow(NamedTuple):
    """A tag of a machine with the value that it has now; `at` is None where it never had one."""

    id: int
    path: str
    role: TagRole
    unit: str
    longest_seconds: int
    at: datetime | None
    value: float | str | None
    quality: int

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def is_number(self) -> bool:
        """States and modes are words, and no line is drawn of them."""
        return self.role not in _WORDS

    def is_stale(self, present: datetime) -> bool:
        """Whether its source is gone, or has said nothing for longer than it may."""
        if self.at is None:
            return False
        most = silence(Resolution.READING, self.longest_seconds)
        return self.quality == Quality.STALE or (present - self.at).total_seconds() > most


@dataclass(frozen=True, slots=True)
class Place:
    """A work centre with its tags, in the order of their paths."""

    id: int
    code: str
    name: str
    tags: Sequence[TagNow]


@dataclass(frozen=True, slots=True)
class Series:
    """What a tag had over time, column by column, and nothing where nothing was heard."""

    #: Seconds after the zero of the trend.
    at: Column
    low: Column
    high: Column
    mean: Column
    #: Of all its values; None where it has none.
    least: float | None
    greatest: float | None
    #: What the tag spans: its lowest and highest, those that are known.
    limits: Sequence[float]
    #: Whether a value holds until the next one; between kept points of a swinging door there is a line.
    holds: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """Series by tag, what their points stand for, and the instant from which their seconds are counted."""

    resolution: Resolution
    zero: datetime
    series: dict[int, Series]


@dataclass(frozen=True, slots=True)
class _Kept:
    """How a tag's readings are kept, of those that the person may read."""

    longest_seconds: int
    linear: bool
    limits: Sequence[float]


def place(env: Env, work_center_id: int) -> Place:
    """The work centre with its active tags and what they have now; raises NotFound."""
    rows = env.session.execute(_of_place(), {"place": work_center_id}).all()
    if not rows:
        raise NotFound(_("There is no such equipment."))
    tags = [row[2:] for row in rows if row[2] is not None]
    latest = _latest(env, [tag[0] for tag in tags])
    return Place(work_center_id, rows[0].code, rows[0].name, [
        TagNow(id_, path, role, symbol or "", longest, *latest.get(id_, (None, None, Quality.BAD)))
        for id_, path, role, symbol, longest in tags
    ])  # fmt: skip


def trend(env: Env, tags: Collection[int], begin: datetime, end: datetime, digits: int = EXACT) -> Trend:
    """What those of `tags` that the person may read had from `begin` up to `end`, in one statement.

    Readings begin a little earlier, so that what holds at `begin` is known; days are those of the person's zone. The
    greatest value of a tag has as many `digits` at least.
    """
    kept, each, zero = _readable(env, tags), resolution(end - begin), begin.replace(microsecond=0)
    longest = max((silence(Resolution.READING, k.longest_seconds) for k in kept.values()), default=0)
    stretch = Stretch(kept, begin, end, begin - timedelta(seconds=longest), zero)
    rows = sampled(env, each, stretch, digits)
    if any(row.step for row in rows):
        each = Resolution(rows[0].step)
    return Trend(each, zero, {row.tag: _series(row, each, kept[row.tag], env.zone, zero) for row in rows})


@cache
def _of_place() -> Any:  # Any: a select of many columns
    return (
        select(
            WorkCenter.code, WorkCenter.name, Tag.id, Tag.path, Tag.role, Unit.symbol, Tag.longest_seconds,
        )
        .outerjoin(Tag, (Tag.work_center_id == WorkCenter.id) & Tag.active)
        .outerjoin(Unit, Unit.id == Tag.unit_id)
        .where(WorkCenter.id == bindparam("place"))
        .order_by(Tag.path)
    )  # fmt: skip


def _readable(env: Env, tags: Collection[int]) -> dict[int, _Kept]:
    rows = env.session.execute(_how_kept(), {"tags": list(tags)})
    return {
        id_: _Kept(longest, deviation is not None, [float(limit) for limit in limits if limit is not None])
        for id_, longest, deviation, *limits in rows
    }


@cache
def _how_kept() -> Any:  # Any: a select of many columns
    columns = select(Tag.id, Tag.longest_seconds, Tag.compression_deviation, Tag.low, Tag.high)
    return columns.where(Tag.id.in_(bindparam("tags", expanding=True)))


def _latest(env: Env, tags: Collection[int]) -> dict[int, tuple[datetime | None, float | str | None, int]]:
    """The value now of `tags`, which the person may read."""
    with env.as_system() as system:
        rows = system.session.connection().execute(_values_now(), {"tags": list(tags)})
        return {
            id_: (at, number if text is None else text, quality) for id_, at, number, text, quality in rows
        }


@cache
def _values_now() -> Any:  # Any: a select of many columns
    columns = select(Latest.source_id, Latest.at, Latest.value, Latest.text, Latest.quality)
    return columns.where(Latest.source_id.in_(bindparam("tags", expanding=True)))


def _series(
    row: Row[Any], each: Resolution, kept: _Kept, zone: str, zero: datetime
) -> Series:  # Any: columns of many types
    numbers, *texts = row.texts.split(APART)
    at = Column(_by_midnight(numbers, zone, zero) if each is Resolution.DAY else numbers, PER_SECOND)
    most = silence(each, kept.longest_seconds)
    at, low, high, mean = parted(at, [Column(text, row.scale) for text in texts], each.value, most)
    holds = not (kept.linear and each is Resolution.READING)
    return Series(at, low, high, mean, row.least, row.greatest, kept.limits, holds)


def _by_midnight(numbers: str, zone: str, zero: datetime) -> str:
    """When each of numbered days begins, in milliseconds after `zero`."""
    begins = [day_begin(zone, int(number)) - zero for number in numbers.split(BETWEEN)]
    return BETWEEN.join(str(round(begin.total_seconds() * PER_SECOND)) for begin in begins)
