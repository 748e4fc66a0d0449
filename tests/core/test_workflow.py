"""States follow one another as the workflow says, and guards ask a second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from addons.erp_supply.models import OrderState, PurchaseOrder, purchase_workflow
from core.base import Party
from core.errors import Forbidden, UserError
from core.orm.env import Env
from core.orm.types import Choice


@pytest.fixture
def order(make: Callable[..., Any]) -> PurchaseOrder:
    found: PurchaseOrder = make(PurchaseOrder, supplier_id=make(Party).id)
    return found


def test_no_step_leads_from_a_state_to_one_that_does_not_follow(env: Env, order: PurchaseOrder) -> None:
    with pytest.raises(UserError, match="cannot become"):
        purchase_workflow.move(env, [order], OrderState.RECEIVED)

    assert order.state is OrderState.DRAFT


def test_whoever_submitted_an_order_cannot_approve_it(
    env: Env, as_user: Callable[..., Env], order: PurchaseOrder
) -> None:
    approver = as_user("erp_supply.supply_manager")
    order.submitted_by_id = approver.user_id
    purchase_workflow.move(env, [order], OrderState.TO_APPROVE)
    env.flush()

    with pytest.raises(Forbidden, match="second person"):
        purchase_workflow.move(approver, [approver.get(PurchaseOrder, order.id)], OrderState.SENT)


def test_somebody_else_can(env: Env, as_user: Callable[..., Env], order: PurchaseOrder) -> None:
    approver = as_user("erp_supply.supply_manager")
    order.submitted_by_id = as_user("erp_supply.buyer").user_id
    purchase_workflow.move(env, [order], OrderState.TO_APPROVE)
    env.flush()
    seen = approver.get(PurchaseOrder, order.id)

    purchase_workflow.move(approver, [seen], OrderState.SENT)

    assert seen.state is OrderState.SENT


@pytest.mark.parametrize("target", list(OrderState))
def test_a_state_can_be_reached_from_where_a_step_starts(
    env: Env, order: PurchaseOrder, target: Choice
) -> None:
    starts = any(
        step.starts_at(OrderState.DRAFT) for step in purchase_workflow.steps if step.target is target
    )

    assert purchase_workflow.may_reach(target).holds(order, env) is starts
