"""What the bridge tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core import Env, hookspec

if TYPE_CHECKING:
    from addons.bridge.messages.reconciliation import Fact, Period
    from addons.bridge.models import Side
    from addons.bridge.rules.figure import Figure


@hookspec
def message_confirmed(env: Env, message_id: str, action: str, reason: str) -> None:
    """The other side says what became of our message: `action` is Accepted, Modified or Rejected.

    Called once for each confirmation, in the transaction of the effect where both sides are in one database, else in
    the one that takes the confirmation in. A UserError parks the confirmation.
    """


@hookspec
def collect_figures(env: Env, company_id: int) -> Sequence[Figure]:  # type: ignore[empty-body]  # answered by the halves
    """What a half was told or told others of the company, beside what came of it, for the reconciliation.

    Called in a reading transaction of the system, whenever somebody looks.
    """


@hookspec
def collect_facts(env: Env, company_id: int, period: Period) -> Mapping[Side, Sequence[Fact]]:  # type: ignore[empty-body]  # as above
    """What a half has of each flow with the side that it is, to be held against what the other side has.

    Called in a transaction of the system, when somebody looks here or the other side asks.
    """
