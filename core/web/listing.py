"""A list put together: its rows or groups, facets, tokens, tabs, foot and actions, within a budget of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from core.custom.field import CustomField
from core.i18n import _, plural
from core.orm import query
from core.orm.aggregate import offered_totals
from core.orm.catalog import Field, field_of, fields_of
from core.orm.condition import STEP
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.orm.query import Count
from core.views.layout import LayoutPart, SiteLayout
from core.views.nodes import View
from core.views.resolve import page_links
from core.views.resolved import ListView
from core.web import table, view_counts
from core.web.bulk_actions import bulk_actions
from core.web.cells import Column, GroupRow, Row, Total
from core.web.columns import Layout, Shape, chosen_totals
from core.web.describe import Describer
from core.web.facets import facets_of
from core.web.format import Reader, in_sentence
from core.web.grouping import MOST_ROWS, Groups, groupable, nested
from core.web.learning import learn_more
from core.web.list_parts import Facet, Mode, Pager, Token, ViewTab
from core.web.modes import CALENDAR, CHART, mode_of, modes_of
from core.web.panels import Panels
from core.web.parts import Action, Empty, Switch
from core.web.saved_views import ALL, manage_views_url, named_states, save_view_url, tabs
from core.web.sorting import sort_menu
from core.web.state import FACET, ListState, condition_of
from core.web.sums import Amounts, Summing
from core.web.trees import Branches, parent_of
from core.web.urls import list_url, new_url, with_query

PAGE = 80
#: Records that totals are made of where the person chose them.
MOST_TOTALLED = 1_000_000
#: Asks for the facets of a list that is too long to count them unasked.
ALL_FACETS = "all"


@dataclass(frozen=True)
class SearchField:
    """A field that the search box offers to look in."""

    name: str
    label: str
    key: bool = False


@dataclass(frozen=True)
class ListPage:
    """What list.html.jinja shows."""

    model: str
    url: str
    noun: str
    columns: Sequence[Column]
    body: Markup
    total: Total | None
    views: Sequence[ViewTab]
    #: Where the numbers of the other tabs come from, once the list is on the page; "" when they are known.
    counts_url: str
    save_view_url: str
    manage_views_url: str
    tokens: Sequence[Token]
    q: str
    placeholder: str
    search_fields: Sequence[dict[str, object]]
    query: str
    keep: Sequence[tuple[str, str]]
    facets: Sequence[Facet]
    facets_url: str
    count_url: str
    facet_keep: Sequence[tuple[str, str]]
    modes: Sequence[Mode]
    sort_options: Sequence[Switch]
    group_label: str
    group_options: Sequence[Switch]
    filter_url: str
    filtered: int
    columns_url: str
    actions: Sequence[Action]
    more: Sequence[Action]
    bulk: Sequence[Action]
    bulk_url: str
    total_count: str
    empty: Empty | None
    pager: Pager | None
    selectable: bool = True
    #: "board", "calendar" or "chart" where `body` is that instead of a table, and brings its own heads and foot.
    panel: str = ""


@dataclass
class _Body:
    """The rows of a page and what is known of all of them."""

    markup: Markup
    count: Count
    amounts: Amounts = field(default_factory=Amounts)
    after: str = ""
    before: str = ""
    #: Whether there are more groups or rows of them than the page shows.
    is_cut: bool = False


class Listing:
    """One state of one list for one person."""

    def __init__(self, env: Env, shown: View, view: ListView, state: ListState, reader: Reader) -> None:
        self.env, self.view, self.state, self.reader, self.icon = (
            env,
            view,
            state,
            reader,
            shown.icon or "list",
        )
        self.model = view.model
        self.layout = Layout(view, Shape.of(self.model), state, reader)
        self.columns = self.layout.columns()
        self.where = condition_of(env, state)
        shape = Shape.of(self.model)
        totals = chosen_totals(view, shape, state, self.layout.cells)
        self.summing = Summing(env, self.model, totals, reader)
        #: Who chose a total waits for more records than who just opens a list.
        self.cap = MOST_TOTALLED if shape.totals or state.totals else query.COUNT_CAP
        self.describer = Describer(env, self.model, reader)
        self.parent = parent_of(shown)
        self.panels = Panels(env, shown, view, state, reader, self._seen_fields())
        self.mode = self.panels.mode or mode_of(state, ["tree"] * (self.parent is not None))
        self.bulk = bulk_actions(env, self.model)

    def page(self, more_of: str = "") -> ListPage:
        """Everything that the template shows; `more_of` is a facet shown at length."""
        body = self._body()
        state, base = self.state, list_url(self.model)
        tokens = self.describer.tokens(state)
        lazy = body.count.capped and not more_of
        with_facets = bool(self.view.facets) and not self.panels.mode
        counted = self._count_text(body.count)
        facets = [] if lazy or not with_facets else self._facets(more_of, long=body.count.capped)
        searchable = self._search_fields()
        explicit = list(state.first.pairs())
        return ListPage(
            model=model_name(self.model), url=base, noun=in_sentence(self.model.plural), columns=self.columns,
            body=body.markup, total=self._total(body), views=self._tabs(counted),
            counts_url=self._counts_url(explicit),
            save_view_url=save_view_url(state), manage_views_url=manage_views_url(self.model), tokens=tokens, q="",
            placeholder=", ".join(f.label for f in searchable[:3]),
            search_fields=[{"name": f.name, "label": f.label, "key": f.key} for f in searchable],
            query=with_query("", explicit).removeprefix("?"),
            keep=[pair for pair in explicit if pair[0] != "q"],
            facets=facets, facets_url=with_query(f"{base}/-/facets", explicit) if lazy and with_facets else "",
            count_url=with_query(base, [*explicit, ("more", ALL_FACETS)]),
            facet_keep=[pair for pair in explicit if not pair[0].startswith(FACET)],
            modes=modes_of(state, [*self.panels.offered, *["tree"] * (self.parent is not None)]),
            sort_options=[] if self.mode in (CALENDAR, CHART) else sort_menu(state, self.layout.cells),
            group_label=self._group_label(), group_options=self._group_options(),
            filter_url=with_query(f"{base}/-/filter", explicit), filtered=len(tokens),
            columns_url=with_query(f"{base}/-/columns", explicit), actions=self._actions(explicit),
            more=self._more(),
            bulk=self.bulk, bulk_url=f"{base}/-/bulk", total_count=counted,
            empty=self._empty(body), pager=self._pager(body), selectable=bool(self.bulk),
            panel=self.panels.mode,
        )  # fmt: skip

    def _tabs(self, counted: str) -> list[ViewTab]:
        return tabs(self.env, named_states(self.env, self.view, _("All")), self.state, counted)

    def _counts_url(self, pairs: Sequence[tuple[str, str]]) -> str:
        names = (named.name for named in named_states(self.env, self.view, _("All")))
        current = self.state.view or ALL
        unknown = any(n != current and not view_counts.known(self.env, self.model, n) for n in names)
        return with_query(f"{list_url(self.model)}/-/counts", pairs) if unknown else ""

    @property
    def _may_create(self) -> bool:
        return self.env.site.access.may(self.env.principal, "create", self.model)

    def _more(self) -> list[Action]:
        """What administrators do with the list itself, and where it is explained."""
        more = list(learn_more(self.env, self.model))
        if not self.env.site.access.may(self.env.principal, "write", SiteLayout):
            return more
        named = [("part", LayoutPart.LIST.value)]
        arrange = Action(
            _("Arrange this list"), with_query(f"{list_url(self.model)}/-/layout", named), "layout-rows"
        )
        new = with_query(new_url(CustomField), [("model", model_name(self.model))])
        return [arrange, Action(_("Add a field"), new, "plus"), *more]

    def _facets(self, more_of: str, *, long: bool) -> list[Facet]:
        return facets_of(self.env, self.state, self.view.facets, self.reader, more_of, long=long)

    def _body(self) -> _Body:
        if self.parent is not None and self.mode == "tree":
            return self._branches(self.parent)
        if self.panels.mode:
            return _Body(*self.panels.body(self.where, self.summing))
        return self._grouped() if self.state.group else self._flat()

    def _branches(self, parent: Field) -> _Body:
        sort = self.state.sort or self.view.sort
        tree = Branches(self.env, self.state, parent, self.layout.fields, sort)
        branches = tree.in_order()
        plain = self._rows([branch.record for branch in branches], tree.found.selected)
        rows = [
            replace(row, depth=branch.depth, open=branch.open, toggle_url=tree.toggle_url(branch))
            for row, branch in zip(plain, branches, strict=True)
        ]
        count = query.count(self.env, self.model)
        return _Body(table.body(self.columns, rows, selectable=bool(self.bulk)), count)

    def _flat(self) -> _Body:
        state = self.state
        found = query.page(
            self.env, self.model, self.layout.fields, where=self.where, sort=state.sort or self.view.sort,
            limit=PAGE, after=state.after, before=state.before,
        )  # fmt: skip
        rows = self._rows(found.rows, found.selected)
        whole = not found.after and not found.before
        count, amounts = self._counted(len(rows) if whole else None)
        made = table.body(self.columns, rows, selectable=bool(self.bulk))
        return _Body(made, count, amounts, found.after, found.before)

    def _grouped(self) -> _Body:
        groups = Groups(self.env, self.state, self.reader, self.where, self.summing)
        found = groups.page(self.layout.fields, self.state.sort or self.view.sort)
        by_group: dict[str, list[Row]] = {}
        keys = [groups.key_of(row, found.selected) for row in found.rows]
        for key, row in zip(keys, self._rows(found.rows, found.selected), strict=True):
            by_group.setdefault(key, []).append(row)
        shown: list[Row | GroupRow] = []
        for node in nested(groups.root, groups.is_open):
            shown.append(groups.row(node, self.summing.cells(self.columns, node.amounts)))
            shown += by_group.get(node.key, ()) if groups.is_open(node) else ()
        made = table.body(self.columns, shown, selectable=bool(self.bulk))
        cut = groups.is_cut or len(found.rows) == MOST_ROWS
        amounts = groups.root.amounts
        if len(self.summing.summed) < len(self.summing.fields):
            amounts = self.summing.counted(self.where, self.cap)[1]
        return _Body(made, Count(groups.root.count), amounts, is_cut=cut)

    def _rows(self, records: Sequence[Sequence[Any]], selected: Mapping[str, query.Selected]) -> list[Row]:
        if not records:
            return []
        base = list_url(self.model)
        tail = self._tail()
        values = self.layout.values(records, selected, lambda i: f"{base}/{i}{tail}")
        return [
            Row(record[0], f"{base}/{record[0]}{tail}", self.layout.name_of(record, selected), cells)
            for record, cells in zip(records, values, strict=True)
        ]

    def _tail(self) -> str:
        """The state goes along to the record, so that its page leads back and on in the list."""
        inner = with_query("", self.state.first.pairs()).removeprefix("?")
        return with_query("", [("list", inner)]) if inner else ""

    def _counted(self, known: int | None) -> tuple[Count, Amounts]:
        """The number of records, asked only if the page does not show them all, and their sums."""
        if known is not None and (not self.summing.fields or not known):
            return Count(known), Amounts()
        return self.summing.counted(self.where, self.cap)

    def _total(self, body: _Body) -> Total | None:
        if not body.count.value or self.panels.mode:
            return None
        noun = in_sentence(self.model.singular if body.count.value == 1 else self.model.plural)
        label = f"{self._count_text(body.count)} {noun}"
        cells = self.summing.cells(self.columns, body.amounts)
        offered = any(offered_totals(cell.field) for cell in self.layout.cells)
        url = with_query(f"{list_url(self.model)}/-/columns", self.state.first.pairs()) if offered else ""
        return Total(label, self.summing.note, cells, url)

    def _count_text(self, count: Count) -> str:
        return view_counts.count_text(self.reader, count)

    def _empty(self, body: _Body) -> Empty | None:
        if body.count.value or self.mode == CALENDAR:
            return None
        if self.state.is_narrowed:
            return self._nothing_found()
        label = _("New {noun}", noun=in_sentence(self.model.singular))
        create = [Action(label, new_url(self.model), "plus", primary=True)] if self._may_create else []
        about = (self.model.__doc__ or "").strip().partition("\n")[0]
        return Empty(_("No {noun} yet", noun=in_sentence(self.model.plural)), about, self.icon, create)

    def _nothing_found(self) -> Empty:
        """Name what empties the list, and how much there is without it."""
        everything = query.count(self.env, self.model)
        words = "; ".join(f"{t.field} {t.text}" for t in self.describer.tokens(self.state))
        without = plural(
            "Without this filter there is {shown}.", "Without this filter there are {shown}.", everything.value,
            shown=self._count_text(everything),
        )  # fmt: skip
        clear = Action(
            _("Remove the filter"), self.state.url(q="", picks={}, filter=None), "filter-off", primary=True
        )
        return Empty(_("Nothing found"), f"{words}. {without}", "search", [clear])

    def _pager(self, body: _Body) -> Pager | None:
        if body.is_cut:
            return Pager(
                _("There are more groups or records than one page shows. Narrow the list or close groups.")
            )
        if not (body.after or body.before):
            return None
        state = self.state
        return Pager(
            _("{count} of {total}", count=PAGE, total=self._count_text(body.count)),
            state.turned(before=body.before, after="") if body.before else "",
            state.turned(after=body.after, before="") if body.after else "",
        )

    def _search_fields(self) -> list[SearchField]:
        """Searchable fields, then the names of what the columns refer to."""
        fields = [c.field for c in self.layout.cells]
        own = [f for f in self._seen_fields() if f.info.search and f.is_text]
        linked = [
            SearchField(f"{f.name}{STEP}{title}", str(f.label))
            for f in fields
            if f.target is not None and (title := _title_of(f.target))
        ]
        return [SearchField(f.name, str(f.label), key=i == 0) for i, f in enumerate(own)] + linked

    def _seen_fields(self) -> list[Field]:
        may = self.env.site.access.may_field
        return [f for f in fields_of(self.model).values() if may(self.env.principal, f.info)]

    def _group_label(self) -> str:
        if self.panels.mode:
            return str(self.panels.field.label)
        return ", ".join(str(field_of(self.model, n.partition(":")[0]).label) for n in self.state.group)

    def _group_options(self) -> list[Switch]:
        """No group, then each field that records agree in; one more level below the present ones."""
        if self.panels.mode:
            return self.panels.options()
        current = self.state.group
        options = [Switch(_("No groups"), self._group_url(()), current=not current)]
        for found in self._seen_fields():
            if not groupable(found) or not found.info.listed:
                continue
            name = f"{found.name}:month" if found.is_day else found.name
            chosen = name in current
            levels = tuple(n for n in current if n != name) if chosen else (name,)
            options.append(Switch(found.label, self._group_url(levels), current=chosen))
            if current and not chosen and len(current) < 3:  # noqa: PLR2004 -- levels that a page can show
                label = _("then by {field}", field=found.label)
                options.append(Switch(label, self._group_url((*current, name))))
        return options

    def _group_url(self, levels: tuple[str, ...]) -> str:
        url = self.state.url(group=levels)
        return url if levels or not self.view.group else url + ("&" if "?" in url else "?") + "group="

    def _actions(self, pairs: Sequence[tuple[str, str]]) -> list[Action]:
        name = model_name(self.model)
        made = []
        if self._may_create:
            made.append(Action(_("Import"), f"/-/import/{name}", "upload"))
        made = [Action(page.label, page.url, page.icon) for page in page_links(self.env, self.model)] + made
        made.append(Action(_("Export"), with_query(f"/-/export/{name}", pairs), "download"))
        if self._may_create:
            label = _("New {noun}", noun=in_sentence(self.model.singular))
            made.append(Action(label, new_url(self.model), "plus", key="N", primary=True))
        return made


def _title_of(model: type[Model]) -> str:
    return next(
        (f.name for f in fields_of(model).values() if f.info.title and f.is_text and f.facet is None), ""
    )
