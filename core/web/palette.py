"""The command palette: records, places, actions and settings by what is typed; as a part and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from time import perf_counter

from flask import Blueprint, Response, request
from markupsafe import Markup, escape

from core.actions import Action, actions_of
from core.errors import NotFound
from core.i18n import Text, _
from core.orm.condition import Test, name_of
from core.orm.env import Env
from core.orm.model import Model, model_name, model_named
from core.views.resolve import form_view, list_view
from core.web.finding import Found, find
from core.web.format import in_sentence
from core.web.parts import Crumb, Page
from core.web.preferences import KNOWN
from core.web.recents import opened_last
from core.web.request import env, principal, views, visitor
from core.web.saved_views import preset_state
from core.web.shell import may_read, pages_of
from core.web.state import ListState
from core.web.templating import render, render_bare
from core.web.urls import list_url, new_url, record_url

blueprint = Blueprint("palette", __name__)

#: How many of each group: records, places, actions, settings.
RECORDS, PLACES, ACTIONS, SETTINGS = 4, 3, 3, 2
#: On the page, where there is room.
MANY = 40
ONLY_ACTIONS = ">"
#: What is set from here: the preference, its value, how it is called, its icon.
PREFERENCES: tuple[tuple[str, str, Text, str], ...] = (
    ("theme", "dark", _("Theme: dark"), "moon"),
    ("density", "roomy", _("Density: roomy"), "baseline-density-medium"),
    ("theme", "light", _("Theme: light"), "sun"),
    ("density", "compact", _("Density: compact"), "baseline-density-medium"),
    ("theme", "auto", _("Theme: as the device"), "device-desktop"),
)


@dataclass(frozen=True)
class Hit:
    """An entry of the palette; a blocked one says why."""

    text: Markup
    url: str = ""
    icon: str = "point"
    sub: str = ""
    type_label: str = ""
    type: str = ""
    key: str = ""
    post: bool = False
    blocked: str = ""
    #: A preference that is chosen at once, where scripts run; `url` leads to where it is chosen without them.
    preference: str = ""
    value: str = ""


@dataclass(frozen=True)
class HitGroup:
    """One of the four groups, in fixed order."""

    label: Text
    hits: Sequence[Hit]


@dataclass(frozen=True)
class Palette:
    """What palette.html.jinja shows."""

    q: str
    groups: Sequence[HitGroup] = field(default_factory=list)
    summary: str = ""


@blueprint.get("/-/palette")
def palette_part() -> Response:
    return render_bare("palette.html.jinja", palette=_palette(RECORDS))


@blueprint.get("/-/search")
def search_page() -> Response:
    """The same as a page of its own, for browsers without scripts and for phones."""
    palette = _palette(MANY)
    title = _("Search")
    return render("search.html.jinja", Page(title, crumbs=[Crumb(title)], tab="search"), palette=palette)


def _palette(most: int) -> Palette:
    begun = perf_counter()
    typed = request.args.get("q", "").strip()
    q, actions_only = typed.removeprefix(ONLY_ACTIONS).strip(), typed.startswith(ONLY_ACTIONS)
    narrowed = model_named(request.args.get("type", ""))
    search = Search(env(), q)
    records = search.records(most, narrowed)
    groups = [HitGroup(_("Records"), [] if actions_only else [search.record_hit(found) for found in records])]
    if narrowed is None:
        top = search.top(records)
        places = [] if actions_only else search.places(top)
        actions = _blocked_last(search.actions(top, _open_record()))
        groups.append(HitGroup(_("Go to"), places[:PLACES]))
        groups.append(HitGroup(_("Do"), actions[: MANY if actions_only else ACTIONS]))
        groups.append(HitGroup(_("Set"), list(islice(search.settings(), SETTINGS))))
    count = sum(len(group.hits) for group in groups)
    milliseconds = round((perf_counter() - begun) * 1000)
    summary = str(_("{count} hits, {time} ms", count=count, time=milliseconds))
    return Palette(typed, [group for group in groups if group.hits], summary)


class Search:
    """What matches the typed text, for the person of the env."""

    def __init__(self, at: Env, q: str) -> None:
        self.at, self.q = at, q

    def records(self, most: int, narrowed: type[Model] | None) -> list[Found]:
        """By exact code, what was opened last, own, prefix, then the rest; without a text what was opened last."""
        if not self.q and narrowed is None:
            return [Found(o.model, o.id, o.title) for o in opened_last(self.at, most)]
        return find(self.at, self.q, most, narrowed)

    def record_hit(self, found: Found) -> Hit:
        return Hit(
            self._marked(found.title), record_url(found.model, found.id), views().of(found.model).icon or "file",
            found.about, str(found.model.singular), model_name(found.model),
        )  # fmt: skip

    def top(self, records: Sequence[Found]) -> Model | None:
        """The record that the text names beyond doubt: what may be done with it is offered at once."""
        if not self.q or not records or not records[0].is_exact:
            return None
        try:
            return self.at.get(records[0].model, records[0].id)
        except NotFound:
            return None

    def places(self, top: Model | None) -> list[Hit]:
        """Lists, their presets and pages whose name holds the text; what refers to the record that it names."""
        return [*self._related(top), *self._pages(), *self._presets()]

    def actions(self, top: Model | None, opened: Model | None = None) -> Iterator[Hit]:
        """What may be done with the named record or the one that is open, then records that may be made."""
        if top is not None:
            yield from (self._action_hit(action, top) for action in actions_of(type(top)))
        elif opened is not None:
            fitting = (action for action in actions_of(type(opened)) if self._fits(str(action.label)))
            yield from (self._action_hit(action, opened) for action in fitting)
        for model in self._shown_models():
            label = str(_("New {noun}", noun=in_sentence(model.singular)))
            if self.at.site.access.may(principal(), "create", model) and self._fits(label):
                yield Hit(self._marked(label), new_url(model), "plus")

    def settings(self) -> Iterator[Hit]:
        """Theme and density other than they are, and pages of settings, whose name holds the text."""
        for preference, value, label, icon in PREFERENCES:
            if visitor().preference(preference, KNOWN[preference][0]) != value and self._fits(str(label)):
                marked = self._marked(str(label))
                yield Hit(marked, "/-/settings", icon, preference=preference, value=value)
        pages = [
            (_("Preferences"), "/-/settings", "settings"),
            (_("Password and sessions"), "/-/settings/sign-in", "lock"),
            (_("Why may somebody see this"), "/-/explain", "help"),
        ]
        if "base.administrator" in principal().roles:
            pages.append((_("Settings of the site"), "/-/settings/site", "settings"))
        for label, url, icon in pages:
            if self._fits(str(label)) or not self.q:
                yield Hit(self._marked(str(label)), url, icon)

    def _related(self, top: Model | None) -> Iterator[Hit]:
        if top is None:
            return
        for related in form_view(self.at, views(), type(top)).related:
            other: type[Model] = related.reference.class_  # type: ignore[assignment]  # a reference belongs to a model
            url = ListState(other, filter=Test(name_of(related.reference), "eq", top.id)).url()
            label = _("{noun} of {record}", noun=related.label, record=top.label)
            yield Hit(self._marked(str(label)), url, views().of(other).icon or related.icon)

    def _pages(self) -> Iterator[Hit]:
        for label, url, icon in ((_("Home"), "/", "home"), (_("Inbox"), "/-/inbox", "inbox")):
            if self._fits(str(label)):
                yield Hit(self._marked(str(label)), url, icon)
        for section, entries in views().menu():
            for entry, model in entries:
                if may_read(model) and self._fits(str(entry.label)):
                    yield Hit(self._marked(str(entry.label)), list_url(model), entry.icon, str(section.label))
            for page in pages_of(section.name):
                if self._fits(str(page.label)):
                    yield Hit(self._marked(str(page.label)), page.url, page.icon, str(section.label))

    def _presets(self) -> Iterator[Hit]:
        for model in self._shown_models():
            written = views().of(model).list
            for preset in written.presets if written else ():
                label = f"{model.plural}: {preset.label}"
                if self.q and self._fits(label):
                    url = preset_state(list_view(self.at, views(), model), preset.name).url()
                    yield Hit(self._marked(label), url, views().of(model).icon or "list")

    def _action_hit(self, action: Action, record: Model) -> Hit:
        label = f"{action.label}: {record.label}"
        reason = action.refusal(self.at, record)
        if reason is not None:
            return Hit(self._marked(label), icon="lock", blocked=str(reason))
        url = f"{list_url(type(record))}/-/action/{action.name}?ids={record.id}"
        asks = bool(action.parameters or action.confirm)
        return Hit(self._marked(label), url, action.icon or "point", post=not asks)

    def _shown_models(self) -> Iterator[type[Model]]:
        for _section, entries in views().menu():
            yield from (model for _entry, model in entries if may_read(model))

    def _fits(self, label: str) -> bool:
        """Every word of the text begins a word of the label, or the text is part of it."""
        low, words = label.casefold(), label.casefold().split()
        asked = self.q.casefold()
        return asked in low or all(any(w.startswith(part) for w in words) for part in asked.split())

    def _marked(self, text: str) -> Markup:
        """The text with the hit in bold."""
        at = text.casefold().find(self.q.casefold()) if self.q else -1
        if at < 0:
            return escape(text)
        end = at + len(self.q)
        return Markup("{}<mark>{}</mark>{}").format(text[:at], text[at:end], text[end:])


def _open_record() -> Model | None:
    """The record on whose page the palette was opened."""
    name, _slash, record = request.args.get("at", "").removeprefix("/m/").partition("/")
    model = model_named(name)
    if model is None or not record.isdecimal() or not may_read(model):
        return None
    try:
        return env().get(model, int(record))
    except NotFound:
        return None


def _blocked_last(hits: Iterator[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: bool(hit.blocked))
