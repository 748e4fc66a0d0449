"""Shipped records that somebody had edited when other values were shipped: which they are, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.base import seeding
from core.base.models.record import ExternalId
from core.i18n import _
from core.orm import bulk
from core.orm.catalog import Field, fields_of
from core.orm.model import Model, model_named

if TYPE_CHECKING:
    from core.orm.env import Env

#: So many records are shown and decided about at once.
MOST = 200


@dataclass(frozen=True)
class Difference:
    """A field in which a record differs from what is shipped now; `before` is None where that was not kept."""

    field: Field
    before: object
    yours: object
    now: object


@dataclass(frozen=True)
class Offer:
    """A record with the values that wait for it; `id` is that of its external id."""

    id: int
    addon: str
    record: Model
    before_is_known: bool
    differences: tuple[Difference, ...]


def offers(env: Env) -> list[Offer]:
    """What waits, by addon and model, at most MOST; `env` is the system's."""
    waiting = env.session.scalars(
        select(ExternalId).where(ExternalId.offered.is_not(None))
        .order_by(ExternalId.system, ExternalId.model, ExternalId.key).limit(MOST)
    )  # fmt: skip
    return [found for each in waiting if (found := _offer(env, each)) is not None]


def take(env: Env, ids: Iterable[int]) -> int:
    """Give the records of these offers what is shipped now; returns how many there were. `env` is the system's."""
    env.why = str(_("Shipped values taken over"))
    count = 0
    for kept, record, fields in _decided(env, ids):
        row = {
            name: _typed(fields[name], value)
            for name, value in (kept.offered or {}).items()
            if name in fields
        }
        bulk.update(env, type(record), [{"id": record.id, **row}])
        _note(kept)
        count += 1
    env.flush()
    return count


def keep(env: Env, ids: Iterable[int]) -> int:
    """Leave the records of these offers as they are until something else is shipped. `env` is the system's."""
    decided = [kept for kept, _record, _fields in _decided(env, ids)]
    for kept in decided:
        _note(kept)
    env.flush()
    return len(decided)


def _decided(env: Env, ids: Iterable[int]) -> Iterator[tuple[ExternalId, Model, Mapping[str, Field]]]:
    asked = select(ExternalId).where(ExternalId.id.in_(sorted(ids)), ExternalId.offered.is_not(None))
    for kept in env.session.scalars(asked).all():
        model = model_named(kept.model)
        record = env.session.get(model, kept.record_id) if model is not None else None
        if model is not None and record is not None:
            yield kept, record, _fields(model)


def _note(kept: ExternalId) -> None:
    """From now on what was offered counts as shipped."""
    kept.digest = seeding.digest(kept.offered or {})
    kept.shipped, kept.offered = kept.offered, None


def _offer(env: Env, kept: ExternalId) -> Offer | None:
    """None where the record, or the addon that it is of, is gone, or nothing differs any more."""
    model = model_named(kept.model)
    record = env.session.get(model, kept.record_id) if model is not None else None
    if model is None or record is None:
        return None
    fields, now, before = _fields(model), kept.offered or {}, kept.shipped or {}
    differing = tuple(
        Difference(
            fields[name],
            _read(fields[name], before.get(name)),
            getattr(record, name),
            _typed(fields[name], value),
        )
        for name, value in now.items()
        if name in fields and seeding.plain({name: getattr(record, name)})[name] != value
    )
    return Offer(kept.id, kept.system, record, kept.shipped is not None, differing) if differing else None


def _fields(model: type[Model]) -> dict[str, Field]:
    return {each.name: each for each in fields_of(model).values() if each.facet is None}


def _read(field: Field, value: object) -> object:
    return None if value is None else _typed(field, value)


def _typed(field: Field, value: object) -> object:
    """A value of JSON's types as the field has it."""
    if not isinstance(value, str):
        return value
    if field.choices is not None:
        return field.choices(value)
    if field.is_exact:
        return Decimal(value)
    if field.is_instant:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if field.is_day else value
