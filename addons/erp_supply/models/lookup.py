"""What documents refer to, for settling their totals: asked once a transaction, however many documents settle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, object_session

from core import Model
from core.base import Item, ItemType, Unit

M = TypeVar("M", bound=Model)

#: Records that the session would forget, since it holds them weakly.
_KEPT = "erp_supply.referred"
#: The unit of each item that is stocked; None of a service.
_UNITS = "erp_supply.stocked"
_CHUNK = 10_000


def referred(record: Model, link: str, model: type[M]) -> M | None:
    """What a link will lead to once the record is written: links of new and changed records are not loaded yet."""
    given = inspect(record).attrs[link].history.added
    if given:
        found: M | None = given[0]
        return found
    session, key = object_session(record), getattr(record, f"{link}_id")
    if session is None or key is None:
        return None
    with session.no_autoflush:
        found = session.get(model, key)
    session.info.setdefault(_KEPT, {})[model, key] = found
    return found


def stocked_units(order: Model, wanted: set[int]) -> Mapping[int, Unit]:
    """The units in which the items `wanted` are stocked; services are left out."""
    session = object_session(order)
    if session is None:
        return {}
    known: dict[int, int | None] = session.info.setdefault(_UNITS, {})
    missing = sorted(wanted - known.keys())
    with session.no_autoflush:
        for start in range(0, len(missing), _CHUNK):
            known |= _read(session, missing[start : start + _CHUNK])
        return dict(_units(session, {i: unit for i in wanted if (unit := known.get(i)) is not None}))


def forget_items(session: Session) -> None:
    """Read items anew, after some were changed."""
    session.info.pop(_UNITS, None)


def _read(session: Session, item_ids: list[int]) -> dict[int, int | None]:
    rows = session.execute(select(Item.id, Item.unit_id, Item.type).where(Item.id.in_(item_ids)))
    return {row.id: None if row.type is ItemType.SERVICE else row.unit_id for row in rows}


def _units(session: Session, unit_ids: Mapping[int, int]) -> Iterator[tuple[int, Unit]]:
    kept = session.info.setdefault(_KEPT, {})
    for item_id, unit_id in unit_ids.items():
        unit = session.get(Unit, unit_id)
        if unit is not None:
            kept[Unit, unit_id] = unit
            yield item_id, unit
