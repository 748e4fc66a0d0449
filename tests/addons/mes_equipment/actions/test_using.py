"""Spares and consumables used at equipment: entered once, told to whoever listens, put back by a new entry."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from addons.mes_equipment.actions import using
from addons.mes_equipment.actions.using import Use, use
from addons.mes_equipment.models import MaterialUse
from core import Env, Forbidden, UserError, ValidationError, hookimpl
from core.base import Item, Lot
from tests.addons.mes_equipment.floor import Floor, at, do, machine, one


def _used(env: Env) -> list[Decimal]:
    return list(env.session.scalars(select(MaterialUse.quantity).order_by(MaterialUse.id)))


class _Listener:
    def __init__(self) -> None:
        self.heard: list[int] = []

    @hookimpl
    def material_used(self, env: Env, ids: Sequence[int]) -> None:
        self.heard += ids


def test_an_operator_reports_a_use_in_the_item_s_unit_and_others_hear_of_it(floor: Floor) -> None:
    listener = _Listener()
    floor.site.plugins.register(listener)
    try:
        with floor.env("idris") as env:
            item = one(env, Item, code="FILTER")
            do(env, using.report_use, machine(env), item_id=item.id, quantity=Decimal(2), minutes_ago=30)

            made = one(env, MaterialUse, item_id=item.id)
            assert (made.at, made.quantity, made.unit_id) == (at(450), Decimal(2), item.unit_id)
            assert listener.heard == [made.id]
    finally:
        floor.site.plugins.unregister(listener)


def test_an_item_told_apart_by_lot_needs_one_of_its_own(floor: Floor) -> None:
    with floor.env("idris") as env:
        insert, filter_ = one(env, Item, code="INSERT"), one(env, Item, code="FILTER")
        lot = one(env, Lot, number="L-1")

        with pytest.raises(ValidationError, match="say which"):
            do(env, using.report_use, machine(env), item_id=insert.id, quantity=Decimal(1))
        with pytest.raises(ValidationError, match="another item"):
            do(env, using.report_use, machine(env), item_id=filter_.id, quantity=Decimal(1), lot_id=lot.id)
        do(env, using.report_use, machine(env), item_id=insert.id, quantity=Decimal(1), lot_id=lot.id)

        assert _used(env) == [Decimal(1)]


def test_the_same_report_sent_twice_is_one_and_another_under_its_key_is_refused(floor: Floor) -> None:
    with floor.env("idris") as env:
        item = one(env, Item, code="FILTER").id
        for _time in range(2):
            do(env, using.report_use, machine(env), item_id=item, quantity=Decimal(2), key="T1-88")

        assert _used(env) == [Decimal(2)]
        with pytest.raises(UserError, match="other contents"):
            do(env, using.report_use, machine(env), item_id=item, quantity=Decimal(3), key="T1-88")


def test_a_key_twice_in_one_batch_is_one_use(floor: Floor) -> None:
    with floor.env() as env:
        item = one(env, Item, code="FILTER").id
        said = Use(machine(env).id, at(0), item, Decimal(1), idempotency_key="T1-89")

        assert len(use(env, [said, said])) == 1


def test_at_most_what_was_used_is_put_back(floor: Floor) -> None:
    with floor.env("idris") as env:
        item = one(env, Item, code="FILTER").id
        do(env, using.report_use, machine(env), item_id=item, quantity=Decimal(5))
        made = env.session.scalars(select(MaterialUse)).one()

        do(env, using.put_back, made, quantity=Decimal(2))
        with pytest.raises(ValidationError, match="At most 3"):
            do(env, using.put_back, made, quantity=Decimal(4))
        do(env, using.put_back, made)

        assert _used(env) == [Decimal(5), Decimal(-2), Decimal(-3)]
        assert env.session.scalar(select(func.sum(MaterialUse.quantity))) == 0


@pytest.mark.parametrize("quantity", [Decimal(0), Decimal(-1)])
def test_nothing_or_less_is_no_use(floor: Floor, quantity: Decimal) -> None:
    with floor.env("idris") as env, pytest.raises(ValidationError):
        do(env, using.report_use, machine(env), item_id=one(env, Item, code="FILTER").id, quantity=quantity)


def test_a_viewer_reports_nothing(floor: Floor) -> None:
    with floor.env("vera") as env, pytest.raises(Forbidden):
        do(env, using.report_use, machine(env), item_id=one(env, Item, code="FILTER").id, quantity=Decimal(1))


def test_what_was_used_is_never_changed(floor: Floor) -> None:
    with floor.env() as env:
        (made,) = use(env, [Use(machine(env).id, at(0), one(env, Item, code="FILTER").id, Decimal(1))])
        env.get(MaterialUse, made).quantity = Decimal(2)

        with pytest.raises(UserError, match="never changed"):
            env.flush()
