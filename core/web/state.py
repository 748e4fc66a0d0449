"""The state of a list as its address carries it: search, facets, filter, group, sort, page; and as a condition."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from core.errors import UserError
from core.i18n import _
from core.orm.aggregate import offered_totals
from core.orm.assign import visible_fields
from core.orm.catalog import Field
from core.orm.condition import Condition, Test, all_of, from_json
from core.orm.env import Env
from core.orm.model import Model
from core.orm.operand import parse
from core.orm.seen import quick, readable, require_field, sortable
from core.web.urls import list_url, with_query

#: How the address names what a facet is narrowed to: `f.state=sent`.
FACET = "f."
#: More levels of groups than this help nobody.
MOST_GROUPS = 3


@dataclass(frozen=True)
class ListState:
    """What of a list's records is shown, and how."""

    model: type[Model]
    q: str = ""
    picks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    filter: Condition | None = None
    group: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    #: What columns are summed up by, "" for nothing, where the address says so.
    totals: Mapping[str, str] = field(default_factory=dict)
    #: The preset or saved view that the state began with.
    view: str = ""
    mode: str = ""
    after: str = ""
    before: str = ""
    #: A day of the page of a calendar, and how much it shows.
    at: str = ""
    span: str = ""
    #: The kind of a chart and the number that it shows: `bar:total`.
    chart: str = ""
    #: Keys of the groups or records that are folded open.
    opened: frozenset[str] = frozenset()

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.picks or self.filter)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The state as the query of an address; the page's own place is left out by `first`."""
        yield from self._narrowing()
        yield from (("group", name) for name in self.group)
        yield from (("sort", ",".join(self.sort)),) if self.sort else ()
        yield from total_pairs(self.totals)
        shown = (
            ("view", self.view),
            ("mode", self.mode),
            ("at", self.at),
            ("span", self.span),
            ("chart", self.chart),
        )
        yield from ((name, value) for name, value in shown if value)
        yield from (("open", key) for key in sorted(self.opened))
        yield from ((n, v) for n, v in (("after", self.after), ("before", self.before)) if v)

    def _narrowing(self) -> Iterator[tuple[str, str]]:
        if self.q:
            yield "q", self.q
        for name, values in self.picks.items():
            yield from ((FACET + name, value) for value in values)
        if self.filter is not None:
            yield "filter", json.dumps(self.filter.to_json(), separators=(",", ":"))

    @cached_property
    def first(self) -> ListState:
        """The same from its first page on, nothing folded open."""
        return replace(self, after="", before="", opened=frozenset())

    def url(self, **changes: Any) -> str:  # Any: a field of this class
        """The address of this state with `changes`, from the first page on."""
        state = replace(self.first, **changes) if changes else self.first
        return with_query(list_url(self.model), state.pairs())

    def turned(self, **changes: Any) -> str:  # Any: a field of this class
        """The address of another page of the same state, or with other groups open."""
        return with_query(list_url(self.model), replace(self, **changes).pairs())

    def without_pick(self, name: str) -> dict[str, tuple[str, ...]]:
        return {other: values for other, values in self.picks.items() if other != name}


def read_state(
    env: Env, model: type[Model], args: MultiDict[str, str], group: tuple[str, ...] = ()
) -> ListState:
    """The state in an address; raises NotFound for fields that the person does not see. `group` is the default."""
    seen = visible_fields(env, model)
    picks = {
        name.removeprefix(FACET): tuple(dict.fromkeys(args.getlist(name)))
        for name in args
        if name.startswith(FACET)
    }
    chosen = tuple(n for n in args.getlist("group") if n)[:MOST_GROUPS] if "group" in args else group
    sort = sortable(env, model, args.get("sort", ""))
    for name in (*picks, *(n.partition(":")[0] for n in chosen)):
        require_field(model, seen, name)
    return ListState(
        model, args.get("q", "").strip(), picks, _read_filter(env, model, args), chosen, sort,
        _read_totals(model, seen, args), args.get("view", ""), args.get("mode", ""), args.get("after", ""),
        args.get("before", ""), args.get("at", ""), args.get("span", ""), args.get("chart", ""),
        frozenset(args.getlist("open")),
    )  # fmt: skip


def total_pairs(totals: Mapping[str, str]) -> list[tuple[str, str]]:
    """What columns are summed up by, as an address carries it."""
    return [("total", f"{name}:{kind}") for name, kind in totals.items()]


def condition_of(env: Env, state: ListState, *, without: str = "") -> Condition | None:
    """What the records of a state fulfil, the facet `without` left aside."""
    seen = visible_fields(env, state.model)
    picked = (
        Test(name, "in", tuple(parse(seen[name], v) for v in values))
        for name, values in state.picks.items()
        if name != without
    )
    return all_of((quick(env, state.model, state.q), *picked, state.filter))


def split(
    model: type[Model], condition: Condition | None, facets: frozenset[str]
) -> tuple[dict[str, tuple[str, ...]], Condition | None]:
    """A view's condition as picks of facets and the rest, so that its parts show as ticks and tokens."""
    parts = getattr(condition, "of", (condition,)) if _is_all(condition) else (condition,)
    picks: dict[str, tuple[str, ...]] = {}
    rest = []
    for part in parts:
        values = _plain_values(part) if isinstance(part, Test) and part.path in facets else None
        if values and isinstance(part, Test) and part.path not in picks:
            picks[part.path] = values
        else:
            rest.append(part)
    return picks, all_of(rest)


def _is_all(condition: Condition | None) -> bool:
    return condition is not None and condition.to_json().get("op") == "all"


def _plain_values(test: Test) -> tuple[str, ...] | None:
    if test.op not in ("eq", "in"):
        return None
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    if not all(isinstance(value, str | int) for value in values):
        return None
    return tuple(str(int(value) if isinstance(value, bool) else value) for value in values)


def _read_totals(model: type[Model], seen: Mapping[str, Field], args: MultiDict[str, str]) -> dict[str, str]:
    totals = {}
    for pair in args.getlist("total"):
        name, _sep, kind = pair.partition(":")
        if kind and kind not in offered_totals(require_field(model, seen, name)):
            raise UserError(
                _("The totals in this address cannot be read. Choose them anew among the columns.")
            )
        totals[name] = kind
    return totals


def _read_filter(env: Env, model: type[Model], args: MultiDict[str, str]) -> Condition | None:
    raw = args.get("filter", "")
    if raw:
        try:
            return readable(env, model, from_json(model, json.loads(raw)))
        except json.JSONDecodeError as error:
            raise UserError(
                _("The filter in this address cannot be read. Remove it and set it anew.")
            ) from error
    if args.get("path"):
        # The filter form without scripts: one condition.
        data = {"path": args["path"], "op": args.get("op", "eq"), "value": args.get("value", "")}
        return readable(env, model, from_json(model, data))
    return None
