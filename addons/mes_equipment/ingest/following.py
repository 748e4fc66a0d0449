"""A tag as the writer follows it, and the tags of a company by their addresses."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, select

from addons.mes_equipment.models import Equipment, Latest, Protocol, Retention, Tag, TagRole
from addons.mes_equipment.models.tag import WHOLE
from addons.mes_equipment.rules.compression import Filter, Point
from addons.mes_equipment.rules.reading import Quality
from addons.mes_equipment.rules.rollup import Bucket, Held
from core import Env, bulk

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: What one company's machines have at most; beyond it somebody floods the broker.
MAX_TAGS = 50_000
_LONGEST_PATH = 200
_LATEST = (
    Latest.source_id, Latest.at, Latest.value, Latest.text, Latest.quality, Latest.epoch, Latest.followed,
)  # fmt: skip


@dataclass(eq=False, slots=True)
class Followed:
    """What the writer knows of a tag: its settings, its last value, and its buckets since the last flush."""

    id: int
    address: str
    keep: int
    role: TagRole
    equipment_id: int | None
    rollover_bits: int | None
    #: What its filter was made with.
    settings: tuple[float | None, float | None, int]
    filter: Filter | None
    at: int = -1
    number: float | None = None
    text: str | None = None
    quality: int = Quality.BAD
    epoch: int = 0
    counter: float | None = None
    held: Held | None = None
    minute: Bucket | None = None
    minute_start: int = -1
    hour: Bucket | None = None
    hour_start: int = -1

    def latest(self) -> tuple[Any, ...]:  # Any: of each column's type
        """Its row of Latest."""
        state = {"counter": self.counter, "filter": self.filter.state() if self.filter else None}
        followed = None if state == {"counter": None, "filter": None} else json.dumps(state)
        at = None if self.at < 0 else instant(self.at)
        return (self.id, at, self.number, self.text, self.quality, self.epoch, followed)


class Tags:
    """The active tags of a company, by protocol and address; unknown addresses become tags of no work centre."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Followed] = {}
        self._seen_at: datetime | None = None
        #: Addresses that are passed over: not active, too long, or too many.
        self.ignored: set[tuple[str, str]] = set()

    def get(self, protocol: str, address: str) -> Followed | None:
        return self._known.get((protocol, address))

    def all(self) -> Collection[Followed]:
        return self._known.values()

    def below(self, source: str) -> Iterator[Followed]:
        """The tags that come from `source`, an edge node or a device behind it."""
        prefix = f"{source}/"
        return (tag for (_protocol, address), tag in self._known.items() if address.startswith(prefix))

    def load(self, env: Env) -> None:
        """Take up every tag as it was at the last commit."""
        self._known.clear()
        self.ignored.clear()
        self._seen_at = None
        self._read(env)

    def renew(self, env: Env) -> list[Followed]:
        """Take up tags whose settings somebody changed; returns what followed them with another filter."""
        changed = env.session.scalar(select(func.max(Tag.changed_at)).where(Tag.company_id == env.company_id))
        if changed is None or changed == self._seen_at:
            return []
        before = dict(self._known)
        self.load(env)
        outdated = [
            (old, new) for key, old in before.items()
            if (new := self._known.get(key)) is not None and new.settings != old.settings
        ]  # fmt: skip
        for _old, new in outdated:
            new.filter = _filter(new.settings)
        return [old for old, _new in outdated]

    def make(self, env: Env, wanted: Collection[tuple[str, str]]) -> None:
        """Make tags of the addresses `wanted` that are new."""
        new = [key for key in wanted if key not in self._known and key not in self.ignored]
        fitting = [key for key in new if len(key[1]) <= _LONGEST_PATH][: max(MAX_TAGS - len(self._known), 0)]
        self.ignored.update(islice(set(new) - set(fitting), max(MAX_TAGS - len(self.ignored), 0)))
        if fitting:
            bulk.create(env, Tag, [
                {"company_id": env.company_id, "path": address, "protocol": Protocol(protocol), "address": address}
                for protocol, address in fitting
            ])  # fmt: skip
            self._read(env, fitting)

    def _read(self, env: Env, only: Collection[tuple[str, str]] = ()) -> None:
        asked = (
            select(Tag, Equipment.monitored, *_LATEST)
            .outerjoin(Equipment, Equipment.id == Tag.work_center_id)
            .outerjoin(Latest, Latest.source_id == Tag.id)
            .where(Tag.company_id == env.company_id)
        )
        if only:
            asked = asked.where(Tag.address.in_([address for _protocol, address in only]))
        for tag, monitored, *latest in env.session.execute(asked):
            key = (tag.protocol.value, tag.address)
            if not tag.active:
                self.ignored.add(key)
            elif key not in self._known:
                self._known[key] = _followed(tag, bool(monitored), latest)
            self._seen_at = max(filter(None, (self._seen_at, tag.changed_at)), default=None)
        env.session.expunge_all()


def _followed(tag: Tag, monitored: bool, latest: list[Any]) -> Followed:  # Any: of each column's type
    followed = Followed(
        tag.id, tag.address, Retention(tag.retention).days, tag.role, tag.work_center_id if monitored else None,
        tag.rollover_bits, settings := _settings(tag), _filter(settings),
    )  # fmt: skip
    source_id, at, number, text, quality, epoch, state = latest
    if source_id is not None:
        followed.at = -1 if at is None else microseconds(at)
        followed.number, followed.text, followed.quality, followed.epoch = number, text, quality, epoch
        followed.held = Held(followed.at, number) if number is not None and at is not None else None
    if state:
        kept = json.loads(state)
        followed.counter = kept["counter"]
        if followed.filter and kept["filter"]:
            followed.filter.restore(kept["filter"])
    return followed


def _settings(tag: Tag) -> tuple[float | None, float | None, int]:
    """Counters, states and alarms are kept whole, whatever deviation somebody set."""
    longest = tag.longest_seconds * 1_000_000
    if tag.role in WHOLE:
        return None, None, longest
    exception, deviation = tag.exception_deviation, tag.compression_deviation
    return (
        None if exception is None else float(exception),
        None if deviation is None else float(deviation),
        longest,
    )


def _filter(settings: tuple[float | None, float | None, int]) -> Filter | None:
    return None if settings[:2] == (None, None) else Filter(*settings)


def instant(at: int) -> datetime:
    """Microseconds of Unix time as an instant."""
    return EPOCH + timedelta(microseconds=at)


def microseconds(at: datetime) -> int:
    """An instant as microseconds of Unix time."""
    return (at - EPOCH) // timedelta(microseconds=1)


def points(followed: Followed, at: int, value: float) -> list[Point]:
    """What is kept now that `value` has come."""
    return [Point(at, value)] if followed.filter is None else followed.filter.offer(Point(at, value))
