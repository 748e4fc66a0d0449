"""Counting: the books follow the count, and refuse one that is out of date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.erp_supply.actions import counting, reserving
from addons.erp_supply.models import MoveReason, StockCount, StockCountLine, StockMove
from core import Env, UserError, ValidationError, bulk
from core.base import Item, Unit
from tests.addons.erp_supply.plant import Plant, do, location, on_hand, one, received


def _started(env: Env, code: str = "IN") -> StockCount:
    count = StockCount(location_id=location(env, code).id, counted_on=date(2026, 3, 12))
    env.add(count)
    do(env, counting.start, count)
    env.session.refresh(count)
    return count


def test_a_count_moves_the_difference_to_or_from_the_loss_location(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 100, 1), ("CS-210-RAW", 20, 1))
        count = _started(env)
        assert [(ln.item.code, ln.expected) for ln in count.lines] == [
            ("CS-210-RAW", Decimal(20)),
            ("CS-045-RAW", Decimal(100)),
        ]
        count.lines[0].counted, count.lines[1].counted = Decimal(22), Decimal(97)
        do(env, counting.post, count)

        assert [on_hand(env, code) for code in ("CS-210-RAW", "CS-045-RAW")] == [Decimal(22), Decimal(97)]
        moves = env.session.scalars(select(StockMove).where(StockMove.reason == MoveReason.COUNT)).all()
        assert {(m.item.code, m.source.code, m.target.code, m.quantity) for m in moves} == {
            ("CS-210-RAW", "LOSS", "IN", Decimal(2)), ("CS-045-RAW", "IN", "LOSS", Decimal(3)),
        }  # fmt: skip
    with plant.env("jonas", write=False) as env:
        assert env.get(StockCount, count.id).number == "SC-2026-0001"


def test_lines_that_were_not_counted_stay_as_they_are(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 100, 1), ("CS-210-RAW", 20, 1))
        count = _started(env)
        count.lines[0].counted = Decimal(20)
        do(env, counting.post, count)

        assert on_hand(env, "CS-045-RAW") == 100


def test_a_count_is_refused_when_the_item_moved_since(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 100, 1))
        count = _started(env)
        received(env, ("CS-045-RAW", 5, 1))
        count.lines[0].counted = Decimal(100)
        with pytest.raises(
            UserError, match=r"moved after it was taken down. Count it again: the books now say 105"
        ):
            do(env, counting.post, count)


def test_what_was_found_without_books_is_added_in_any_unit(plant: Plant) -> None:
    with plant.env("jonas") as env:
        count = _started(env)
        bar, gram = one(env, Item, code="BAR-40"), one(env, Unit, code="GRM")
        count.lines.append(StockCountLine(item_id=bar.id, unit_id=gram.id, counted=Decimal(2500)))
        do(env, counting.post, count)

        assert on_hand(env, "BAR-40") == Decimal("2.5")


def test_a_count_with_nothing_counted_or_twice_the_same_is_refused(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 100, 1))
        count = _started(env)
        with pytest.raises(ValidationError, match="has no counted line yet"), env.savepoint():
            do(env, counting.post, count)
        line = count.lines[0]
        line.counted = Decimal(60)
        count.lines.append(StockCountLine(item_id=line.item_id, unit_id=line.unit_id, counted=Decimal(40)))
        with pytest.raises(ValidationError, match="counted twice"):
            do(env, counting.post, count)


def test_a_lot_is_needed_where_the_item_has_lots(plant: Plant) -> None:
    with plant.env("jonas") as env:
        count = _started(env)
        seal = one(env, Item, code="SEAL-12")
        count.lines.append(StockCountLine(item_id=seal.id, unit_id=seal.unit_id, counted=Decimal(3)))
        with pytest.raises(ValidationError, match="SEAL-12 is kept by lot"):
            do(env, counting.post, count)


def test_a_count_below_what_is_reserved_is_refused(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 100, 1))
        reserving.promise(
            env, one(env, Item, code="CS-045-RAW"), Decimal(80), "WO-1", company_id=env.company_id or 0
        )
        count = _started(env)
        count.lines[0].counted = Decimal(70)
        with pytest.raises(UserError, match=r"CS-045-RAW at IN: 20 are free, 30 are wanted"):
            do(env, counting.post, count)


def test_only_own_stock_is_counted(plant: Plant) -> None:
    with plant.env("jonas") as env, pytest.raises(ValidationError, match="Only locations that hold"):
        _started(env, "SUPPLIER")


def test_a_posted_count_is_fixed(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 100, 1))
        count = _started(env)
        count.lines[0].counted = Decimal(99)
        do(env, counting.post, count)
    with plant.env("jonas") as env, pytest.raises(UserError, match="A posted count is no longer changed"):
        bulk.update(env, StockCountLine, [{"id": count.lines[0].id, "counted": Decimal(1)}])
