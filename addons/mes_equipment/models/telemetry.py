"""Readings over time, the last of each tag, and their summaries by minute and hour."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Float, Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core import BigId, Series, Summary, UtcDateTime, series


class Telemetry(Series):
    """A number that a tag had at an instant."""

    __tablename__ = "mes_equipment_telemetry"

    value: Mapped[float | None] = mapped_column(Float(53))
    quality: Mapped[int] = mapped_column(SmallInteger)
    #: The session of its edge node.
    epoch: Mapped[int] = mapped_column(Integer)


class TelemetryText(Series):
    """A text that a tag had at an instant: a state, a program, a message."""

    __tablename__ = "mes_equipment_telemetry_text"

    value: Mapped[str | None] = mapped_column(Text)
    quality: Mapped[int] = mapped_column(SmallInteger)
    epoch: Mapped[int] = mapped_column(Integer)


class Quarantine(Series):
    """A reading whose clock cannot be right, kept as it came, at the instant it came."""

    __tablename__ = "mes_equipment_quarantine"

    captured_us: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[float | None] = mapped_column(Float(53))
    text: Mapped[str | None] = mapped_column(Text)


class Latest(Summary):
    """The value that a tag has now, and what the writer needs to go on with it."""

    __tablename__ = "mes_equipment_latest"
    merged: ClassVar = dict.fromkeys(("at", "value", "text", "quality", "epoch", "followed"), series.NEW)

    source_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    value: Mapped[float | None] = mapped_column(Float(53))
    text: Mapped[str | None] = mapped_column(Text)
    quality: Mapped[int] = mapped_column(SmallInteger)
    epoch: Mapped[int] = mapped_column(Integer)
    #: Its counter and the state of its filter, as JSON.
    followed: Mapped[str | None] = mapped_column(Text)


class _Rollup(Summary):
    """What a tag's readings in one bucket come to; see rules/rollup.py."""

    __abstract__ = True
    #: Read by stretches of the key, in whose order the rows then lie.
    __table_args__ = ({"sqlite_with_rowid": False},)
    merged: ClassVar = {
        "low": series.LEAST, "high": series.GREATEST, "total": series.SUM, "count": series.SUM,
        "area": series.SUM, "covered": series.SUM,
        "first": "CASE WHEN {new_first_at} < {old_first_at} THEN {new} ELSE {old} END",
        "first_at": series.LEAST,
        "last": "CASE WHEN {new_last_at} >= {old_last_at} THEN {new} ELSE {old} END",
        "last_at": series.GREATEST,
    }  # fmt: skip

    source_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    low: Mapped[float] = mapped_column(Float(53))
    high: Mapped[float] = mapped_column(Float(53))
    total: Mapped[float] = mapped_column(Float(53))
    count: Mapped[int] = mapped_column(Integer)
    area: Mapped[float] = mapped_column(Float(53))
    covered: Mapped[float] = mapped_column(Float(53))
    first: Mapped[float] = mapped_column(Float(53))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last: Mapped[float] = mapped_column(Float(53))
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RollupMinute(_Rollup):
    """What a tag's readings in a minute come to."""

    __tablename__ = "mes_equipment_rollup_minute"


class RollupHour(_Rollup):
    """What a tag's readings in an hour come to."""

    __tablename__ = "mes_equipment_rollup_hour"


class DirtyBucket(Summary):
    """A minute into which late readings came: the areas of it and its hour are to be computed anew."""

    __tablename__ = "mes_equipment_dirty_bucket"
    merged: ClassVar = {"queued_at": series.NEW}

    source_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SpoolPosition(Summary):
    """How far a spool has been taken over: everything before it is in the tables, nothing after it counts yet."""

    __tablename__ = "mes_equipment_spool_position"
    merged: ClassVar = {"segment": series.NEW, "place": series.NEW}

    spool: Mapped[str] = mapped_column(String(64), primary_key=True)
    segment: Mapped[int] = mapped_column(BigInteger)
    place: Mapped[int] = mapped_column(BigInteger)
