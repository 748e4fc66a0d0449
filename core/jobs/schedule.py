"""Schedule: when a task is done by the clock; each moment of it becomes one job, whoever looks at the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from sqlalchemy import Select, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.errors import ValidationError
from core.i18n import _
from core.jobs import job as jobs
from core.jobs.job import Job, enqueue
from core.jobs.recurring import is_cron, next_due
from core.orm.env import Env, Site, open_env
from core.orm.field import field, link, reference
from core.orm.model import Model
from core.orm.types import Code, Instant, Json, Name

#: A zone of the IANA time zone database.
Zone = Annotated[str, mapped_column(String(60), info={"widget": "zone"})]


class Schedule(Model):
    """A task that is done by the clock: when, and whether at all."""

    __tablename__ = "base_schedule"
    singular, plural = _("Schedule"), _("Schedules")

    name: Mapped[Code] = field(_("Name"), unique=True, readonly=True, key=True, search=True)
    title: Mapped[Name] = field(_("What is done"), readonly=True, title=True, sort=True)
    task: Mapped[Code] = field(_("Task"), readonly=True, listed=False)
    addon: Mapped[Code] = mapped_column()
    cron: Mapped[Name] = field(
        _("When"), track=True,
        help=_("Minute, hour, day of the month, month, day of the week: 30 2 * * 1-5 is 02:30 on working days."),
    )  # fmt: skip
    zone: Mapped[Zone] = field(_("Time zone"), default="UTC", track=True)
    payload: Mapped[Json] = field(_("Content"), default=dict, readonly=True, listed=False)
    active: Mapped[bool] = field(_("Active"), default=True, readonly=True, sort=True, track=True)
    next_at: Mapped[Instant | None] = field(_("Next run"), readonly=True, sort=True)
    last_job_id: Mapped[int | None] = reference(Job, _("Last job"), readonly=True)
    last_job: Mapped[Job | None] = link(last_job_id)

    def check(self) -> None:
        problems: dict[str, object] = {}
        if not is_cron(self.cron):
            problems["cron"] = _(
                "“{cron}” never comes. Write five fields, such as 30 2 * * 1-5.", cron=self.cron
            )
        if not _is_zone(self.zone):
            problems["zone"] = _(
                "“{name}” is no time zone. Use a name such as Europe/Berlin.", name=self.zone
            )
        if problems:
            raise ValidationError(problems)

    def settle(self) -> None:
        """Say when it is due next; a run that is overdue stays due. A new one has no defaults yet."""
        now, zone = clock.now(), self.zone or "UTC"
        if self.active is False or not is_cron(self.cron) or not _is_zone(zone):
            self.next_at = None
        elif self.next_at is None or self.next_at > now:
            self.next_at = next_due(self.cron, zone, now)


def enqueue_due(site: Site) -> None:
    """Write a job for every schedule that is due; those that were missed meanwhile are made up for by one."""
    with open_env(site) as env:  # looking disturbs no writer
        if env.session.scalar(_due(clock.now()).limit(1)) is None:
            return
    with open_env(site, write=True) as env:
        now = clock.now()
        for schedule in env.session.scalars(_due(now).with_for_update(skip_locked=True)):
            if schedule.next_at is not None and _is_to_run(env, schedule):
                due = run(env, schedule)
                due.due_at = schedule.next_at
            schedule.next_at = next_due(schedule.cron, schedule.zone, now)


def run(env: Env, schedule: Schedule) -> Job:
    """Write a job of the schedule, besides those that it writes by the clock; `env` is the system's."""
    job = enqueue(env, schedule.task, schedule.title, dict(schedule.payload))
    job.schedule_id = schedule.id
    schedule.last_job_id = job.id
    return job


def _due(now: datetime) -> Select[Schedule]:
    return (
        select(Schedule)
        .where(
            Schedule.active.is_(True), Schedule.task.in_(sorted(jobs.task_names())),
            or_(Schedule.next_at.is_(None), Schedule.next_at <= now),
        )
        .order_by(Schedule.id)
    )  # fmt: skip


def _is_to_run(env: Env, schedule: Schedule) -> bool:
    """There is something to do, and the last run is over: else the next one would only get in its way."""
    last = env.session.get(Job, schedule.last_job_id) if schedule.last_job_id is not None else None
    return (last is None or last.is_over) and jobs.is_wanted(env, schedule.task)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
