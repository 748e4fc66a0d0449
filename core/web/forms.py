"""One record: shown, edited, saved, previewed while it is typed, duplicated and deleted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from core.errors import Conflict, Forbidden, PlatformError, ValidationError
from core.i18n import _
from core.orm.assign import check_required
from core.orm.catalog import Field, children_of, fields_of
from core.orm.condition import parse
from core.orm.env import Env, open_env
from core.orm.model import Model
from core.orm.plan import plan_of
from core.views.live import run_fills
from core.views.resolve import Cell, FormView, form_view
from core.web import conflicts
from core.web.errors import note_of
from core.web.format import Reader
from core.web.formdata import Submitted, SubmittedLine, apply, read_form, relate
from core.web.formfields import raw
from core.web.formpage import Building, begin, build, totals_of
from core.web.parts import Crumb
from core.web.parts import Page as Head
from core.web.recents import note_opened
from core.web.request import env, go, principal, site, views
from core.web.side import side_of
from core.web.templating import markup, render
from core.web.urls import list_url, model_at, record_url

blueprint = Blueprint("forms", __name__)

UNPROCESSABLE = 422


@blueprint.get("/m/<name>/new")
def new(name: str) -> Response:
    """An empty form, filled from the address or from the record to copy."""
    model = model_at(name)
    _require(env(), "create", model)
    record = _draft(env(), model)
    return _page(begin(env(), reader(), record, editing=True))


@blueprint.get("/m/<name>/<int:record_id>")
def show(name: str, record_id: int) -> Response:
    model = model_at(name)
    _require(env(), "read", model)
    record = env().get(model, record_id)
    note_opened(env(), record)
    editing = request.args.get("edit") == "1" and env().site.access.may(env().principal, "write", model)
    page = begin(env(), reader(), record, editing=editing)
    page.tab = request.args.get("tab", "")
    return _page(page)


@blueprint.post("/m/<name>/new")
def create(name: str) -> Response:
    """Save a new record."""
    model = model_at(name)
    _require(env(), "create", model)
    view = form_view(env(), views(), model)
    said = read_form(view, request.form)
    if _wants_row(said):
        return _again(model, 0, said, {}, None)
    try:
        with env().session.no_autoflush:
            record = _draft(env(), model)
            apply(env(), reader(), view, record, said)
            env().add(record)
            check_required(env(), record)
        env().flush()
    except PlatformError as error:
        return _again(model, 0, said, _problems(error), error)
    return go(record_url(model, record.id), full=True)


@blueprint.post("/m/<name>/<int:record_id>")
def save(name: str, record_id: int) -> Response:
    """Save changes, unless somebody else saved first: then both values are shown and nothing is lost."""
    model = model_at(name)
    _require(env(), "write", model)
    view = form_view(env(), views(), model)
    said = read_form(view, request.form)
    if _wants_row(said):
        return _again(model, record_id, said, {}, None)
    try:
        record = env().get(model, record_id, lock=True)
        if record.version != said.version:
            answered: Response = conflicts.answer(env(), reader(), view, record, said)
            return answered
        said = conflicts.decided(record, reader(), view, said)
        with env().session.no_autoflush:
            apply(env(), reader(), view, record, said)
            check_required(env(), record)
        env().flush()
    except Conflict:
        with open_env(site(), principal()) as fresh:
            return conflicts.answer(fresh, reader(), view, fresh.get(model, record_id), said)
    except PlatformError as error:
        return _again(model, record_id, said, _problems(error), error)
    return go(record_url(model, record_id), full=True)


@blueprint.post("/m/<name>/<record>/-/preview")
def preview(name: str, record: str) -> Response:
    """What the rules propose and the checks say for the form as it is now; nothing is written."""
    model = model_at(name)
    _require(env(), "create" if record == "new" else "write", model)
    with open_env(site(), principal()) as draft, draft.session.no_autoflush:
        view = form_view(draft, views(), model)
        said = read_form(view, request.form)
        found = _draft(draft, model) if record == "new" else draft.get(model, int(record))
        errors = _try(lambda: apply(draft, reader(), view, found, said))
        _fill(draft, found, said, request.form.get("_changed", ""))
        errors |= _try(lambda: _settle_and_check(found))
        return jsonify(_preview(begin(draft, reader(), found, editing=True), said, errors))


@blueprint.route("/m/<name>/<int:record_id>/-/delete", methods=["GET", "POST"])
def delete(name: str, record_id: int) -> Response:
    """Ask, then delete with all parts."""
    model = model_at(name)
    _require(env(), "delete", model)
    record = env().get(model, record_id)
    if request.method == "POST":
        env().delete(record)
        env().flush()
        return go(list_url(model), full=True)
    title = _("Delete {record}", record=record.label)
    head = Head(title, crumbs=[*_crumbs(record)[:-1], Crumb(title)])
    ask = {
        "url": f"{record_url(model, record_id)}/-/delete", "ids": [], "all": False, "query": "", "help": "",
        "count_text": "", "fields": [], "submit": _("Delete"), "tone": "bad",
        "loss": _("The record and its lines will be gone; the audit trail keeps what they were."), "refused": [],
        "back_url": record_url(model, record_id),
    }  # fmt: skip
    return render("action.html.jinja", head, ask=ask)


def reader() -> Reader:
    who = principal()
    return Reader(who.locale, who.zone)


def _page(page: Building, status: int = 200) -> Response:
    form = build(page)
    side = None if page.is_new else side_of(page.env, page.reader, page.record)
    head = Head(_title(page.record), _subtitle(page), _crumbs(page.record))
    return render("form.html.jinja", head, status, form=form, side=side)


def _again(
    model: type[Model],
    record_id: int,
    said: Submitted,
    errors: dict[str, object],
    error: PlatformError | None,
) -> Response:
    """The form as the person left it, with what is wrong at each field; read in a fresh transaction."""
    with open_env(site(), principal()) as fresh, fresh.session.no_autoflush:
        record = fresh.get(model, record_id) if record_id else _draft(fresh, model)
        page = begin(fresh, reader(), record, editing=True)
        _take_rows(page.view, said)
        _try(lambda: apply(fresh, reader(), page.view, record, said, remove=False))
        page.shown.typed, page.shown.errors = said.typed(), errors
        page.shown.keys, page.shown.deleted = said.keys(), said.deleted()
        page.changes = 1
        named = {cell.name for cell in page.view.cells()}
        told = bool(errors) and all(name in named or "." in name for name in errors)
        if error is not None and not told:
            page.error_note = note_of(error)
        return _page(page, UNPROCESSABLE if error is not None else 200)


def _wants_row(said: Submitted) -> bool:
    """Without scripts the buttons that add and remove lines send the form."""
    return "_add" in request.form or "_remove" in request.form


def _take_rows(view: FormView, said: Submitted) -> None:
    added = request.form.get("_add", "")
    if added in said.lines:
        key = f"n{len(said.lines[added]) + 1}"
        said.lines[added].append(SubmittedLine(key, values={"_": " "}))
    table, _dot, key = request.form.get("_remove", "").partition(".")
    for line in said.lines.get(table, []):
        line.deleted = line.deleted or line.key == key


def _draft(at: Env, model: type[Model]) -> Model:
    """A new record with its defaults, the values of the address and those of the record to copy."""
    record = model()
    for found in fields_of(model).values():
        if found.facet is None and found.column is not None and found.get(record) is None:
            found.set(
                record,
                plan_of(model).by_name[found.name].default()
                if found.name in plan_of(model).by_name
                else None,
            )
    if request.args.get("copy", "").isdecimal():
        _copy(at.get(model, int(request.args["copy"])), record)
    for name, text in request.args.items():
        given = fields_of(model).get(name)
        if given is not None and not given.info.readonly and given.column is not None:
            given.set(record, parse(given, text))
    relate(at, record)
    return record


def _copy(source: Model, target: Model) -> None:
    """Fields that are carried over, with the lines."""
    for found in fields_of(type(source)).values():
        if found.info.copy and not found.info.readonly and found.column is not None:
            found.set(target, found.get(source))
    for children in children_of(type(source)).values():
        for part in getattr(source, children.name):
            made = children.target()
            getattr(target, children.name).append(made)
            for found in fields_of(children.target).values():
                if (
                    found.info.copy
                    and not found.info.readonly
                    and not found.info.owner
                    and found.column is not None
                ):
                    found.set(made, found.get(part))


def _fill(at: Env, record: Model, said: Submitted, changed: str) -> None:
    """Run the rules that wait for the changed input: of the record, or of the line it stands in."""
    name, _dot, rest = changed.partition(".")
    if name in said.lines and rest:
        key, _dot, field = rest.partition(".")
        part = next((line.part for line in said.lines[name] if line.key == key), None)
        if part is not None:
            run_fills(at, part, [field.removesuffix(".text")])
            relate(at, part)
        return
    run_fills(at, record, [changed.removesuffix(".text")])
    relate(at, record)


def _settle_and_check(record: Model) -> None:
    record.settle()
    record.check()


def _preview(page: Building, said: Submitted, errors: dict[str, object]) -> dict[str, Any]:  # Any: JSON
    """Values that differ from what was typed, messages, and the parts of the page that follow from them."""
    values: dict[str, dict[str, str]] = {}
    for cell in page.view.cells():
        _differing(page, cell, page.record, cell.name, said.values, values)
    for table in page.view.tables():
        for line in said.lines.get(table.children.name, []):
            if line.part is not None and not line.deleted:
                for cell in table.columns:
                    name = f"{table.children.name}.{line.key}.{cell.name}"
                    _differing(page, cell, line.part, name, {name: line.values.get(cell.name, "")}, values)
    return {
        "values": values,
        "errors": {name: {"text": str(message)} for name, message in errors.items()},
        "fragments": {
            f"totals-{tab.name}": str(markup("macros/record.html.jinja", "totals_rows", totals_of(page, table)))
            for tab in page.view.tabs for table in page.view.tables() if table in tab.items and table.totals
        },
    }  # fmt: skip


def _differing(
    page: Building,
    cell: Cell,
    record: Model,
    name: str,
    texts: dict[str, str],
    values: dict[str, dict[str, str]],
) -> None:
    found: Field = cell.field
    value = found.get(record)
    shown = raw(page.reader, found, value)
    if shown != texts.get(name, ""):
        page.shown.titles.load([(found, value)])
        values[name] = {"raw": shown, "text": page.shown.titles.of(found, value) or shown}


def _try(step: Any) -> dict[str, object]:  # Any: a callable without arguments
    """The messages of a step that may refuse."""
    try:
        step()
    except PlatformError as error:
        return _problems(error)
    return {}


def _problems(error: PlatformError) -> dict[str, object]:
    return dict(error.fields) if isinstance(error, ValidationError) else {}


def _require(at: Env, verb: str, model: type[Model]) -> None:
    if not at.site.access.may(at.principal, verb, model):
        raise Forbidden(
            _("You may not see {models}.", models=model.plural) if verb == "read" else _may_not(verb, model)
        )


def _may_not(verb: str, model: type[Model]) -> object:
    said = {
        "create": _("You may not create {models}.", models=model.plural),
        "write": _("You may not change {models}.", models=model.plural),
        "delete": _("You may not delete {models}.", models=model.plural),
    }
    return said[verb]


def _title(record: Model) -> str:
    return str(_("New {model}", model=type(record).singular)) if record.id is None else record.label


def _subtitle(page: Building) -> str:
    attribute = page.view.written.subtitle
    if attribute is None or page.is_new:
        return ""
    found = fields_of(page.model).get(str(attribute.key))
    return (page.shown.titles.of(found, found.get(page.record)) or "") if found else ""


def _crumbs(record: Model) -> list[Crumb]:
    model = type(record)
    menu = views().of(model).menu
    section = views().sections.get(menu.section) if menu else None
    first = [Crumb(section.label)] if section else []
    return [*first, Crumb(str(model.plural), list_url(model)), Crumb(_title(record))]
