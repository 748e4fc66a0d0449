"""Series: many values over time, never changed, and their summaries, which grow by merging.

On PostgreSQL a series is partitioned by the days that its rows are kept and by the day of their instant, so that
what has had its time is dropped as a whole. Rows come by COPY into a stage and from there, unless they are there
already, into the series: what is delivered twice is stored once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Column, Connection, Engine, SmallInteger, Table, func, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from core import clock
from core.i18n import _
from core.orm import rowset
from core.orm.guards import guard, raising
from core.orm.model import Base
from core.orm.types import BigId, UtcDateTime

if TYPE_CHECKING:
    from core.orm.env import Env

#: The lock under which a partition is made or dropped.
_LOCK = 5_403_118
#: How many days' partitions are made ahead.
_AHEAD_DAYS = 3


class Series(Base):
    """The root of tables that hold values over time. A row is known by whose it is, its instant and its mark.

    The mark tells values of one instant apart; made from the value alone it lets a value that is delivered twice be
    recognized. Nobody's id is a foreign key: the check of it would cost more than the row.
    """

    __abstract__ = True

    source_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, sort_order=-40)
    at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True, sort_order=-39)
    mark: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, sort_order=-38)
    #: For how many days the row is kept.
    keep: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, sort_order=-37)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:  # Any: SQLAlchemy's arguments of a table
        return {"postgresql_partition_by": "RANGE (keep, at)"}

    def __init_subclass__(cls, **kwargs: Any) -> None:  # Any: SQLAlchemy's signature
        super().__init_subclass__(**kwargs)
        message = _("What was measured is never changed, nor deleted before its time. Nothing has changed.")
        guard(cls, "measured", message, events=("update",))
        name = f"{cls.__tablename__}_kept"
        guard(
            cls, "kept", message, events=("delete",),
            sqlite=f"SELECT RAISE(ABORT, '{name}') WHERE old.at >= datetime('now', '-' || old.keep || ' days');",
            postgresql=f"if old.at >= now() - make_interval(days => old.keep) then {raising(name)} end if;",
        )  # fmt: skip


class Key(NamedTuple):
    """What a row of a series is known by."""

    source_id: int
    at: datetime
    mark: int


class Summary(Base):
    """The root of tables that hold one row for each key, into which later rows are merged."""

    __abstract__ = True

    #: How a column's new value follows from `{old}` and `{new}`; a column that is not named stays as it was.
    merged: ClassVar[Mapping[str, str]]


SUM = "{old} + {new}"
LEAST = "CASE WHEN {new} < {old} THEN {new} ELSE {old} END"
GREATEST = "CASE WHEN {new} > {old} THEN {new} ELSE {old} END"
NEW = "{new}"


def append(
    env: Env, model: type[Series], rows: Sequence[tuple[Any, ...]]
) -> None:  # Any: of each column's type
    """Store `rows`, whose values are in the order of the table's columns; those that are there already stay."""
    env.refuse_write()
    if rows and env.dialect == "postgresql":
        _stage(env, model, rows)
        env._connection.exec_driver_sql(_unstage(env._connection, _table(model)))
    elif rows:
        rowset.append(env._connection, _table(model), _by_column(model, rows), len(rows), unless_there=True)


def append_new(
    env: Env, model: type[Series], rows: Sequence[tuple[Any, ...]]
) -> set[Key]:  # Any: as in append
    """As `append`, but returns the keys of the rows that were not there."""
    env.refuse_write()
    if not rows:
        return set()
    if env.dialect == "postgresql":
        _stage(env, model, rows)
        stored = env._connection.exec_driver_sql(
            f"{_unstage(env._connection, _table(model))} RETURNING source_id, at, mark"
        )
        return {Key(*row) for row in stored}
    table = _table(model)
    keys = [_key(model, row) for row in rows]
    here = select(table.c.source_id, table.c.at, table.c.mark).where(
        table.c.source_id.in_({key.source_id for key in keys}),
        table.c.at.between(min(key.at for key in keys), max(key.at for key in keys)),
    )
    known = {Key(*row) for row in env._connection.execute(here)}
    append(env, model, rows)
    return set(keys) - known


def merge(env: Env, model: type[Summary], rows: Sequence[tuple[Any, ...]]) -> None:  # Any: as in append
    """Put `rows`, no two of one key, into the summaries that are there."""
    env.refuse_write()
    if rows:
        connection, table = env._connection, _table(model)
        sets = {table.c[name]: how for name, how in model.merged.items()}
        ending = rowset.on_conflict(connection, table, sets)
        if env.dialect == "postgresql":
            _copy(connection, table, rows)
            connection.exec_driver_sql(_unstage(connection, table, ending))
        else:
            rowset.append(connection, table, _by_column(model, rows), len(rows), ending=ending)


def replace(
    env: Env, model: type[Summary], key: tuple[Any, ...], values: Mapping[str, Any]
) -> None:  # Any: as in append
    """Set columns of the summary of `key`, whatever they were."""
    env.refuse_write()
    table = _table(model)
    of_key = [column == part for column, part in zip(table.primary_key.columns, key, strict=True)]
    env._connection.execute(table.update().where(*of_key).values(values))


def forget(env: Env, model: type[Summary], keys: Iterable[tuple[Any, ...]]) -> None:  # Any: as in append
    """Delete the summaries of `keys`."""
    env.refuse_write()
    table = _table(model)
    for key in keys:
        of_key = [column == part for column, part in zip(table.primary_key.columns, key, strict=True)]
        env._connection.execute(table.delete().where(*of_key))


def remove(env: Env, model: type[Summary], before: datetime) -> None:
    """Delete the summaries of buckets that begin earlier than `before`."""
    env.refuse_write()
    table = _table(model)
    env._connection.execute(table.delete().where(table.c.at < before))


