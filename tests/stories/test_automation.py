"""What always follows is done by itself: one promise of automation, told by those who would forget it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from addons.erp_supply.actions import purchasing
from addons.erp_supply.models import OrderState, PurchaseOrder
from core.base import User, UserRole
from core.base.actions.automating import activate_rule, try_rule
from core.base.actions.planning import inbox
from core.base.models.automation import (
    AutomationRule,
    AutomationRun,
    AutomationStep,
    RunState,
    StepKind,
    Trigger,
)
from core.jobs.worker import Worker
from core.orm.env import Principal, Site, open_env
from core.orm.installed import loaded_set
from core.orm.tracking import Change
from core.security.principal import principal_of
from tests.addons.erp_supply.conftest import plant as plant  # noqa: PLC0414 -- a fixture is used by its name
from tests.addons.erp_supply.plant import Plant, do, one, order

pytestmark = pytest.mark.story


def who_is(site: Site, user_id: int, company_id: int | None) -> Principal:
    with open_env(site) as env:
        return principal_of(env, user_id, company_id)


def test_orders_that_need_no_word_are_confirmed_and_the_store_is_told(plant: Plant) -> None:
    with plant.site.engine.connect() as connection:
        plant.site.loaded = loaded_set(connection)
    worker = Worker(plant.site, who_is)

    # Jonas keeps the supply, and may set things up. Bergmann never refuses an order, so he makes a rule of it: what is
    # sent to them counts as confirmed, and Priya makes room.
    with plant.env(write=True) as env:
        jonas = one(env, User, login="jonas")
        jonas.roles.append(UserRole(role="base.administrator"))
        me, priya = jonas.id, one(env, User, login="priya").id
    with plant.env("jonas") as env:
        rule = AutomationRule(
            name="Bergmann confirms", model="erp_supply.purchase_order", trigger=Trigger.STATE, state="sent",
            condition={"path": "supplier_id>code", "op": "eq", "value": "BS"}, runs_as_id=me,
            steps=[
                AutomationStep(
                    position=10, kind=StepKind.ACTION, action="confirm", values={"reference": "as {number}"}
                ),
                AutomationStep(position=20, kind=StepKind.TODO, text="Make room for {number}", user_id=priya),
            ],
        )  # fmt: skip
        env.add(rule)
        env.flush()
        rule_id = rule.id

    # He tries it out with an order that Maren sent last week: it would be confirmed, and it is not.
    with plant.env("maren") as env:
        earlier = order(env, ("CS-210-RAW", 2, 948))
        do(env, purchasing.send, earlier)
        earlier_id = earlier.id
    with plant.env("jonas") as env:
        (tried,) = do(env, try_rule, env.get(AutomationRule, rule_id))
        assert isinstance(tried, AutomationRun)
        assert [(each.step, each.failed) for each in tried.results] == [
            ("Do an action", False),
            ("Give a to-do", False),
        ]
        assert env.get(PurchaseOrder, earlier_id).state is OrderState.SENT
        do(env, activate_rule, env.get(AutomationRule, rule_id))

    # Maren sends another one. Nobody does anything, and it is confirmed, in Jonas's name and by the rule.
    with plant.env("maren") as env:
        made = order(env, ("CS-210-RAW", 3, 948))
        do(env, purchasing.send, made)
        order_id = made.id
    with plant.env("maren", write=False) as env:
        number = env.get(PurchaseOrder, order_id).number
    worker.run_waiting()
    with plant.env("maren", write=False) as env:
        done = env.get(PurchaseOrder, order_id)
        assert (done.state, done.supplier_reference) == (OrderState.CONFIRMED, f"as {number}")
        assert env.get(PurchaseOrder, earlier_id).state is OrderState.SENT
    with plant.env(write=False) as env:
        whys = select(Change.why).where(
            Change.model == "erp_supply.purchase_order", Change.record_id == order_id
        )
        assert "Rule Bergmann confirms" in env.session.scalars(whys).all()

    # Priya finds it among her things to do, and Jonas in the log of his rule.
    with plant.env("priya", write=False) as env:
        assert [each.subject for each in inbox(env)] == [f"Make room for {number}"]
    with plant.env("jonas", write=False) as env:
        kept = env.session.scalars(select(AutomationRun).order_by(AutomationRun.id)).all()
        assert [each.state for each in kept] == [RunState.TRIED, RunState.DONE]
    with plant.env("ines", write=False) as env:
        assert env.session.scalars(select(AutomationRun)).all() == []
