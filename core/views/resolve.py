"""The view that a person gets: what the addon wrote or the fields imply, with additions, less what roles hide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.addon import Package
from core.i18n import _
from core.orm.assign import may_set, visible_fields
from core.orm.catalog import Field, children_of, fields_of, is_part
from core.orm.condition import name_of
from core.orm.model import Model, models
from core.orm.types import Choice
from core.views.arranging import arranged
from core.views.first_step import FirstStep
from core.views.implied import WIDE, implied_columns, implied_facets, implied_form, implied_list, implied_sort
from core.views.layout import LayoutPart, Layouts
from core.views.nodes import (
    CountTile,
    Form,
    Group,
    Leaf,
    Lines,
    List,
    Menu,
    MenuPage,
    MenuSection,
    Related,
    Shown,
    Tab,
    Tile,
    View,
)
from core.views.place import placements
from core.views.resolved import Cell, FormView, ListView, Page, Section, Table
from core.workflow import workflow_of

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass
class Views:
    """What the installed addons declare to be seen."""

    by_model: dict[type[Model], View] = field(default_factory=dict)
    sections: dict[str, MenuSection] = field(default_factory=dict)
    pages: list[MenuPage] = field(default_factory=list)
    tiles: list[Tile | CountTile] = field(default_factory=list)
    first_steps: list[FirstStep] = field(default_factory=list)
    #: What the site arranges otherwise.
    layouts: Layouts = field(default_factory=Layouts)

    def declare(self, values: Sequence[object]) -> None:
        """Take over every View, MenuSection, MenuPage, Tile and FirstStep among `values` and the lists among them."""
        for value in values:
            if isinstance(value, View):
                self.by_model[value.model] = value
            elif isinstance(value, MenuSection):
                self.sections[value.name] = value
            elif isinstance(value, MenuPage):
                self.pages.append(value)
            elif isinstance(value, Tile | CountTile):
                self.tiles.append(value)
            elif isinstance(value, FirstStep):
                self.first_steps.append(value)
            elif isinstance(value, list | tuple):
                self.declare(value)

    @classmethod
    def declared_by(cls, packages: Iterable[Package]) -> Views:
        """What the views modules of the packages declare."""
        found = cls()
        for package in packages:
            for module in package.modules("views"):
                found.declare(list(vars(module).values()))
        return found

    def of(self, model: type[Model]) -> View:
        return self.by_model.get(model) or View(model)

    def menu(self) -> list[tuple[MenuSection, list[tuple[Menu, type[Model]]]]]:
        """The sections of the side navigation with their entries, in order."""
        entries: dict[str, list[tuple[Menu, type[Model]]]] = {}
        for model, view in self.by_model.items():
            if view.menu:
                entries.setdefault(view.menu.section, []).append((view.menu, model))
        known = [self.sections.get(name) or MenuSection(name, _(name.capitalize())) for name in entries]
        ordered = sorted(known, key=lambda section: (section.order, section.name))
        return [
            (s, sorted(entries[s.name], key=lambda entry: (entry[0].order, str(entry[0].label))))
            for s in ordered
        ]


def list_view(env: Env, views: Views, model: type[Model]) -> ListView:
    """The list of `model` as the person gets it."""
    return arranged(shipped_list(env, views, model), views.layouts.of(env.principal, model, LayoutPart.LIST))


def form_view(env: Env, views: Views, model: type[Model]) -> FormView:
    """The form of `model` as the person gets it."""
    return arranged(shipped_form(env, views, model), views.layouts.of(env.principal, model, LayoutPart.FORM))


def shipped_list(env: Env, views: Views, model: type[Model]) -> ListView:
    """The list of `model` as its addons have it, as far as the person may see it."""
    seen = visible_fields(env, model)
    written = views.of(model).list or implied_list(model)
    leaves = [*written.columns, *_placed(model, "list")]
    named = tuple(c for leaf in leaves if (c := _cell(leaf, seen)))
    columns = (
        *named,
        *(Cell(f) for f in seen.values() if f.info.column and f not in {c.field for c in named}),
    )
    facets = [seen[name] for a in written.facets if (name := name_of(a)) in seen] or implied_facets(seen)
    offered = tuple(Cell(f) for f in seen.values() if f.column is not None and f.widget not in WIDE)
    return ListView(
        model, columns, tuple(facets), written.sort or implied_sort(model), tuple(name_of(a) for a in written.group),
        tuple(name for a in written.sums if (name := name_of(a)) in seen), written, offered,
        _inline(env, written, model, seen),
    )  # fmt: skip


def _inline(env: Env, written: List, model: type[Model], seen: dict[str, Field]) -> frozenset[str]:
    if not env.site.access.may(env.principal, "write", model):
        return frozenset()
    names = (name_of(a) for a in written.inline)
    return frozenset(name for name in names if name in seen and may_set(seen[name], env))


def shipped_form(env: Env, views: Views, model: type[Model]) -> FormView:
    """The form of `model` as its addons have it, as far as the person may see it."""
    seen = visible_fields(env, model)
    written = views.of(model).form or implied_form(model)
    head = tuple(_section(item, model, seen) for item in written.items if isinstance(item, Group))
    tabs = [_page(env, item, model, seen) for item in written.items if isinstance(item, Tab)]
    for placement in placements(model):
        if placement.slot == "tabs":
            tabs += [_page(env, item, model, seen) for item in placement.items if isinstance(item, Tab)]
    facets = _facet_page(
        model, seen, [*head, *(i for tab in tabs for i in tab.items if isinstance(i, Section))]
    )
    tabs += [facets] if facets else []
    shown = tuple(tab for tab in tabs if tab.items)
    return FormView(model, head, shown, written, _related(env, written, model))


def page_links(env: Env, model: type[Model]) -> list[MenuPage]:
    """Pages of addons that belong to a kind of record, as far as the person may use them."""
    placed = (i for p in placements(model) if p.slot == "links" for i in p.items)
    return [i for i in placed if isinstance(i, MenuPage) and i.is_for(env.site.access, env.principal)]


def workflow_states(model: type[Model]) -> type[Choice] | None:
    """The states that a status bar shows."""
    workflow = workflow_of(model)
    return fields_of(model)[workflow.key].choices if workflow else None


def _cell(leaf: object, seen: dict[str, Field]) -> Cell | None:
    shown = leaf if isinstance(leaf, Shown) else Shown(leaf)  # type: ignore[arg-type]  # a mapped attribute
    found = seen.get(name_of(shown.attribute)) or _by_link(shown, seen)
    if found is None:
        return None
    return Cell(
        found, shown.visible, shown.required, shown.readonly, shown.widget, shown.label, shown.help, docs=shown.docs
    )  # fmt: skip


def _by_link(shown: Shown, seen: dict[str, Field]) -> Field | None:
    """A view may name the link (`PurchaseOrder.supplier`) as well as its column."""
    return next((f for f in seen.values() if f.target is not None and f.link == shown.attribute.key), None)


def _section(group: Group, model: type[Model], seen: dict[str, Field]) -> Section:
    leaves: list[Leaf] = list(group.fields)
    for placement in placements(model):
        if placement.slot == group.name:
            added = [item for item in placement.items if not isinstance(item, Tab | Lines | MenuPage)]
            at = next(
                (i + 1 for i, leaf in enumerate(leaves) if _attribute(leaf) is placement.after), len(leaves)
            )
            leaves[at:at] = added
    cells = tuple(c for leaf in leaves if (c := _cell(leaf, seen)))
    return Section(group.name, group.label, cells, group.visible)


def _attribute(leaf: Leaf) -> object:
    return leaf.attribute if isinstance(leaf, Shown) else leaf


def _placed(model: type[Model], slot: str) -> list[Leaf]:
    placed = (i for p in placements(model) if p.slot == slot for i in p.items)
    return [i for i in placed if not isinstance(i, Tab | Lines | MenuPage)]


def _page(env: Env, tab: Tab, model: type[Model], seen: dict[str, Field]) -> Page:
    added = [i for p in placements(model) if p.slot == tab.name for i in p.items if isinstance(i, Lines)]
    items: list[Section | Table] = []
    for item in (*tab.items, *added):
        if isinstance(item, Lines):
            items.append(_table(env, item, model))
        elif (section := _section(item, model, seen)).cells:
            items.append(section)
    return Page(tab.name, tab.label, tuple(items), tab.visible)


def _table(env: Env, lines: Lines, model: type[Model]) -> Table:
    children = children_of(model)[str(lines.collection.key)]
    seen = visible_fields(env, children.target)
    leaves = [*lines.columns, *_placed(children.target, "lines")]
    cells = tuple(c for leaf in leaves if (c := _cell(leaf, seen))) or implied_columns(children, seen)
    return Table(children, cells, tuple(name_of(a) for a in lines.totals), lines.readonly)


def _facet_page(model: type[Model], seen: dict[str, Field], sections: list[Section]) -> Page | None:
    """Facet fields that no addon placed anywhere still have a place."""
    placed = {cell.name for section in sections for cell in section.cells}
    left = tuple(Cell(f) for name, f in seen.items() if f.facet is not None and name not in placed)
    return Page("more", _("More"), (Section("more", None, left),)) if left else None


def _related(env: Env, written: Form, model: type[Model]) -> tuple[Related, ...]:
    """Smart links: those written first, then every other model that refers to this one and may be read."""
    found = list(written.related)
    named = {r.reference.class_ for r in found} | set(written.hide_related)
    for other in models():
        if is_part(other) or other in named or not env.site.access.may(env.principal, "read", other):
            continue
        for reference in fields_of(other).values():
            if reference.target is model and reference.facet is None:
                found.append(Related(reference.attribute, other.plural))
                break
    return tuple(found)
