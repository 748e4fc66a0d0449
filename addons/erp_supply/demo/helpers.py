"""What the example does by itself: rules of automation, and a webhook that waits to be switched on."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from addons.erp_supply.models import OPEN, OrderState, PurchaseOrder, Receipt
from core import Env, _, bulk, clock, model_name
from core.base import AutomationRule, AutomationStep, StepKind, Trigger, User, Webhook

#: Days after the promised one on which somebody asks where the rest is.
_PATIENCE = 2


def rules(env: Env, companies: Mapping[str, int]) -> None:
    """Late orders are asked about; what a supplier who never refuses was sent counts as confirmed, once switched on."""
    people = {row.login: row.id for row in env.session.execute(select(User.login, User.id))}
    about = {"company_id": companies["KH"], "runs_as_id": people["tove"], "model": model_name(PurchaseOrder)}
    late, confirmed = bulk.create(env, AutomationRule, [
        {
            **about, "name": str(_("Late orders are asked about")), "trigger": Trigger.DATE,
            "field_name": "promised_on", "days": _PATIENCE, "active": True, "checked_at": clock.now(),
            "condition": {"path": "state", "op": "in", "value": [state.value for state in OPEN]},
        },
        {
            **about, "name": str(_("Nordfrakt confirms by collecting")), "trigger": Trigger.STATE,
            "state": OrderState.SENT.value,
            "condition": {"path": "supplier_id>name", "op": "eq", "value": "Nordfrakt"},
        },
    ])  # fmt: skip
    bulk.create(env, AutomationStep, [
        {
            "rule_id": late, "position": 10, "kind": StepKind.TODO, "text": str(_("Ask when {number} comes")),
            "user_id": people["maren"], "due_days": 1,
        },
        {
            "rule_id": confirmed, "position": 10, "kind": StepKind.ACTION, "action": "confirm",
            "values": {"reference": "{number}"},
        },
        {
            "rule_id": confirmed, "position": 20, "kind": StepKind.NOTIFY,
            "text": str(_("{number} counts as confirmed.")), "user_id": people["maren"],
        },
    ])  # fmt: skip


def webhook(env: Env, companies: Mapping[str, int]) -> None:
    """The plant's warehouse system would be told of receipts; nobody listens there, so it is paused."""
    people = {row.login: row.id for row in env.session.execute(select(User.login, User.id))}
    bulk.create(env, Webhook, [{
        "company_id": companies["KH"], "name": str(_("Warehouse system")), "model": model_name(Receipt),
        "url": "https://warehouse.kestrel.example/hooks/receipts", "runs_as_id": people["lena"],
        "field_names": "number, supplier_id, received_on, state",
    }])  # fmt: skip
