"""What a stretch of the spool comes to: rows, summaries, last values, and what happened at equipment.

Nothing here touches the database: `storing` writes it all in one transaction with the place in the spool.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from math import isfinite
from typing import Any, NamedTuple

from addons.mes_equipment.ingest.following import Followed, instant, points
from addons.mes_equipment.models import TagRole
from addons.mes_equipment.rules import rollup
from addons.mes_equipment.rules.counter import counted
from addons.mes_equipment.rules.reading import Quality, Value
from addons.mes_equipment.rules.rollup import HOUR_US, MINUTE_US, Bucket, Held

Row = tuple[Any, ...]  # Any: of each column's type
_DOUBLE = struct.Struct("<d")
_BITS = struct.Struct("<q")
_COUNTERS = (TagRole.GOOD, TagRole.SCRAP)


class StateSaid(NamedTuple):
    """A control said its state; None is that nobody knows it."""

    tag: Followed
    at: int
    raw: str | None


class Counted(NamedTuple):
    """Pieces that a counter went on by."""

    tag: Followed
    at: int
    quantity: float
    #: What the counter then showed.
    reading: float


@dataclass(slots=True)
class Intake:
    """Gathered since the last flush."""

    numbers: list[Row] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    late_numbers: list[Row] = field(default_factory=list)
    late_texts: list[Row] = field(default_factory=list)
    quarantined: list[Row] = field(default_factory=list)
    minutes: dict[tuple[int, int], Bucket] = field(default_factory=dict)
    hours: dict[tuple[int, int], Bucket] = field(default_factory=dict)
    touched: dict[int, Followed] = field(default_factory=dict)
    states: list[StateSaid] = field(default_factory=list)
    counts: list[Counted] = field(default_factory=list)
    #: Tags that late readings came for, by id.
    late: dict[int, Followed] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.numbers) + len(self.texts) + len(self.late_numbers) + len(self.late_texts)

    def take(
        self, tag: Followed, at: int, value: Value, quality: int, epoch: int, *, historical: bool
    ) -> None:
        """Take a reading; only one that is neither from before nor said again moves what the tag is now."""
        number, text, quality = plain(tag, value, quality)
        if historical or at < tag.at:
            self._take_late(tag, at, number, text, quality, epoch)
            return
        if at == tag.at and (number, text, quality) == (tag.number, tag.text, tag.quality):
            return
        if number is not None:
            self._take_number(tag, at, number, quality, epoch)
        else:
            self._take_other(tag, at, text, quality, epoch)
        tag.at, tag.number, tag.text, tag.quality, tag.epoch = at, number, text, quality, epoch
        self.touched[tag.id] = tag

    def quarantine(self, tag: Followed, at: int, value: Value, arrived: int) -> None:
        """Keep a reading aside whose clock cannot be right."""
        number, text, _quality = plain(tag, value, Quality.BAD_CLOCK)
        mark = marked(f"{at} {value}")
        self.quarantined.append((tag.id, instant(arrived), mark, tag.keep, at, number, text))

    def lose(self, tags: Iterable[Followed], at: int) -> None:
        """Whoever sends `tags` is gone: nobody knows what they are."""
        for tag in tags:
            self.close(tag)
            tag.quality, tag.held = Quality.STALE, None
            self.touched[tag.id] = tag
            if tag.role is TagRole.STATE:
                self.states.append(StateSaid(tag, at, None))

    def close(self, tag: Followed) -> None:
        """Keep what the tag's filter still holds back."""
        for point in tag.filter.close() if tag.filter else ():
            self.numbers.append(_number_row(tag, point.at, point.value, tag.quality, tag.epoch))

    def _take_number(self, tag: Followed, at: int, number: float, quality: int, epoch: int) -> None:
        if tag.filter is None or at == tag.at:
            self.numbers.append(_number_row(tag, at, number, quality, epoch))
        else:
            if quality != tag.quality:
                self.close(tag)
            for point in points(tag, at, number):
                self.numbers.append(_number_row(tag, point.at, point.value, quality, epoch))
        self._sum_up(tag, at, number)
        if tag.role in _COUNTERS:
            quantity = counted(tag.counter, number, tag.rollover_bits)
            tag.counter = number
            if quantity:
                self.counts.append(Counted(tag, at, quantity, number))

    def _take_other(self, tag: Followed, at: int, text: str | None, quality: int, epoch: int) -> None:
        """A text, or that there is no value: the line to the last number ends there."""
        self.close(tag)
        tag.held = None
        if text is None:
            self.numbers.append(_number_row(tag, at, None, quality, epoch))
        else:
            self.texts.append(_text_row(tag, at, text, quality, epoch))
        if tag.role is TagRole.STATE:
            self.states.append(StateSaid(tag, at, text))

    def _take_late(
        self, tag: Followed, at: int, number: float | None, text: str | None, quality: int, epoch: int
    ) -> None:
        self.late[tag.id] = tag
        if text is None:
            self.late_numbers.append(_number_row(tag, at, number, quality, epoch))
        else:
            self.late_texts.append(_text_row(tag, at, text, quality, epoch))

    def _sum_up(self, tag: Followed, at: int, number: float) -> None:
        start = at - at % MINUTE_US
        if tag.minute is None or tag.minute_start != start:
            tag.minute = _into(self.minutes, (tag.id, start), at, number)
            tag.minute_start = start
        else:
            tag.minute.add(at, number)
        rollup.cover(tag.minute, start, tag.held, at)
        start = at - at % HOUR_US
        if tag.hour is None or tag.hour_start != start:
            tag.hour = _into(self.hours, (tag.id, start), at, number)
            tag.hour_start = start
        else:
            tag.hour.add(at, number)
        rollup.cover(tag.hour, start, tag.held, at)
        tag.held = Held(at, number)

    def sum_up_late(self, tag_id: int, at: int, number: float) -> None:
        """Count a late reading; the areas around it are computed anew from what is stored."""
        _into(self.minutes, (tag_id, at - at % MINUTE_US), at, number)
        _into(self.hours, (tag_id, at - at % HOUR_US), at, number)


def plain(tag: Followed, value: Value, quality: int) -> tuple[float | None, str | None, int]:
    """A value as number or text; a state's number is its name, and what is no number is bad."""
    if value is None:
        return None, None, quality if quality != Quality.GOOD else Quality.BAD
    if isinstance(value, str):
        return None, value, quality
    if tag.role in (TagRole.STATE, TagRole.MODE):
        return None, str(value), quality
    number = float(value)
    return (number, None, quality) if isfinite(number) else (None, None, int(Quality.BAD))


def marked(text: str) -> int:
    """A number that stands for a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)


def _number_row(tag: Followed, at: int, value: float | None, quality: int, epoch: int) -> Row:
    """A number is its own mark; its absence has one that no number has."""
    mark = -1 if value is None else _BITS.unpack(_DOUBLE.pack(value))[0]
    return (tag.id, instant(at), mark, tag.keep, value, quality, epoch)


def _text_row(tag: Followed, at: int, text: str, quality: int, epoch: int) -> Row:
    return (tag.id, instant(at), marked(text), tag.keep, text, quality, epoch)


def _into(buckets: dict[tuple[int, int], Bucket], key: tuple[int, int], at: int, number: float) -> Bucket:
    bucket = buckets.get(key)
    if bucket is None:
        bucket = buckets[key] = rollup.begun(at, number)
    else:
        bucket.add(at, number)
    return bucket
