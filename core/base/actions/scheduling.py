"""What an administrator does with schedules."""

from __future__ import annotations

from collections.abc import Sequence

from core.actions import action
from core.base.models.mechanism import Job, Schedule
from core.base.models.role import administrator
from core.i18n import _
from core.jobs import schedule as scheduled
from core.orm.condition import where
from core.orm.env import Env


@action(_("Run now"), on=Schedule, roles=[administrator], icon="player-play", primary=True)
def run_now(env: Env, schedules: Sequence[Schedule]) -> Sequence[Job]:
    """It is done once more at once, besides when it is due."""
    with env.as_system() as system:
        ids = [scheduled.run(system, system.get(Schedule, each.id, lock=True)).id for each in schedules]
    return [env.get(Job, job_id) for job_id in ids]


@action(
    _("Pause"),
    on=Schedule,
    roles=[administrator],
    icon="player-pause",
    when=where(Schedule.active, "eq", True),
)
def pause(env: Env, schedules: Sequence[Schedule]) -> None:
    """It is not done by the clock any more until it is resumed."""
    for each in schedules:
        each.active = False


@action(
    _("Resume"),
    on=Schedule,
    roles=[administrator],
    icon="player-play",
    when=where(Schedule.active, "eq", False),
)
def resume(env: Env, schedules: Sequence[Schedule]) -> None:
    """It is done by the clock again; what fell into the pause is not made up for."""
    for each in schedules:
        each.active = True
