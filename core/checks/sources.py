"""Rules on the sources: how long they are, and what no addon calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from core.checks.problem import Problem
from core.checks.subject import Source, Subject
from core.i18n import _

FILE_LINES = 600
FUNCTION_LINES = 50

#: What passes by the access gate: names that an addon must not import, and attributes it must not touch.
_BANNED_IMPORTS = {
    "sqlalchemy": {"create_engine", "text", "literal_column", "table", "column"},
    "sqlalchemy.orm": {"sessionmaker", "scoped_session", "make_transient_to_detached"},
    "sqlalchemy.orm.session": {"make_transient_to_detached"},
}
#: A type in annotations, but a way around when it is made.
_BANNED_CALLS = {"Session"}
_BANNED_ATTRIBUTES = {"get_bind", "__table__", "_connection", "exec_driver_sql", "op"}


def lengths(subject: Subject) -> Iterator[Problem]:
    """A file has at most 600 lines, a function at most 50."""
    for source in subject.sources:
        yield from too_long(subject.name, source)


def too_long(addon: str, source: Source) -> Iterator[Problem]:
    """What of one file is too long."""
    lines = source.text.count("\n")
    if lines > FILE_LINES:
        said = _("has {lines} lines; {most} are the most. Divide it.", lines=lines, most=FILE_LINES)
        yield Problem(addon, source.place, str(said))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                said = _("{function} has {lines} lines; {most} are the most. Divide it.",
                         function=node.name, lines=lines, most=FUNCTION_LINES)  # fmt: skip
                yield Problem(addon, f"{source.place}:{node.lineno}", str(said))


def banned_names(subject: Subject) -> Iterator[Problem]:
    """An addon reaches data through models and its env; these names pass by the access gate."""
    if subject.is_base:
        return
    for source in subject.sources:
        for line, name in _banned(source):
            yield subject.problem(
                f"{source.place}:{line}",
                _("{name} passes by the access gate; use models, env.session and bulk.", name=name),
            )


def _banned(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            banned = _BANNED_IMPORTS.get(node.module or "", set())
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in banned)
        elif isinstance(node, ast.Attribute) and node.attr in _BANNED_ATTRIBUTES:
            yield node.lineno, node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _BANNED_CALLS:
            yield node.lineno, node.func.id
