"""Replacing what is personal in the tables of a copy, and then whatever of it stands in other texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import JSON, Column, Connection, String, Table, select

from core.base.models.record import Attachment, ExternalId
from core.cloning.inventing import Inventor, Kind
from core.cloning.personal import PersonalColumn, keyed_outside
from core.cloning.reading import pieces, write_back
from core.cloning.sweeping import Sweep
from core.orm.model import Base
from core.orm.plan import table_of
from core.orm.series import Series, Summary
from core.orm.tracking import Change, ChangeBatch
from core.orm.types import ChoiceType

#: Texts of fewer characters are codes, and names of models and roles.
_FREE_CHARACTERS = 100
#: A text file.
_MEDIA_TYPE = "text/plain"


def replace(
    connection: Connection, columns: Sequence[PersonalColumn], inventor: Inventor, sweep: Sweep
) -> None:
    """Give every personal column false values; `sweep` learns of the true ones."""
    of_table: dict[str, list[PersonalColumn]] = defaultdict(list)
    for each in columns:
        of_table[each.table.name].append(each)
    for some in of_table.values():
        table = some[0].table
        for rows in pieces(connection, table, [each.column for each in some]):
            changed = []
            for row in rows:
                new = {
                    each.column.name: inventor.invent(each.kind, row[each.column.name], each.most)
                    for each in some
                }
                for name, false in new.items():
                    sweep.learn(row[name], false)
                changed.append((row, new))
            write_back(connection, table, changed)


def replace_keys(connection: Connection, columns: Sequence[PersonalColumn], inventor: Inventor) -> None:
    """Give false values to what other systems call records with personal fields."""
    table, models = table_of(ExternalId), keyed_outside(list(columns))
    for rows in pieces(connection, table, [table.c.model, table.c.key, table.c.digest]):
        write_back(connection, table, [
            (row, {"key": inventor.invent(Kind.CODE, row["key"])})
            for row in rows if row["model"] in models and row["digest"] is None
        ])  # fmt: skip


def replace_sizes(connection: Connection, inventor: Inventor) -> dict[str, bytes]:
    """Say of attached files what is true of those in their place, which are returned by their digests.

    To be done before the digests are replaced.
    """
    table, made = table_of(Attachment), {}
    for digest in connection.execute(select(table.c.digest).distinct()).scalars().all():
        content = inventor.content(digest)
        made[inventor.digest(digest)] = content
        connection.execute(
            table.update()
            .where(table.c.digest == digest)
            .values(size_bytes=len(content), media_type=_MEDIA_TYPE)
        )
    return made


def clean(connection: Connection, sweep: Sweep) -> None:
    """Sweep all free texts and all that is kept as JSON; the audit trail has a way of its own."""
    for table in _swept():
        columns = [column for column in table.columns if _is_free(column)]
        for rows in pieces(connection, table, columns) if columns and table.primary_key.columns else ():
            changed = []
            for row in rows:
                new = {column.name: sweep.clean(row[column.name]) for column in columns}
                if any(new[name] != row[name] for name in new):
                    changed.append((row, new))
            write_back(connection, table, changed)


def _swept() -> Iterator[Table]:
    """Not the readings of machines, which are millions and say nothing of people."""
    for mapper in Base.registry.mappers:
        if not issubclass(mapper.class_, Series | Summary | Change | ChangeBatch):
            yield table_of(mapper.class_)


def _is_free(column: Column[object]) -> bool:
    if isinstance(column.type, JSON):
        return True
    if not isinstance(column.type, String) or isinstance(column.type, ChoiceType) or column.foreign_keys:
        return False
    return column.type.length is None or column.type.length >= _FREE_CHARACTERS
