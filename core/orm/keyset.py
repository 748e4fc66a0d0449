"""Pages by keys instead of offsets: what rows are sorted by, and the cursors at which pages begin."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    literal,
    or_,
    tuple_,
)

from core.errors import UserError
from core.i18n import _
from core.orm.catalog import Field, field_of
from core.orm.operand import parse, value_json
from core.orm.selection import Selection

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class SortKey:
    """A column that rows are sorted by."""

    column: Any  # Any: a column of an entity
    descending: bool
    nullable: bool
    field: Field | None = None


def sort_keys(plan: Selection, sort: Sequence[str]) -> list[SortKey]:
    """The keys with the id as tie-break; that of the facet when the sort is by one, so that its index serves."""
    keys = []
    tie: Any = plan.model.id  # Any: a column of an entity
    for name in sort:
        found = field_of(plan.model, name.removeprefix("-"))
        column = _sort_column(plan, found)
        nullable = found.column is None or bool(found.column.nullable) or found.target is not None
        keys.append(SortKey(column, name.startswith("-"), nullable, found))
        if found.facet is not None and len(sort) == 1 and not found.facet.sparse:
            tie = found.facet.id
    return [*keys, SortKey(tie, keys[-1].descending if keys else False, False)]


def _sort_column(plan: Selection, found: Field) -> Any:  # Any: a column of an entity
    """What a field is sorted by: a reference by the name of its record, a choice by the order of its members."""
    column = plan.column(found)
    if found.target is not None:
        names = plan.name_of(found)
        return names[0] if names else column
    if found.choices is not None:
        return case(
            {member.value: member.ordinal for member in found.choices}, value=cast(column, String), else_=None
        )
    return column


def beyond_cursor(
    keys: list[SortKey], values: list[Any], backward: bool, dialect: str
) -> ColumnElement[bool]:  # Any: sort values
    """The rows after (or before) the cursor in the order of `keys`."""
    descending = {key.descending for key in keys}
    if len(descending) == 1 and not any(key.nullable for key in keys):
        left, right = tuple_(*(k.column for k in keys)), tuple_(*values)
        return left < right if descending.pop() != backward else left > right
    nulls_last = dialect == "postgresql"
    steps: list[ColumnElement[bool]] = []
    for i, key in enumerate(keys):
        same = [
            k.column.is_(None) if v is None else k.column == v for k, v in zip(keys[:i], values, strict=False)
        ]
        further = _further(key, values[i], key.descending != backward, nulls_last)
        if further is not None:
            steps.append(and_(*same, further))
    return or_(*steps)


def _further(
    key: SortKey, value: Any, descending: bool, nulls_last: bool
) -> ColumnElement[bool] | None:  # Any: a sort value
    """Rows strictly beyond `value` in one key; NULL is the largest on PostgreSQL and the smallest on SQLite."""
    null_is_beyond = nulls_last != descending
    if value is None:
        return None if null_is_beyond else key.column.is_not(None)
    # A bare True or False may only be tested for being the same.
    bound = literal(value) if isinstance(value, bool) else value
    beyond: ColumnElement[bool] = key.column < bound if descending else key.column > bound
    return or_(beyond, key.column.is_(None)) if key.nullable and null_is_beyond else beyond


def cursor_of(values: Sequence[Any]) -> str:  # Any: sort values
    return urlsafe_b64encode(json.dumps([_plain(v) for v in values]).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:  # Any: JSON
    return str(value) if value is not None and not isinstance(value, bool | int | str) else value_json(value)


def read_cursor(keys: list[SortKey], cursor: str) -> list[Any]:  # Any: sort values
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            raise ValueError(cursor)
        return [_typed(key, value) for key, value in zip(keys, values, strict=True)]
    except ValueError as error:
        raise UserError(_("This page marker is not valid any more. Start from the first page.")) from error


def _typed(key: SortKey, value: Any) -> Any:  # Any: JSON in, a sort value out
    if key.field is None or key.field.target is not None or key.field.choices is not None:
        return value
    return parse(key.field, value)
