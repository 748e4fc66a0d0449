"""One field of one record brought to another value, as a drop on a board means it: by an action, or written."""

from __future__ import annotations

from flask import Blueprint, Response, request

from core.actions import run
from core.errors import Conflict, Forbidden, UserError, ValidationError
from core.i18n import _
from core.orm.assign import assign, may_set, visible_fields
from core.orm.env import Env
from core.orm.model import Model
from core.orm.operand import parse
from core.orm.seen import require_field
from core.views.resolve import form_view
from core.web.calendar import day_of, end_of, local_day, shifted
from core.web.doing import ask_page, asks
from core.web.format import in_sentence
from core.web.formdata import whole, with_defaults
from core.web.lists import readable_model
from core.web.request import env, go, is_htmx, local_url, views, wants_json
from core.web.urls import list_url, new_url
from core.web.ways import ways_from

blueprint = Blueprint("moving", __name__)


def write(at: Env, record: Model, values: dict[str, object]) -> None:
    """Set fields as the form of the record would: what its view keeps from being edited now is refused."""
    if not at.site.access.may(at.principal, "write", type(record)):
        raise Forbidden(_("You may not change {models}.", models=in_sentence(type(record).plural)))
    for cell in form_view(at, views(), type(record)).cells():
        if cell.name in values and cell.readonly is not None and cell.readonly.holds(record, at):
            raise UserError(
                _("{field} of {record} cannot be changed as it is now.",
                  field=cell.field.label, record=record.label)
            )  # fmt: skip
    assign(at, record, values)
    at.flush()


def record_as_seen(at: Env, model: type[Model]) -> Model:
    """The record that the request names, as the page showed it; raises Conflict where somebody changed it since."""
    record = at.get(model, whole(request.form.get("id", "")), lock=True)
    if record.version != whole(request.form.get("version", "")):
        raise Conflict(
            _("Somebody else has changed this in the meantime. Nothing has changed. Load it again.")
        )
    return record


def done(model: type[Model]) -> Response:
    """To scripts that it is done, to everybody else the page they came from."""
    if is_htmx() or wants_json():
        return Response(status=204)
    return go(local_url(request.form.get("back", ""), list_url(model)))


@blueprint.post("/m/<name>/-/move")
def move(name: str) -> Response:
    """Bring the record to the value `to` of the field `by`."""
    model = readable_model(name)
    found = require_field(model, visible_fields(env(), model), request.form.get("by", ""))
    record = record_as_seen(env(), model)
    source, target = found.get(record), parse(found, request.form.get("to", ""))
    ways = [way for way in ways_from(env(), found, source) if way.target is target]
    way = next((way for way in ways if not way.refusal), next(iter(ways), None))
    if way is None:
        raise UserError(
            _("{record} is {state}; it cannot become {target}.",
              record=record.label, state=getattr(source, "label", ""), target=getattr(target, "label", ""))
        )  # fmt: skip
    if way.refusal:
        raise Forbidden(way.refusal)
    if way.action is None:
        write(env(), record, {found.name: target})
        return done(model)
    if asks(way.action, [record]):
        return ask_page(way.action, [record], {})
    run(env(), way.action, [record])
    env().flush()
    return done(model)


@blueprint.post("/m/<name>/-/shift")
def shift(name: str) -> Response:
    """Bring the record to the day `day` in a calendar by `by`; with `edge` its end alone, else its whole span."""
    model = readable_model(name)
    seen = visible_fields(env(), model)
    by = require_field(model, seen, request.form.get("by", ""))
    if not (by.is_day or by.is_instant):
        raise UserError(_("{field} is no date.", field=by.label))
    record = record_as_seen(env(), model)
    end = end_of(views().of(model), by, list(seen.values()))
    anchor = end if end is not None and request.form.get("edge") else by
    current = anchor.get(record)
    day = day_of(request.form.get("day", ""))
    if current is None or day is None:
        raise UserError(_("Give the day as 2026-11-29."))
    days = (day - local_day(current, env().zone)).days
    moved = (
        [anchor] if anchor is end else [f for f in (by, end) if f is not None and f.get(record) is not None]
    )
    write(env(), record, {f.name: shifted(f.get(record), days, env().zone) for f in moved})
    return done(model)


@blueprint.post("/m/<name>/-/quick")
def quick(name: str) -> Response:
    """A new record of its name and its place on the board alone; its form opens where it needs more than that."""
    model = readable_model(name)
    if not env().site.access.may(env().principal, "create", model):
        raise Forbidden(_("You may not create {models}.", models=in_sentence(model.plural)))
    seen = visible_fields(env(), model)
    given = {n: text for n, text in request.form.items() if n in seen and may_set(seen[n], env()) and text}
    try:
        with env().savepoint():
            with env().session.no_autoflush:
                record = with_defaults(env(), model())
                assign(env(), record, given)
                env().add(record)
            env().flush()
    except ValidationError:
        return go(new_url(model, **given), full=True)
    return go(local_url(request.form.get("back", ""), list_url(model)), full=True)
