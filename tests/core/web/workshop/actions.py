"""What is done with repairs: an action of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from core import Ask, Env, _, action, where
from tests.core.web.workshop.models import Client, Repair, RepairState, clerk, flow, manager


@action(
    _("Offer"), on=Repair, roles=[clerk], when=flow.may_reach(RepairState.OFFERED), icon="send", primary=True
)
def offer(env: Env, repairs: Sequence[Repair]) -> None:
    """Send the offer to the client."""
    for repair in repairs:
        repair.offered_by_id = env.user_id
    flow.move(env, repairs, RepairState.OFFERED)


@action(
    _("Approve"),
    on=Repair,
    roles=[manager],
    when=flow.may_reach(RepairState.APPROVED),
    icon="check",
    primary=True,
)
def approve(env: Env, repairs: Sequence[Repair]) -> None:
    """Let the work begin; a second person does."""
    flow.move(env, repairs, RepairState.APPROVED)


@action(_("Drop"), on=Repair, roles=[clerk], when=flow.may_reach(RepairState.DROPPED), icon="ban")
def drop(
    env: Env,
    repairs: Sequence[Repair],
    *,
    reason: Annotated[str, Ask(_("Reason"))],
    on: Annotated[date | None, Ask(_("From"))] = None,
    fee: Annotated[Decimal | None, Ask(_("Fee"))] = None,
    instead: Annotated[int | None, Ask(_("Client instead"), to=Client)] = None,
) -> None:
    """The client does not want it any more."""
    env.why = reason
    for repair in repairs:
        repair.due_on, repair.client_id = on or repair.due_on, instead or repair.client_id
        repair.note = f"{fee}" if fee is not None else repair.note
    flow.move(env, repairs, RepairState.DROPPED)


@action(_("Repeat"), on=Repair, roles=[clerk], icon="repeat")
def repeat(env: Env, repairs: Sequence[Repair]) -> list[Repair]:
    """The same again, as a new repair."""
    made = [Repair(code=f"{repair.code}-2", currency_id=repair.currency_id) for repair in repairs]
    env.add(*made)
    env.flush()
    return made


@action(
    _("Forget note"),
    on=Repair,
    roles=[clerk],
    confirm=_("The note cannot be had back."),
    when=where(Repair.note, "not_empty"),
)
def forget_note(env: Env, repairs: Sequence[Repair]) -> None:
    """Take the note away."""
    for repair in repairs:
        repair.note = None
