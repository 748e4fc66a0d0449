"""Guards: database triggers, declared beside the model, that refuse what no code may do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.addon import owner_of
from core.i18n import Text, _
from core.orm.constraint import tell
from core.orm.model import Base
from core.orm.trigram import is_accelerator

_TYPE_BITS = {"insert": 4, "delete": 8, "update": 16}
_ROW_BEFORE = 1 | 2
_STATEMENT_BEFORE = 2
_TRUNCATE = 32
_APPEND_ONLY = "append_only"


@dataclass(frozen=True)
class Guard:
    """A trigger before each row's `events` on `table`; its bodies refuse by raising its name."""

    name: str
    addon: str
    table: str
    events: tuple[str, ...]
    #: Statements of an SQLite trigger's body.
    sqlite: str
    #: Statements of a PL/pgSQL trigger function's body, before it lets the row pass.
    postgresql: str

    def create(self, dialect: str) -> Iterator[str]:
        """The statements that make it."""
        if dialect == "sqlite":
            yield from self._sqlite_triggers().values()
            return
        events = " or ".join(self.events)
        yield f"create function {self.name}() returns trigger language plpgsql as $fn${self.function}$fn$"
        yield (
            f"create trigger {self.name} before {events} on {self.table} "
            f"for each row execute function {self.name}()"
        )
        if "delete" in self.events:
            yield (
                f"create trigger {self.name}_truncate before truncate on {self.table} "
                f"for each statement execute function {self.name}()"
            )

    @property
    def function(self) -> str:
        """The body of its PostgreSQL function, as the catalogue keeps it."""
        return (
            f"\nbegin\n  if tg_op = 'TRUNCATE' then\n    {raising(self.name)}\n  end if;\n"
            f"  {self.postgresql}\n  return coalesce(new, old);\nend\n"
        )

    def expected(self, dialect: str) -> dict[str, str]:
        """What the catalogue says of its triggers, by trigger name, while nobody has touched them."""
        if dialect == "sqlite":
            return self._sqlite_triggers()
        kind = _ROW_BEFORE | sum(_TYPE_BITS[event] for event in self.events)
        made = {self.name: f"{kind} O {self.function}"}
        if "delete" in self.events:
            made[f"{self.name}_truncate"] = f"{_STATEMENT_BEFORE | _TRUNCATE} O {self.function}"
        return made

    def _sqlite_triggers(self) -> dict[str, str]:
        return {
            f"{self.name}_{event}": (
                f"CREATE TRIGGER {self.name}_{event} BEFORE {event.upper()} ON {self.table} "
                f"FOR EACH ROW BEGIN {self.sqlite} END"
            )
            for event in self.events
        }


def guard(
    model: type[Base],
    rule: str,
    message: Text,
    *,
    events: Sequence[str],
    sqlite: str = "",
    postgresql: str = "",
) -> Guard:
    """Refuse `events` (insert, update, delete) on rows of `model`, telling a person `message`.

    Without bodies every such event is refused; a body of one's own refuses with `raising(name)` on PostgreSQL
    and `SELECT RAISE(ABORT, name)` on SQLite, where name is the table's and `rule` joined by an underscore.
    """
    name = f"{model.__tablename__}_{rule}"
    made = Guard(
        name, owner_of(model.__module__), str(model.__tablename__), tuple(events),
        sqlite or f"SELECT RAISE(ABORT, '{name}');", postgresql or raising(name),
    )  # fmt: skip
    tell(name, message)
    _guards[name] = made
    return made


def append_only(model: type[Base], message: Text | None = None) -> Guard:
    """Refuse to change or delete rows of `model`: a correction is a new row."""
    return guard(
        model,
        _APPEND_ONLY,
        message
        or _("These entries are never changed or deleted; enter a correcting one. Nothing has changed."),
        events=("update", "delete"),
    )


def raising(name: str) -> str:
    """The PL/pgSQL statement that refuses as constraint `name`."""
    return f"raise exception using errcode = '23514', constraint = '{name}', message = '{name}';"


def guards_of(addon: str) -> list[Guard]:
    """The guards that the models of `addon` declare."""
    return [made for made in _guards.values() if made.addon == addon]


def create(connection: Connection, addon: str) -> None:
    """Make the guards of `addon`."""
    for made in guards_of(addon):
        for statement in made.create(connection.dialect.name):
            connection.exec_driver_sql(statement)


def drop(connection: Connection, tables: Sequence[str]) -> None:
    """Take the guards off `tables`: before migrations, which must move rows, and before a purge."""
    names = existing(connection, tables)
    if connection.dialect.name == "sqlite":
        for name in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    for function in sorted({name.removesuffix("_truncate") for name in names}):
        connection.exec_driver_sql(f'drop function if exists "{function}" cascade')


def existing(connection: Connection, tables: Sequence[str]) -> dict[str, str]:
    """The triggers that stand on `tables`, by name, as the catalogue describes them."""
    standing = by_table(connection)
    return {name: text for table in tables for name, text in standing.get(table, {}).items()}


def by_table(connection: Connection) -> dict[str, dict[str, str]]:
    """The triggers of every table that has some, by name, as the catalogue describes them."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    if connection.dialect.name == "sqlite":
        for table, name, sql in connection.exec_driver_sql(_SQLITE_TRIGGERS):
            if not is_accelerator(name):
                found[table][name] = sql
        return found
    for table, name, kind, enabled, source in connection.exec_driver_sql(_POSTGRESQL_TRIGGERS):
        found[table][name] = f"{kind} {enabled} {source}"
    return found


def ledgers(connection: Connection, tables: Sequence[str]) -> list[str]:
    """Those of `tables` whose rows nobody may change or delete, as the triggers on them say; no code is asked."""
    standing = existing(connection, tables)
    return [table for table in tables if any(name.startswith(f"{table}_{_APPEND_ONLY}") for name in standing)]


def drift(connection: Connection, addon: str, tables: Sequence[str]) -> list[Text]:
    """How the guards on `tables` of `addon` differ from what its models declare."""
    dialect = connection.dialect.name
    wanted = {name: sql for made in guards_of(addon) for name, sql in made.expected(dialect).items()}
    found = existing(connection, tables)
    problems = [_("Guard {name} is missing.", name=name) for name in wanted if name not in found]
    problems += [_("Trigger {name} was not declared.", name=name) for name in found if name not in wanted]
    problems += [
        _("Guard {name} was altered.", name=name)
        for name in wanted
        if name in found and found[name] != wanted[name]
    ]
    return problems


_guards: dict[str, Guard] = {}

_SQLITE_TRIGGERS = "select tbl_name, name, sql from sqlite_master where type = 'trigger'"

_POSTGRESQL_TRIGGERS = """
select c.relname, t.tgname, t.tgtype::int, t.tgenabled::text, p.prosrc
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
 where not t.tgisinternal and c.relnamespace = current_schema()::regnamespace
"""
