"""The home page and the inbox: figures of what the person may see, what needs them, what they opened last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Blueprint, Response
from markupsafe import Markup

from core import clock
from core.actions import Action, all_actions
from core.base.actions import notifying
from core.base.actions.commenting import Called, mentions
from core.base.actions.notifying import News
from core.base.actions.planning import ToDo, inbox
from core.base.models.following import NewsKind
from core.base.models.record import Activity, Mention
from core.i18n import _, plural
from core.orm import query
from core.orm.aggregate import Aggregate
from core.orm.condition import Condition, name_of
from core.orm.model import Model, model_named
from core.views.nodes import CountTile, Tile
from core.views.resolve import list_view
from core.web.cells import Column, Row
from core.web.columns import Layout, Shape
from core.web.first_steps import Checklist, checklist
from core.web.format import Reader, greeting, in_sentence
from core.web.parts import Action as Button
from core.web.parts import Crumb, Empty, Page, Words
from core.web.recents import opened_last
from core.web.request import env, go, principal, reader, site, views
from core.web.saved_views import preset_url
from core.web.state import ListState, split
from core.web.sums import Amounts, Summing
from core.web.templating import render
from core.web.urls import list_url, record_url
from core.workflow import workflow_of

blueprint = Blueprint("home", __name__)

MOST_TILES = 5
MOST_NEEDS = 8
#: Currencies or units that a sum may be made of.
MOST_UNITS = 200
#: Rows of a card, and columns: a card is half a page wide.
CARD_ROWS, CARD_COLUMNS = 6, 5


@dataclass(frozen=True)
class Figure:
    """A tile: a figure that leads to the list that makes it up."""

    label: Words
    figure: str
    url: str
    unit: str = ""
    context: Words = ""
    tone: str = ""


@dataclass(frozen=True)
class Need:
    """Something that waits for the person, with the one button that helps."""

    level: str
    text: Words
    sub: Words
    url: str
    action: Button | None = None
    time: str = ""
    unread: bool = False


@dataclass(frozen=True)
class Needs:
    """What waits for the person, the most urgent first."""

    title: Words
    note: Words
    items: Sequence[Need]
    url: str = ""


@dataclass(frozen=True)
class FeedEntry:
    """A line of a card that lists what happened."""

    time: str
    text: Words | Markup


@dataclass(frozen=True)
class Card:
    """A card below the tiles; which fields are set depends on `kind`."""

    title: Words
    kind: str
    column: int = 1
    note: Words = ""
    url: str = ""
    url_label: Words = ""
    columns: Sequence[Column] = ()
    rows: Sequence[Row] = ()
    entries: Sequence[FeedEntry] = ()
    bars: Sequence[Any] = ()  # Any: loads, which addons draw
    empty: Empty | None = None
    html: Words = ""


@dataclass(frozen=True)
class Home:
    """What home.html.jinja shows."""

    tiles: Sequence[Figure]
    needs: Needs
    cards: Sequence[Card]
    first_steps: Checklist | None = None
    roles: Sequence[object] = ()
    arrange_url: str = ""


@dataclass(frozen=True)
class InboxPage:
    """What inbox.html.jinja shows."""

    items: Sequence[Need]
    empty: Empty
    read_url: str
    tabs: Sequence[object] = ()


@blueprint.get("/")
def home_page() -> Response:
    who = reader()
    tiles = sorted((t for t in views().tiles if _may_read(t.model)), key=lambda t: t.order)[:MOST_TILES]
    steps = [action for action in all_actions() if _concerns(action)]
    counts = Counts(
        [
            *((t.model, t.where) for t in tiles if isinstance(t, Tile) and t.sum is None),
            *((a.model, a.when) for a in steps),
        ]
    )
    figures = [(tile, _figure(tile, counts, who)) for tile in tiles]
    needs = list(islice(_needs(steps, counts, who), MOST_NEEDS))
    note = plural("{count}, most urgent first", "{count}, most urgent first", len(needs)) if needs else ""
    home = Home(
        [figure for _tile, figure in figures], Needs(_("Needs you"), note, needs, "/-/inbox"),
        [*_cards(figures, who), _recent_card()], checklist(),
    )  # fmt: skip
    first_name = principal().name.split(" ")[0]
    title = _("{greeting}, {name}", greeting=greeting(clock.now(), who.zone), name=first_name)
    week = _("{day}, week {week}", day=who.day(who.today, weekday=True), week=who.today.isocalendar().week)
    return render("home.html.jinja", Page(title, week, [Crumb(_("Home"))], tab="home"), home=home)


@blueprint.get("/-/inbox")
def inbox_page() -> Response:
    who = reader()
    items = [
        *(_to_do(t, who) for t in inbox(env())), *(_called(c, who) for c in mentions(env())),
        *(_news(n, who) for n in notifying.news(env())),
    ]  # fmt: skip
    empty = Empty(
        _("Nothing needs you"),
        _("To-dos, comments that call you and news of what you follow will stand here."),
        "inbox",
    )
    page = InboxPage(items, empty, "/-/inbox/read")
    return render("inbox.html.jinja", Page(_("Inbox"), crumbs=[Crumb(_("Inbox"))], tab="inbox"), inbox=page)


@blueprint.post("/-/inbox/read")
def mark_all_read() -> Response:
    """Every comment that calls the person is seen, and all news; to-dos stay until they are done."""
    wanted = [called.mention_id for called in mentions(env(), limit=1000)]
    with env().as_system() as system:
        for mention_id in wanted:
            system.get(Mention, mention_id).seen_at = clock.now()
    notifying.mark_all_seen(env())
    return go("/-/inbox", full=True)


def tile_url(tile: Tile) -> str:
    """The list that makes the figure up: the preset that says the same, or the tile's own condition."""
    view = list_view(env(), views(), tile.model)
    known = preset_url(view, tile.where)
    if known:
        return known
    picks, rest = split(tile.model, tile.where, frozenset(f.name for f in view.facets))
    return ListState(tile.model, picks=picks, filter=rest).url()


