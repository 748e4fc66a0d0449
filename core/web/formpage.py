"""The page of one record: what its form template is given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core.actions import Action as Declared
from core.actions import actions_of
from core.base.actions.mailing import may_send
from core.base.hanging import HANGING
from core.base.presence import topic_of
from core.i18n import _
from core.orm.assign import visible_fields
from core.orm.catalog import Field, fields_of
from core.orm.condition import Condition
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.views.layout import SiteLayout
from core.views.resolve import form_view, workflow_states
from core.views.resolved import FormView, Page, Section, Table
from core.web.audit import audit_url, may_audit
from core.web.drafting import COPY, from_templates, opened_with
from core.web.format import Reader
from core.web.formdata import Submitted
from core.web.formfields import Shown, Titles, cells_of, group_of, raw, table_of, value_of
from core.web.learning import learn_more
from core.web.neighbours import neighbours_of
from core.web.parts import Action, Note
from core.web.record_parts import FieldGroup, SmartLink, Step, Sum, Tab
from core.web.request import views, visitor
from core.web.smart_links import smart_links
from core.web.urls import list_url, new_url, record_url, with_query
from core.workflow import workflow_of


@dataclass(frozen=True)
class FormPage:
    """What form.html.jinja shows of a record."""

    model: str
    id: str
    url: str
    version: str
    opened: str
    editing: bool
    new: bool
    edit_url: str
    discard_url: str
    preview_url: str
    draft_key: str
    #: Raw values of fields without an input, for conditions.
    known: dict[str, str] = field(default_factory=dict)
    print_url: str = ""
    previous_url: str = ""
    next_url: str = ""
    position: str = ""
    more: Sequence[Action] = ()
    templates: Sequence[Action] = ()
    actions: Sequence[Action] = ()
    steps: Sequence[Step] = ()
    smart: Sequence[SmartLink] = ()
    trouble: Sequence[Note] = ()
    groups: Sequence[FieldGroup] = ()
    tabs: Sequence[Tab] = ()
    errors: int = 0
    changes: int = 0
    error_note: Note | None = None
    #: Whether it follows on another that was saved just now, so that no draft of that is left.
    fresh: bool = False
    #: Where its page says that somebody has it open, and the topic on which it hears of others.
    presence_url: str = ""
    presence_topic: str = ""


@dataclass
class Building:
    """A form page in the making."""

    env: Env
    reader: Reader
    record: Model
    view: FormView
    shown: Shown
    tab: str = ""
    error_note: Note | None = None
    changes: int = 0
    #: What the person sent, when the form is shown again.
    said: Submitted | None = None
    rights: set[str] = field(default_factory=set)
    #: The record that was saved before this new one, by the same form.
    before: Model | None = None

    @property
    def model(self) -> type[Model]:
        return type(self.record)

    @property
    def is_new(self) -> bool:
        return self.record.id is None

    @property
    def url(self) -> str:
        """Where the form is sent; that of a new record keeps what it was filled in from."""
        if self.is_new:
            return with_query(new_url(self.model), opened_with())
        return record_url(self.model, self.record.id)


def begin(env: Env, reader: Reader, record: Model, *, editing: bool) -> Building:
    """A page of `record` as the person may see it."""
    view = form_view(env, views(), type(record))
    access, person = env.site.access, env.principal
    rights = {verb for verb in ("create", "write", "delete") if access.may(person, verb, type(record))}
    shown = Shown(env, reader, Titles(env), editing=editing)
    return Building(env, reader, record, view, shown, rights=rights)


def build(page: Building) -> FormPage:
    """Everything the template needs, read without writing what the person typed."""
    with page.env.session.no_autoflush:
        load_titles(page)
        page.shown.may_create = _creatable(page)
        beside = None if page.is_new or page.shown.editing else neighbours_of(page.env, page.record)
        return FormPage(
            model=model_name(page.model),
            id="new" if page.is_new else str(page.record.id),
            url=page.url,
            version=str(page.said.version if page.said else page.record.version or 0),
            opened=json.dumps(opened_values(page), ensure_ascii=False),
            known=_known(page),
            editing=page.shown.editing,
            new=page.is_new,
            edit_url="" if page.is_new or "write" not in page.rights else f"{page.url}?edit=1",
            discard_url=list_url(page.model) if page.is_new else page.url,
            preview_url=_preview_url(page),
            draft_key=f"{visitor().principal.user_id}:{model_name(page.model)}:{page.record.id or 'new'}",
            print_url="" if page.is_new else f"{page.url}/-/print",
            previous_url=beside.previous_url if beside else "",
            next_url=beside.next_url if beside else "",
            position=beside.position if beside else "",
            more=_menu(page),
            templates=from_templates(page.env, page.model) if page.is_new and page.said is None else (),
            actions=_buttons(page),
            steps=steps(page.record),
            trouble=[] if page.is_new else trouble_of(page),
            smart=() if page.is_new else smart_links(page.env, page.reader, page.view, page.record),
            groups=[group_of(page.shown, section, page.record) for section in page.view.head],
            tabs=_tabs(page),
            errors=len(page.shown.errors),
            changes=page.changes,
            error_note=page.error_note,
            fresh=page.before is not None,
            presence_url="" if page.is_new else f"{page.url}/-/presence",
            presence_topic=topic_of(page.model),
        )


def _preview_url(page: Building) -> str:
    if page.is_new:
        return with_query(f"{new_url(page.model)}/-/preview", opened_with())
    return f"{page.url}/-/preview"


def opened_values(page: Building) -> dict[str, str]:
    """The raw values of the record as it is in the database, by input name: what a conflict is told against."""
    if page.said is not None:
        return page.said.opened
    return {} if page.is_new else raw_values(page.reader, page.view, page.record)


def raw_values(reader: Reader, view: FormView, record: Model) -> dict[str, str]:
    """The raw value of every field and line cell that the form shows, by input name."""
    found = {cell.name: raw(reader, cell.field, cell.field.get(record)) for cell in view.cells()}
    for table in view.tables():
        for part in getattr(record, table.children.name):
            for cell in table.columns:
                found[f"{table.children.name}.{part.id}.{cell.name}"] = raw(
                    reader, cell.field, cell.field.get(part)
                )
    return found


def steps(record: Model) -> list[Step]:
    """The status bar: the states of the workflow in order, cancelled ones only while they hold."""
    workflow, states = workflow_of(type(record)), workflow_states(type(record))
    if workflow is None or states is None:
        return []
    current = getattr(record, workflow.key) or next(iter(states))
    going = [s for s in states if s not in workflow.cancelled]
    if current in workflow.cancelled:
        return [Step(current.label, current=True, cancelled=True)]
    at = going.index(current)
    last = len(going) - 1
    return [
        Step(s.label, done=i < at or (i == at == last), current=i == at, ordinal=i, last=last)
        for i, s in enumerate(going)
    ]


def trouble_of(page: Building) -> list[Note]:
    """What is late, said where the record is opened."""
    written = views().of(page.model).list
    due = (
        fields_of(page.model).get(written.due.key)
        if written is not None and written.due is not None
        else None
    )
    value = due.get(page.record) if due is not None else None
    if due is None or not isinstance(value, date) or not is_going_on(page.record):
        return []
    late = page.reader.late(value)
    day = page.reader.day(value, weekday=True)
    return (
        [Note(_("{field} was {day}: {late}.", field=due.label, day=day, late=late), tone="warn")]
        if late
        else []
    )


def is_going_on(record: Model) -> bool:
    """Whether something is still waited for: the record is neither at the end of its workflow nor cancelled."""
    workflow, states = workflow_of(type(record)), workflow_states(type(record))
    if workflow is None or states is None:
        return True
    going = [state for state in states if state not in workflow.cancelled]
    return getattr(record, workflow.key) in going[:-1]


def _known(page: Building) -> dict[str, str]:
    """What conditions of the view ask for, as far as the person sees it."""
    seen = visible_fields(page.env, page.model)
    asked = {path for condition in _conditions(page.view) for path in condition.paths()}
    return {name: raw(page.reader, seen[name], seen[name].get(page.record)) for name in asked if name in seen}


def _conditions(view: FormView) -> list[Condition]:
    sections = [*view.head, *(i for tab in view.tabs for i in tab.items if isinstance(i, Section))]
    asked = [c for cell in view.cells() for c in (cell.visible, cell.required, cell.readonly)]
    return [c for c in (*asked, *(section.visible for section in sections)) if c is not None]


def totals_of(page: Building, table: Table) -> list[Sum]:
    """The document's totals under its lines; the last one is the sum."""
    known = fields_of(page.model)
    found = [known[name] for name in table.totals if name in known]
    sums = []
    for i, total in enumerate(found):
        value = value_of(page.shown, total, page.record, total.get(page.record))
        is_last = i == len(found) - 1
        label = f"{total.label} {value.currency}" if is_last and value.currency else total.label
        sums.append(Sum(label, value.text, "sum" if is_last else ""))
    return sums


