"""The verbs of REST on any model: list, read, create, change, delete, and its actions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, g, request
from marshmallow import ValidationError as Malformed

from core.actions import action_named, run
from core.api import schema
from core.api.requests import answer, env
from core.base import recycling
from core.errors import Conflict, Forbidden, NotFound, PlatformError, UserError, ValidationError
from core.i18n import _
from core.orm.assign import assign, check_required, visible_fields
from core.orm.catalog import Children, children_of, is_part
from core.orm.condition import all_of, from_json
from core.orm.dumping import dump, plain
from core.orm.model import Model, model_name, model_named
from core.orm.query import Page, page
from core.orm.seen import quick, readable, sortable
from core.security.signature import present

MOST = 500
USUAL = 80


class PreconditionRequired(UserError):
    """A change must say which version it changes: send If-Match with the record's version."""

    code = "precondition_required"
    status = 428


def index(addon: str, name: str) -> Response:
    """Records by filter (a condition as JSON), q, sort (names, - for descending), limit and after (a cursor)."""
    model = model_at(addon, name)
    require("read", model)
    seen = visible_fields(env(), model)
    found = page(
        env(),
        model,
        list(seen),
        where=all_of([_filter(model), quick(env(), model, request.args.get("q", ""))]),
        sort=sortable(env(), model, request.args.get("sort", "")),
        limit=_limit(),
        after=request.args.get("after", ""),
    )
    return answer({"items": [_item(found, row) for row in found.rows], "next": found.after or None})


def show(addon: str, name: str, record_id: int) -> Response:
    model = model_at(addon, name)
    require("read", model)
    return _record(env().get(model, record_id))


def create(addon: str, name: str) -> Response:
    model = model_at(addon, name)
    require("create", model)
    record = model()
    with env().session.no_autoflush:
        write(record, body(schema.Schemas(env()).of_model(model, writing=True)()))
        env().add(record)
        check_required(env(), record)
    env().finish()
    made = _record(record, 201)
    made.headers["Location"] = f"/api/{addon}/{name}/{record.id}"
    return made


def change(addon: str, name: str, record_id: int) -> Response:
    """Set the fields that are given; lines that are given replace those there are, an id keeps one."""
    model = model_at(addon, name)
    require("write", model)
    record = env().get(model, record_id, lock=True)
    require_version(record)
    with env().session.no_autoflush:
        write(record, body(schema.Schemas(env()).of_model(model, writing=True)(partial=True)))
        check_required(env(), record)
    env().finish()
    return _record(record)


def delete(addon: str, name: str, record_id: int) -> Response:
    model = model_at(addon, name)
    require("delete", model)
    record = env().get(model, record_id, lock=True)
    require_version(record)
    recycling.delete(env(), model, [record_id])
    return Response(status=204)


def act(addon: str, name: str, record_id: int, action: str) -> Response:
    """Do an action; what it gives back to show is in `opened`, what it says in `answer`; a deleted `record` is null.

    Whoever signs by it says with If-Match which version they have read.
    """
    model = model_at(addon, name)
    chosen = action_named(model, action)
    record = env().get(model, record_id)
    if request.headers.get("If-Match") or g.proof is not None:
        require_version(record)
    if g.proof is not None:
        present(env(), replace(g.proof, seen=frozenset({(model_name(model), record.id, record.version)})))
    done = run(env(), chosen, [record], body(schema.of_action(chosen)))
    env().finish()
    opened = [{"model": model_name(type(one)), "id": one.id} for one in done.opened]
    said = {} if done.answer is None else {"answer": done.answer}
    left = env().session.get(model, record_id)
    return answer({"record": left and dump(env(), left), "opened": opened, **said})


def model_at(addon: str, name: str) -> type[Model]:
    """The model at an address; parts have none of their own: they are read and written in their document."""
    found = model_named(f"{addon}.{name}")
    if found is None or is_part(found):
        raise NotFound(_("There is nothing at {address}.", address=f"/api/{addon}/{name}"))
    return found


