"""Views of a list as tabs: presets of the addon, and views that people save for themselves or for a role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from flask import g
from sqlalchemy import Select, bindparam, select
from werkzeug.datastructures import MultiDict

from core.base import Favourite, SavedView
from core.orm.condition import Condition, name_of, where
from core.orm.env import Env
from core.orm.model import Model, model_name, model_named
from core.views.resolved import ListView
from core.web import view_counts
from core.web.list_parts import ViewTab
from core.web.parts import Words
from core.web.shell_parts import MenuEntry
from core.web.state import ListState, split
from core.web.urls import list_url, with_query

#: What a saved view keeps: the pairs of the query that say what is shown, not where the reader is in it.
#: Names the tab of everything, where another view opens first.
ALL = "all"
_LEFT_OUT = ("after", "before", "at", "open", "view")


@dataclass(frozen=True)
class Kept:
    """A saved view as it is needed for tabs and navigation."""

    id: int
    model: str
    name: str
    owner_id: int | None
    is_default: bool
    pairs: tuple[tuple[str, str], ...]
    is_favourite: bool

    @property
    def url(self) -> str:
        model = model_named(self.model)
        return with_query(list_url(model), (*self.pairs, ("view", str(self.id)))) if model else ""


@cache
def _statement() -> Select[Any]:  # Any: columns of many types
    """Made once, since every page asks it."""
    favourite = (
        select(Favourite.id)
        .where(Favourite.model == model_name(SavedView), Favourite.record_id == SavedView.id)
        .where(Favourite.user_id == bindparam("user"))
        .limit(1)
        .correlate(SavedView)
        .scalar_subquery()
    )
    return select(
        SavedView.id, SavedView.model, SavedView.name, SavedView.owner_id, SavedView.is_default, SavedView.state,
        favourite.label("favourite"),
    ).order_by(SavedView.name)  # fmt: skip


def kept_views(env: Env) -> Sequence[Kept]:
    """Every saved view that the person may use, read once a request: the navigation and the tabs need them."""
    if "kept_views" not in g:
        g.kept_views = [
            Kept(
                row.id,
                row.model,
                row.name,
                row.owner_id,
                row.is_default,
                _pairs(row.state),
                row.favourite is not None,
            )
            for row in env.session.execute(_statement(), {"user": env.user_id})
        ]
    found: Sequence[Kept] = g.kept_views
    return found


@dataclass(frozen=True)
class NamedState:
    """A tab: what it is called and where it leads; `name` stands in the address."""

    name: str
    label: Words
    url: str
    kept: Kept | None = None


def named_states(env: Env, view: ListView, all_label: Words) -> list[NamedState]:
    """Everything, the presets of the view, then saved views."""
    presets = [NamedState(p.name, p.label, preset_state(view, p.name).url()) for p in view.written.presets]
    kept = [NamedState(str(k.id), k.name, k.url, k) for k in of_model(env, view.model)]
    return [NamedState(ALL, all_label, all_url(env, view)), *presets, *kept]


def tabs(env: Env, states: Sequence[NamedState], state: ListState, count: str) -> list[ViewTab]:
    """The tabs; the current one with `count`, others with a number that was counted lately."""
    made = []
    for named in states:
        current = named.name == (state.view or ALL)
        shown = count if current else view_counts.known(env, state.model, named.name)
        star_url = f"{list_url(state.model)}/-/views/{named.name}/favourite" if named.kept else ""
        starred = named.kept is not None and named.kept.is_favourite
        made.append(ViewTab(named.label, named.url, shown, current, star_url, starred))
    return made


def all_url(env: Env, view: ListView) -> str:
    """Every record, in the list's own order; it says so where a saved view would open instead."""
    return ListState(view.model, view=ALL if _opened_first(env, view) else "").url()


def save_view_url(state: ListState) -> str:
    """Where the present state is saved under a name."""
    return with_query(f"{list_url(state.model)}/-/views", state.first.pairs())


def manage_views_url(model: type[Model]) -> str:
    """Where the saved views of a list are renamed, shared with a role, opened first, or deleted."""
    return ListState(SavedView, filter=where(SavedView.model, "eq", model_name(model))).url()


def of_model(env: Env, model: type[Model]) -> list[Kept]:
    return [kept for kept in kept_views(env) if kept.model == model_name(model)]


def preset_state(view: ListView, name: str) -> ListState:
    """The state that a preset stands for."""
    preset = next(p for p in view.written.presets if p.name == name)
    facets = frozenset(f.name for f in view.facets)
    picks, rest = split(view.model, preset.where, facets)
    group = tuple(name_of(a) for a in preset.group)
    return ListState(view.model, picks=picks, filter=rest, group=group, sort=preset.sort, view=name)


def preset_url(view: ListView, condition: Condition | None) -> str:
    """The address of the preset that shows what fulfils `condition`; "" when none does."""
    found = (preset.name for preset in view.written.presets if preset.where == condition)
    name = next(found, "")
    return preset_state(view, name).url() if name else ""


def named_state(env: Env, view: ListView, name: str) -> str:
    """The address of the preset or saved view called so; "" when there is none."""
    if any(preset.name == name for preset in view.written.presets):
        return preset_state(view, name).url()
    return next((kept.url for kept in of_model(env, view.model) if str(kept.id) == name), "")


def opening_url(env: Env, view: ListView, args: MultiDict[str, str]) -> str:
    """Where a bare address leads: to the view that the person opens first; "" for the list as it is."""
    if list(args) == ["view"]:
        return named_state(env, view, args["view"])
    return "" if args else _opened_first(env, view)


def _opened_first(env: Env, view: ListView) -> str:
    """The address of the view that the person, or else somebody for their role, chose to open first."""
    chosen = [kept for kept in of_model(env, view.model) if kept.is_default]
    chosen.sort(key=lambda kept: kept.owner_id != env.user_id)
    return chosen[0].url if chosen else ""


def favourites(env: Env, here: str) -> Iterator[MenuEntry]:
    """Saved views in the side navigation."""
    for kept in kept_views(env):
        if kept.is_favourite and kept.url:
            yield MenuEntry(kept.name, kept.url, "star", current=here == kept.url)


def to_state(query: str) -> dict[str, Any]:  # Any: JSON
    """What is kept of a list's query."""
    return {"query": [[name, value] for name, value in parse_qsl(query) if name not in _LEFT_OUT]}


def _pairs(state: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:  # Any: JSON
    return tuple((str(name), str(value)) for name, value in state.get("query", ()))
