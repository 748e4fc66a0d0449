"""What a person may ask by: filters, sorts and searches name fields that they see, and no others.

A condition on a hidden field would tell its value by what it finds, a sort by it in the page's cursor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.errors import NotFound
from core.i18n import _
from core.orm.assign import visible_fields
from core.orm.catalog import Field, children_of
from core.orm.condition import STEP, AnyOf, Condition, Test
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.env import Env


def require_field(model: type[Model], seen: Mapping[str, Field], name: str) -> Field:
    """The field of that name among those the person sees; raises NotFound."""
    if name not in seen:
        raise NotFound(_("{model} has no field {name} that you may see.", model=model.singular, name=name))
    return seen[name]


def readable(env: Env, model: type[Model], condition: Condition) -> Condition:
    """`condition`, if the person sees every field that it asks for; raises NotFound otherwise."""
    for path in condition.paths():
        _require_path(env, model, path)
    return condition


def sortable(env: Env, model: type[Model], names: str) -> tuple[str, ...]:
    """The fields to sort by, `-` for descending, that an address names, each once; raises NotFound for a hidden one."""
    chosen: dict[str, str] = {}
    for key in filter(None, names.split(",")):
        chosen.setdefault(key.removeprefix("-"), key)
    seen = visible_fields(env, model)
    for name in chosen:
        require_field(model, seen, name)
    return tuple(chosen.values())


def quick(env: Env, model: type[Model], text: str) -> Condition | None:
    """What the search box means by plain text: it is contained in one of the searchable fields; None without text."""
    names = [f.name for f in visible_fields(env, model).values() if f.info.search and f.is_text]
    return AnyOf(tuple(Test(name, "contains", text) for name in names)) if text else None


def _require_path(env: Env, model: type[Model], path: str) -> None:
    name, _sep, rest = path.partition(STEP)
    children = children_of(model).get(name)
    if children is not None:
        return _require_path(env, children.target, rest)
    found = require_field(model, visible_fields(env, model), name)
    if rest:
        if found.target is None or not env.site.access.may(env.principal, "read", found.target):
            raise NotFound(_("{field} leads to nothing that you may see.", field=found.label))
        _require_path(env, found.target, rest)
    return None
