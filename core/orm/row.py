"""A row that is about to be written, seen as the record that it will be: what Model.check() gets in bulk."""

from __future__ import annotations

import inspect as python
from collections.abc import Mapping
from types import MethodType
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import RelationshipProperty

from core.orm.model import Base
from core.orm.plan import ModelPlan

if TYPE_CHECKING:
    from core.orm.env import Env


class RowView:
    """Reads like a record of `owner`: fields from the row, links and parts from the database, methods bound to it."""

    def __init__(self, env: Env, plan: ModelPlan, owner: type[Base], row: Mapping[str, Any]) -> None:
        self._env = env
        self._plan = plan
        self._owner = owner
        self._row = row
        self.id: int | None = row.get("id")
        self.__dict__.update({key: row.get(column.name) for key, column in plan.of(owner).items()})

    def __getattr__(self, key: str) -> Any:  # Any: of any field's type
        relations = inspect(self._owner).relationships
        if key in relations:
            return self._related(relations[key])
        found = python.getattr_static(self._owner, key)
        if isinstance(found, property | hybrid_property):
            return found.fget(self) if found.fget else None
        return MethodType(found, self) if python.isfunction(found) else getattr(self._owner, key)

    def _related(self, relation: RelationshipProperty[Any]) -> Any:  # Any: a record, a facet, or parts
        target = relation.mapper.class_
        facet = next((f.facet for f in self._plan.facets if f.facet is target), None)
        if facet is not None:
            return RowView(self._env, self._plan, facet, self._row)
        (column,) = relation.local_columns
        if relation.direction.name == "MANYTOONE":
            value = getattr(self, str(column.key))
            return None if value is None else self._env.session.get(target, value)
        (remote,) = relation.remote_side
        if self.id is None:
            return []
        return list(
            self._env.session.scalars(select(target).where(getattr(target, str(remote.key)) == self.id))
        )


def check(env: Env, plan: ModelPlan, row: Mapping[str, Any]) -> None:
    """Run the checks of the model and its facets on a row that is not an object yet."""
    for owner in plan.checked:
        asked: Any = owner.check  # Any: called with a view in place of a record
        asked(RowView(env, plan, owner, row))
