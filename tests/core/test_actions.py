"""An action asks roles and condition at its entry, takes lists, and acts with its addon's rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from addons.erp_supply.actions import purchasing
from addons.erp_supply.models import OrderState, PurchaseLine, PurchaseOrder
from core import actions
from core.base import Party
from core.errors import Forbidden, NotFound, UserError, ValidationError
from core.orm.env import Env
from core.orm.tracking import Change


@pytest.fixture
def order(make: Callable[..., Any]) -> PurchaseOrder:
    found: PurchaseOrder = make(PurchaseOrder, supplier_id=make(Party).id)
    make(PurchaseLine, order_id=found.id, quantity=2, price=3)
    return found


def test_a_person_without_the_role_is_refused_and_nothing_changes(
    as_user: Callable[..., Env], order: PurchaseOrder
) -> None:
    env = as_user("erp_supply.storekeeper")
    seen = env.get(PurchaseOrder, order.id)

    with pytest.raises(Forbidden):
        actions.run(env, purchasing.send, [seen])

    assert seen.state is OrderState.DRAFT


def test_the_role_is_enough_for_what_the_action_writes(
    as_user: Callable[..., Env], order: PurchaseOrder
) -> None:
    env = as_user("erp_supply.buyer")

    actions.run(env, purchasing.send, [env.get(PurchaseOrder, order.id)])

    assert env.get(PurchaseOrder, order.id).state in (OrderState.SENT, OrderState.TO_APPROVE)


def test_a_record_that_does_not_meet_the_condition_stops_all_of_them(
    as_user: Callable[..., Env], order: PurchaseOrder
) -> None:
    env = as_user("erp_supply.buyer")

    with pytest.raises(UserError, match="not possible"):
        actions.run(env, purchasing.confirm, [env.get(PurchaseOrder, order.id)])


def test_each_record_on_its_own_tells_which_was_refused(
    env: Env, order: PurchaseOrder, make: Callable[..., Any]
) -> None:
    empty = make(PurchaseOrder, supplier_id=order.supplier_id)

    done = actions.run_each(env, purchasing.send, [order, empty])

    assert [outcome.record_id for outcome in done.outcomes] == [order.id, empty.id]
    assert done.outcomes[0].error is None
    assert "no lines" in str(done.outcomes[1].error)
    assert empty.state is OrderState.DRAFT


def test_a_needed_parameter_that_is_missing_is_named(env: Env, order: PurchaseOrder) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.run(env, purchasing.cancel, [order])

    assert set(refused.value.fields) == {"reason"}


def test_a_parameter_that_nobody_asked_for_is_refused(env: Env, order: PurchaseOrder) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.run(env, purchasing.cancel, [order], {"reason": "x", "colour": "red"})

    assert set(refused.value.fields) == {"colour"}


def test_an_unknown_action_names_those_there_are(env: Env) -> None:
    with pytest.raises(NotFound, match="send"):
        actions.action_named(PurchaseOrder, "teleport")


def test_the_trail_says_which_addon_acted_and_why(env: Env, order: PurchaseOrder) -> None:

    actions.run(env, purchasing.cancel, [order], {"reason": "Wrong supplier"})
    env.flush()

    last = env.session.scalars(
        select(Change).where(Change.record_id == order.id).order_by(Change.id.desc())
    ).first()
    assert last is not None
    assert (last.addon, last.why) == ("erp_supply", "Wrong supplier")
