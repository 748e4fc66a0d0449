"""Arranging a form or list: which fields stand where, are called what, hidden, required and proposed, and for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Response, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from core.errors import Forbidden, PlatformError, UserError, ValidationError
from core.i18n import _
from core.orm.assign import message_of, typed_value
from core.orm.model import Model, model_name
from core.views.arranging import HIDDEN, LIST, Groups, Layout, Said, arranged, differences, groups_of
from core.views.layout import LayoutPart, SiteLayout
from core.views.resolve import shipped_form, shipped_list
from core.views.resolved import Cell, FormView, ListView
from core.web.crumbs import model_crumbs
from core.web.format import in_sentence
from core.web.lists import readable_model
from core.web.parts import Option, Page, Words
from core.web.request import env, go, principal, rules, views
from core.web.templating import render
from core.web.urls import list_url, with_query

blueprint = Blueprint("layouts", __name__)


@dataclass(frozen=True)
class LayoutRow:
    """A field as the page shows it."""

    name: str
    #: What it is called as shipped.
    shipped: Words
    said: Said
    groups: Sequence[Option]
    error: Words = ""


@dataclass(frozen=True)
class LayoutGroup:
    """A group of fields in order."""

    name: str
    label: Words
    rows: Sequence[LayoutRow]


@dataclass(frozen=True)
class LayoutPage:
    """What layout.html.jinja shows."""

    url: str
    part: LayoutPart
    role: str
    groups: Sequence[LayoutGroup]
    roles: Sequence[Option]
    parts: Sequence[Option]
    lost: Sequence[str] = ()
    problems: Sequence[Words] = ()
    is_changed: bool = False


@dataclass
class Arranging:
    """One form or list while it is arranged, for everybody or for a role."""

    model: type[Model]
    part: LayoutPart
    role: str
    #: Without this layout: as shipped or, for a role, as everybody has it.
    base: FormView | ListView
    kept: SiteLayout | None
    problems: dict[str, object] = field(default_factory=dict)

    @property
    def url(self) -> str:
        asked = [("part", self.part.value), ("role", self.role)]
        return with_query(f"{list_url(self.model)}/-/layout", [(n, v) for n, v in asked if v])

    @property
    def layout(self) -> Layout:
        return Layout.from_json(self.kept.differences) if self.kept is not None else Layout()

    def groups(self) -> dict[str, list[str]]:
        """The fields as shipped, those that are not shown in a group of their own."""
        return {HIDDEN: [], **groups_of(self.base)} if self.part is LayoutPart.FORM else groups_of(self.base)

    def cells(self) -> dict[str, Cell]:
        view = self.base
        found = view.cells() if isinstance(view, FormView) else (*view.available, *view.columns)
        return {cell.name: cell for cell in found}

    def sent(self, form: MultiDict[str, str]) -> dict[str, list[str]]:
        """The groups as the page sends them, after the step that one of its buttons asks for."""
        found = _in_order(form, self.groups())
        _regroup(form, found)
        _step(found, form.get("up", ""), -1)
        _step(found, form.get("down", ""), 1)
        return found

    def said(self, form: MultiDict[str, str]) -> dict[str, Said]:
        found = {
            name: Said(
                form.get(f"label.{name}", "").strip()[:200],
                form.get(f"required.{name}") == "1",
                form.get(f"default.{name}", "").strip()[:200],
            )
            for name in self.cells()
        }
        return {name: said for name, said in found.items() if said != Said()}

    def check(self, groups: Groups, said: Mapping[str, Said]) -> None:
        """Raise ValidationError, by field, for what nobody could fill in."""
        for name, cell in self.cells().items():
            default = said.get(name, Said()).default
            if default:
                try:
                    typed_value(cell.field, default)
                except PlatformError as error:
                    self.problems[name] = message_of(error)
            is_needed = cell.field.required or said.get(name, Said()).required
            if self.part is LayoutPart.FORM and name in groups[HIDDEN] and is_needed and not default:
                self.problems[name] = _(
                    "{field} is needed: it can be hidden with a default alone.", field=cell.shown_label
                )
        if self.problems:
            raise ValidationError(self.problems)

    def keep(self, layout: Layout) -> None:
        """Write the differences; none are no layout."""
        if not layout and self.kept is not None:
            env().delete(self.kept)
        elif layout and self.kept is not None:
            self.kept.differences = layout.to_json()
        elif layout:
            env().add(
                SiteLayout(
                    model=model_name(self.model), part=self.part, role=self.role, differences=layout.to_json()
                )
            )
        env().flush()

    def page(self, groups: Groups, said: Mapping[str, Said]) -> LayoutPage:
        labels = self._labels()
        shown = [LayoutGroup(g, labels[g], self._rows(g, names, said)) for g, names in _hidden_last(groups)]
        lost = list(self.layout.lost(self.groups()))
        problems = [str(each) for each in self.problems.values()]
        return LayoutPage(
            self.url,
            self.part,
            self.role,
            shown,
            self._roles(),
            self._parts(),
            lost,
            problems,
            self.kept is not None,
        )

    def _rows(self, group: str, names: Sequence[str], said: Mapping[str, Said]) -> list[LayoutRow]:
        cells, labels = self.cells(), self._labels()
        groups = [Option(other, label, other == group) for other, label in labels.items()]
        return [
            LayoutRow(
                name,
                cells[name].shown_label,
                said.get(name, Said()),
                groups,
                str(self.problems.get(name, "")),
            )
            for name in names
        ]

    def _labels(self) -> dict[str, Words]:
        if isinstance(self.base, ListView):
            return {LIST: _("Columns"), HIDDEN: _("Not shown")}
        found: dict[str, Words] = {s.name: s.label or _("Head") for s in self.base.head}
        for tab in self.base.tabs:
            for section in self.base.sections():
                if section in tab.items:
                    found[section.name] = section.label or tab.label
        return {**found, HIDDEN: _("Not shown")}

    def _roles(self) -> list[Option]:
        known = sorted(rules().roles.values(), key=lambda role: str(role.label))
        everybody = Option("", _("Everybody"), not self.role)
        return [everybody, *(Option(role.name, role.label, role.name == self.role) for role in known)]

    def _parts(self) -> list[Option]:
        return [Option(part.value, part.label, part is self.part) for part in LayoutPart]


@blueprint.get("/m/<name>/-/layout")
def show(name: str) -> Response:
    """The form or list as it is arranged now."""
    at = _arranging(name)
    layout = at.layout
    return _answer(at, layout.arranged(at.groups()), layout.said)


@blueprint.post("/m/<name>/-/layout")
def arrange(name: str) -> Response:
    """One step further, or kept; a step keeps nothing."""
    at = _arranging(name)
    if "reset" in request.form:
        at.keep(Layout())
        return go(at.url, full=True)
    groups, said = at.sent(request.form), at.said(request.form)
    if "keep" not in request.form:
        return _answer(at, groups, said)
    try:
        at.check(groups, said)
    except ValidationError as error:
        return _answer(at, groups, said, error.status)
    at.keep(Layout(differences(at.groups(), groups), said))
    return go(at.url, full=True)


def _arranging(name: str) -> Arranging:
    model = readable_model(name)
    if not rules().may(principal(), "write", SiteLayout):
        raise Forbidden(_("Administrators alone arrange forms and lists."))
    try:
        part = LayoutPart(request.args.get("part", LayoutPart.FORM.value))
    except ValueError as error:
        raise UserError(_("There is no such part.")) from error
    role = request.args.get("role", "")
    if role and role not in rules().roles:
        raise UserError(_("There is no role {role}.", role=role))
    everybody = views().layouts.for_everybody(model, part) if role else []
    base: FormView | ListView
    if part is LayoutPart.FORM:
        base = arranged(shipped_form(env(), views(), model), everybody)
    else:
        base = arranged(shipped_list(env(), views(), model), everybody)
    asked = select(SiteLayout).where(
        SiteLayout.model == model_name(model), SiteLayout.part == part, SiteLayout.role == role
    )
    return Arranging(model, part, role, base, env().session.scalar(asked))


def _answer(at: Arranging, groups: Groups, said: Mapping[str, Said], status: int = 200) -> Response:
    models = in_sentence(at.model.plural)
    title = _("Arrange {models}", models=models)
    crumbs = model_crumbs(at.model, title)
    return render("layout.html.jinja", Page(title, crumbs=crumbs), status, layout_page=at.page(groups, said))


def _in_order(form: MultiDict[str, str], known: Groups) -> dict[str, list[str]]:
    """The known fields as the page has them, each once; what it does not speak of stands at the end of its group."""
    left = {name for names in known.values() for name in names}
    found: dict[str, list[str]] = {}
    for group in known:
        found[group] = [name for name in dict.fromkeys(form.getlist(f"in.{group}")) if name in left]
        left.difference_update(found[group])
    for group, names in known.items():
        found[group] += [name for name in names if name in left]
    return found


def _regroup(form: MultiDict[str, str], groups: dict[str, list[str]]) -> None:
    """Take each field to the end of the group that is chosen for it."""
    for group, name in [(group, name) for group, names in groups.items() for name in names]:
        chosen = form.get(f"group.{name}", group)
        if chosen != group and chosen in groups:
            groups[group].remove(name)
            groups[chosen].append(name)


def _step(groups: Mapping[str, list[str]], name: str, step: int) -> None:
    """Move a field within its group; at its end it stays."""
    for names in groups.values():
        if name in names:
            at = names.index(name)
            to = min(max(at + step, 0), len(names) - 1)
            names.insert(to, names.pop(at))


def _hidden_last(groups: Groups) -> list[tuple[str, Sequence[str]]]:
    return sorted(groups.items(), key=lambda item: item[0] == HIDDEN)
