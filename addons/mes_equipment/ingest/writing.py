"""The writer: frames from the spool become rows, and the place in the spool moves on in the same transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from addons.mes_equipment.ingest import storing
from addons.mes_equipment.ingest.following import Tags, instant, microseconds
from addons.mes_equipment.ingest.intake import Intake
from addons.mes_equipment.ingest.spool import Frame, Position, SpoolReader
from addons.mes_equipment.models import EdgeNode, SpoolPosition
from addons.mes_equipment.rules.skew import Skew
from core import Env, Principal, bulk, series

#: Opens an env on the site: `opener(principal, write=True)`.
Opener = Callable[..., AbstractContextManager[Env]]

READINGS, SOURCE = "r", "s"
FLUSH_SECONDS = 0.2
#: Messages taken at once, and rows that are written at once when more is waiting.
_FRAMES = 500
ROWS = 5_000
_IDLE_SECONDS = 0.02
_RENEW_SECONDS = 5.0
_HOUSE_SECONDS = 3_600.0
#: How long nothing was heard before it counts as a gap that nobody knows the states of.
_GAP_US = 60_000_000
_SEEN_SECONDS = 10


@dataclass(slots=True)
class _Edge:
    """A source as it was when it was last heard of; instants are microseconds."""

    online: bool = False
    epoch: int = 0
    seen: int = -1
    skew: Skew = field(default_factory=Skew)
    changed: bool = False


class Writer:
    """Takes over what lies in the spool of a company; one runs at a time."""

    def __init__(self, opener: Opener, principal: Principal, folder: Path, spool: str) -> None:
        self._opener = opener
        self._principal = principal
        self._folder = folder
        self._spool = spool
        self._tags = Tags()
        self._edges: dict[str, _Edge] = {}
        self._reader = SpoolReader(folder, Position(0, 0))
        self._intake = Intake()
        self._pending = 0
        self._renewed = self._housed = float("-inf")

    def run(self, stopped: Callable[[], bool]) -> None:
        """Write until `stopped`, and then what lies in the spool."""
        self.load()
        flushed = time.monotonic()
        while True:
            ending = stopped()
            taken = self.take()
            due = time.monotonic() - flushed >= FLUSH_SECONDS or self._intake.size >= ROWS
            if self._pending and (due or not taken):
                self.flush()
                flushed = time.monotonic()
            if not taken:
                if ending:
                    return
                self.keep_up()
                time.sleep(_IDLE_SECONDS)

    def load(self) -> None:
        """Begin where the last commit left off."""
        with self._opener(self._principal) as env:
            self._tags.load(env)
            self._edges = dict(_edges(env))
            place = env.session.execute(
                select(SpoolPosition.segment, SpoolPosition.place).where(SpoolPosition.spool == self._spool)
            ).one_or_none()
        self._reader = SpoolReader(self._folder, Position(*place) if place else Position(0, 0))
        self._intake, self._pending = Intake(), 0

    def take(self) -> int:
        """Take some frames from the spool; returns how many."""
        frames = self._reader.take(_FRAMES)
        unknown = {key for frame in frames for key in self._unknown(frame)}
        if unknown:
            with self._opener(self._principal, write=True) as env:
                self._tags.make(env, unknown)
        for frame in frames:
            self._apply(frame)
        self._pending += len(frames)
        return len(frames)

    def flush(self) -> None:
        """Write what was taken; when that fails, nothing of it has happened, and it is taken again."""
        try:
            with self._opener(self._principal, write=True) as env:
                storing.store(env, self._intake, self._tags)
                self._store_edges(env)
                series.merge(env, SpoolPosition, [(self._spool, *self._reader.position)])
        except BaseException:
            self.load()
            raise
        self._intake, self._pending = Intake(), 0
        self._reader.release(self._reader.position)

    def keep_up(self) -> None:
        """What has time until nothing is waiting: late buckets, changed settings, days to come and days gone."""
        now = time.monotonic()
        if now - self._renewed < _RENEW_SECONDS:
            return
        self._renewed = now
        with self._opener(self._principal, write=True) as env:
            storing.recompute(env)
            for outdated in self._tags.renew(env):
                self._intake.close(outdated)
            if now - self._housed >= _HOUSE_SECONDS:
                self._housed = now
                storing.keep_house(env)
        self._pending += bool(self._intake.size)

    def _unknown(self, frame: Frame) -> Iterable[tuple[str, str]]:
        if frame[0] != READINGS:
            return ()
        protocol = frame[1]
        return (
            (protocol, value[0])
            for value in frame[5]
            if self._tags.get(protocol, value[0]) is None and (protocol, value[0]) not in self._tags.ignored
        )

    def _apply(self, frame: Frame) -> None:
        if frame[0] == READINGS:
            self._apply_readings(*frame[1:])
        elif frame[0] == SOURCE:
            self._apply_source(*frame[1:])

    def _apply_readings(
        self, protocol: str, source: str, epoch: int, arrived: int, values: list[list[Any]]
    ) -> None:
        edge = self._edge(source)
        live = [value[1] for value in values if not value[4]]
        if live:
            edge.skew.saw(max(live), arrived)
        if arrived - edge.seen > _SEEN_SECONDS * 1_000_000:
            edge.changed = True
        edge.seen = arrived
        believed = edge.skew.latest_believed(arrived)
        take, get = self._intake.take, self._tags.get
        for address, at, value, quality, historical in values:
            tag = get(protocol, address)
            if tag is None:
                continue
            if at > believed:
                self._intake.quarantine(tag, at, value, arrived)
            else:
                take(tag, at, value, quality, epoch, historical=historical)

    def _apply_source(self, source: str, online: bool, epoch: int, at: int) -> None:
        is_device = source.count("/") > 1
        edge = self._edge(source) if not is_device else None
        if not online:
            self._intake.lose(self._tags.below(source), at)
        elif edge is not None and edge.online and 0 <= edge.seen < at - _GAP_US:
            # Nobody saw it die: what it did since it was last heard of is not known, unless it tells later.
            self._intake.lose(self._tags.below(source), edge.seen)
        if edge is not None:
            edge.online, edge.epoch, edge.changed = online, epoch, True

    def _edge(self, source: str) -> _Edge:
        if source not in self._edges:
            self._edges[source] = _Edge(changed=True)
        return self._edges[source]

    def _store_edges(self, env: Env) -> None:
        changed = {path: edge for path, edge in self._edges.items() if edge.changed}
        if not changed:
            return
        asked = select(EdgeNode.path, EdgeNode.id).where(
            EdgeNode.company_id == env.company_id, EdgeNode.path.in_(changed)
        )
        ids = {path: id_ for path, id_ in env.session.execute(asked)}  # noqa: C416 -- rows are no pairs to mypy
        rows = {path: _edge_row(edge) for path, edge in changed.items()}
        bulk.create(env, EdgeNode, [
            {"company_id": env.company_id, "path": path, **row} for path, row in rows.items() if path not in ids
        ])  # fmt: skip
        bulk.update(env, EdgeNode, [{"id": ids[path], **row} for path, row in rows.items() if path in ids])
        for edge in changed.values():
            edge.changed = False


def _edges(env: Env) -> Iterator[tuple[str, _Edge]]:
    columns = select(EdgeNode.path, EdgeNode.online, EdgeNode.epoch, EdgeNode.seen_at)
    for path, online, epoch, seen_at in env.session.execute(
        columns.where(EdgeNode.company_id == env.company_id)
    ):
        yield path, _Edge(online, epoch, -1 if seen_at is None else microseconds(seen_at))


def _edge_row(edge: _Edge) -> dict[str, object]:
    off = (edge.skew.estimate or 0) // 1000
    return {
        "online": edge.online, "epoch": edge.epoch, "clock_wrong": edge.skew.is_wrong,
        "clock_off_ms": max(-(2**31), min(off, 2**31 - 1)),
        "seen_at": instant(edge.seen) if edge.seen >= 0 else None,
    }  # fmt: skip
