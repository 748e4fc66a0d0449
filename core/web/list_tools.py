"""What a list offers besides its rows: filter builder, column chooser, facets asked for later, saved views."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from core.base import Favourite, SavedView, employee
from core.errors import NotFound, ValidationError
from core.i18n import _, plural
from core.orm import query
from core.orm.aggregate import Aggregate, offered_totals
from core.orm.assign import visible_fields
from core.orm.catalog import Field
from core.orm.condition import Condition, Test
from core.orm.model import Model, model_name
from core.views.resolve import list_view
from core.views.resolved import ListView
from core.web import view_counts
from core.web.asking import AskPage
from core.web.columns import NARROWEST, WIDEST, Shape, chosen_cells, chosen_totals, label_of
from core.web.crumbs import model_crumbs
from core.web.describe import Describer
from core.web.facets import facets_of
from core.web.filtering import fields_to_compare, operators
from core.web.lists import readable_model
from core.web.parts import Option, Page
from core.web.preferences import keep_of_list
from core.web.record_parts import FormField
from core.web.request import env, go, principal, reader, views
from core.web.saved_views import named_states, save_view_url, tabs, to_state
from core.web.state import FACET, ListState, condition_of, read_state, total_pairs
from core.web.templating import render, render_bare
from core.web.urls import list_url, with_query

blueprint = Blueprint("list_tools", __name__)


@dataclass(frozen=True)
class FilterForm:
    """What filter.html.jinja shows."""

    url: str
    tree: str
    fields: Sequence[Mapping[str, object]]
    operators: Mapping[str, Sequence[Mapping[str, str]]]
    keep: Sequence[tuple[str, str]]
    simple: Test | None
    clear_url: str


@dataclass(frozen=True)
class ColumnChoice:
    """One column in the chooser."""

    name: str
    label: str
    shown: bool
    width: str
    pinned: bool
    #: What it may be summed up by; none where it cannot be.
    totals: Sequence[Option] = ()


@dataclass(frozen=True)
class Chooser:
    """What columns.html.jinja shows."""

    url: str
    reset_url: str
    query: str
    columns: Sequence[ColumnChoice]


@blueprint.get("/m/<name>/-/filter")
def filter_page(name: str) -> Response:
    model, state = _list_at(name)
    tree = json.dumps(state.filter.to_json()) if state.filter else ""
    keep = [pair for pair in state.first.pairs() if pair[0] != "filter"]
    form = FilterForm(
        list_url(model), tree, list(fields_to_compare(env(), model)), operators(), keep,
        state.filter if isinstance(state.filter, Test) else None, state.url(filter=None),
    )  # fmt: skip
    return render("filter.html.jinja", _page(model, str(_("Filter"))), filter=form)


@blueprint.get("/m/<name>/-/matching")
def matching(name: str) -> Response:
    """How many records fulfil the condition that is being made: told while it is."""
    model, state = _list_at(name)
    number = query.count(env(), model, condition_of(env(), state))
    words = plural("{count} record matches now", "{count} records match now", number.value)
    return Response(str(words) + ("+" if number.capped else ""), content_type="text/plain; charset=utf-8")


@blueprint.get("/m/<name>/-/facets")
def facets_part(name: str) -> Response:
    """The facets of a list that is too long to count them before it is shown."""
    model, state = _list_at(name)
    fields = list_view(env(), views(), model).facets
    keep = [pair for pair in state.first.pairs() if not pair[0].startswith(FACET)]
    facets = facets_of(env(), state, fields, reader(), long=True)
    return render_bare("facets.html.jinja", facets=facets, keep=keep, url=list_url(model))


@blueprint.get("/m/<name>/-/counts")
def counts_part(name: str) -> Response:
    """The tabs of a list with their numbers, asked for when the list is on the page."""
    model, state = _list_at(name)
    view = list_view(env(), views(), model)
    states = named_states(env(), view, _("All"))
    wanted = [(named.name, _condition_at(view, named.url)) for named in states]
    current = query.count(env(), model, condition_of(env(), state))
    view_counts.count(env(), model, wanted, reader())
    shown = tabs(env(), states, state, view_counts.count_text(reader(), current))
    return render_bare("views.html.jinja", views=shown, save_url=save_view_url(state))


@blueprint.get("/m/<name>/-/columns")
def columns_page(name: str) -> Response:
    model, state = _list_at(name)
    view, shape = list_view(env(), views(), model), Shape.of(model)
    shown = chosen_cells(view, shape)
    summed = chosen_totals(view, shape, state, [*view.available, *shown])
    names = {cell.name for cell in shown}
    offered = [*shown, *(cell for cell in view.available if cell.name not in names)]
    base = f"{list_url(model)}/-/columns"
    columns = [
        ColumnChoice(
            cell.name, str(label_of(cell)), cell.name in names, str(shape.widths.get(cell.name, "")),
            cell.name in shape.pinned, list(_total_options(cell.field, summed.get(cell.name))),
        )
        for cell in offered
    ]  # fmt: skip
    chooser = Chooser(base, f"{base}/reset", request.query_string.decode(), columns)
    return render("columns.html.jinja", _page(model, str(_("Columns"))), chooser=chooser)


@blueprint.post("/m/<name>/-/columns")
def keep_columns(name: str) -> Response:
    model = readable_model(name)
    known = visible_fields(env(), model)
    names = tuple(n for n in request.form.getlist("column") if n in known)
    if not names:
        raise ValidationError({"column": _("A list needs at least one column. Nothing has changed.")})
    widths = {n: _width(raw) for n in names if (raw := request.form.get(f"width.{n}", "").strip())}
    pinned = frozenset(n for n in names if request.form.get(f"pin.{n}"))
    totals = _totals(list_view(env(), views(), model), known)
    moved = _moved(names, request.form.get("up", ""), request.form.get("down", ""))
    keep_of_list(env(), model_name(model), Shape(moved, widths, pinned, totals).plain())
    return _back_to(model, totals, columns=bool(request.form.get("up") or request.form.get("down")))


@blueprint.post("/m/<name>/-/columns/reset")
def reset_columns(name: str) -> Response:
    model = readable_model(name)
    keep_of_list(env(), model_name(model), None)
    return _back_to(model, {})


@blueprint.get("/m/<name>/-/views")
def view_form(name: str) -> Response:
    """The same as the dialog of the list, for browsers without scripts."""
    model, state = _list_at(name)
    query_string = request.query_string.decode()
    fields = [
        FormField("name", _("Name"), required=True, autofocus=True, maxlength=60),
        FormField("shared", _("Everyone may use it"), widget="bool"),
        FormField("favourite", _("Show it in my navigation"), widget="bool"),
        FormField("default", _("Open the list with it"), widget="bool"),
        FormField("query", "", raw=query_string, hidden=True),
    ]
    words = "; ".join(
        f"{token.field} {token.text}" for token in Describer(env(), model, reader()).tokens(state)
    )
    ask = AskPage(request.path, [], words, "", fields, _("Save view"), state.url())
    return render("action.html.jinja", _page(model, str(_("Save this view"))), ask=ask)


@blueprint.post("/m/<name>/-/views")
def save_view(name: str) -> Response:
    """Keep the state of the list under a name, for oneself or for everybody."""
    model = readable_model(name)
    title = request.form.get("name", "").strip()
    if not title:
        raise ValidationError({"name": _("Give the view a name.")})
    shared = employee.name if _ticked("shared") else None
    view = SavedView(
        model=model_name(model), name=title, owner_id=principal().user_id, shared_role=shared,
        is_default=_ticked("default"), state=to_state(request.form.get("query", "")),
    )  # fmt: skip
    env().add(view)
    env().flush()
    if _ticked("favourite"):
        _star(view)
    return go(_url_of(model, view), full=True)


@blueprint.post("/m/<name>/-/views/<int:view_id>/favourite")
def star_view(name: str, view_id: int) -> Response:
    """Put the view into the person's navigation, or take it out."""
    model = readable_model(name)
    view = _view_at(model, view_id)
    mine = select(Favourite).where(
        Favourite.user_id == env().user_id,
        Favourite.model == model_name(SavedView),
        Favourite.record_id == view.id,
    )
    found = env().session.scalars(mine).all()
    for favourite in found:
        env().delete(favourite)
    if not found:
        _star(view)
    return go(_url_of(model, view), full=True)


