"""What a record about to be written refers to, and what it holds, without a query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.orm.util import identity_key

from core.orm.model import Model
from core.orm.permission import References
from core.orm.plan import ColumnPlan, plan_of

if TYPE_CHECKING:
    from core.orm.env import Env


def refer(
    env: Env,
    references: References,
    record: Model,
    names: Iterable[str] | None,
    made: set[tuple[type[Model], int]],
    companies: dict[Model, int | None],
) -> None:
    """Note what `record` refers to in the fields `names` (None for all), but for records of the same flush."""
    plan = plan_of(type(record))
    for column in plan.references if plan.owner is None else (plan.owner, *plan.references):
        if names is not None and column.name not in names:
            continue
        value = value_of(record, column)
        if value is not None and column.target is not None:
            if column is plan.owner and (column.target, value) in made:
                continue
            references.add(column.target, value, _company_of(env, record, companies))


def _company_of(env: Env, record: Model, known: dict[Model, int | None]) -> int | None:
    """For which company a record, or the document that it is part of, refers; `known` holds on to the documents."""
    if record not in known:
        plan = plan_of(type(record))
        if plan.owner is None or plan.owner.target is None:
            known[record] = plan.referring(getattr(record, "company_id", None))
        else:
            linked = inspect(record).dict.get(plan.owner_link or "")
            key = inspect(record).dict.get(plan.owner.key)
            above = env.session.get(plan.owner.target, key) if linked is None and key is not None else linked
            known[record] = None if above is None else _company_of(env, above, known)
    return known[record]


def value_of(record: Model, column: ColumnPlan) -> Any:  # Any: of the field's type
    """What the record holds in memory, without a query."""
    if column.owner is type(record):
        return inspect(record).dict.get(column.key)
    facet = at_hand(record, column.owner)
    return None if facet is None else inspect(facet).dict.get(column.key)


def at_hand(record: Model, facet: Any) -> Any:  # Any: a facet's class, and the facet
    """The facet of `record` without a query. A changed one is kept by the session, even if its record was not."""
    if facet.slot in inspect(record).dict or record.id is None:
        return inspect(record).dict.get(facet.slot)
    session = inspect(record).session
    return None if session is None else session.identity_map.get(identity_key(facet, record.id))
