"""What the addon tells others."""

from collections.abc import Sequence

from core import Env, hookspec

from acme_traceability.models import Recall


@hookspec
def lots_recalled(env: Env, recall: Recall, lots: Sequence[int]) -> None:
    """A recall was opened and `lots` (ids, the bad one first) are blocked.

    Called once a recall, in the transaction that opens it. A UserError undoes the whole of it.
    """
