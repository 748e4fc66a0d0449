"""Two weeks on the floor of Kestrel Hydraulics, up to this minute and on from there."""

from __future__ import annotations

from datetime import timedelta

from addons.mes_equipment.actions import planning, totalling
from addons.mes_equipment.demo import happening, machines, measuring
from addons.mes_equipment.demo.living import live as live
from addons.mes_equipment.seed import seed
from core import Env, i18n, today

#: The same history at every call at an instant.
SEED = 26
DAYS_BACK = 14
DAYS_AHEAD = 14
ZONE = "Europe/Berlin"


def demo(env: Env, language: str) -> None:
    """The same data at every call on an empty site, in English or German; instants are counted from now."""
    seed(env)
    with i18n.speaking(language):
        machines.people(env)
        ids = machines.machines(env)
        day = today(ZONE)
        planning.plan(env, ids.values(), day - timedelta(days=DAYS_BACK), day + timedelta(days=DAYS_AHEAD))
        machines.shift_now(env, ids)
        happening.write(env, ids, SEED)
        measuring.write(env, ids)
        totalling.recompute(env, totalling.dirty(env, 10_000))
