"""Reading records as columns: pages with keyset cursors, and capped counts; core.orm.grouping has the groups."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Row,
    func,
    literal,
    select,
    union_all,
)

from core.orm.aggregate import Aggregate, Totals, totals
from core.orm.catalog import field_of, title_fields
from core.orm.condition import Condition
from core.orm.grouping import FacetValue, Group, facet_counts, groups
from core.orm.keyset import beyond_cursor, cursor_of, read_cursor, sort_keys
from core.orm.model import Model
from core.orm.selection import COUNT_CAP, Count, Selected, Selection

if TYPE_CHECKING:
    from core.orm.env import Env

#: Addons read by this one face, `core.query`.
__all__ = [
    "COUNT_CAP", "Aggregate", "Count", "FacetValue", "Group", "Page", "Selected", "Totals", "count", "counts",
    "facet_counts", "firsts", "groups", "ids", "page", "read", "titles", "totals",
]  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Some rows: `row[0]` is the id, `row[1]` the version, the rest as `selected` says."""

    rows: Sequence[Row[Any]]  # Any: columns of any type
    selected: dict[str, Selected]
    #: Cursors of the pages after and before this one; "" when there is none.
    after: str = ""
    before: str = ""


def page(
    env: Env,
    model: type[Model],
    fields: Sequence[str],
    *,
    where: Condition | None = None,
    sort: Sequence[str] = (),
    limit: int = 80,
    after: str = "",
    before: str = "",
) -> Page:
    """Some records as columns, in the order of `sort` (field names, `-` for descending), from a cursor on."""
    plan = Selection(env, model)
    plan.add(model.id)
    plan.add(model.version)
    selected = plan.select(fields)
    keys = sort_keys(plan, sort)
    first = len(plan.columns)
    plan.columns += [key.column for key in keys]
    backward = bool(before) and not after
    statement = plan.statement(where)
    cursor = after or before
    if cursor:
        statement = statement.where(beyond_cursor(keys, read_cursor(keys, cursor), backward, env.dialect))
    ordered = [key.column.desc() if key.descending != backward else key.column.asc() for key in keys]
    rows = env.session.execute(statement.order_by(*ordered).limit(limit + 1)).all()
    more = len(rows) > limit
    rows = rows[:limit][::-1] if backward else rows[:limit]
    next_page = cursor_of(rows[-1][first:]) if rows and (more or backward) else ""
    previous = cursor_of(rows[0][first:]) if rows and (more if backward else bool(after)) else ""
    return Page(rows, selected, next_page, previous)


def firsts(
    env: Env,
    model: type[Model],
    fields: Sequence[str],
    by: str,
    *,
    where: Condition | None = None,
    sort: Sequence[str] = (),
    limit: int = 20,
) -> Page:
    """The first `limit` records of each value of the field `by` in the order of `sort`, in one statement."""
    plan = Selection(env, model)
    plan.add(model.id)
    plan.add(model.version)
    selected = plan.select(fields)
    order = [key.column.desc() if key.descending else key.column.asc() for key in sort_keys(plan, sort)]
    plan.add(func.row_number().over(partition_by=plan.column(field_of(model, by)), order_by=order))
    plan.columns = [column.label(f"c{number}") for number, column in enumerate(plan.columns)]
    inner = plan.statement(where).subquery()
    place = list(inner.c)[-1]
    rows = env.session.execute(select(inner).where(place <= limit).order_by(place)).all()
    return Page(rows, selected)


def read(
    env: Env,
    model: type[Model],
    fields: Sequence[str],
    *,
    where: Condition | None = None,
    sort: Sequence[str] = (),
) -> Generator[tuple[Row[Any], dict[str, Selected]]]:  # Any: columns of any type
    """Every record that fulfils `where`, streamed in order of `sort` with the positions of its fields."""
    plan = Selection(env, model)
    plan.add(model.id)
    plan.add(model.version)
    selected = plan.select(fields)
    keys = sort_keys(plan, sort)
    statement = plan.statement(where).order_by(
        *(k.column.desc() if k.descending else k.column.asc() for k in keys)
    )
    with env.session.execute(statement.execution_options(yield_per=1000)) as rows:
        for row in rows:
            yield row, selected


def ids(env: Env, model: type[Model], where: Condition | None = None, limit: int | None = None) -> list[int]:
    """The ids of the records that fulfil `where`, in order."""
    plan = Selection(env, model, [model.id])
    return list(env.session.scalars(plan.statement(where).order_by(model.id).limit(limit)))


def count(env: Env, model: type[Model], where: Condition | None = None, cap: int = COUNT_CAP) -> Count:
    """How many records fulfil `where`, at most `cap`."""
    plan = Selection(env, model, [literal(1)])
    inner = plan.statement(where).limit(cap + 1).subquery()
    found = env.session.scalar(select(func.count()).select_from(inner)) or 0
    return Count(min(found, cap), found > cap)


def counts(
    env: Env, model: type[Model], conditions: Sequence[Condition | None], cap: int = COUNT_CAP
) -> list[Count]:
    """How many records fulfil each of the conditions, each at most `cap`, in one statement."""
    parts = []
    for number, condition in enumerate(conditions):
        inner = Selection(env, model, [literal(1)]).statement(condition).limit(cap + 1).subquery()
        parts.append(
            select(literal(number).label("number"), func.count().label("n")).select_from(inner).subquery()
        )
    if not parts:
        return []
    rows = env.session.execute(union_all(*(select(part.c.number, part.c.n) for part in parts)))
    found = {row[0]: row[1] for row in rows}
    return [Count(min(found[number], cap), found[number] > cap) for number in range(len(conditions))]


def titles(env: Env, model: type[Model], wanted: Sequence[int]) -> dict[int, str]:
    """The names of records by id; those the person may not see are left out."""
    if not wanted:
        return {}
    columns = [f.attribute for f in title_fields(model) if f.facet is None]
    rows = env.session.execute(select(model.id, *columns).where(model.id.in_(set(wanted))))
    return {row[0]: " ".join(str(v) for v in row[1:] if v not in (None, "")) or f"#{row[0]}" for row in rows}
