"""What the ERP's end listens to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from addons.bridge.joins.erp.actions import announcing, comparing, recounting, synchronising
from addons.bridge.joins.erp.actions.answering import note_answer
from addons.bridge.messages.reconciliation import Fact, Period
from addons.bridge.models import Side
from addons.bridge.rules.figure import Figure
from addons.erp_supply.models import Receipt
from core import Env, Model, hookimpl
from core.base import Item, WorkCenter


@hookimpl
def records_created(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """A new item or work centre is told to the MES."""
    if model is Item or model is WorkCenter:
        synchronising.tell_changed(env, model, ids)


@hookimpl
def records_changed(env: Env, model: type[Model], ids: Sequence[int], fields: frozenset[str]) -> None:
    """So is one that was changed or archived, and a receipt that got its number, which is when it has been posted."""
    if (model is Item or model is WorkCenter) and fields & synchronising.FIELDS[model]:
        synchronising.tell_changed(env, model, ids)
    if model is Receipt and "number" in fields:
        announcing.announce(env, ids)


@hookimpl
def records_deleted(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """One that is gone is archived there."""
    if model is Item or model is WorkCenter:
        synchronising.tell_deleted(env, model, ids)


@hookimpl
def records_restored(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """One that is back is back there too."""
    if model is Item or model is WorkCenter:
        synchronising.tell_changed(env, model, ids)


@hookimpl
def message_confirmed(env: Env, message_id: str, action: str, reason: str) -> None:
    """The answer stands on the receipt, and beside the item or work centre."""
    note_answer(env, message_id, action, reason)


@hookimpl
def collect_figures(env: Env, company_id: int) -> Sequence[Figure]:
    return list(comparing.figures(env, company_id))


@hookimpl
def collect_facts(env: Env, company_id: int, period: Period) -> Mapping[Side, Sequence[Fact]]:
    return {Side.ERP: list(recounting.facts(env, company_id, period))}
