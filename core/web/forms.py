"""One record: shown, edited, saved, previewed while it is typed, duplicated and deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from core.base import following, recycling
from core.errors import Conflict, Forbidden, NotFound, PlatformError, ValidationError
from core.i18n import _
from core.orm.catalog import fields_of
from core.orm.env import Env, open_env
from core.orm.model import Model, model_name
from core.views.live import run_fills
from core.views.resolve import form_view
from core.views.resolved import Cell, FormView, Table
from core.web import conflicts
from core.web.asking import AskPage
from core.web.crumbs import model_crumbs
from core.web.drafting import SAVED, draft, named, opened_with
from core.web.errors import note_of
from core.web.format import in_sentence
from core.web.formdata import (
    Submitted,
    SubmittedLine,
    apply,
    check,
    read_form,
    relate,
    whole,
    write,
)
from core.web.formfields import line_value, raw
from core.web.formpage import Building, begin, build, load_titles, totals_of
from core.web.neighbours import remember, way_back
from core.web.parts import Action, Crumb, Note
from core.web.parts import Page as Head
from core.web.recents import note_opened
from core.web.request import env, go, principal, reader, site, views, visitor
from core.web.side import note_seen, side_of
from core.web.templating import markup, render
from core.web.toasts import offer
from core.web.undo import Before, loss_of
from core.web.urls import list_url, model_at, new_url, record_url, with_query

blueprint = Blueprint("forms", __name__)
blueprint.after_app_request(remember)


@blueprint.get("/m/<name>/new")
def new(name: str) -> Response:
    """An empty form, filled from the address or from the record or template that it names."""
    model = model_at(name)
    _require(env(), "create", model)
    page = begin(env(), reader(), draft(env(), model), editing=True)
    page.before = env().session.get(model, named(SAVED)) if named(SAVED) else None
    return _page(page)


@blueprint.get("/m/<name>/<int:record_id>")
def show(name: str, record_id: int) -> Response:
    model = model_at(name)
    _require(env(), "read", model)
    record = env().get(model, record_id)
    if request.headers.get("Sec-Purpose", "").partition(";")[0] != "prefetch":
        note_opened(env(), record)
        if visitor().waiting:
            note_seen(env(), record)
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
        with env().savepoint():
            with env().session.no_autoflush:
                record = draft(env(), model)
                apply(env(), reader(), view, record, said)
                env().add(record)
                check(env(), view, record, said)
            env().flush()
            following.follow(env(), record)
    except PlatformError as error:
        return _again(model, 0, said, _problems(error), error)
    if request.form.get("_then") == "new":
        return go(with_query(new_url(model), [*opened_with(), (SAVED, str(record.id))]), full=True)
    return go(record_url(model, record.id), full=True)


@blueprint.post("/m/<name>/<int:record_id>")
def save(name: str, record_id: int) -> Response:
    """Save changes, unless somebody else saved first: then both values are shown and nothing is lost."""
    model = model_at(name)
    _require(env(), "write", model)
    view = form_view(env(), views(), model)
    said = read_form(view, request.form)
    if "_back" in request.form:
        said.version = whole(request.form["_back"])
        return _again(model, record_id, said, {}, None)
    if _wants_row(said):
        return _again(model, record_id, said, {}, None)
    try:
        record = env().get(model, record_id, lock=True)
        if record.version != said.version:
            answered: Response = conflicts.answer(env(), reader(), view, record, said)
            return answered
        decided = conflicts.decided(env(), reader(), view, record, said)
        before = Before(reader(), view, record)
        write(env(), reader(), view, record, decided)
        offer(before.keep(env()))
    except Conflict:
        with open_env(site(), principal()) as fresh:
            return conflicts.answer(fresh, reader(), view, fresh.get(model, record_id), said)
    except NotFound as error:
        return _gone(model, said, error)
    except PlatformError as error:
        return _again(model, record_id, said, _problems(error), error)
    return go(record_url(model, record_id), full=True)


@blueprint.post("/m/<name>/<record>/-/preview")
def preview(name: str, record: str) -> Response:
    """What the rules propose and the checks say for the form as it is now; nothing is written."""
    model = model_at(name)
    if record != "new" and not record.isdecimal():
        raise NotFound(_("There is no record {id}.", id=record))
    _require(env(), "create" if record == "new" else "write", model)
    with open_env(site(), principal()) as at, at.session.no_autoflush:
        view = form_view(at, views(), model)
        said = read_form(view, request.form)
        found = draft(at, model) if record == "new" else at.get(model, int(record))
        errors = _try(lambda: apply(at, reader(), view, found, said))
        for changed in request.form.getlist("_changed"):
            _fill(at, found, said, changed)
        _try(found.settle)
        errors = _try(lambda: check(at, view, found, said)) | errors
        return jsonify(_preview(begin(at, reader(), found, editing=True), said, errors))


@blueprint.route("/m/<name>/<int:record_id>/-/delete", methods=["GET", "POST"])
def delete(name: str, record_id: int) -> Response:
    """Ask, then delete with all parts."""
    model = model_at(name)
    _require(env(), "delete", model)
    record = env().get(model, record_id)
    if request.method == "POST":
        offer(recycling.delete(env(), model, [record_id]))
        return go(list_url(model), full=True)
    title = _("Delete {record}", record=record.label)
    head = Head(title, crumbs=[*_crumbs(record)[:-1], Crumb(title)])
    back = record_url(model, record_id)
    loss = loss_of(env(), model, 1)
    ask = AskPage(f"{back}/-/delete", [], "", "", [], _("Delete"), back, tone="bad", loss=loss)
    return render("action.html.jinja", head, ask=ask)


def refused_page(model: type[Model], record_id: int, error: PlatformError) -> Response:
    """The record as it is, with the reason why something was not done to it."""
    with open_env(site(), principal()) as fresh:
        page = begin(fresh, reader(), fresh.get(model, record_id), editing=False)
        page.error_note = note_of(error)
        return _page(page, error.status)


def _page(page: Building, status: int = 200) -> Response:
    form = build(page)
    side = None if page.is_new or page.said is not None else side_of(page.env, page.reader, page.record)
    head = Head(
        _title(page.record),
        _subtitle(page),
        _crumbs(page.record),
        _saved_note(page),
        about=model_name(page.model),
    )
    return render("form.html.jinja", head, status, form=form, side=side)


def _saved_note(page: Building) -> list[Note]:
    """That the record before this one was saved, since its own page was not shown."""
    if page.before is None:
        return []
    link = Action(_("Show"), record_url(page.model, page.before.id))
    return [Note(_("{record} is saved.", record=_title(page.before)), actions=[link])]


def _again(
    model: type[Model],
    record_id: int,
    said: Submitted,
    errors: dict[str, object],
    error: PlatformError | None,
) -> Response:
    """The form as the person left it, with what is wrong at each field; read in a fresh transaction."""
    with open_env(site(), principal()) as fresh, fresh.session.no_autoflush:
        record = fresh.get(model, record_id) if record_id else draft(fresh, model)
        page = begin(fresh, reader(), record, editing=True)
        _take_rows(page.view, said)
        _try(lambda: apply(fresh, reader(), page.view, record, said, remove=False))
        _try(record.settle)
        page.said, page.shown.typed, page.shown.errors = said, said.typed(), errors
        page.shown.keys, page.shown.deleted = said.keys(), said.deleted()
        page.changes = 1
        named = {cell.name for cell in page.view.cells()}
        told = bool(errors) and all(name in named or "." in name for name in errors)
        if error is not None and not told:
            page.error_note = note_of(error)
        return _page(page, error.status if error is not None else 200)


def _wants_row(said: Submitted) -> bool:
    """Without scripts the buttons that add and remove lines send the form."""
    return "_add" in request.form or "_remove" in request.form


def _take_rows(view: FormView, said: Submitted) -> None:
    added = request.form.get("_add", "")
    if added in said.lines:
        key = f"n{len(said.lines[added]) + 1}"
        said.lines[added].append(SubmittedLine(key, wanted=True))
    table, _dot, key = request.form.get("_remove", "").partition(".")
    for line in said.lines.get(table, []):
        line.deleted = line.deleted or line.key == key


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


def _preview(page: Building, said: Submitted, errors: dict[str, object]) -> dict[str, Any]:  # Any: JSON
    """Values that differ from what was typed, messages, and the parts of the page that follow from them."""
    load_titles(page)
    values = {
        c.name: shown for c in page.view.cells() if (shown := _differing(page, c, said.values.get(c.name)))
    }
    for table in page.view.tables():
        for line in said.lines.get(table.children.name, []):
            if line.part is not None and not line.deleted:
                values |= _line_values(page, table, line, line.part)
    return {
        "values": values,
        "errors": {name: {"text": str(message)} for name, message in errors.items()},
        "fragments": {
            f"totals-{tab.name}": str(markup("macros/record.html.jinja", "totals_rows", totals_of(page, table)))
            for tab in page.view.tabs for table in page.view.tables() if table in tab.items and table.totals
        },
    }  # fmt: skip


def _differing(page: Building, cell: Cell, typed: str | None) -> dict[str, str] | None:
    """A field of the record that is not as it was typed."""
    value = cell.field.get(page.record)
    shown = raw(page.reader, cell.field, value)
    return (
        None if shown == typed else {"raw": shown, "text": page.shown.titles.of(cell.field, value) or shown}
    )


def _line_values(page: Building, table: Table, line: SubmittedLine, part: Model) -> dict[str, dict[str, str]]:
    """The cells of a line that are not as they were typed; those without an input as they are read."""
    found = {}
    for cell in table.columns:
        value, typed = cell.field.get(part), line.values.get(cell.name)
        shown = raw(page.reader, cell.field, value)
        text = page.shown.titles.of(cell.field, value) or shown
        if typed is None:
            text = line_value(page.shown, table, cell.field, part).text
        if shown != typed:
            found[f"{table.children.name}.{line.key}.{cell.name}"] = {"raw": shown, "text": text}
    return found


def _gone(model: type[Model], said: Submitted, error: NotFound) -> Response:
    """The record was deleted while the form was open: what was typed is offered as a new one, and not lost."""
    if not said.opened or not env().site.access.may(env().principal, "create", model):
        raise error
    for lines in said.lines.values():
        for line in lines:
            line.id, line.wanted = 0, True
    said.opened, said.version = {}, 0
    gone = NotFound(
        _("This {model} was deleted while you had it open. What you entered is here: save it as a new one, or leave.",
          model=in_sentence(model.singular))
    )  # fmt: skip
    return _again(model, 0, said, {}, gone)


def _try(step: Callable[[], None]) -> dict[str, object]:
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
            _("You may not see {models}.", models=in_sentence(model.plural))
            if verb == "read"
            else _may_not(verb, model)
        )


def _may_not(verb: str, model: type[Model]) -> object:
    said = {
        "create": _("You may not create {models}.", models=in_sentence(model.plural)),
        "write": _("You may not change {models}.", models=in_sentence(model.plural)),
        "delete": _("You may not delete {models}.", models=in_sentence(model.plural)),
    }
    return said[verb]


def _title(record: Model) -> str:
    """The record's name; one without a name of its own is called by what it is."""
    if record.id is None:
        return str(_("New {model}", model=in_sentence(type(record).singular)))
    return f"{type(record).singular} {record.label}" if record.label == f"#{record.id}" else record.label


def _subtitle(page: Building) -> str:
    attribute = page.view.written.subtitle
    if attribute is None or page.is_new:
        return ""
    found = fields_of(page.model).get(str(attribute.key))
    return (page.shown.titles.of(found, found.get(page.record)) or "") if found else ""


def _crumbs(record: Model) -> list[Crumb]:
    return model_crumbs(type(record), _title(record), way_back(type(record)))
