"""Watching what code does: the hooks it calls and the statements it sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, event

from core.orm.env import Site
from core.plugins import hookimpl

#: What every transaction sends, whatever it does.
_OVERHEAD = (
    "BEGIN",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "select pg_advisory",
    "select name, state, revision",
)


class Heard:
    """Calls of hooks, in order."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.calls: list[tuple[str, dict[str, Any]]] = []  # Any: the hooks' own arguments

    def listen(self, *names: str) -> Heard:
        """Note every call of the hooks `names` from here on."""
        for name in names:
            spec = getattr(self._site.plugins.hook, name).spec
            plugin = ModuleType(f"heard_{name}_{len(self.calls)}")
            setattr(plugin, name, hookimpl(_listener(self.calls, name, spec.argnames)))
            self._site.plugins.register(plugin)
        return self

    def of(self, name: str) -> list[dict[str, Any]]:  # Any: as above
        """What each call of one hook gave."""
        return [given for called, given in self.calls if called == name]


@dataclass
class Statements:
    """The statements that were sent within a block."""

    sent: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.sent)


@contextmanager
def statements(engine: Engine) -> Iterator[Statements]:
    """The statements that `engine` sends within the block, those that every transaction sends left out."""
    found = Statements()

    def note(connection: Connection, cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(_OVERHEAD):
            found.sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def query_budget(engine: Engine, most: int) -> Iterator[Statements]:
    """Fail when the block sends more than `most` statements."""
    with statements(engine) as found:
        yield found
    if len(found) > most:
        listed = "\n".join(found.sent)
        raise AssertionError(f"{len(found)} statements were sent, {most} are the budget:\n{listed}")


def _listener(
    calls: list[tuple[str, dict[str, Any]]], name: str, names: Sequence[str]
) -> Any:  # Any: a function
    """A function with exactly the parameters of the hook: pluggy looks at its signature."""
    space: dict[str, Any] = {"calls": calls}
    given = ", ".join(f"{each!r}: {each}" for each in names)
    exec(f"def {name}({', '.join(names)}):\n    calls.append(({name!r}, {{{given}}}))", space)  # noqa: S102 -- names of a specification
    return space[name]
