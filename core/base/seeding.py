"""Rows that an addon ships: made once, brought up to date while nobody edited them, left alone when somebody did.

What is newly shipped for an edited row waits in its external id until a person decides (core.base.offering).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select, update

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
    id: int
    record_id: int
    digest: str | None
    shipped: Mapping[str, object] | None
    offered: Mapping[str, object] | None


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
    return hashlib.sha256(_text(row).encode()).hexdigest()


def plain(row: Row) -> dict[str, object]:
    """The values in JSON's types."""
    made: dict[str, object] = json.loads(_text(row))
    return made


def held(record: Model, names: Iterable[str]) -> dict[str, object]:
    """What a record holds in the fields that are shipped."""
    return {name: getattr(record, name) for name in names}


def _text(row: Row) -> str:
    return json.dumps(dict(row), sort_keys=True, default=str, ensure_ascii=False)


def _known(env: Env, addon: str, model: type[Model]) -> dict[str, _Known]:
    of = ExternalId
    asked = select(of.key, of.id, of.record_id, of.digest, of.shipped, of.offered).where(
        of.system == addon, of.model == model_name(model), of.company_id.is_(None)
    )
    rows = env.session.execute(asked)
    return {row.key: _Known(row.id, row.record_id, row.digest, row.shipped, row.offered) for row in rows}


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
          "digest": digest(row), "shipped": plain(row)} for key, row in rows.items()],
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
    same = [key for key in rows if key not in changed]
    for key, row in changed.items():
        record = records.get(known[key].record_id)
        now = None if record is None else digest(held(record, row))
        if now == digest(row):
            same.append(key)
        elif now is None or now != known[key].digest:
            found.kept.append(key)
        else:
            found.updated.append(key)
    bulk.update(env, model, [{"id": known[key].record_id, **changed[key]} for key in found.updated])
    taken = [*found.updated, *(key for key in same if key in changed or known[key].offered is not None)]
    bulk.update(env, ExternalId, [_taken(known[key].id, rows[key]) for key in taken])
    _remember(
        env, {known[key].id: rows[key] for key in same if known[key].shipped is None and key not in taken}
    )
    bulk.update(env, ExternalId, list(_offers(changed, known, records, found.kept)))


def _taken(external_id: int, row: Row) -> dict[str, object]:
    """What is noted of a record that holds what is shipped, or whose own values were chosen over it."""
    return {"id": external_id, "digest": digest(row), "shipped": plain(row), "offered": None}


def _remember(env: Env, rows: Mapping[int, Row]) -> None:
    """Keep the values of what was shipped before they were kept; by that nothing is changed, and nothing says so."""
    for external_id, row in rows.items():
        noted = update(ExternalId).where(ExternalId.id == external_id).values(shipped=plain(row))
        env.session.execute(noted, execution_options={"synchronize_session": False})


def _offers(
    changed: Mapping[str, Row],
    known: Mapping[str, _Known],
    records: Mapping[int, Model],
    kept: Iterable[str],
) -> Iterator[dict[str, object]]:
    """What waits for a person: newly shipped values of edited records that are still there."""
    for key in kept:
        there = known.get(key)
        if there is not None and there.record_id in records and there.offered != plain(changed[key]):
            yield {"id": there.id, "offered": plain(changed[key])}
