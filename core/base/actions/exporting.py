"""Exporting every record that fulfils a condition, as CSV or XLSX that can be imported again."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core.errors import Forbidden
from core.formats.column import Column, ColumnType
from core.i18n import _
from core.orm import query
from core.orm.assign import visible_fields
from core.orm.catalog import Field
from core.orm.condition import Condition
from core.orm.model import Model
from core.orm.types import Choice, ExactNumber

if TYPE_CHECKING:
    from core.formats.column import Value
    from core.orm.env import Env

#: The heading of the column by which an import finds the records again.
ID = "id"
#: Stands for a record that the exporting person may not see; an import leaves the reference as it is.
HIDDEN = _("(no access)")


def default_fields(env: Env, model: type[Model]) -> list[str]:
    """Every stored field that the person sees, in order of declaration; JSON is for the API."""
    seen = visible_fields(env, model)
    return [
        n for n, f in seen.items() if f.key != "company_id" and f.column is not None and f.widget != "json"
    ]


def columns(env: Env, model: type[Model], names: Sequence[str]) -> list[Column]:
    """The typed columns of a file with these fields: the id first, headings in the reader's language."""
    seen = visible_fields(env, model)
    missing = [name for name in names if name not in seen]
    if missing:
        raise Forbidden(_("You may not see {fields}.", fields=", ".join(missing)))
    return [
        Column(ID, ColumnType.INTEGER),
        *(Column(heading(seen[n]), _type(seen[n]), _places(seen[n])) for n in names),
    ]


def rows(
    env: Env, model: type[Model], names: Sequence[str], where: Condition | None, sort: Sequence[str] = (),
    *, clock_time: bool = False,
) -> Generator[list[Value]]:  # fmt: skip
    """The values of every record, streamed; a reference stands as the name of its record.

    `clock_time` gives instants as the clocks of the person's zone show them, for files that know no zones.
    """
    zone = ZoneInfo(env.zone)
    with closing(query.read(env, model, names, where=where, sort=sort)) as found:
        for row, selected in found:
            values = [row[0], *(_value(selected[name], row) for name in names)]
            if clock_time:
                values = [_on_the_clock(v, zone) if isinstance(v, datetime) else v for v in values]
            yield values


def heading(field: Field) -> str:
    """A column's heading; a facet's field says whose it is, so that headings are unique."""
    addon = field.name.rpartition(".")[0]
    return f"{field.label} ({addon})" if addon else str(field.label)


def _value(selected: query.Selected, row: Sequence[Any]) -> Value:  # Any: columns of any type
    if selected.field.target is not None:
        hidden = selected.value(row) is not None and selected.title(row) is None
        return str(HIDDEN) if hidden else selected.title(row)
    value = selected.value(row)
    return str(value.label) if isinstance(value, Choice) else value


def _on_the_clock(value: datetime, zone: ZoneInfo) -> Value:
    """The local time; with its offset, as text, in the hour that the clocks show twice."""
    local = value.astimezone(zone)
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        return local.isoformat()
    return local.replace(tzinfo=None, fold=0)


def _type(field: Field) -> ColumnType:
    if field.target is not None or field.choices is not None:
        return ColumnType.TEXT
    if field.is_exact:
        return ColumnType.DECIMAL
    kinds = (
        (field.is_boolean, ColumnType.BOOLEAN), (field.is_number, ColumnType.INTEGER), (field.is_day, ColumnType.DATE),
        (field.is_instant, ColumnType.DATETIME),
    )  # fmt: skip
    return next((kind for fits, kind in kinds if fits), ColumnType.TEXT)


def _places(field: Field) -> int:
    return 2 if field.widget in ("money", "price") or not isinstance(field.type, ExactNumber) else 0
