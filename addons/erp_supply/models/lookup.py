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
    state = inspect(record)
    if link in state.committed_state and state.dict.get(link) is not None:
        given: M = state.dict[link]
        return given
    session, key = state.session, getattr(record, f"{link}_id")
    return None if session is None or key is None else _get(session, model, key)


def stocked_units(order: Model, wanted: set[int]) -> Mapping[int, Unit]:
    """The units in which the items `wanted` are stocked; services are left out."""
    session = object_session(order)
    if session is None:
        return {}
    known: dict[int, int | None] = session.info.setdefault(_UNITS, {})
    missing = sorted(i for i in wanted if i not in known)  # a set less a view of keys walks all the keys
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
    for item_id, unit_id in unit_ids.items():
        unit = _get(session, Unit, unit_id)
        if unit is not None:
            yield item_id, unit


def _get(session: Session, model: type[M], key: int) -> M | None:
    """The record, held on to; one that was rolled back meanwhile is no longer in the session."""
    kept: dict[tuple[type[Model], int], M] = session.info.setdefault(_KEPT, {})
    found = kept.get((model, key))
    if found is not None and found in session:
        return found
    with session.no_autoflush:
        read = session.get(model, key)
    if read is not None:
        kept[model, key] = read
    return read
