"""The one way stock changes: movements posted as a set, quants locked in one order, nothing below what is promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import or_, select

from addons.erp_supply.actions.conversion import Stocked, chunks, items_of, shown
from addons.erp_supply.models import MoveReason, StockMove, StockQuant
from addons.erp_supply.rules.stock import Movement, Place, differences
from core import Env, UserError, ValidationError, _, bulk, now
from core.base import LocationKind, StorageLocation

#: Locations whose stock is the company's own.
KEPT = (LocationKind.INTERNAL, LocationKind.TRANSIT)


ADDON = "erp_supply"
#: With more lots than this it is no use to name them in the statement.
MOST_LOTS = 10_000


@dataclass(frozen=True, slots=True)
class Held:
    """A quant as it was locked."""

    id: int
    place: Place
    on_hand: Decimal
    reserved: Decimal

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class _Spot:
    code: str
    company_id: int
    is_kept: bool
    is_open: bool


def post(env: Env, movements: Sequence[Movement], reason: MoveReason) -> list[int]:
    """Write the movements and what they change, all or nothing, as a consequence of whatever asks for it.

    Raises UserError when a location is closed or would fall below what is promised. Each move belongs to the company
    of its locations, whoever posts it. Returns the ids of the moves; a movement of nothing makes none.
    """
    moved = [m for m in movements if m.quantity]
    if not moved:
        return []
    with env.acting_as(ADDON):
        return _post(env, moved, reason)


def _post(env: Env, moved: Sequence[Movement], reason: MoveReason) -> list[int]:
    items = items_of(env, (m.item_id for m in moved))
    spots = _spots(env, moved)
    _refuse_closed(spots)
    _refuse_between_companies(moved, spots)
    kept = {location_id for location_id, spot in spots.items() if spot.is_kept}
    _change_quants(env, differences(moved, kept), items, spots)
    at = now()
    return bulk.create(
        env,
        StockMove,
        [
            {
                "at": at,
                "company_id": spots[m.target_id].company_id,
                "item_id": m.item_id,
                "lot_id": m.lot_id,
                "quantity": m.quantity,
                "unit_id": items[m.item_id].unit_id,
                "source_id": m.source_id,
                "target_id": m.target_id,
                "reason": reason,
                "unit_cost": m.unit_cost,
                "receipt_id": m.receipt_id,
                "supplier_return_id": m.supplier_return_id,
                "stock_count_id": m.stock_count_id,
            }
            for m in moved
        ],
    )


def lock(env: Env, places: Iterable[Place]) -> dict[Place, Held]:
    """The quants of `places` that exist, locked by item and id, so that two documents never wait for each other."""
    by_item: dict[int, set[Place]] = defaultdict(set)
    for place in places:
        by_item[place.item_id].add(place)
    found: dict[Place, Held] = {}
    for item_ids in chunks(by_item.keys()):
        wanted = set().union(*(by_item[item_id] for item_id in item_ids))
        found |= {held.place: held for held in _locked(env, item_ids, wanted) if held.place in wanted}
    return found


def location_of_kind(env: Env, kind: LocationKind, company_id: int) -> int:
    """The company's location that stands for what is outside: its suppliers, its losses."""
    found = env.session.scalar(
        select(StorageLocation.id)
        .where(StorageLocation.kind == kind, StorageLocation.company_id == company_id, StorageLocation.active)
        .order_by(StorageLocation.id)
        .limit(1)
    )
    if found is None:
        raise UserError(
            _(
                "The company has no storage location of kind {kind}. Nothing has changed. "
                "Create one under Storage locations.",
                kind=kind.label,
            )
        )
    return found


def _locked(env: Env, item_ids: Sequence[int], places: Collection[Place]) -> list[Held]:
    lots = {p.lot_id for p in places if p.lot_id is not None}
    statement = select(
        StockQuant.id, StockQuant.item_id, StockQuant.location_id, StockQuant.lot_id, StockQuant.on_hand,
        StockQuant.reserved,
    ).where(
        StockQuant.item_id.in_(item_ids), StockQuant.location_id.in_({p.location_id for p in places})
    )  # fmt: skip
    if not lots:
        statement = statement.where(StockQuant.lot_id.is_(None))
    elif len(lots) <= MOST_LOTS:
        statement = statement.where(or_(StockQuant.lot_id.is_(None), StockQuant.lot_id.in_(lots)))
    rows = env.session.execute(
        statement.order_by(StockQuant.item_id, StockQuant.id).with_for_update(of=StockQuant)
    )
    return [Held(row[0], Place(row[1], row[2], row[3]), row[4], row[5]) for row in rows]


