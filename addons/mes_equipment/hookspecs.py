"""What the floor tells."""

from __future__ import annotations

from collections.abc import Sequence

from core import Env, hookspec


@hookspec
def state_changed(env: Env, ids: Sequence[int]) -> None:
    """Entries were written to the ledger of states; `ids` are those of StateChange, corrections among them.

    Called once for each recording, in its transaction, after the intervals were brought up to date. A UserError
    refuses the entries: a fact from the floor should rather be parked than refused.
    """


@hookspec
def counts_reported(env: Env, ids: Sequence[int]) -> None:
    """Pieces were counted; `ids` are those of CountEvent, corrections among them. Repeated reports are not told.

    Called once for each recording, in its transaction, after the rows are written. As for state_changed, a UserError
    refuses them.
    """


@hookspec
def material_used(env: Env, ids: Sequence[int]) -> None:
    """Spares or consumables were used at equipment or put back (negative); `ids` are those of MaterialUse.

    Called once for each report, in its transaction, after the rows are written. A UserError refuses the report; who
    posts to stock parks what stock refuses, since the material is gone all the same.
    """
