"""Issues: what was used leaves the store, or nothing does."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.erp_supply.actions import issuing
from addons.erp_supply.actions.issuing import Withdrawal
from addons.erp_supply.models import MoveReason, StockMove
from core import UserError
from core.base import Item, Lot, Unit
from core.orm.env import Env
from tests.addons.erp_supply.plant import Plant, location, on_hand, one, received


def taken(
    env: Env, code: str, quantity: object, *, at: str = "IN", unit: str = "", lot: str = ""
) -> list[int]:
    item = one(env, Item, code=code)
    lot_id = one(env, Lot, number=lot).id if lot else None
    unit_id = one(env, Unit, code=unit).id if unit else item.unit_id
    assert env.company_id is not None
    withdrawal = Withdrawal(item.id, lot_id, Decimal(str(quantity)), unit_id, location(env, at).id)
    return issuing.issue(env, env.company_id, [withdrawal])


def test_what_was_used_leaves_the_store_in_the_unit_of_the_item(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("BAR-40", 10, 1))

        (move_id,) = taken(env, "BAR-40", 2500, unit="GRM")

        move = env.get(StockMove, move_id)
        assert (move.quantity, move.reason, move.target.code) == (Decimal("2.5"), MoveReason.ISSUE, "MADE")
        assert on_hand(env, "BAR-40") == Decimal("7.5")


def test_a_lot_is_taken_by_its_number(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("SEAL-12", 10, 1), lot="L1")

        (move_id,) = taken(env, "SEAL-12", 4, lot="L1")

        assert env.get(StockMove, move_id).lot_id == one(env, Lot, number="L1").id


@pytest.mark.parametrize(
    ("code", "quantity", "at", "said"),
    [
        ("BAR-40", 11, "IN", "10 are free, 11 are wanted"),
        ("BAR-40", 1, "A-01", "0 are free, 1 are wanted"),
        ("BAR-40", 0, "IN", "Nothing of BAR-40 was taken"),
        ("SEAL-12", 1, "IN", "say of which lot"),
    ],
)
def test_what_cannot_be_taken_moves_nothing(
    plant: Plant, code: str, quantity: int, at: str, said: str
) -> None:
    with plant.env("jonas") as env:
        received(env, ("BAR-40", 10, 1))
        received(env, ("SEAL-12", 10, 1), lot="L1")

        with pytest.raises(UserError, match=said), env.savepoint():
            taken(env, code, quantity, at=at)

        assert not env.session.scalars(select(StockMove).where(StockMove.reason == MoveReason.ISSUE)).all()


def test_what_is_put_back_is_on_the_shelf_again(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("BAR-40", 10, 1))
        taken(env, "BAR-40", 4)

        (move_id,) = taken(env, "BAR-40", -1)

        assert (env.get(StockMove, move_id).source.code, on_hand(env, "BAR-40")) == ("MADE", Decimal(7))


def test_nothing_is_taken_from_a_closed_location(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("BAR-40", 10, 1))
        location(env, "IN").active = False
        env.flush()

        with pytest.raises(UserError, match="IN is closed"), env.savepoint():
            taken(env, "BAR-40", 1)

        assert on_hand(env, "BAR-40") == 10
