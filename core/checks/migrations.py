"""Rules on migrations: they touch their own tables alone, give what the models say, and go down and up again."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from core.checks.problem import Problem
from core.checks.subject import Loaded, Subject
from core.i18n import _
from core.migrate import history as histories
from core.migrate.scratch import at_head
from core.orm.model import tables_of

#: Operations whose first argument is a table.
_ON_TABLE = {"create_table", "drop_table", "add_column", "drop_column", "alter_column", "batch_alter_table",
             "rename_table", "bulk_insert"}  # fmt: skip
#: Operations whose second argument is.
_ON_SECOND = {"create_index", "create_foreign_key", "create_unique_constraint", "create_check_constraint"}

_INDEXES = "select name, sql from sqlite_master where type = 'index' and tbl_name = ?"


def own_tables(subject: Subject) -> Iterator[Problem]:
    """A migration changes its own addon's tables alone."""
    folder = subject.package.folder / "migrations"
    for path in sorted(folder.glob("[0-9]*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for line, table in _touched(tree):
            if not table.startswith(subject.package.prefix):
                yield subject.problem(
                    f"migrations/{path.name}:{line}",
                    _("changes {table}, which is another addon's; write through its actions.", table=table),
                )


def history(subject: Loaded) -> Iterator[Problem]:
    """The history gives what the models say, and each step goes down and up to the very same schema."""
    package = subject.package
    if not histories.head(package):
        if tables_of(package.name):
            yield subject.problem(
                "migrations",
                _("there is none; dovetail revision {name} initial writes it.", name=package.name),
            )
        return
    with at_head(subject.available, package.name) as connection:
        for change in histories.differences(connection, package.name):
            yield subject.problem(
                "migrations", _("lack {change}; dovetail revision writes it.", change=change)
            )
        yield from _down_and_up(subject, connection)


def _down_and_up(subject: Loaded, connection: Connection) -> Iterator[Problem]:
    package = subject.package
    names = [table.name for table in tables_of(package.name)]
    steps = histories.revisions(package)
    for step, before in zip(reversed(steps), [*reversed(steps[:-1]), None], strict=True):
        whole = _schema(connection, names)
        histories.step_down(connection, package, before.id if before else "base")
        histories.step_up(connection, package, step.id)
        if _schema(connection, names) != whole:
            yield subject.problem(f"migrations/{step.id}", _("gives another schema after down and up."))
        histories.step_down(connection, package, before.id if before else "base")
    histories.step_up(connection, package, steps[-1].id)


def _schema(connection: Connection, names: Sequence[str]) -> list[str]:
    """The columns and indexes of the addon's tables, as SQLite keeps them, whatever their order."""
    found = []
    for table in names:
        found += [
            f"{table} {tuple(row)[1:]}" for row in connection.exec_driver_sql(f'pragma table_info("{table}")')
        ]
        found += [f"{table} {tuple(row)}" for row in connection.exec_driver_sql(_INDEXES, (table,))]
    return sorted(found)


def _touched(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The tables that `op.` calls name, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on_op = isinstance(node.func.value, ast.Name) and node.func.value.id == "op"
            position = 0 if node.func.attr in _ON_TABLE else 1 if node.func.attr in _ON_SECOND else None
            if on_op and position is not None and len(node.args) > position:
                argument = node.args[position]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield node.lineno, argument.value