def prepare(env: Env, models: Iterable[type[Series]], keeps: Iterable[int]) -> None:
    """Make the partitions of today and the days to come, so that no row has to wait for one."""
    today = clock.now().date()
    days = {(keep, today + timedelta(days=n)) for keep in keeps for n in range(-1, _AHEAD_DAYS + 1)}
    for model in models:
        if env.dialect == "postgresql":
            _partition(env, model, days)


def expire(env: Env, model: type[Series]) -> int:
    """Drop what has been kept for its time; returns how many days' partitions went (rows, on SQLite)."""
    env.refuse_write()
    table = _table(model)
    now = clock.now()
    if env.dialect == "postgresql":
        _lock(env._connection)
        gone = [name for name, keep, day in _partitions(env._connection, model)
                if day + timedelta(days=keep + 1) <= now.date()]  # fmt: skip
        for name in gone:
            env._connection.exec_driver_sql(f'DROP TABLE "{name}"')
            _known(env, model).clear()
        return len(gone)
    gone_rows = 0
    for keep in env._connection.scalars(select(table.c.keep).distinct()).all():
        old = (table.c.keep == keep) & (table.c.at < now - timedelta(days=keep))
        gone_rows += env._connection.execute(table.delete().where(old)).rowcount
    return gone_rows


def _stage(env: Env, model: type[Series], rows: Sequence[tuple[Any, ...]]) -> None:  # Any: as in append
    """Bring `rows` to the database, and see that there are partitions for them."""
    at, keep = _positions(model)
    _partition(env, model, {(row[keep], row[at].date()) for row in rows})
    _copy(env._connection, _table(model), rows)


def _copy(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:  # Any: as in append
    """COPY `rows` into a table of this connection that is empty again after the transaction."""
    name = _quoted(connection, f"stage_{table.name}")
    cursor = connection.connection.cursor()
    cursor.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {name} (LIKE {_quoted(connection, table.name)}) ON COMMIT DELETE ROWS"
    )
    cursor.execute(f"DELETE FROM {name}")  # noqa: S608 -- quoted name
    with cursor.copy(f"COPY {name} FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([_driver_type(connection, column) for column in table.columns])
        for row in rows:
            copy.write_row(row)


def _unstage(connection: Connection, table: Table, ending: str = " ON CONFLICT DO NOTHING") -> str:
    name, stage = _quoted(connection, table.name), _quoted(connection, f"stage_{table.name}")
    return f"INSERT INTO {name} SELECT * FROM {stage}{ending}"  # noqa: S608 -- quoted names


def _driver_type(connection: Connection, column: Column[Any]) -> str:  # Any: of any type
    return _DRIVER_TYPES.get(column.type.compile(dialect=connection.dialect), "text")


_DRIVER_TYPES = {
    "BIGINT": "int8",
    "INTEGER": "int4",
    "SMALLINT": "int2",
    "FLOAT(53)": "float8",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}


def _partition(env: Env, model: type[Series], wanted: set[tuple[int, date]]) -> None:
    """Make the partitions of `wanted` that there are not; attaching one holds up neither readers nor writers."""
    known = _known(env, model)
    if wanted <= known:
        return
    connection = env._connection
    _lock(connection)
    there = {(keep, day) for _name, keep, day in _partitions(connection, model)}
    for keep, day in sorted(wanted - there):
        first, last = (datetime.combine(d, time(), UTC).isoformat() for d in (day, day + timedelta(days=1)))
        bounds = f"FOR VALUES FROM ({keep}, '{first}') TO ({keep}, '{last}')"
        attach_partition(connection, _table(model).name, _partition_name(model, keep, day), bounds)
    env.after_commit(lambda: known.update(wanted))


def attach_partition(connection: Connection, table: str, name: str, bounds: str) -> None:
    """Make the partition `name` of `table`, of the rows that `bounds` (FOR VALUES ...) says."""
    parent, part = _quoted(connection, table), _quoted(connection, name)
    connection.exec_driver_sql(f"CREATE TABLE {part} (LIKE {parent} INCLUDING ALL)")
    connection.exec_driver_sql(f"ALTER TABLE {parent} ATTACH PARTITION {part} {bounds}")


def _lock(connection: Connection) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _partitions(connection: Connection, model: type[Series]) -> Iterator[tuple[str, int, date]]:
    """The partitions by name, with the days that their rows are kept and the day of their instants."""
    rows = connection.exec_driver_sql(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = to_regclass(%s)", (_quoted(connection, _table(model).name),),
    )  # fmt: skip
    for (name,) in rows:
        _table_name, keep, day = name.rsplit("_", 2)
        yield name, int(keep.removesuffix("d")), datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date()


def _partition_name(model: type[Series], keep: int, day: date) -> str:
    return f"{_table(model).name}_{keep}d_{day:%Y%m%d}"


def _known(env: Env, model: type[Series]) -> set[tuple[int, date]]:
    """The partitions that this process has seen committed."""
    return _seen.setdefault(env.site.engine, defaultdict(set))[_table(model).name]


def _by_column(model: type[Base], rows: Sequence[tuple[Any, ...]]) -> rowset.Values:  # Any: as in append
    return dict(zip(_table(model).columns, zip(*rows, strict=True), strict=True))


def _key(model: type[Series], row: tuple[Any, ...]) -> Key:  # Any: as in append
    names = [column.name for column in _table(model).columns]
    return Key(*(row[names.index(name)] for name in Key._fields))


def _positions(model: type[Series]) -> tuple[int, int]:
    names = [column.name for column in _table(model).columns]
    return names.index("at"), names.index("keep")


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


_seen: WeakKeyDictionary[Engine, defaultdict[str, set[tuple[int, date]]]] = WeakKeyDictionary()