def load_titles(page: Building) -> None:
    """The names of everything that the page refers to."""
    page.shown.titles.load(_referred(page))


def _referred(page: Building) -> list[tuple[Field, object]]:
    """Every reference on the page with its value, units and currencies of numbers included."""
    known = fields_of(page.model)
    found = [(f, f.get(page.record)) for f in known.values() if f.target is not None]
    for table in page.view.tables():
        found += list(cells_of(table, page.record))
    return found


def _creatable(page: Building) -> dict[type[Model], bool]:
    cells = [*page.view.cells(), *(cell for table in page.view.tables() for cell in table.columns)]
    found: dict[type[Model], bool] = {}
    for cell in cells:
        target = cell.field.target
        if target is not None and target not in found:
            found[target] = page.env.site.access.may(page.env.principal, "create", target)
    return found


def _tabs(page: Building) -> list[Tab]:
    shown = [t for t in page.view.tabs if t.visible is None or t.visible.holds(page.record, page.env)]
    chosen = page.tab if any(t.name == page.tab for t in shown) else (shown[0].name if shown else "")
    return [_tab(page, tab, tab.name == chosen) for tab in shown]


def _tab(page: Building, tab: Page, current: bool) -> Tab:
    tables = [item for item in tab.items if isinstance(item, Table)]
    groups = [group_of(page.shown, item, page.record) for item in tab.items if isinstance(item, Section)]
    lines = [table_of(page.shown, t, page.record, totals_of(page, t)) for t in tables]
    count = page.reader.number(sum(len(t.rows) for t in lines)) if lines else ""
    url = with_query(
        page.url, [("tab", tab.name), ("edit", "1" if page.shown.editing and not page.is_new else "")]
    )
    return Tab(tab.name, tab.label, url, count, current, groups, lines)