@blueprint.post("/m/<name>/-/views/<int:view_id>/delete")
def delete_view(name: str, view_id: int) -> Response:
    model = readable_model(name)
    env().delete(_view_at(model, view_id))
    env().flush()
    return go(list_url(model), full=True)


def _view_at(model: type[Model], view_id: int) -> SavedView:
    view = env().get(SavedView, view_id)
    if view.model != model_name(model):
        raise NotFound(_("There is no such view of this list."))
    return view


def _star(view: SavedView) -> None:
    user_id = principal().user_id or 0
    env().add(Favourite(user_id=user_id, model=model_name(SavedView), record_id=view.id))


def _url_of(model: type[Model], view: SavedView) -> str:
    return with_query(list_url(model), [*view.state["query"], ("view", str(view.id))])


def _ticked(name: str) -> bool:
    """A tick box sends its 1 after a 0 that stands for no tick."""
    return "1" in request.form.getlist(name)


def _list_at(name: str) -> tuple[type[Model], ListState]:
    model = readable_model(name)
    view = list_view(env(), views(), model)
    return model, read_state(env(), model, request.args, view.group)


def _condition_at(view: ListView, url: str) -> Condition | None:
    """What the records of a tab fulfil."""
    pairs = MultiDict(parse_qsl(urlsplit(url).query))
    return condition_of(env(), read_state(env(), view.model, pairs, view.group))


