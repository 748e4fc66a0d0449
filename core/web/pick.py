"""Link pickers: records that a field may refer to, by what was typed or lately used, and made in place."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Row, select

from core.base.models.record import Recent
from core.errors import PlatformError
from core.orm.assign import visible_fields
from core.orm.catalog import Field, fields_of, key_fields, title_fields
from core.orm.condition import AnyOf, Condition, Test, all_of
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.orm.query import Selected, page, titles
from core.orm.seen import quick
from core.web.request import env
from core.web.urls import model_at, new_url

blueprint = Blueprint("pick", __name__)

MOST = 8


@blueprint.get("/m/<name>/-/pick")
def pick(name: str) -> Response:
    """`{"items": [{"id", "text", "sub"}], "recent": bool, "more": bool}`; without text the recent ones come first."""
    model, typed = model_at(name), request.args.get("q", "").strip()
    recent = _recent(env(), model) if not typed else []
    items = recent or _found(env(), model, typed)
    return jsonify({"items": items[:MOST], "recent": bool(recent), "more": len(items) > MOST})


@blueprint.post("/m/<name>/new/-/quick")
def create(name: str) -> Response:
    """Make a record of its name alone, or say where its form is when more is needed."""
    model, text = model_at(name), request.form.get("text", "").strip()
    needed = [
        f for f in fields_of(model).values() if f.required and f.key != "company_id" and f.facet is None
    ]
    if not text or any(not f.is_text for f in needed):
        return jsonify({"form": new_url(model)})
    record = model()
    for found in needed:
        found.set(record, text)
    try:
        with env().savepoint():
            env().add(record)
    except PlatformError:
        return jsonify({"form": new_url(model)})
    return jsonify({"id": record.id, "text": record.label})


def _found(at: Env, model: type[Model], typed: str) -> list[dict[str, object]]:
    """Those whose title or key begins with what was typed, then those that contain it."""
    seen = visible_fields(at, model)
    named = (*key_fields(model), *title_fields(model))
    names = [f.name for f in named if f.is_text and f.facet is None and f.name in seen]
    begins = AnyOf(tuple(Test(name, "starts", typed) for name in dict.fromkeys(names))) if typed else None
    first = _items(at, model, all_of([begins, _active(model)]))
    if not typed or len(first) > MOST:
        return first
    known = {item["id"] for item in first}
    return first + [
        i
        for i in _items(at, model, all_of([quick(at, model, typed), _active(model)]))
        if i["id"] not in known
    ]


def _recent(at: Env, model: type[Model]) -> list[dict[str, object]]:
    asked = select(Recent.record_id).where(Recent.user_id == at.user_id, Recent.model == model_name(model))
    ids = list(at.session.scalars(asked.order_by(Recent.opened_at.desc()).limit(MOST)))
    names = titles(at, model, ids)
    return [{"id": i, "text": names[i], "sub": ""} for i in ids if i in names]


def _items(at: Env, model: type[Model], where: Condition | None) -> list[dict[str, object]]:
    named = [f for f in title_fields(model) if f.facet is None]
    subs = [
        f
        for f in visible_fields(at, model).values()
        if f.info.search and f.is_text and f not in named and f.facet is None
    ]
    shown = [*named, *subs[:1]]
    sort = [named[0].name] if named and named[0].column is not None else []
    found = page(at, model, [f.name for f in shown], where=where, sort=sort, limit=MOST + 1)
    return [
        {
            "id": row[0],
            "text": _text(named, found.selected, row) or f"#{row[0]}",
            "sub": _text(subs[:1], found.selected, row),
        }
        for row in found.rows
    ]


def _text(
    fields: list[Field], selected: dict[str, Selected], row: Row[Any]
) -> str:  # Any: columns of any type
    """The fields of a row in words, references by name."""
    chosen = [selected[f.name] for f in fields]
    words = [one.title(row) if one.field.target else one.value(row) for one in chosen]
    return " ".join(str(word) for word in words if word not in (None, ""))


def _active(model: type[Model]) -> Condition | None:
    return Test("active", "eq", True) if "active" in fields_of(model) else None
