"""What the MES's end listens to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from addons.bridge.joins.mes.actions import comparing, recounting, reporting
from addons.bridge.joins.mes.actions.answering import note_answer
from addons.bridge.messages.reconciliation import Fact, Period
from addons.bridge.models import Side
from addons.bridge.rules.figure import Figure
from core import Env, hookimpl


@hookimpl
def material_used(env: Env, ids: Sequence[int]) -> None:
    """What was used at a machine is reported to the ERP; whatever becomes of that, the fact stands."""
    reporting.report(env, ids)


@hookimpl
def message_confirmed(env: Env, message_id: str, action: str, reason: str) -> None:
    """The answer stands on the use."""
    note_answer(env, message_id, action, reason)


@hookimpl
def collect_figures(env: Env, company_id: int) -> Sequence[Figure]:
    return list(comparing.figures(env, company_id))


@hookimpl
def collect_facts(env: Env, company_id: int, period: Period) -> Mapping[Side, Sequence[Fact]]:
    return {Side.MES: list(recounting.facts(env, company_id, period))}