def require(verb: str, model: type[Model]) -> None:
    """Raise Forbidden unless a grant (and the token's scopes) let the caller do `verb`."""
    if not env().site.access.may(env().principal, verb, model):
        raise Forbidden(_("You may not {verb} {models} with this token.", verb=verb, models=model.plural))


def require_version(record: Model) -> None:
    """The optimistic lock: If-Match carries the version that the caller read."""
    given = request.headers.get("If-Match", "").strip().strip('"')
    if not given:
        raise PreconditionRequired(_("Send If-Match with the version of the record that you read."))
    if given != str(record.version):
        raise Conflict(
            _("{record} was changed meanwhile; it is at version {version}. Read it again.",
              record=record.label, version=record.version), [record.id],
        )  # fmt: skip


def body(expected: Any) -> dict[str, Any]:  # Any: a Schema; JSON
    """The request's JSON object as `expected` reads it; raises ValidationError by field path."""
    text = request.get_data(cache=True, as_text=True)
    try:
        given = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise UserError(_("The body is not valid JSON.")) from error
    if not isinstance(given, dict):
        raise UserError(_("The body must be a JSON object."))
    try:
        found: dict[str, Any] = expected.load(given)
    except Malformed as error:
        raise ValidationError(_flatten(error.messages)) from error
    return found


def write(record: Model, values: dict[str, Any]) -> None:  # Any: typed values
    """Set what a body says of a record, its facets and its lines."""
    lines = children_of(type(record))
    assign(env(), record, schema.flat(values, list(lines)))
    for name, children in lines.items():
        if name in values:
            _write_lines(record, children, values[name])


def _write_lines(
    record: Model, children: Children, wanted: list[dict[str, Any]]
) -> None:  # Any: typed values
    parts: list[Model] = getattr(record, children.name)
    known = {part.id: part for part in parts if part.id is not None}
    kept: list[Model] = []
    for i, values in enumerate(wanted):
        part = known.get(values["id"]) if "id" in values else children.target()
        if part is None:
            raise ValidationError({f"{children.name}.{i}.id": _("There is no such line in this record.")})
        try:
            assign(env(), part, schema.flat(values, []))
            check_required(env(), part)
        except PlatformError as error:
            problems = error.fields if isinstance(error, ValidationError) else {"": error.message}
            raise ValidationError(
                {f"{children.name}.{i}.{n}".rstrip("."): m for n, m in problems.items()}
            ) from error
        kept.append(part)
    for part in list(parts):
        if part not in kept:
            parts.remove(part)
    parts.extend(part for part in kept if part not in parts)


def _item(found: Page, row: Sequence[Any]) -> dict[str, Any]:  # Any: columns of any type; JSON
    item: dict[str, Any] = {"id": row[0], "version": row[1]}
    for name, selected in found.selected.items():
        addon, _dot, key = name.rpartition(".")
        (item.setdefault(addon, {}) if addon else item)[key] = plain(selected.value(row))
    return item


def _record(record: Model, status: int = 200) -> Response:
    made = answer(dump(env(), record), status)
    made.headers["ETag"] = f'"{record.version}"'
    return made


def _filter(model: type[Model]) -> Any:  # Any: a condition or None
    text = request.args.get("filter")
    if not text:
        return None
    try:
        return readable(env(), model, from_json(model, json.loads(text)))
    except ValueError as error:
        raise UserError(_("filter is not valid JSON.")) from error


def _limit() -> int:
    text = request.args.get("limit", str(USUAL))
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise UserError(_("limit is a whole number from 1 to {most}.", most=MOST))
    return int(text)


def _flatten(messages: Any, prefix: str = "") -> dict[str, object]:  # Any: marshmallow's nested messages
    if isinstance(messages, dict):
        found: dict[str, object] = {}
        for key, inner in messages.items():
            path = prefix if key == "_schema" else f"{prefix}.{key}" if prefix else str(key)
            found |= _flatten(inner, path)
        return found
    return {prefix: " ".join(str(m) for m in messages) if isinstance(messages, list) else str(messages)}
