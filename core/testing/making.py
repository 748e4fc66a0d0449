"""Making records for tests: what a test does not name is filled in plausibly."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select

from core import clock
from core.errors import PlatformError
from core.orm.catalog import Field, fields_of
from core.orm.env import Env
from core.orm.model import Model

M = TypeVar("M", bound=Model)

_numbers = itertools.count(1)

#: Values of fields whose widget says more than their type.
_BY_WIDGET: dict[str, Callable[[int], object]] = {
    "country": lambda number: "DE",
    "email": lambda number: f"ada{number}@example.com",
    "url": lambda number: f"https://example.com/{number}",
    "locale": lambda number: "en",
    "zone": lambda number: "UTC",
    "time": lambda number: "06:00",
    "json": lambda number: {},
}


def make(env: Env, model: type[M], /, **values: Any) -> M:  # Any: as the fields are typed
    """A record of `model`, flushed; required fields that `values` does not name get a value of their own.

    Fields of facets are named with their addon: `make(env, Item, **{"erp_supply.lead_days": 3})`.
    """
    for name, field in fields_of(model).items():
        wanted = field.required and field.facet is None and name not in values
        given = field.link in values or (name == "company_id" and env.company_id is not None)
        if wanted and not given:
            values[name] = _value(env, field)
    own = {name: value for name, value in values.items() if "." not in name}
    record = model(**own)
    for name in values.keys() - own.keys():
        field = fields_of(model)[name]
        assert field.facet is not None
        setattr(field.facet.of(record), field.key, values[name])
    env.add(record)
    env.flush()
    return record


def _value(env: Env, field: Field) -> object:
    number = next(_numbers)
    if field.target is not None:
        return _id_of(env, field.target)
    if field.choices is not None:
        return next(iter(field.choices))
    if field.widget in _BY_WIDGET:
        return _BY_WIDGET[field.widget](number)
    if field.is_text:
        return f"{field.key[:3]}{number}".upper()[: getattr(field.type, "length", None) or 200]
    return _plain(field)


def _plain(field: Field) -> object:
    if field.is_boolean:
        return False
    if field.is_number:
        return Decimal(1) if field.is_exact else 1
    if field.is_day:
        return clock.today()
    if field.is_instant:
        return clock.now()
    raise PlatformError(f"make() has no value for {field.name} of {field.model.__name__}: give it one")


def _id_of(env: Env, target: type[Model]) -> int:
    """The first record that there is, or a new one."""
    found = env.session.scalar(select(target.id).order_by(target.id).limit(1))
    return found if found is not None else make(env, target).id
