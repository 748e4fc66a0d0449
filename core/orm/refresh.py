"""What follows a write below the session: it reads anew what changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from core.orm.facet import Facet
from core.orm.plan import ModelPlan

if TYPE_CHECKING:
    from core.orm.env import Env


def expire(env: Env, plan: ModelPlan, ids: Collection[int]) -> None:
    """Have the session read these records and their facets anew."""
    for state in env.session.identity_map.all_states():
        record = state.obj()
        kind = type(record).model if isinstance(record, Facet) else type(record)
        if record is not None and kind is plan.model and state.key is not None and state.key[1][0] in ids:
            env.session.expire(record)
