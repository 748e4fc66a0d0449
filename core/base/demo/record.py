"""How demonstration data is written: in bulk, found again by code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.orm import bulk
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.env import Env

#: Ids by what the records are called.
Ids = Mapping[str, int]


def made(
    env: Env, model: type[Model], names: Sequence[str], rows: Iterable[Sequence[object]]
) -> dict[str, int]:
    """Records of the rows, whose values are those of the fields `names`; their ids by the first value."""
    values = [dict(zip(names, row, strict=True)) for row in rows]
    ids = bulk.create(env, model, values)
    return {str(row[names[0]]): record_id for row, record_id in zip(values, ids, strict=True)}


def by_code(env: Env, model: type[Model]) -> dict[str, int]:
    """The ids of all records of a model by code."""
    code = model.__table__.c.code
    return {str(row[0]): int(row[1]) for row in env.session.execute(select(code, model.__table__.c.id))}
