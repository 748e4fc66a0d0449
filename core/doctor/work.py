"""Looks at what waits: jobs, and messages to and from other systems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from sqlalchemy import func, or_, select

from core import clock
from core.base import webhooks
from core.base.actions import automating
from core.base.models.automation import AutomationRule
from core.base.models.mechanism import IncomingMessage, IncomingState, Job, OutgoingMessage, OutgoingState
from core.base.models.webhook import Webhook
from core.doctor.finding import Finding, warning, wrong
from core.errors import PlatformError
from core.i18n import _, plural
from core.jobs.job import JobState
from core.orm.env import Env, Site, open_env

#: A job that waited for so long has no worker.
_WAITS = timedelta(minutes=15)
_LATELY = timedelta(days=1)


def jobs(site: Site) -> Iterator[Finding]:
    """Whether somebody carries jobs out, and with what success."""
    now = clock.now()
    due = or_(Job.not_before.is_(None), Job.not_before < now - _WAITS)
    with open_env(site) as env:
        waiting = env.session.scalar(
            select(func.count()).where(Job.state == JobState.QUEUED, Job.created_at < now - _WAITS, due)
        )
        failed = env.session.scalar(
            select(func.count()).where(Job.state == JobState.FAILED, Job.finished_at > now - _LATELY)
        )
    if waiting:
        yield wrong(
            "worker",
            plural(
                "A job has been waiting for over 15 minutes: no worker runs.",
                "{count} jobs have been waiting for over 15 minutes: no worker runs.",
                waiting,
            ),
        )
    if failed:
        yield warning(
            "job",
            plural("A job has failed since yesterday.", "{count} jobs have failed since yesterday.", failed),
        )
    if not waiting and not failed:
        yield Finding("job", _("No job is left waiting, and none has failed since yesterday."))


def messages(site: Site) -> Iterator[Finding]:
    """Whether the way to and from other systems is free."""
    with open_env(site) as env:
        parked = env.session.scalar(
            select(func.count()).where(
                IncomingMessage.state.in_([IncomingState.PARKED, IncomingState.POISON])
            )
        )
        dead = env.session.scalar(select(func.count()).where(OutgoingMessage.state == OutgoingState.DEAD))
    if parked:
        yield warning(
            "message",
            plural("A message that came in is parked.", "{count} messages that came in are parked.", parked),
        )
    if dead:
        yield warning(
            "message",
            plural("A message could not be delivered.", "{count} messages could not be delivered.", dead),
        )
    if not parked and not dead:
        yield Finding("message", _("No message is parked, and none could not be delivered."))


_LISTENERS: Sequence[tuple[type[AutomationRule | Webhook], Callable[[Env, int], None]]] = (
    (AutomationRule, automating.check_rule),
    (Webhook, webhooks.check_told),
)


def automation(site: Site) -> Iterator[Finding]:
    """Whether rules and webhooks can still do what they say, after an upgrade or a person's leaving."""
    broken = False
    with open_env(site) as env:
        for model, check in _LISTENERS:
            asked = select(model.id, model.name).where(model.active.is_(True))
            for row_id, name in env.session.execute(asked).all():
                try:
                    check(env, row_id)
                except PlatformError as error:
                    broken = True
                    yield warning(
                        "automation", _("{name} does not work any more: {error}", name=name, error=error)
                    )
        paused = sum(
            env.session.scalar(select(func.count()).select_from(model).where(model.reason.is_not(None))) or 0
            for model in (AutomationRule, Webhook)
        )
    if paused:
        yield warning(
            "automation",
            plural(
                "A rule or webhook paused itself.", "{count} rules and webhooks paused themselves.", paused
            ),
        )
    if not broken and not paused:
        yield Finding("automation", _("Every active rule and webhook can still be asked for."))
