"""A record before it is saved: its defaults, what the site proposes, and the record or template it begins with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from flask import request
from sqlalchemy import select

from core.base.models.record import RecordTemplate
from core.errors import NotFound, PlatformError, UserError
from core.i18n import _
from core.orm.assign import may_set, typed_value, visible_fields
from core.orm.catalog import Field, children_of
from core.orm.condition import where
from core.orm.dumping import plain
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.orm.operand import parse
from core.views.resolve import form_view
from core.web.formdata import MOST_LINES, relate, with_defaults
from core.web.parts import Action
from core.web.request import views
from core.web.state import ListState
from core.web.typed import id_in
from core.web.urls import new_url, with_query

#: How the address of a new record names what it is made from: a record of its kind, or a template.
COPY, TEMPLATE = "copy", "_template"
#: How it names the record that was saved before it, which is told once and is no part of the next.
SAVED = "_saved"

Content = Mapping[str, Any]  # Any: JSON


def draft(at: Env, model: type[Model]) -> Model:
    """A new record with its defaults, the values of the address and those of the record or template that it names.

    The lines to copy are on the form once it is sent.
    """
    record = with_defaults(at, model())
    _propose(at, record)
    lines = request.method == "GET"
    if source := named(COPY):
        _copy(at, at.get(model, source), record, lines=lines)
    if template := named(TEMPLATE):
        _fill_in(at, template_at(at, model, template).content, record, lines=lines)
    for name, text in request.args.items():
        given = visible_fields(at, model).get(name)
        if given is not None and not given.info.readonly and given.column is not None:
            given.set(record, parse(given, text))
    relate(at, record)
    return record


def named(name: str) -> int:
    """The id that the address gives by `name`; 0 without one."""
    return id_in(request.args.get(name, "")) or 0


def opened_with() -> list[tuple[str, str]]:
    """What the address says of the new record, which its form keeps while it is sent and sent again."""
    return [(name, text) for name, text in request.args.items() if name != SAVED]


def template_at(at: Env, model: type[Model], template_id: int) -> RecordTemplate:
    """A template of `model` in the company that the person works in; raises NotFound for any other."""
    found = at.get(RecordTemplate, template_id)
    if found.model != model_name(model) or found.company_id != at.company_id:
        raise NotFound(_("There is no such template of this kind of record."))
    return found


def from_templates(at: Env, model: type[Model]) -> list[Action]:
    """What a new form offers to begin with: each template that the person may use, and where those are kept."""
    asked = select(RecordTemplate.id, RecordTemplate.name).where(
        RecordTemplate.model == model_name(model), RecordTemplate.company_id == at.company_id
    )
    made = [
        Action(row.name, with_query(new_url(model), [(TEMPLATE, str(row.id))]), "bookmark")
        for row in at.session.execute(asked.order_by(RecordTemplate.name))
    ]
    all_of_them = ListState(RecordTemplate, filter=where(RecordTemplate.model, "eq", model_name(model))).url()
    return [*made, Action(_("Manage templates"), all_of_them, "settings")] if made else []


def content_of(at: Env, record: Model) -> dict[str, Any]:  # Any: JSON
    """What a template of `record` holds: what a copy has, less personal data, which would outlive its person."""
    lines = {
        children.name: [_told(at, part) for part in getattr(record, children.name)]
        for children in children_of(type(record)).values()
    }
    if sum(map(len, lines.values())) > MOST_LINES:
        raise UserError(_("A template holds {count} lines at most.", count=MOST_LINES))
    return {"values": _told(at, record), "lines": lines}


def _propose(at: Env, record: Model) -> None:
    """Set what the site's layout proposes in a new record; what an upgrade made unfit is passed over."""
    for cell in form_view(at, views(), type(record)).cells():
        if cell.default and may_set(cell.field, at):
            with suppress(PlatformError):
                cell.field.set(record, typed_value(cell.field, cell.default))


def _carried(at: Env, model: type[Model]) -> Iterator[Field]:
    """What is carried over into another record, as far as the person sees and may set it."""
    for found in visible_fields(at, model).values():
        if may_set(found, at) and found.info.copy and not found.info.owner:
            yield found


def _copy(at: Env, source: Model, target: Model, *, lines: bool) -> None:
    _copy_fields(at, source, target)
    for children in children_of(type(source)).values() if lines else ():
        for part in getattr(source, children.name):
            _copy_fields(at, part, _added(at, target, children.name, children.target))


def _copy_fields(at: Env, source: Model, target: Model) -> None:
    for found in _carried(at, type(source)):
        value = found.get(source)
        if value is not None:
            found.set(target, value)


def _told(at: Env, record: Model) -> dict[str, Any]:  # Any: JSON
    """The values of a record or part by field, as JSON."""
    found = ((f.name, f.get(record)) for f in _carried(at, type(record)) if not f.info.personal)
    return {name: plain(value) for name, value in found if value is not None}


def _fill_in(at: Env, content: Content, target: Model, *, lines: bool) -> None:
    """Set what a template holds; what is gone since, or is not the person's to see or set, is passed over."""
    _fill_fields(at, content.get("values", {}), target)
    for children in children_of(type(target)).values() if lines else ():
        for told in content.get("lines", {}).get(children.name, ()):
            _fill_fields(at, told, _added(at, target, children.name, children.target))


def _fill_fields(at: Env, told: Content, target: Model) -> None:
    for found in _carried(at, type(target)):
        if found.name in told and not found.info.personal:
            with suppress(PlatformError):
                value = typed_value(found, told[found.name])
                if _is_readable(at, found, value):
                    found.set(target, value)


def _is_readable(at: Env, found: Field, value: object) -> bool:
    return found.target is None or value is None or at.session.get(found.target, value) is not None


def _added(at: Env, target: Model, name: str, part: type[Model]) -> Model:
    made = with_defaults(at, part())
    getattr(target, name).append(made)
    return made