class Counts:
    """How many records fulfil each of many conditions, in one statement for each kind of record."""

    def __init__(self, wanted: Sequence[tuple[type[Model], Condition | None]]) -> None:
        self._found: dict[tuple[type[Model], int], query.Count] = {}
        for model in dict.fromkeys(model for model, _condition in wanted):
            conditions = [condition for other, condition in wanted if other is model]
            for condition, found in zip(conditions, query.counts(env(), model, conditions), strict=True):
                self._found[model, id(condition)] = found

    def of(self, model: type[Model], condition: Condition | None) -> query.Count:
        return self._found[model, id(condition)]


def _figure(tile: Tile | CountTile, counts: Counts, who: Reader) -> Figure:
    if isinstance(tile, CountTile):
        count = tile.count(env())
        tone = "bad" if tile.urgent and count else ""
        return Figure(tile.label, who.number(count), tile.url, context=tile.context, tone=tone)
    if tile.sum is not None:
        return _sum_figure(tile, who)
    found = counts.of(tile.model, tile.where)
    shown = who.number(found.value) + ("+" if found.capped else "")
    tone = "bad" if tile.urgent and found.value else ""
    noun = tile.model.singular if found.value == 1 else tile.model.plural
    return Figure(tile.label, shown, tile_url(tile), context=in_sentence(noun), tone=tone)


def _sum_figure(tile: Tile, who: Reader) -> Figure:
    assert tile.sum is not None
    name = name_of(tile.sum)
    summing, amounts, count = Summing(env(), tile.model, {name: Aggregate.SUM}, who), Amounts(), 0
    for group in summing.groups((), tile.where, MOST_UNITS):
        summing.take(amounts, group)
        count += group.count
    columns = [Column(name, ""), Column(f"{name}.currency", "", narrow=True)]
    value, unit = summing.cells(columns, amounts)
    tone = "bad" if tile.urgent and count else ""
    context = summing.note or plural("{count} record", "{count} records", count)
    shown = unit.text if unit else ""
    return Figure(tile.label, value.text if value else who.number(0), tile_url(tile), shown, context, tone)


def _needs(steps: Sequence[Action], counts: Counts, who: Reader) -> Iterator[Need]:
    """To-dos that are due, comments that call, then the next steps that the person's roles may take."""
    yield from (_to_do(t, who) for t in inbox(env(), limit=MOST_NEEDS))
    yield from (_called(c, who) for c in mentions(env(), limit=MOST_NEEDS))
    for action in steps:
        yield from _next_step(action, counts.of(action.model, action.when), who)


def _concerns(action: Action) -> bool:
    """Whether it is a next step of some workflow, which the person's roles let them take."""
    if not (action.primary and action.roles and action.when and action.bulk):
        return False
    return workflow_of(action.model) is not None and _may_read(action.model) and action.allowed_to(env())


