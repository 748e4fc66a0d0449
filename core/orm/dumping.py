"""Records in JSON's types, as the API and webhooks tell them: what the person sees, facets nested under their addon."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.orm.assign import visible_fields
from core.orm.catalog import Field, children_of
from core.orm.model import Model
from core.orm.types import Choice

if TYPE_CHECKING:
    from core.orm.env import Env


def dump(env: Env, record: Model) -> dict[str, Any]:  # Any: JSON
    """A record with its facets and lines as the person sees them."""
    values = {"id": record.id, "version": record.version} | _values(visible_fields(env, type(record)), record)
    for name, children in children_of(type(record)).items():
        seen = {n: f for n, f in visible_fields(env, children.target).items() if not f.info.owner}
        values[name] = [{"id": part.id} | _values(seen, part) for part in getattr(record, name)]
    return values


def plain(value: Any) -> Any:  # Any: of any field's type in, JSON out
    """A value in JSON's types: exact numbers as text, days and instants in ISO 8601, choices by value."""
    if isinstance(value, Decimal):
        return format(value.normalize() if value == value.to_integral_value() else value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.value if isinstance(value, Choice) else value


def _values(seen: dict[str, Field], record: Model) -> dict[str, Any]:  # Any: JSON
    values: dict[str, Any] = {}
    for name, found in seen.items():
        addon, _dot, key = name.rpartition(".")
        (values.setdefault(addon, {}) if addon else values)[key] = plain(found.get(record))
    return values
