"""A list in groups: up to three levels with counts and sums, rows only where a group is folded open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from core.i18n import _
from core.orm import query
from core.orm.catalog import Field, field_of
from core.orm.condition import AnyOf, Condition, Test, all_of
from core.orm.env import Env
from core.web.cells import GroupRow
from core.web.format import Reader
from core.web.state import ListState
from core.web.sums import Amounts, Summing

#: As many records are shown with every group open.
ALL_OPEN = 100
#: Rows of open groups on one page.
MOST_ROWS = 400
MOST_GROUPS_SHOWN = 500
NOTHING = "~"
BETWEEN = "|"


@dataclass
class Node:
    """A group: the value it agrees in, its parts and its sums."""

    key: str
    level: int
    value: Any  # Any: of the field's type
    label: str
    count: int = 0
    amounts: Amounts = field(default_factory=Amounts)
    parts: dict[str, Node] = field(default_factory=dict)
    condition: Condition | None = None

    def leaves(self) -> Iterator[Node]:
        """The groups below that hold records themselves."""
        if not self.parts:
            yield self
        for part in self.parts.values():
            yield from part.leaves()


class Groups:
    """The groups of a state, read in one statement; records of open ones in another."""

    def __init__(
        self, env: Env, state: ListState, reader: Reader, where: Condition | None, summing: Summing
    ) -> None:
        self.env, self.state, self.reader, self.where = env, state, reader, where
        self.fields = [(name.partition(":")[0], name.partition(":")[2]) for name in state.group]
        self.root = Node("", 0, None, "")
        self.summing = summing
        found = summing.groups(state.group, where, MOST_GROUPS_SHOWN)
        #: Whether there are more groups than a page shows.
        self.is_cut = len(found) == MOST_GROUPS_SHOWN
        for group in found:
            self._place(group)
        self._sort(self.root)

    @property
    def is_small(self) -> bool:
        return self.root.count <= ALL_OPEN

    def is_open(self, node: Node) -> bool:
        """What the address names is folded the other way than groups of such a list are."""
        return (node.key in self.state.opened) != self.is_small

    def open_leaves(self) -> list[Node]:
        return [
            node for node in self.root.leaves() if node.level and self._is_shown(node) and self.is_open(node)
        ]

    def page(self, fields: Sequence[str], sort: Sequence[str]) -> query.Page:
        """The records of the open groups, in the groups' order."""
        leaves = self.open_leaves()
        if not leaves:
            return query.Page((), {})
        open_only = (
            None if self.is_small else AnyOf(tuple(n.condition for n in leaves if n.condition is not None))
        )
        names = [name for name, _period in self.fields]
        order = [*names, *(key for key in sort if key.removeprefix("-") not in names)]
        return query.page(
            self.env, self.state.model, list(dict.fromkeys([*fields, *names])), where=all_of((self.where, open_only)),
            sort=order, limit=MOST_ROWS,
        )  # fmt: skip

    def key_of(
        self, row: Sequence[Any], selected: Mapping[str, query.Selected]
    ) -> str:  # Any: a row's values
        """The key of the group that holds a record."""
        values = (_start(period, row[selected[name].index]) for name, period in self.fields)
        return BETWEEN.join(_text(value) for value in values)

    def row(self, node: Node, cells: Sequence[Any]) -> GroupRow:  # Any: values
        """A group's head; its address folds it the other way."""
        toggled = self.state.opened ^ {node.key}
        url = self.state.turned(opened=frozenset(toggled))
        return GroupRow(
            node.label, self.reader.number(node.count), node.level, self.is_open(node), url, node.key, cells
        )

    def all_url(self, node: Node) -> str:
        """The address of a flat list of the group's records."""
        condition = all_of((self.state.filter, node.condition))
        return self.state.url(filter=condition, group=())

    def _is_shown(self, node: Node) -> bool:
        """Whether every group above is open."""
        keys = node.key.split(BETWEEN)
        return all(
            (BETWEEN.join(keys[:n]) in self.state.opened) != self.is_small for n in range(1, len(keys))
        )

    def _place(self, group: query.Group) -> None:
        node = self.root
        self._take(node, group)
        keys: list[str] = []
        levels = zip(self.fields, group.values, group.titles, strict=False)
        for level, ((name, period), raw, title) in enumerate(levels, 1):
            found = field_of(self.state.model, name)
            keys.append(_text(raw))
            key = BETWEEN.join(keys)
            if key not in node.parts:
                condition = all_of((node.condition, condition_of_group(found, period, raw)))
                label = label_of(self.reader, found, period, raw, title)
                node.parts[key] = Node(key, level, raw, label, condition=condition)
            node = node.parts[key]
            self._take(node, group)

    def _take(self, node: Node, group: query.Group) -> None:
        node.count += group.count
        self.summing.take(node.amounts, group)

    def _sort(self, node: Node) -> None:
        if not node.parts:
            return
        found = field_of(self.state.model, self.fields[node.level][0])
        node.parts = dict(sorted(node.parts.items(), key=lambda part: _order(found, part[1])))
        for part in node.parts.values():
            self._sort(part)