def _next_step(action: Action, found: query.Count, who: Reader) -> Iterator[Need]:
    if not found.value:
        return
    noun = in_sentence(action.model.singular if found.value == 1 else action.model.plural)
    text = _("{action}: {count} {noun}", action=action.label, count=who.number(found.value), noun=noun)
    view = list_view(env(), views(), action.model)
    picks, rest = split(action.model, action.when, frozenset(f.name for f in view.facets))
    url = ListState(action.model, picks=picks, filter=rest).url()
    about = action.help.partition("\n")[0]
    yield Need("know", text, about, url, Button(_("Show"), url))


def _to_do(to_do: ToDo, who: Reader) -> Need:
    late = who.late(to_do.due_on) if to_do.due_on else ""
    today = to_do.due_on == who.today
    due = who.day(to_do.due_on, weekday=True) if to_do.due_on else ""
    about = ", ".join(part for part in (due, late, to_do.author) if part)
    url = _host_url(to_do.model, to_do.record_id) + "?side=todo"
    level = "bad" if late else "warn" if today else "know"
    done = Button(_("Done"), f"{list_url(Activity)}/-/action/mark_done?ids={to_do.id}&back=/", method="post")
    return Need(level, to_do.subject, about, url, done, unread=True)


def _called(called: Called, who: Reader) -> Need:
    text = _("{author} asks: {text}", author=called.said.author, text=_shortened(called.said.body))
    time = who.instant(called.said.at) if called.said.at else ""
    url = _host_url(called.model, called.record_id)
    return Need("know", text, _("Comment"), url, Button(_("Answer"), url), time, unread=True)


def _news(news: News, who: Reader) -> Need:
    what = _shortened(news.text) if news.kind is not NewsKind.STATE else news.text
    text = _("{record}: {text}", record=news.title, text=what)
    sub = (
        _("{model}, by {author}", model=news.model.singular, author=news.author)
        if news.author
        else news.model.singular
    )
    url = record_url(news.model, news.record_id)
    return Need("know", text, sub, url, Button(_("Show"), url), who.instant(news.at), unread=True)


def _cards(figures: Sequence[tuple[Tile | CountTile, Figure]], who: Reader) -> Iterator[Card]:
    """The records behind the first figure that asks for action."""
    for tile, figure in figures:
        if figure.tone == "bad" and isinstance(tile, Tile) and tile.sum is None:
            yield _table_card(tile, figure, who)
            return


def _table_card(tile: Tile, figure: Figure, who: Reader) -> Card:
    view = list_view(env(), views(), tile.model)
    due = name_of(view.written.due) if view.written.due is not None else ""
    names = [c.name for c in view.columns if c.name != due][: CARD_COLUMNS - bool(due)] + (
        [due] if due else []
    )
    layout = Layout(view, Shape(tuple(names)), ListState(tile.model), who)
    found = query.page(
        env(), tile.model, layout.fields, where=tile.where, sort=(due,) if due else view.sort, limit=CARD_ROWS
    )
    values = layout.values(found.rows, found.selected, lambda i: record_url(tile.model, i))
    rows = [
        Row(row[0], record_url(tile.model, row[0]), layout.name_of(row, found.selected), cells)
        for row, cells in zip(found.rows, values, strict=True)
    ]
    return Card(figure.label, "table", url=figure.url, columns=layout.columns(), rows=rows)


def _recent_card() -> Card:
    found = opened_last(env())
    if not found:
        empty = Empty(_("Nothing opened yet"), _("Records that you open will stand here."), "history")
        return Card(_("Opened last"), "empty", column=2, empty=empty)
    entries = [FeedEntry("", _link(o.url, o.title, str(o.model.singular))) for o in found]
    return Card(_("Opened last"), "feed", column=2, entries=entries)


def _link(url: str, text: str, kind: str) -> Markup:
    return Markup(
        '<a class="dt-plain dt-strong" href="{}">{}</a> <span class="dt-quiet dt-small">{}</span>'
    ).format(url, text, kind)


def _host_url(name: str, record_id: int) -> str:
    model = model_named(name)
    return record_url(model, record_id) if model else "/-/inbox"


def _may_read(model: type[Model]) -> bool:
    return site().access.may(principal(), "read", model)


def _shortened(text: str, most: int = 90) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= most else line[: most - 1] + "…"
