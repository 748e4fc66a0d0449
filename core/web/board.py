"""A list as a board: a column for each value of a choice, its first records as cards, and where each card may go."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.i18n import _
from core.orm import query
from core.orm.assign import may_set
from core.orm.catalog import Field, title_fields
from core.orm.condition import Condition, name_of
from core.orm.env import Env
from core.orm.model import model_name
from core.orm.types import Choice
from core.views.nodes import Board, View
from core.views.resolved import ListView
from core.web.cells import Column, Value
from core.web.columns import Layout, Shape
from core.web.format import Reader, choice
from core.web.parts import Words
from core.web.state import ListState
from core.web.sums import Amounts, Summing
from core.web.urls import list_url, new_url
from core.web.ways import Way, ways_from
from core.workflow import workflow_of

#: Cards that a column shows before "n more".
PER_LANE = 20
#: Values below the name of a card.
FACTS = 2


@dataclass(frozen=True)
class Card:
    """A record on the board; `version` is the one that a move is of."""

    id: int
    version: int
    key: Value
    due: Value | None
    about: Value | None
    facts: Sequence[Value]
    people: Sequence[Value]


@dataclass
class Lane:
    """A column: the records of one value, of which the first are cards."""

    value: str
    label: Value
    count: int = 0
    limit: int = 0
    amounts: Amounts = field(default_factory=Amounts)
    sum: Words = ""
    cards: list[Card] = field(default_factory=list)
    more_url: str = ""
    #: Ways out by target, for scripts, and once for each action, for the menu of a card.
    ways: str = ""
    menu: Sequence[Way] = ()
    #: Where a new record begins, and the field that alone names it; "" where it has no such field.
    new_url: str = ""
    quick: str = ""

    @property
    def more(self) -> int:
        return self.count - len(self.cards)

    @property
    def is_over(self) -> bool:
        return 0 < self.limit < self.count


@dataclass(frozen=True)
class BoardPage:
    """What macros/board shows."""

    model: str
    by: str
    label: Words
    url: str
    move_url: str
    quick_url: str
    quick_label: Words
    lanes: Sequence[Lane]


def board_fields(seen: Sequence[Field]) -> list[Field]:
    """The fields whose values can be columns."""
    return [f for f in seen if f.choices is not None and f.column is not None and f.info.listed]


def board_field(shown: View, state: ListState, fields: Sequence[Field]) -> Field:
    """What the columns are by: what the list is grouped by, what its view says, its state, or its first choice."""
    workflow = workflow_of(state.model)
    written = name_of(shown.board.by) if shown.board is not None and shown.board.by is not None else ""
    wanted = [*state.group, written, workflow.key if workflow is not None else ""]
    by_name = {f.name: f for f in fields}
    return next((by_name[name] for name in wanted if name in by_name), fields[0])


class Boards:
    """The board of a state in two statements: counts and sums of the columns, and their first records."""

    def __init__(
        self, env: Env, shown: View, view: ListView, state: ListState, reader: Reader, summing: Summing
    ) -> None:
        self.env, self.view, self.reader, self.summing = env, view, reader, summing
        self.written = shown.board or Board()
        self.state = state
        self.names = tuple(name_of(attribute) for attribute in self.written.card)

    def page(self, by: Field, where: Condition | None) -> tuple[BoardPage, int]:
        """The board, and how many records are on it."""
        lanes = {lane.value: lane for lane in self._lanes(by)}
        for group in self.summing.groups([by.name], where, limit=len(lanes) * 50):
            lane = lanes[_raw(group.values[0])]
            lane.count += group.count
            self.summing.take(lane.amounts, group)
        for value, card in self._cards(by, where):
            lanes[value].cards.append(card)
        nothing = lanes.pop("") if not lanes[""].count else None
        shown = [lane for lane in lanes.values() if lane is not nothing]
        for lane in shown:
            lane.sum = self._sum(lane.amounts)
        base, quick = list_url(by.model), self._quick(by)
        page = BoardPage(
            model_name(by.model), by.name, by.label, self.state.url(), f"{base}/-/move", f"{base}/-/quick",
            quick.label if quick is not None else "", shown,
        )  # fmt: skip
        return page, sum(lane.count for lane in shown)

    def _lanes(self, by: Field) -> Iterator[Lane]:
        assert by.choices is not None
        workflow = workflow_of(by.model)
        is_state = workflow is not None and workflow.key == by.key and by.facet is None
        yield self._lane(by, None, is_first=False)
        ended = workflow.cancelled if workflow is not None and is_state else ()
        members = sorted(by.choices, key=lambda member: (member in ended, member.ordinal))
        for number, member in enumerate(members):
            yield self._lane(by, member, is_first=is_state and number == 0)

    def _lane(self, by: Field, member: Choice | None, *, is_first: bool) -> Lane:
        ways = ways_from(self.env, by, member)
        told: dict[str, dict[str, str]] = {}
        for way in sorted(ways, key=lambda way: bool(way.refusal)):
            told.setdefault(way.target.value, {"say": str(way.label), "refused": str(way.refusal)})
        raw = _raw(member)
        made = Lane(
            raw,
            choice(by, member) if member is not None else Value("text", str(_("No {field}", field=by.label))),
            limit=self.written.limits.get(member, 0) if member is not None else 0,
            more_url=self.state.url(mode="", group=(), picks={**self.state.picks, by.name: (raw,)}),
            ways=json.dumps(told),
            menu=list({way.action or way.target: way for way in ways}.values()),
        )
        if self.env.site.access.may(self.env.principal, "create", by.model):
            given = {by.name: raw} if member is not None and may_set(by, self.env) else {}
            quick = self._quick(by)
            made.new_url = new_url(by.model, **given) if given or is_first else ""
            made.quick = quick.name if quick is not None and made.new_url else ""
        return made

    def _quick(self, by: Field) -> Field | None:
        """The one field that names a record, if a person gives it."""
        titles = [f for f in title_fields(by.model) if f.facet is None]
        fits = titles and titles[0].is_text and may_set(titles[0], self.env) and titles[0].name != by.name
        return titles[0] if fits else None

    def _cards(self, by: Field, where: Condition | None) -> Iterator[tuple[str, Card]]:
        shape = Shape(self.names) if self.names else Shape.of(by.model)
        layout = Layout(self.view, shape, replace(self.state, group=(by.name,)), self.reader)
        fields = list(dict.fromkeys([*layout.fields, by.name]))
        due = self.view.written.due
        sort = self.state.sort or ((name_of(due),) if due is not None else ()) + self.view.sort
        sort = tuple(dict.fromkeys(sort))
        found = query.firsts(self.env, by.model, fields, by.name, where=where, sort=sort, limit=PER_LANE)
        if not found.rows:
            return
        base = list_url(by.model)
        values = layout.values(found.rows, found.selected, lambda record_id: f"{base}/{record_id}")
        columns = layout.columns()
        at = found.selected[by.name].index
        for row, cells in zip(found.rows, values, strict=True):
            name = layout.name_of(row, found.selected)
            yield _raw(row[at]), _card(row, columns, cells, layout, name, written=bool(self.names))

    def _sum(self, amounts: Amounts) -> str:
        """The first sum of the list, in the words of a column's head."""
        if not self.summing.summed:
            return ""
        name = self.summing.summed[0]
        heads = [Column(name, ""), Column(f"{name}.currency", "", narrow=True)]
        value, unit = self.summing.cells(heads, amounts)
        if value is None or unit is None:
            return ""
        pairs = zip(value.items or (value,), unit.items or (unit,), strict=True)
        return ", ".join(f"{amount.text} {of.text}".strip() for amount, of in pairs)