def _buttons(page: Building) -> list[Action]:
    """What may be done now: one outlined, the next step of the workflow last and primary."""
    if page.is_new or page.shown.editing:
        return []
    possible = _possible(page)
    primary = next((a for a in possible if a.primary), None)
    outlined = next((a for a in possible if a is not primary and not _ends(page.model, a)), None)
    return [_button(page, a, primary=a is primary) for a in (outlined, primary) if a is not None]


def _ends(model: type[Model], declared: Declared) -> bool:
    """Whether the action gives the work up, which is never offered beside the next step."""
    workflow = workflow_of(model)
    ends = workflow is not None and any(declared.when == workflow.may_reach(s) for s in workflow.cancelled)
    return declared.confirm is not None or ends


def _menu(page: Building) -> list[Action]:
    """Everything else, with what is blocked last and its reason."""
    if page.is_new:
        return list(learn_more(page.env, page.model))
    shown = {b.name for b in _buttons(page)}
    found = [_button(page, a) for a in _possible(page) if a.name not in shown]
    found += _standard_actions(page)
    for declared in actions_of(page.model):
        reason = declared.refusal(page.env, page.record)
        if reason is not None and declared.allowed_to(page.env):
            found.append(Action(declared.label, icon=declared.icon, disabled=True, title=reason))
    if "write" not in page.rights:
        found.append(Action(_("Edit"), icon="edit", disabled=True, title=_READ_ONLY))
    return [*found, *learn_more(page.env, page.model)]


_READ_ONLY = _("Your roles let you read this, not change it.")


def _standard_actions(page: Building) -> list[Action]:
    found = []
    if may_send(page.env) and not isinstance(page.record, HANGING):
        found.append(Action(_("Send e-mail"), f"{page.url}/-/mail", "mail", dialog=True))
    if "create" in page.rights:
        found.append(
            Action(_("Duplicate"), with_query(new_url(page.model), [(COPY, str(page.record.id))]), "copy")
        )
        found.append(Action(_("Save as template"), f"{page.url}/-/template", "bookmark", dialog=True))
    if page.env.site.access.may(page.env.principal, "write", SiteLayout):
        found.append(Action(_("Arrange this form"), f"{list_url(page.model)}/-/layout", "layout-rows"))
    if may_audit(page.env):
        found.append(Action(_("Audit trail"), audit_url(page.record), "history"))
    if "delete" in page.rights:
        found.append(Action(_("Delete"), f"{page.url}/-/delete", "trash", tone="bad", dialog=True))
    return found


def _possible(page: Building) -> list[Declared]:
    return [a for a in actions_of(page.model) if a.refusal(page.env, page.record) is None]


def _button(page: Building, declared: Declared, *, primary: bool = False) -> Action:
    """An action that asks nothing is done at once; one with questions is answered with its dialog."""
    url = with_query(f"{list_url(page.model)}/-/action/{declared.name}", [("ids", str(page.record.id))])
    return Action(
        declared.label, url, declared.icon, method="post", name=declared.name, primary=primary,
        title=declared.help, key="Ctrl Enter" if primary else "",
    )  # fmt: skip
