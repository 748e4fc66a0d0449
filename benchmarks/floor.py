"""The same tables mapped bare: no access, no checks, no trail of their own; what SQLAlchemy itself costs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, relationship

from benchmarks.plant import RatedItem, StoredItem
from core.base.models import Item, ItemType, Tracking
from core.orm.tracking import Change, ChangeBatch, ChangeEvent


class Bare(DeclarativeBase):
    """The root of the bare mapping."""


class BareItem(Bare):
    """base_item."""

    __table__ = Item.__table__
    if TYPE_CHECKING:
        id: Mapped[int]
        name: Mapped[str]
        version: Mapped[int]
        changed_at: Mapped[datetime]
    stored: Mapped[BareStored] = relationship("BareStored", uselist=False, overlaps="_bench_stored_item")
    rated: Mapped[BareRated] = relationship("BareRated", uselist=False, overlaps="_bench_rated_item")


class BareStored(Bare):
    """The first facet's table."""

    __table__ = StoredItem.__table__
    if TYPE_CHECKING:
        lead_days: Mapped[int]
        reorder_point: Mapped[Decimal]


class BareRated(Bare):
    """The second facet's table."""

    __table__ = RatedItem.__table__
    if TYPE_CHECKING:
        rating: Mapped[int]


class BareBatch(Bare):
    """base_change_batch."""

    __table__ = ChangeBatch.__table__
    if TYPE_CHECKING:
        id: Mapped[int]


class BareChange(Bare):
    """base_change."""

    __table__ = Change.__table__


def item(values: dict[str, object], at: datetime) -> BareItem:
    """The rows that the platform writes for an item of these values."""
    own = {key: value for key, value in values.items() if "." not in key}
    facets: dict[str, dict[str, Any]] = {
        "bench_stored_item": {},
        "bench_rated_item": {},
    }  # Any: of any column's type
    for name, value in values.items():
        facet, dot, key = name.partition(".")
        if dot:
            facets[facet][key] = value
    return BareItem(
        **own, company_id=1, type=ItemType.MATERIAL, tracking=Tracking.NONE, active=True, version=1,
        created_at=at, created_by_id=1, changed_at=at, changed_by_id=1,
        stored=BareStored(**facets["bench_stored_item"]), rated=BareRated(**facets["bench_rated_item"]),
    )  # fmt: skip


#: What the trail keeps of an item.
TRACKED = ("code", "name", "type", "revision", "unit_id", "tracking", "active")


def trail(items: Iterable[BareItem], at: datetime, batch: int, event: ChangeEvent) -> list[BareChange]:
    """Change rows of the same shape as the platform's."""
    found = []
    for each in items:
        new = {name: _plain(getattr(each, name)) for name in TRACKED}
        new |= {
            "stored.lead_days": each.stored.lead_days,
            "stored.reorder_point": str(each.stored.reorder_point),
        }
        new["rated.rating"] = each.rated.rating
        found.append(
            BareChange(batch_id=batch, model="base.item", record_id=each.id, event=event, at=at, by_id=1, addon="",
                       why="", old="{}", new=json.dumps(new))
        )  # fmt: skip
    return found


def batch(session: Session, rows: int, at: datetime) -> int:
    """A ChangeBatch row."""
    made = BareBatch(at=at, by_id=1, rows=rows, digest="0" * 64)
    session.add(made)
    session.flush()
    number: int = made.id
    return number


def create(engine: Engine, rows: Sequence[dict[str, object]]) -> None:
    """`add_all` of the rows that bulk.create writes."""
    at = datetime.now(UTC)
    with Session(engine) as session:
        items = [item(values, at) for values in rows]
        session.add_all(items)
        session.flush()
        session.add_all(trail(items, at, batch(session, len(items), at), ChangeEvent.CREATED))
        session.commit()


def update(engine: Engine, ids: Sequence[int], run: int) -> None:
    """Attributes of loaded objects in one flush, and the Change rows that bulk.update writes."""
    at = datetime.now(UTC)
    with Session(engine, expire_on_commit=False) as session:
        items = session.scalars(select(BareItem).where(BareItem.id.in_(ids)).order_by(BareItem.id)).all()
        changes = []
        number = batch(session, len(items), at)
        for position, each in enumerate(items):
            old = {"name": each.name}
            each.name, each.changed_at, each.version = f"Bare {run} {position}", at, each.version + 1
            changes.append(
                BareChange(batch_id=number, model="base.item", record_id=each.id, event=ChangeEvent.CHANGED, at=at,
                           by_id=1, addon="", why="", old=json.dumps(old), new=json.dumps({"name": each.name}))
            )  # fmt: skip
        session.add_all(changes)
        session.commit()


def create_and_save(engine: Engine, values: dict[str, object]) -> None:
    """One item, flushed when it is made and again when it is edited; the rows that a form's two saves write."""
    at = datetime.now(UTC)
    with Session(engine, expire_on_commit=False) as session:
        made = item(values, at)
        session.add(made)
        session.flush()
        session.add_all(trail([made], at, batch(session, 1, at), ChangeEvent.CREATED))
        session.flush()
        made.name, made.changed_at, made.version = "Edited", at, made.version + 1
        made.stored.lead_days = 30
        session.flush()
        session.add_all(trail([made], at, batch(session, 1, at), ChangeEvent.CHANGED))
        session.commit()


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal | str) else value
