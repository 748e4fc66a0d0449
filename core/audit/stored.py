"""Reading the trail in order and in pieces, as it is stored, whatever somebody may have put there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Dialect,
    Select,
    String,
    TypeDecorator,
    and_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.engine import Row
from sqlalchemy.types import TypeEngine

from core.orm.env import Env
from core.orm.plan import table_of
from core.orm.rowset import among
from core.orm.tracking import Change, ChangeBatch, Redaction

#: Batches that are read at once, and rows of them.
BATCHES = 500
_ROWS = 1_000

Found = Row[*tuple[Any, ...]]  # Any: the columns of a change or of a batch

batches = table_of(ChangeBatch).c
changes = table_of(Change).c
redactions = table_of(Redaction).c


class _AsFound(TypeDecorator[datetime]):
    """An instant; on SQLite, which takes any text for one, the beginning of time where it is none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # Any: of a datetime or of its text
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # Any: as above
        if not isinstance(value, str):
            return None if value is None else value.astimezone(UTC)
        try:
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        except ValueError:
            return datetime.min.replace(tzinfo=UTC)


when = _AsFound()
_BATCH = (
    batches.id, type_coerce(batches.at, when).label("at"), batches.by_id, batches.rows, batches.digest, batches.key,
    batches.seal_no, batches.seal, batches.seal_key, type_coerce(batches.sealed_at, when).label("sealed_at"),
)  # fmt: skip
_CHANGE = (
    changes.id, changes.batch_id, changes.model, changes.record_id, type_coerce(changes.event, String).label("event"),
    type_coerce(changes.at, when).label("at"), changes.by_id, changes.addon, changes.why, changes.old, changes.new,
    changes.mark,
)  # fmt: skip


def sealed_after(env: Env, no: int, batch_id: int) -> Sequence[Found]:
    """The next BATCHES of the chain, in its order."""
    after = or_(batches.seal_no > no, and_(batches.seal_no == no, batches.id > batch_id))
    return _some(env, select(*_BATCH).where(after).order_by(batches.seal_no, batches.id))


def unsealed_after(env: Env, batch_id: int) -> Sequence[Found]:
    """The next BATCHES that are in no chain yet."""
    waiting = and_(batches.seal_no.is_(None), batches.id > batch_id)
    return _some(env, select(*_BATCH).where(waiting).order_by(batches.id))


def changes_of(env: Env, batch_ids: Sequence[int]) -> Iterator[tuple[int, Iterator[Found]]]:
    """The rows of each of these batches that has any, in order; each group is read before the next."""
    asked = select(*_CHANGE).where(among(changes.batch_id, batch_ids, env.dialect))
    rows = env._connection.execute(
        asked.order_by(changes.batch_id, changes.id), execution_options={"yield_per": _ROWS}
    )
    yield from groupby(rows, key=attrgetter("batch_id"))


def redactions_of(env: Env, batch_ids: Sequence[int]) -> Mapping[int, Mapping[int, Found]]:
    """The redactions of changes of these batches, by batch and change; mostly none."""
    asked = (
        select(changes.batch_id, redactions.change_id, redactions.key, redactions.mark)
        .select_from(table_of(Redaction).join(table_of(Change), changes.id == redactions.change_id))
        .where(among(changes.batch_id, batch_ids, env.dialect))
        .order_by(redactions.id)
    )
    found: dict[int, dict[int, Found]] = defaultdict(dict)
    for row in env._connection.execute(asked):
        found[row.batch_id][row.change_id] = row
    return found


def change_where(env: Env, condition: ColumnElement[bool], most: int) -> Sequence[Found]:
    return env._connection.execute(select(*_CHANGE).where(condition).order_by(changes.id).limit(most)).all()


def _some(env: Env, asked: Select[Any]) -> Sequence[Found]:  # Any: the columns of a batch
    return env._connection.execute(asked.limit(BATCHES)).all()