def _spots(env: Env, movements: Sequence[Movement]) -> dict[int, _Spot]:
    ids = {m.source_id for m in movements} | {m.target_id for m in movements}
    found: dict[int, _Spot] = {}
    for chunk in chunks(ids):
        rows = env.session.execute(
            select(
                StorageLocation.id,
                StorageLocation.code,
                StorageLocation.company_id,
                StorageLocation.kind,
                StorageLocation.active,
            ).where(StorageLocation.id.in_(chunk))
        )
        found |= {row.id: _Spot(row.code, row.company_id, row.kind in KEPT, row.active) for row in rows}
    missing = next((i for i in ids if i not in found), None)
    if missing is not None:
        raise UserError(
            _("There is no storage location {id} that you may use. Nothing has moved.", id=missing)
        )
    return found


def _refuse_closed(spots: Mapping[int, _Spot]) -> None:
    for spot in spots.values():
        if not spot.is_open:
            raise UserError(
                _(
                    "{location} is closed. Nothing has moved. Make it active again under Storage locations.",
                    location=spot.code,
                )
            )


def _refuse_between_companies(movements: Sequence[Movement], spots: Mapping[int, _Spot]) -> None:
    for move in movements:
        source, target = spots[move.source_id], spots[move.target_id]
        if source.company_id != target.company_id:
            raise UserError(
                _(
                    "{here} and {there} belong to two companies. Nothing has moved; sell it from one to the other.",
                    here=source.code,
                    there=target.code,
                )
            )


def _change_quants(
    env: Env, changes: Mapping[Place, Decimal], items: Mapping[int, Stocked], spots: Mapping[int, _Spot]
) -> None:
    quants = _existing_or_new(env, changes, items, spots)
    rows = []
    for place, change in changes.items():
        quant = quants[place]
        on_hand = quant.on_hand + change
        if on_hand < quant.reserved:
            raise _too_little(quant, -change, items[place.item_id].code, spots[place.location_id].code)
        rows.append({"id": quant.id, "on_hand": on_hand})
    bulk.update(env, StockQuant, rows)


def _existing_or_new(
    env: Env, changes: Mapping[Place, Decimal], items: Mapping[int, Stocked], spots: Mapping[int, _Spot]
) -> dict[Place, Held]:
    """Every quant of the changes, locked; a missing one is made empty first."""
    quants = lock(env, changes)
    missing = sorted(
        (place for place in changes if place not in quants),
        key=lambda p: (p.item_id, p.location_id, p.lot_id or 0),
    )
    if not missing:
        return quants
    _refuse_taking_from_nothing(missing, changes, items, spots)
    rows = [
        {
            "company_id": spots[p.location_id].company_id,
            "item_id": p.item_id,
            "location_id": p.location_id,
            "lot_id": p.lot_id,
            "unit_id": items[p.item_id].unit_id,
        }
        for p in missing
    ]
    try:
        bulk.create(env, StockQuant, rows)
    except ValidationError:
        # Another transaction made one of them meanwhile: make those that are still missing one by one.
        _make_singly(env, rows)
    return lock(env, changes)


def _refuse_taking_from_nothing(
    missing: Iterable[Place],
    changes: Mapping[Place, Decimal],
    items: Mapping[int, Stocked],
    spots: Mapping[int, _Spot],
) -> None:
    for place in missing:
        if changes[place] < 0:
            nothing = Held(0, place, Decimal(0), Decimal(0))
            raise _too_little(
                nothing, -changes[place], items[place.item_id].code, spots[place.location_id].code
            )


def _make_singly(env: Env, rows: Sequence[Mapping[str, int | None]]) -> None:
    for row in rows:
        try:
            bulk.create(env, StockQuant, [row])
        except ValidationError:
            continue  # it is there now, which is all that was wanted


def _too_little(quant: Held, wanted: Decimal, item: str, location: str) -> UserError:
    return UserError(
        _(
            "{item} at {location}: {available} are free, {wanted} are wanted. Nothing has moved.",
            item=item,
            location=location,
            available=shown(quant.available),
            wanted=shown(wanted),
        )
    )
