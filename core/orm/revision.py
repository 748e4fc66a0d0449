"""Which of the rows given to a bulk update differ from what is stored, read under lock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from core.errors import Conflict, ValidationError
from core.i18n import _
from core.orm.permission import require, require_fields, require_found, require_scope
from core.orm.plan import ColumnPlan, ModelPlan
from core.orm.rowset import among

if TYPE_CHECKING:
    from core.orm.env import Env

_ADDRESS = ("id", "version")


@dataclass(slots=True)
class Revision:
    """One record that an update changes."""

    id: int
    #: Where it stands among the rows given.
    index: int
    #: The record's values by name as they will be: those that were given and those read with them.
    row: dict[str, Any]  # Any: of any field's type
    #: Old and new value of each field that differs.
    changed: dict[str, tuple[Any, Any]]  # Any: as above


def revised(env: Env, plan: ModelPlan, rows: Sequence[Mapping[str, object]]) -> list[Revision]:
    """The records that really change; asks for grants, field roles, scope and versions, and locks the records."""
    ids = [_id(row) for row in rows]
    names = frozenset().union(*rows).difference(_ADDRESS)
    columns = [plan.column(name) for name in names]
    require(env, "write", plan.model)
    require_fields(env, plan, names)
    stored = locked(env, plan, ids, _read_along(plan, columns))
    require_found(plan.model, ids, stored)
    if len(stored) != len(rows):
        raise ValidationError({"id": _("A record is given twice; give each one once.")})
    _require_versions(plan, rows, stored)
    require_scope(env, "write", plan.model, ids)
    found = []
    for index, (record_id, row) in enumerate(zip(ids, rows, strict=True)):
        old = stored[record_id]
        changed = {
            c.name: (old[c.name], row[c.name]) for c in columns
            if c.name in row and _differ(c, old[c.name], row[c.name])
        }  # fmt: skip
        if changed:
            found.append(
                Revision(record_id, index, {**old, **{n: v[1] for n, v in changed.items()}}, changed)
            )
    _refuse_unfit(plan, found)
    return found


def locked(
    env: Env,
    plan: ModelPlan,
    ids: Sequence[int],
    columns: Collection[ColumnPlan],
    *,
    absent_as_default: bool = True,
) -> dict[int, dict[str, Any]]:  # Any: of any field's type
    """The stored values of records by name, `id` and `version` among them; held until the transaction ends.

    What a sparse facet without a row would say is its default, or left out.
    """
    chosen = list(columns)
    facets = [f for f in plan.facets if any(c.owner is f.facet for c in chosen)]
    query = _select(plan, chosen, [f.facet for f in facets]).where(among(plan.model.id, ids, env.dialect))
    names = ["id", "version", *(c.name for c in chosen)]
    found = {}
    with env.session.no_autoflush:
        for row in env.session.execute(query):
            found[row[0]] = values = dict(zip(names, row, strict=False))
            for position, facet in enumerate(facets, start=len(names)):
                if row[position] is None:
                    _fill_absent(
                        values, (c for c in facet.columns if c in columns), as_default=absent_as_default
                    )
    return found


def _fill_absent(
    values: dict[str, Any],  # Any: of any field's type
    columns: Iterable[ColumnPlan],
    *,
    as_default: bool,
) -> None:
    for column in columns:
        if as_default:
            values[column.name] = column.default()
        else:
            del values[column.name]


def _select(
    plan: ModelPlan, columns: Sequence[ColumnPlan], facets: Sequence[Any]
) -> Select[Any]:  # Any: facets
    """Ordered by id, so that two updates of the same records queue instead of deadlocking."""
    model = plan.model
    wanted = [model.id, model.version, *(getattr(c.owner, c.key) for c in columns), *(f.id for f in facets)]
    query: Select[Any] = select(*wanted).select_from(model)  # Any: columns of any type
    for facet in facets:
        query = query.outerjoin(facet, facet.id == model.id)
    return query.order_by(model.id).with_for_update(of=model)


def _read_along(plan: ModelPlan, columns: Sequence[ColumnPlan]) -> list[ColumnPlan]:
    """The columns to read: those given and what their checks need."""
    if plan.is_checked:
        return list(plan.by_name.values())
    wanted = dict.fromkeys(columns)
    if plan.owner is not None:
        wanted[plan.owner] = None
    if plan.has_company:
        company = plan.by_name["company_id"]
        if company in wanted:
            wanted |= dict.fromkeys(plan.references)
        wanted[company] = None
    return list(wanted)


def _id(row: Mapping[str, object]) -> int:
    found = row.get("id")
    if not isinstance(found, int):
        raise ValidationError({"id": _("Each row must say the id of its record.")})
    return found


def _differ(column: ColumnPlan, old: Any, new: Any) -> bool:  # Any: of the column's type
    if old == new:
        return False
    if column.complaint(new) is not None:
        return True
    return bool(column.plain(old) != column.plain(new))


def _refuse_unfit(plan: ModelPlan, revisions: Sequence[Revision]) -> None:
    problems = {
        f"{revision.index}.{name}": reason
        for revision in revisions
        for name, values in revision.changed.items()
        if (reason := plan.by_name[name].complaint(values[1])) is not None
    }
    if problems:
        raise ValidationError(problems)


def _require_versions(
    plan: ModelPlan,
    rows: Sequence[Mapping[str, object]],
    stored: Mapping[int, Mapping[str, Any]],  # Any: of any field's type
) -> None:
    stale = [
        int(str(row["id"])) for row in rows
        if row.get("version") not in (None, stored[int(str(row["id"]))]["version"])
    ]  # fmt: skip
    if stale:
        raise Conflict(
            _("Somebody else changed {model} {ids} first. Nothing has changed; read it again and repeat your change.",
              model=plan.model.singular, ids=", ".join(map(str, stale[:10]))),
            stale,
        )  # fmt: skip
