"""What the filter builder is made of: the fields that may be compared, how, and a condition kept in a record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import PlatformError
from core.i18n import _
from core.orm.assign import visible_fields
from core.orm.catalog import Field
from core.orm.condition import OPERATORS, STEP, from_json
from core.orm.model import Model, model_named
from core.web.cells import Value
from core.web.describe import Describer
from core.web.format import Reader
from core.web.urls import list_url, with_query

if TYPE_CHECKING:
    from core.orm.env import Env

_COMMON = ("eq", "ne", "in", "not_in", "empty", "not_empty")
_ORDERED = ("eq", "ne", "lt", "le", "gt", "ge", "empty", "not_empty")
#: Comparisons by kind of field, the usual one first.
_BY_KIND = {
    "text": ("contains", "starts", "eq", "ne", "empty", "not_empty"),
    "choice": ("in", "not_in", "eq", "ne"),
    "boolean": ("eq",),
    "number": _ORDERED,
    "date": _ORDERED,
    "reference": _COMMON,
}


@dataclass(frozen=True)
class ConditionInput:
    """The filter builder as the input of a field."""

    fields: str
    operators: str
    #: Where it is asked how many records match.
    count_url: str


def condition_input(env: Env, record: Model) -> ConditionInput | None:
    """The builder for the records of the model that `record` names in its field `model`; None while it names none."""
    model = _model_of(record)
    if model is None or not env.site.access.may(env.principal, "read", model):
        return None
    fields = list(fields_to_compare(env, model))
    return ConditionInput(json.dumps(fields), json.dumps(operators()), f"{list_url(model)}/-/matching")


def condition_value(env: Env, reader: Reader, record: Model, kept: object) -> Value | None:
    """A kept condition in words, which lead to the records that fulfil it; None where it is none any more."""
    model = _model_of(record)
    if model is None or not kept:
        return None
    try:
        condition = from_json(model, kept)
        words = " ".join(Describer(env, model, reader).say(condition))
    except PlatformError:
        return None
    return Value("text", words, url=with_query(list_url(model), [("filter", json.dumps(kept))]))


def _model_of(record: Model) -> type[Model] | None:
    return model_named(str(getattr(record, "model", None) or ""))


def fields_to_compare(env: Env, model: type[Model]) -> Iterator[dict[str, object]]:
    """The person's fields of the model, and those of the records that it refers to, one step away."""
    seen = visible_fields(env, model)
    for found in seen.values():
        if found.column is not None:
            yield _filter_field(found.name, str(found.label), found)
    for found in seen.values():
        if found.target is None or not env.site.access.may(env.principal, "read", found.target):
            continue
        for other in visible_fields(env, found.target).values():
            if other.column is not None and other.info.listed and other.target is None:
                yield _filter_field(f"{found.name}{STEP}{other.name}", f"{found.label}: {other.label}", other)


def _filter_field(path: str, label: str, found: Field) -> dict[str, object]:
    made: dict[str, object] = {"path": path, "label": label, "kind": _kind(found)}
    if found.choices is not None:
        made["options"] = [{"value": m.value, "label": str(m.label)} for m in found.choices]
    elif found.is_boolean:
        made["options"] = [
            {"value": "true", "label": str(_("Yes"))},
            {"value": "false", "label": str(_("No"))},
        ]
    elif found.target is not None:
        made["pick_url"] = f"{list_url(found.target)}/-/pick"
    if found.target is not None:
        made["pick_url"] = f"{list_url(found.target)}/-/pick"
    return made


def _kind(found: Field) -> str:
    kinds = (
        ("choice", found.choices is not None), ("boolean", found.is_boolean), ("reference", found.target is not None),
        ("number", found.is_number), ("date", found.is_day or found.is_instant),
    )  # fmt: skip
    return next((kind for kind, fits in kinds if fits), "text")


def operators() -> dict[str, list[dict[str, str]]]:
    """The comparisons of each kind of field, in words."""
    return {
        kind: [{"op": op, "label": str(OPERATORS[op])} for op in usual] for kind, usual in _BY_KIND.items()
    }
