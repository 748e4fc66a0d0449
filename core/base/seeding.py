"""Rows that an addon ships: made once, brought up to date while nobody edited them, left alone when somebody did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.base import external
from core.base.models.record import ExternalId
from core.orm import bulk
from core.orm.model import Model, model_name

if TYPE_CHECKING:
    from core.orm.env import Env

#: A record's values by field name.
Row = Mapping[str, object]


@dataclass(frozen=True)
class Shipped:
    """What came of shipping: ids of all rows by key, and the keys by what was done."""

    ids: dict[str, int]
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    #: Edited by somebody, so that the newly shipped values were not taken over.
    kept: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    record_id: int
    digest: str | None


def ship(env: Env, addon: str, model: type[Model], rows: Mapping[str, Row], *, by: str = "code") -> Shipped:
    """Make the rows of `addon` as shipped; `env` is the system's. `rows` are shared by all companies.

    A row whose field `by` is taken already by a record that was not shipped becomes that record, unchanged.
    """
    known = _known(env, addon, model)
    found = Shipped({key: each.record_id for key, each in known.items() if key in rows})
    new = {key: row for key, row in rows.items() if key not in known}
    _adopt(env, addon, model, new, by, found)
    _create(env, addon, model, {key: row for key, row in new.items() if key not in found.ids}, found)
    _update(env, model, {key: row for key, row in rows.items() if key in known}, known, found)
    return found


def digest(row: Row) -> str:
    """SHA-256 over values, the same for the same values in another order."""
    plain = json.dumps(dict(row), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _known(env: Env, addon: str, model: type[Model]) -> dict[str, _Known]:
    asked = select(ExternalId.key, ExternalId.record_id, ExternalId.digest).where(
        ExternalId.system == addon, ExternalId.model == model_name(model), ExternalId.company_id.is_(None)
    )
    return {key: _Known(record_id, kept) for key, record_id, kept in env.session.execute(asked)}


def _adopt(env: Env, addon: str, model: type[Model], new: Mapping[str, Row], by: str, found: Shipped) -> None:
    wanted = {row[by]: key for key, row in new.items() if by in row}
    column = getattr(model, by)
    there = env.session.execute(select(column, model.id).where(column.in_(list(wanted)))) if wanted else ()
    ids = {wanted[value]: record_id for value, record_id in there}
    if ids:
        external.remember_all(env, model, addon, ids)
        found.ids.update(ids)
        found.kept.extend(ids)


def _create(env: Env, addon: str, model: type[Model], rows: Mapping[str, Row], found: Shipped) -> None:
    ids = dict(zip(rows, bulk.create(env, model, list(rows.values())), strict=True))
    bulk.create(
        env, ExternalId,
        [{"system": addon, "key": key, "model": model_name(model), "record_id": ids[key], "company_id": None,
          "digest": digest(row)} for key, row in rows.items()],
    )  # fmt: skip
    found.ids.update(ids)
    found.created.extend(ids)


def _update(
    env: Env, model: type[Model], rows: Mapping[str, Row], known: Mapping[str, _Known], found: Shipped
) -> None:
    changed = {key: row for key, row in rows.items() if known[key].digest != digest(row)}
    records = {
        record.id: record
        for record in env.session.scalars(
            select(model).where(model.id.in_([known[key].record_id for key in changed]))
        )
    }
    for key, row in changed.items():
        record = records.get(known[key].record_id)
        if record is None or digest({name: getattr(record, name) for name in row}) != known[key].digest:
            found.kept.append(key)
        else:
            found.updated.append(key)
    bulk.update(env, model, [{"id": known[key].record_id, **changed[key]} for key in found.updated])
    _note(env, model, {known[key].record_id: digest(changed[key]) for key in found.updated})


def _note(env: Env, model: type[Model], digests: Mapping[int, str]) -> None:
    """Keep the digest of what was taken over."""
    asked = select(ExternalId).where(
        ExternalId.model == model_name(model), ExternalId.record_id.in_(list(digests))
    )
    for kept in env.session.scalars(asked) if digests else ():
        kept.digest = digests[kept.record_id]
    env.flush()