def _card(
    row: Sequence[Any],
    columns: Sequence[Column],
    cells: Sequence[Value],
    layout: Layout,
    name: str,
    *,
    written: bool,
) -> Card:  # Any: columns of any type
    """A record's cells in their places; `written` says that the view named what a card shows."""
    shown = {c.name: (c.slot, v) for c, v in zip(columns, cells, strict=True) if not c.narrow}
    by_slot = {slot: name for name, (slot, _value) in shown.items() if slot}
    # What records are called by tells more than what they refer to.
    about = next((t for t in layout.titles if t in shown and t != layout.key), by_slot.get("about", ""))
    day = by_slot.get("date", "")
    rest = [v for n, (_slot, v) in shown.items() if n not in (layout.key, about, day) and v.text]
    people = [value for value in rest if value.kind == "person"]
    facts = [value for value in rest if value.kind not in (_OF_NOTHING if written else _UNASKED)]
    facts.sort(key=lambda value: value.kind != "money")
    key = shown[layout.key][1] if layout.key in shown else Value("key", name)
    placed = [shown[n][1] if n else None for n in (day, about)]
    return Card(row[0], row[1], key, placed[0], placed[1], facts[:FACTS], people[:1])


#: What says nothing without a head above it; and days, of which a card has one, unless more are asked for.
_OF_NOTHING = ("person", "bool", "locked")
_UNASKED = (*_OF_NOTHING, "date", "due")


def _raw(value: Choice | None) -> str:
    return "" if value is None else value.value
