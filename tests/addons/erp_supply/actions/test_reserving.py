"""Reserving: what is promised to one is not given to another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.erp_supply.actions import reserving, transferring
from addons.erp_supply.models import StockQuant, StockReservation
from core import Env, UserError, ValidationError, bulk
from core.base import Item, Lot
from tests.addons.erp_supply.plant import Plant, do, location, on_hand, one, received


def _promise(env: Env, code: str, quantity: str, demand: str = "WO-1") -> None:
    reserving.promise(
        env, one(env, Item, code=code), Decimal(quantity), demand, company_id=env.company_id or 0
    )


def _reserved(env: Env) -> list[tuple[str | None, Decimal]]:
    env.flush()
    quants = env.session.scalars(select(StockQuant).where(StockQuant.reserved > 0).order_by(StockQuant.id))
    return [(q.lot.number if q.lot else None, q.reserved) for q in quants]


def test_the_lot_that_expires_first_is_promised_first_and_an_expired_one_never(plant: Plant) -> None:
    with plant.env("jonas") as env:
        for number, expires in (
            ("L-1", date(2099, 5, 1)),
            ("L-2", date(2098, 5, 1)),
            ("OLD", date(2020, 1, 1)),
        ):
            received(env, ("SEAL-12", 10, 1), lot=number)
            one(env, Lot, number=number).expires_on = expires
        _promise(env, "SEAL-12", "12")

        assert _reserved(env) == [("L-1", Decimal(2)), ("L-2", Decimal(10))]
        with pytest.raises(UserError, match=r"SEAL-12: 9 are wanted, 8 are free. Nothing was reserved"):
            _promise(env, "SEAL-12", "9")


def test_released_stock_is_free_again_and_released_once(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 10, 1))
        _promise(env, "CS-045-RAW", "4", "WO-1")
        _promise(env, "CS-045-RAW", "3", "WO-2")
        for _time in range(2):
            reserving.give_back(env, "WO-1", company_id=env.company_id or 0)

        assert _reserved(env) == [(None, Decimal(3))]


def test_what_is_promised_does_not_move_away(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 10, 1))
        _promise(env, "CS-045-RAW", "4")
        quant = env.session.scalars(select(StockQuant)).one()
        target = location(env, "A-01").id
        with pytest.raises(UserError, match=r"CS-045-RAW at IN: 6 are free, 7 are wanted"), env.savepoint():
            do(env, transferring.move, quant, target_id=target, quantity=Decimal(7))
        do(env, transferring.move, quant, target_id=target)

        assert [on_hand(env, "CS-045-RAW", place) for place in ("IN", "A-01")] == [Decimal(4), Decimal(6)]


def test_the_actions_on_stock_and_reservations_do_the_same(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 10, 1))
    with plant.env("priya") as env:
        quant = env.session.scalars(select(StockQuant)).one()
        do(env, reserving.reserve, quant, quantity=Decimal(4), demand="WO-7")
        assert _reserved(env) == [(None, Decimal(4))]
        do(env, reserving.release, *env.session.scalars(select(StockReservation)).all())

        assert _reserved(env) == []


def test_reservations_and_moves_are_never_changed(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 10, 1))
        _promise(env, "CS-045-RAW", "4")
        env.flush()
        kept = env.session.scalars(select(StockReservation)).one()
    with plant.env() as env:
        with pytest.raises(UserError, match="Reservations are never changed or deleted"), env.savepoint():
            bulk.update(env, StockReservation, [{"id": kept.id, "quantity": Decimal(1)}])
        with pytest.raises(UserError, match="Reservations are never changed or deleted"), env.savepoint():
            bulk.delete(env, StockReservation, [kept.id])


def test_the_database_itself_keeps_reservations_within_stock(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 10, 1))
        quant = env.session.scalars(select(StockQuant)).one()
    with plant.env() as env:
        for change in ({"reserved": Decimal(11)}, {"reserved": Decimal(-1)}, {"on_hand": Decimal(-1)}):
            with pytest.raises(UserError, match="More would be taken than is free"), env.savepoint():
                bulk.update(env, StockQuant, [{"id": quant.id, **change}])


def test_a_reservation_of_nothing_is_refused(plant: Plant) -> None:
    with plant.env("jonas") as env, pytest.raises(ValidationError, match="a quantity above zero"):
        _promise(env, "CS-045-RAW", "0")


def test_another_company_s_stock_is_not_promised(plant: Plant) -> None:
    with plant.env("ines") as env:
        received(env, ("CS-045-RAW", 10, 1))
    with plant.env("jonas") as env, pytest.raises(UserError, match="1 are wanted, 0 are free"):
        _promise(env, "CS-045-RAW", "1")
