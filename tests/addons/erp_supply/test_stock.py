"""Whatever happens in the store, the books add up; and the last ten pieces are given to ten, whoever asks at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from addons.erp_supply.actions import counting, moving, reserving, returning, transferring
from addons.erp_supply.models import (
    MoveReason,
    StockCount,
    StockCountLine,
    StockMove,
    StockQuant,
    StockReservation,
    SupplierReturn,
    SupplierReturnLine,
)
from addons.erp_supply.rules.stock import Movement, Place
from core import Env, UserError
from core.base import Item, LocationKind, Lot, StorageLocation
from core.orm.env import open_env
from tests.addons.erp_supply.plant import Plant, do, location, one, received

ITEMS = ("CS-045-RAW", "SEAL-12")
LOCATIONS = ("IN", "A-01")
WRITERS, PIECES = 50, 10

quantities = st.decimals(min_value=Decimal("0.001"), max_value=Decimal(500), places=3)
places = st.sampled_from(LOCATIONS)
items = st.sampled_from(ITEMS)
demands = st.sampled_from(("WO-1", "WO-2"))
steps = st.one_of(
    st.tuples(st.just("receive"), items, quantities),
    st.tuples(st.just("return"), items, places, quantities),
    st.tuples(st.just("count"), items, places, quantities),
    st.tuples(st.just("move"), items, quantities),
    st.tuples(st.just("reserve"), items, quantities, demands),
    st.tuples(st.just("release"), demands),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(steps, min_size=4, max_size=14))
def test_after_any_history_the_books_add_up(plant: Plant, history: Sequence[tuple[object, ...]]) -> None:
    with plant.env("jonas") as env, env.trying():
        for name, *values in history:
            try:
                with env.savepoint():
                    STEPS[str(name)](env, *values)
            except UserError:
                continue  # refused: then nothing has changed, which is what is looked at below
        _assert_books_add_up(env)


def _receive(env: Env, code: str, quantity: Decimal) -> None:
    received(env, (code, quantity, 1), lot="L-1" if code == "SEAL-12" else None)


def _return(env: Env, code: str, place: str, quantity: Decimal) -> None:
    item = one(env, Item, code=code)
    document = SupplierReturn(supplier_id=1, reason="Wrong", returned_on=date(2026, 3, 12))
    document.lines.append(
        SupplierReturnLine(
            item_id=item.id, lot_id=_lot(env, code), location_id=location(env, place).id, quantity=quantity,
            unit_id=item.unit_id,
        )
    )  # fmt: skip
    env.add(document)
    do(env, returning.post, document)


def _count(env: Env, code: str, place: str, quantity: Decimal) -> None:
    count = StockCount(location_id=location(env, place).id, counted_on=date(2026, 3, 12))
    env.add(count)
    do(env, counting.start, count)
    env.session.refresh(count)
    item, lot_id = one(env, Item, code=code), _lot(env, code)
    line = next((ln for ln in count.lines if (ln.item_id, ln.lot_id) == (item.id, lot_id)), None)
    if line is None:
        line = StockCountLine(item_id=item.id, lot_id=lot_id, unit_id=item.unit_id)
        count.lines.append(line)
    line.counted = quantity
    do(env, counting.post, count)


def _move(env: Env, code: str, quantity: Decimal) -> None:
    item = one(env, Item, code=code)
    for quant in env.session.scalars(select(StockQuant).where(StockQuant.item_id == item.id)).all():
        if quant.location.code == "IN":
            do(env, transferring.move, quant, target_id=location(env, "A-01").id, quantity=quantity)


def _reserve(env: Env, code: str, quantity: Decimal, demand: str) -> None:
    reserving.promise(env, one(env, Item, code=code), quantity, demand, company_id=env.company_id or 0)


def _release(env: Env, demand: str) -> None:
    reserving.give_back(env, demand, company_id=env.company_id or 0)


STEPS: dict[str, Callable[..., None]] = {
    "receive": _receive, "return": _return, "count": _count, "move": _move, "reserve": _reserve, "release": _release,
}  # fmt: skip


def _lot(env: Env, code: str) -> int | None:
    if code != "SEAL-12":
        return None
    return env.session.scalar(select(Lot.id).where(Lot.number == "L-1"))


def _assert_books_add_up(env: Env) -> None:
    env.flush()
    internal = select(StorageLocation.id).where(StorageLocation.kind == LocationKind.INTERNAL)
    kept = set(env.session.scalars(internal))
    sums: dict[Place, Decimal] = defaultdict(Decimal)
    double_entry = Decimal(0)
    for move in env.session.scalars(select(StockMove)):
        for location_id, change in ((move.source_id, -move.quantity), (move.target_id, move.quantity)):
            sums[Place(move.item_id, location_id, move.lot_id)] += change
            double_entry += change
    promised: dict[Place, Decimal] = defaultdict(Decimal)
    for held in env.session.scalars(select(StockReservation)):
        promised[Place(held.item_id, held.location_id, held.lot_id)] += held.quantity
    quants = {Place(q.item_id, q.location_id, q.lot_id): q for q in env.session.scalars(select(StockQuant))}

    assert double_entry == 0
    assert {p: q.on_hand for p, q in quants.items() if q.on_hand} == {
        p: total for p, total in sums.items() if total and p.location_id in kept
    }
    assert {p: q.reserved for p, q in quants.items() if q.reserved} == {
        p: t for p, t in promised.items() if t
    }
    assert all(0 <= q.reserved <= q.on_hand for q in quants.values())


def test_of_fifty_who_want_the_last_ten_pieces_ten_get_one(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", PIECES, 1))
        principal, item_id = env.principal, one(env, Item, code="CS-045-RAW").id

    def take(number: int) -> bool:
        try:
            with open_env(plant.site, principal, write=True) as env:
                reserving.promise(
                    env, env.get(Item, item_id), Decimal(1), f"WO-{number}", company_id=env.company_id or 0
                )
        except UserError as error:
            assert "1 are wanted, 0 are free" in str(error)  # noqa: PT017 -- counted below
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        won = sum(pool.map(take, range(WRITERS)))

    assert won == PIECES
    with plant.env("jonas", write=False) as env:
        assert env.session.scalars(select(StockQuant.reserved)).one() == PIECES
        assert env.session.scalar(select(func.count()).select_from(StockReservation)) == PIECES


def test_fifty_who_want_one_of_a_hundred_in_ten_places_all_get_it(plant: Plant) -> None:
    with plant.env("jonas") as env:
        for number in range(10):
            received(env, ("SEAL-12", 10, 1), lot=f"L-{number}")
        principal, item_id = env.principal, one(env, Item, code="SEAL-12").id

    def take(number: int) -> None:
        with open_env(plant.site, principal, write=True) as env:
            reserving.promise(
                env, env.get(Item, item_id), Decimal(1), f"WO-{number}", company_id=env.company_id or 0
            )

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(take, range(WRITERS)))

    with plant.env("jonas", write=False) as env:
        assert env.session.scalar(select(func.sum(StockQuant.reserved))) == WRITERS


def test_of_fifty_who_take_out_the_last_ten_pieces_ten_succeed(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", PIECES, 1))
        principal, item_id = env.principal, one(env, Item, code="CS-045-RAW").id
        source, target = location(env, "IN").id, location(env, "MADE").id

    def issue(_number: int) -> bool:
        try:
            with open_env(plant.site, principal, write=True) as env:
                moving.post(env, [Movement(item_id, None, Decimal(1), source, target)], MoveReason.ISSUE)
        except UserError:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        won = sum(pool.map(issue, range(WRITERS)))

    assert won == PIECES
    with plant.env("jonas", write=False) as env:
        assert env.session.scalars(select(StockQuant.on_hand)).one() == 0
