"""A list as a tree, by the reference of each record to its parent: roots first, parts where a record is folded open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.orm import query
from core.orm.catalog import Field, fields_of
from core.orm.condition import AnyOf, Condition, Test, all_of, name_of
from core.orm.env import Env
from core.views.nodes import View
from core.web.state import ListState

#: Records of open branches on one page.
MOST_ROWS = 500


@dataclass(frozen=True)
class Branch:
    """A record with its place in the tree."""

    record: Sequence[Any]  # Any: columns of any type
    depth: int
    parts: int
    open: bool


def parent_of(view: View) -> Field | None:
    """The field by which records of the view's model form a tree: the one that its view names, or its own kind."""
    fields = fields_of(view.model)
    if view.tree is not None:
        return fields.get(name_of(view.tree.parent))
    return next((f for f in fields.values() if f.target is view.model and f.facet is None), None)


class Branches:
    """The shown records of a tree in two statements: those below open ones, and how many parts each has."""

    def __init__(
        self, env: Env, state: ListState, parent: Field, fields: Sequence[str], sort: Sequence[str]
    ) -> None:
        self.env, self.state, self.parent = env, state, parent
        opened = tuple(int(key) for key in sorted(state.opened) if key.isdigit())
        roots: Condition = Test(parent.name, "empty")
        shown = AnyOf((roots, Test(parent.name, "in", opened))) if opened else roots
        names = list(dict.fromkeys([*fields, parent.name]))
        self.found = query.page(env, state.model, names, where=shown, sort=sort, limit=MOST_ROWS)
        self._counts = self._parts([row[0] for row in self.found.rows])

    def in_order(self) -> list[Branch]:
        """Each record followed by its parts, if it is open."""
        below: dict[int | None, list[Sequence[Any]]] = {}  # Any: columns of any type
        at = self.found.selected[self.parent.name].index if self.found.rows else 0
        for row in self.found.rows:
            below.setdefault(row[at], []).append(row)
        return list(self._walk(below, None, 0))

    def toggle_url(self, branch: Branch) -> str:
        key = str(branch.record[0])
        return self.state.turned(opened=self.state.opened ^ {key}) if branch.parts else ""

    def _walk(
        self, below: Mapping[int | None, Sequence[Sequence[Any]]], parent: int | None, depth: int
    ) -> Iterator[Branch]:
        for row in below.get(parent, ()):
            opened = str(row[0]) in self.state.opened
            yield Branch(row, depth, self._counts.get(row[0], 0), opened)
            if opened:
                yield from self._walk(below, row[0], depth + 1)

    def _parts(self, ids: Sequence[int]) -> dict[int, int]:
        if not ids:
            return {}
        where = all_of([Test(self.parent.name, "in", tuple(ids))])
        groups = query.groups(self.env, self.state.model, [self.parent.name], where=where, limit=MOST_ROWS)
        return {group.values[0]: group.count for group in groups}


def is_tree(state: ListState) -> bool:
    """Whether the tree is shown: a narrowed list is flat, since parents of what is found need not fit."""
    return state.mode == "tree" and not state.is_narrowed