def label_of(
    reader: Reader, found: Field, period: str, value: Any, title: str | None
) -> str:  # Any: of its type
    """The name of the group of `value`."""
    if value is None or value == "":
        return str(_("No {field}", field=found.label))
    if found.target is not None:
        return title or str(_("(no access)"))
    if period:
        return reader.period(date.fromisoformat(str(value)), period)
    if found.choices is not None:
        return str(found.choices(str(value)).label)
    if found.is_boolean:
        return str(_("Yes") if value else _("No"))
    if found.info.offers is not None:
        return str(found.info.offers().get(value, value))
    return reader.day(value) if isinstance(value, date) else str(value)


def groupable(found: Field) -> bool:
    """Fields that several records agree in."""
    return found.column is not None and bool(
        found.choices or found.target or found.is_boolean or found.is_day
    )


def condition_of_group(found: Field, period: str, value: Any) -> Condition:  # Any: of the field's type
    """What the records of the group of `value` fulfil."""
    if value is None:
        return Test(found.name, "empty")
    if not period:
        return Test(found.name, "eq", value)
    first = date.fromisoformat(str(value))
    return Test(found.name, "ge", first) & Test(found.name, "lt", first + _LENGTHS[period])


def next_period(period: str, first: date) -> date:
    """The first day of the period after the one that begins on `first`."""
    return first + _LENGTHS[period]


_LENGTHS: dict[str, timedelta | relativedelta] = {
    "day": timedelta(days=1), "week": timedelta(days=7), "month": relativedelta(months=1),
    "quarter": relativedelta(months=3), "year": relativedelta(years=1),
}  # fmt: skip


def _start(period: str, value: Any) -> Any:  # Any: of the field's type
    """The first day of the period that holds `value`, as the database writes it."""
    if not period or value is None:
        return value
    day = value.date() if isinstance(value, datetime) else value
    first = {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1),
        "year": day.replace(month=1, day=1),
    }[period]
    return first.isoformat()


def _text(value: Any) -> str:  # Any: of any type
    return NOTHING if value is None else str(value)


def _order(found: Field, node: Node) -> tuple[bool, Any, str]:  # Any: what is comparable among such values
    if node.value is None:
        return (True, 0, "")
    if found.choices is not None:
        return (False, found.choices(str(node.value)).ordinal, "")
    return (False, 0, node.label.casefold() if found.target is not None else str(node.value))


def nested(node: Node, is_open: Any) -> Iterator[Node]:  # Any: a predicate on nodes
    """The groups in the order of the page, those below closed ones left out."""
    for part in node.parts.values():
        yield part
        if is_open(part):
            yield from nested(part, is_open)
