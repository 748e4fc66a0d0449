"""Series keep every value once and unchanged, and drop it when its time is over; summaries merge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import Float, Integer, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.errors import GateError, NotFound, ReadOnly
from core.orm import guards, series
from core.orm.env import Principal, Site, open_env
from core.orm.series import Key, Series, Summary
from core.orm.types import BigId, UtcDateTime
from core.testing.databases import Databases
from tests.core.orm.shelf import make_site

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


class Gauge(Series):
    """What a gauge showed."""

    __tablename__ = "sample_gauge"

    value: Mapped[float | None] = mapped_column(Float(53))


class Hourly(Summary):
    """What a gauge showed in an hour."""

    __tablename__ = "sample_hourly"
    merged: ClassVar = {
        "count": series.SUM, "low": series.LEAST, "high": series.GREATEST,
        "last": "CASE WHEN {new_at_last} >= {old_at_last} THEN {new} ELSE {old} END", "at_last": series.GREATEST,
    }  # fmt: skip

    source_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    low: Mapped[float] = mapped_column(Float(53))
    high: Mapped[float] = mapped_column(Float(53))
    last: Mapped[float] = mapped_column(Float(53))
    at_last: Mapped[datetime] = mapped_column(UtcDateTime)


@pytest.fixture
def site(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[Site]:
    made = make_site(fresh_databases.fresh(database_kind), tmp_path)
    with made.engine.begin() as connection:
        for trigger in guards.guards_of(""):
            if trigger.table == Gauge.__tablename__:
                for statement in trigger.create(database_kind):
                    connection.exec_driver_sql(statement)
    yield made
    made.engine.dispose()


def row(
    source: int, at: datetime, value: float | None = 1.0, *, mark: int = 0, keep: int = 30
) -> tuple[object, ...]:
    return (source, at, mark, keep, value)


def stored(site: Site) -> list[tuple[int, datetime, float | None]]:
    with open_env(site) as env:
        found = env.session.execute(
            select(Gauge.source_id, Gauge.at, Gauge.value).order_by(Gauge.source_id, Gauge.at, Gauge.mark)
        )
        return [(source, at, value) for source, at, value in found]


def keep(site: Site, *rows: tuple[object, ...]) -> set[Key]:
    with open_env(site, write=True) as env:
        return series.append_new(env, Gauge, rows)


def test_a_row_that_comes_again_is_stored_once(site: Site) -> None:
    rows = [row(1, NOW), row(1, NOW, mark=1), row(2, NOW, None)]

    with open_env(site, write=True) as env:
        series.append(env, Gauge, rows)
    with open_env(site, write=True) as env:
        series.append(env, Gauge, [*rows, row(1, NOW + timedelta(microseconds=1), 7.5), *rows])

    assert stored(site) == [
        (1, NOW, 1.0),
        (1, NOW, 1.0),
        (1, NOW + timedelta(microseconds=1), 7.5),
        (2, NOW, None),
    ]


def test_who_appends_is_told_what_was_not_there(site: Site) -> None:
    first, second = row(1, NOW), row(1, NOW + timedelta(days=1))

    assert keep(site, first) == {Key(1, NOW, 0)}
    assert keep(site, first, second) == {Key(1, NOW + timedelta(days=1), 0)}


def test_a_row_whose_transaction_was_undone_can_come_again(site: Site) -> None:
    with pytest.raises(NotFound):
        _keep_and_fail(site)

    keep(site, row(1, NOW))

    assert len(stored(site)) == 1


def _keep_and_fail(site: Site) -> None:
    with open_env(site, write=True) as env:
        series.append(env, Gauge, [row(1, NOW)])
        raise NotFound


@pytest.mark.parametrize("statement", ["UPDATE sample_gauge SET value = 2", "DELETE FROM sample_gauge"])
def test_a_row_is_neither_changed_nor_deleted_before_its_time(site: Site, statement: str) -> None:
    keep(site, row(1, clock.now()))

    with pytest.raises(IntegrityError), site.engine.begin() as connection:
        connection.execute(text(statement))

    assert [value for _source, _at, value in stored(site)] == [1.0]


def test_rows_go_after_the_days_that_each_is_kept(site: Site) -> None:
    today = clock.now().replace(hour=12)
    ages = {3: 1, 32: 30, 100: 90, 28: 30, 89: 90}
    keep(site, *(row(age, today - timedelta(days=age), keep=days) for age, days in ages.items()))

    with open_env(site, write=True) as env:
        gone = series.expire(env, Gauge)

    assert gone == 3
    assert [source for source, _at, _value in stored(site)] == [28, 89]
    keep(site, row(3, today - timedelta(days=3), keep=1))
    assert len(stored(site)) == 3


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_each_day_has_its_partition_made_ahead(site: Site, database_kind: str) -> None:
    with clock.held(NOW), open_env(site, write=True) as env:
        series.prepare(env, [Gauge], [30])
        series.prepare(env, [Gauge], [30])

    names = [name for name in inspect(site.engine).get_table_names() if name.startswith("sample_gauge_")]

    assert sorted(names) == [f"sample_gauge_30d_202605{day}" for day in range(19, 24)]


def test_a_reading_transaction_stores_nothing(site: Site) -> None:
    with open_env(site) as env, pytest.raises(ReadOnly):
        series.append(env, Gauge, [row(1, NOW)])


def test_a_person_reads_a_series_through_what_owns_it_alone(site: Site) -> None:
    with open_env(site, Principal(user_id=1)) as env, pytest.raises(GateError):
        env.session.execute(select(Gauge.value))


def test_summaries_of_one_key_become_one(site: Site) -> None:
    later = NOW + timedelta(minutes=5)
    with open_env(site, write=True) as env:
        series.merge(env, Hourly, [(1, NOW, 2, 1.0, 5.0, 5.0, later), (2, NOW, 1, 0.0, 0.0, 0.0, NOW)])
        series.merge(env, Hourly, [(1, NOW, 3, -1.0, 4.0, 4.0, NOW)])
        series.merge(env, Hourly, [(2, NOW, 1, 3.0, 3.0, 3.0, later)])

    with open_env(site) as env:
        found = env.session.execute(
            select(Hourly.count, Hourly.low, Hourly.high, Hourly.last, Hourly.at_last).order_by(
                Hourly.source_id
            )
        ).all()

    assert [tuple(each) for each in found] == [(5, -1.0, 5.0, 5.0, later), (2, 0.0, 3.0, 3.0, later)]


def test_summaries_go_by_their_age(site: Site) -> None:
    with open_env(site, write=True) as env:
        old = NOW - timedelta(days=9)
        series.merge(env, Hourly, [(1, at, 1, 0.0, 0.0, 0.0, at) for at in (old, NOW)])
        series.remove(env, Hourly, NOW - timedelta(days=1))

    with open_env(site) as env:
        assert env.session.scalars(select(Hourly.at)).all() == [NOW]
