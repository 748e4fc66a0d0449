"""A field of a record edited where its list shows it; without scripts it is a page of one input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, jsonify, request

from core.errors import Conflict, Forbidden, NotFound, PlatformError, ValidationError
from core.i18n import _
from core.orm.assign import may_set
from core.orm.model import Model
from core.views.resolve import form_view, list_view
from core.views.resolved import Cell, FormView
from core.web.crumbs import record_crumbs
from core.web.errors import note_of
from core.web.format import in_sentence
from core.web.formdata import read_form, write
from core.web.formfields import Shown, Titles, field_of_cell
from core.web.parts import Page
from core.web.record_parts import FormField
from core.web.request import env, go, is_htmx, reader, views, wants_json
from core.web.templating import render, render_bare
from core.web.toasts import offer
from core.web.undo import Before
from core.web.urls import list_url, model_at, with_query

blueprint = Blueprint("inline", __name__)


@blueprint.get("/m/<name>/<int:record_id>/-/cell/<field>")
def ask(name: str, record_id: int, field: str) -> Response:
    """The input of the cell, if the form would have it open as the record is now."""
    view, cell = _cell(name, field)
    record = env().get(view.model, record_id)
    _require_open(cell, record)
    return _page(view.model, record, cell, {})


@blueprint.post("/m/<name>/<int:record_id>/-/cell/<field>")
def save(name: str, record_id: int, field: str) -> Response:
    """Save it as the form would: the same checks, lock and trail."""
    view, cell = _cell(name, field)
    said = read_form(view, request.form)
    said.values = {n: t for n, t in said.values.items() if n.removesuffix(".text") == field}
    record = env().get(view.model, record_id, lock=True)
    _require_open(cell, record)
    try:
        if record.version != said.version:
            raise Conflict(
                _("Somebody else changed {record} meanwhile. Open it to see both.", record=record.label),
                [record_id],
            )
        before = Before(reader(), view, record)
        write(env(), reader(), view, record, said)
        step = before.keep(env())
    except PlatformError as error:
        if wants_json():
            raise
        return _page(view.model, record, cell, said.values, error)
    if wants_json():
        return jsonify({"version": record.version})
    offer(step)
    return go(_back(view.model), full=True)


def _cell(name: str, field: str) -> tuple[FormView, Cell]:
    """The form and its cell, if the list may be edited there."""
    model = model_at(name)
    if not env().site.access.may(env().principal, "write", model):
        raise Forbidden(_("You may not change {models}.", models=in_sentence(model.plural)))
    view = form_view(env(), views(), model)
    cell = next((c for c in view.cells() if c.name == field), None)
    if cell is None or field not in list_view(env(), views(), model).inline:
        raise NotFound(_("There is no page {name}.", name=field))
    return view, cell


def _require_open(cell: Cell, record: Model) -> None:
    hidden = cell.visible is not None and not cell.visible.holds(record, env())
    fixed = cell.readonly is not None and cell.readonly.holds(record, env())
    if hidden or fixed or not may_set(cell.field, env()):
        raise ValidationError(
            {
                cell.name: _(
                    "{field} of {record} cannot be changed as it is now.",
                    field=cell.shown_label,
                    record=record.label,
                )
            }
        )


def _page(
    model: type[Model],
    record: Model,
    cell: Cell,
    typed: Mapping[str, str],
    error: PlatformError | None = None,
) -> Response:
    fields = error.fields if isinstance(error, ValidationError) else {}
    shown: dict[str, Any] = {  # Any: what the template shows
        "field": _input(record, cell, typed, fields), "version": record.version,
        "action": request.full_path.rstrip("?"),
    }  # fmt: skip
    if is_htmx():
        return render_bare("cell_input.html.jinja", **shown)
    title = _("{field} of {record}", field=cell.shown_label, record=record.label)
    notes = [note_of(error)] if error is not None and cell.name not in fields else []
    page = Page(title, crumbs=record_crumbs(record, cell.shown_label, _back(model)), notes=notes)
    return render("cell.html.jinja", page, error.status if error else 200, **shown, back_url=_back(model))


def _input(record: Model, cell: Cell, typed: Mapping[str, str], errors: Mapping[str, object]) -> FormField:
    titles = Titles(env())
    titles.load([(cell.field, cell.field.get(record))])
    return field_of_cell(Shown(env(), reader(), titles, True, errors, typed), cell, record, cell.name)


def _back(model: type[Model]) -> str:
    """The list as it was."""
    return with_query(list_url(model), parse_qsl(request.args.get("list", "")))
