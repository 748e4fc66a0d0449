"""marshmallow schemas of models: what the API takes and gives, made when a model is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from core.actions import Action, Parameter
from core.orm.assign import may_set, visible_fields
from core.orm.catalog import Field, children_of
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.orm.types import Choice


class Strict(Schema):
    """Refuses names it does not know."""

    class Meta:  # noqa: D106 -- marshmallow reads its options here
        unknown = RAISE


class Exact(fields.Decimal):
    """An exact number, which JSON's own would round: text on the way out, either on the way in."""

    def __init__(self, **given: Any) -> None:  # Any: what every field takes
        super().__init__(as_string=True, **given)


class Schemas:
    """The schemas that one caller gets, each made once, so that a description names it once."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self._made: dict[str, type[Schema]] = {}

    def of_model(self, model: type[Model], *, writing: bool) -> type[Schema]:
        """The schema of a record; with `writing` only what may be given, else all that the person sees."""
        name = f"{model_name(model)}{'Input' if writing else ''}"
        if name not in self._made:
            self._made[name] = _schema(name, self._fields(model, writing=writing))
        return self._made[name]

    def of_part(self, model: type[Model], *, writing: bool) -> type[Schema]:
        """The schema of a line inside its document; an id names the line to change."""
        name = f"{model_name(model)}{'Input' if writing else ''}"
        if name not in self._made:
            seen = [f for f in self._seen(model, writing=writing) if not f.info.owner]
            self._made[name] = _schema(
                name, {"id": fields.Integer()} | _own(seen, writing=writing, required=False)
            )
        return self._made[name]

    def _seen(self, model: type[Model], *, writing: bool) -> list[Field]:
        return [f for f in visible_fields(self._env, model).values() if not writing or may_set(f, self._env)]

    def _fields(self, model: type[Model], *, writing: bool) -> dict[str, fields.Field[Any]]:
        seen = self._seen(model, writing=writing)
        made: dict[str, fields.Field[Any]] = (
            {} if writing else {"id": fields.Integer(), "version": fields.Integer()}
        )
        made |= _own(seen, writing=writing)
        for addon, facet_fields in _by_facet(seen).items():
            name = f"{model_name(model)}.{addon}{'Input' if writing else ''}"
            made[addon] = fields.Nested(_schema(name, _own(facet_fields, writing=writing, facet=True)))
        for name, children in children_of(model).items():
            made[name] = fields.List(fields.Nested(self.of_part(children.target, writing=writing)))
        return made


def of_action(action: Action) -> Schema:
    """What an action's body may hold."""
    made = {p.name: _parameter(p) for p in action.parameters}
    return _schema(f"{model_name(action.model)}.{action.name}", made)()


def flat(values: dict[str, Any], lines: Sequence[str]) -> dict[str, object]:  # Any: JSON
    """A body's values by field name: those nested under an addon become `addon.field`, lines are left out."""
    found: dict[str, object] = {}
    for name, value in values.items():
        if name in lines or name == "id":
            continue
        if isinstance(value, dict) and not name.endswith("_"):
            found |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            found[name] = value
    return found


def _by_facet(seen: Sequence[Field]) -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for one in seen:
        if one.facet is not None:
            found.setdefault(one.name.rpartition(".")[0], []).append(one)
    return found


def _own(
    seen: Sequence[Field], *, writing: bool, facet: bool = False, required: bool = True
) -> dict[str, fields.Field[Any]]:
    return {
        f.name.rpartition(".")[2]: _field(
            f, required=required and writing and f.required and f.key != "company_id"
        )
        for f in seen
        if facet or f.facet is None
    }


def _field(found: Field, *, required: bool) -> fields.Field[Any]:  # Any: of the field's type
    nullable = found.column is None or bool(found.column.nullable)
    given: dict[str, Any] = {
        "required": required, "allow_none": nullable,
        "metadata": {"description": str(found.info.help or found.label)},
    }  # fmt: skip
    if found.choices is not None:
        return fields.String(validate=validate.OneOf([m.value for m in found.choices]), **given)
    if found.is_boolean:
        return fields.Boolean(**given)
    if found.is_exact:
        return Exact(**given)
    if found.is_number or found.target is not None:
        return fields.Integer(strict=True, **given)
    if found.is_day:
        return fields.Date(**given)
    if found.is_instant:
        return fields.AwareDateTime(**given)
    return fields.Dict(**given) if found.widget == "json" else fields.String(**given)


def _parameter(parameter: Parameter) -> fields.Field[Any]:  # Any: of the parameter's type
    kinds: dict[type, type[fields.Field[Any]]] = {  # Any: of the parameter's type
        bool: fields.Boolean, int: fields.Integer, Decimal: Exact, date: fields.Date
    }  # fmt: skip
    given: dict[str, Any] = {
        "required": parameter.required, "allow_none": not parameter.required,
        "metadata": {"description": str(parameter.ask.help or parameter.ask.label)},
    }  # fmt: skip
    if issubclass(parameter.kind, Choice):
        return fields.Enum(parameter.kind, by_value=fields.String, **given)
    return kinds.get(parameter.kind, fields.String)(**given)


def _schema(name: str, made: dict[str, fields.Field[Any]]) -> type[Schema]:  # Any: fields of any type
    """A schema class of that name; names of OpenAPI components hold no dots."""
    return type(
        "".join(part[:1].upper() + part[1:] for part in name.replace(".", "_").split("_")),
        (Strict,),
        dict(made),
    )