def _page(model: type[Model], title: str) -> Page:
    return Page(title, crumbs=model_crumbs(model, title))


def _width(raw: str) -> int:
    if not raw.isdigit() or not NARROWEST <= int(raw) <= WIDEST:
        raise ValidationError(
            {"width": _("A column is {low} to {high} pixels wide.", low=NARROWEST, high=WIDEST)}
        )
    return int(raw)


def _moved(names: tuple[str, ...], up: str, down: str) -> tuple[str, ...]:
    """The order after one of the chooser's step buttons was used without scripts."""
    name, step = (up, -1) if up else (down, 1)
    order = list(names)
    if name in order:
        at = order.index(name)
        order.insert(max(at + step, 0), order.pop(at))
    return tuple(order)


def _total_options(found: Field, chosen: Aggregate | None) -> Iterator[Option]:
    offered = offered_totals(found)
    if offered:
        yield Option("", _("No total"), selected=chosen is None)
    yield from (Option(kind.value, kind.label, selected=kind is chosen) for kind in offered)


def _totals(view: ListView, seen: Mapping[str, Field]) -> dict[str, str]:
    """What the form sums columns up by, where that is not what the view does."""
    given = {name: request.form[f"total.{name}"] for name in seen if f"total.{name}" in request.form}
    shipped = dict.fromkeys(view.sums, Aggregate.SUM.value)
    return {
        name: kind
        for name, kind in given.items()
        if kind != shipped.get(name, "") and (not kind or kind in offered_totals(seen[name]))
    }


def _back_to(model: type[Model], totals: Mapping[str, str], *, columns: bool = False) -> Response:
    """The list as it was, its totals in the address, so that a view that is saved has them."""
    kept = [pair for pair in parse_qsl(request.form.get("query", "")) if pair[0] != "total"]
    base = f"{list_url(model)}/-/columns" if columns else list_url(model)
    return go(with_query(base, [*kept, *total_pairs(totals)]), full=True)
