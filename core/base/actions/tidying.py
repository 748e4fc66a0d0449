"""Tidying up: what the platform keeps for a while and nobody needs any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, delete, exists, func, select

from core import clock
from core.base import presence, recycling
from core.base.models.automation import AutomationRun
from core.base.models.deleted import DeletedRecord
from core.base.models.following import Notification
from core.base.models.mechanism import (
    IncomingMessage,
    IncomingState,
    Job,
    OutgoingMessage,
    OutgoingState,
    Schedule,
)
from core.base.models.webhook import WebhookDelivery
from core.base.settings import Level, setting, value
from core.events import received
from core.events.outbox import Lane
from core.i18n import _
from core.jobs.job import JobState, task
from core.jobs.recurring import Recurring
from core.orm import bulk
from core.orm.model import Model
from core.security import sign_in

if TYPE_CHECKING:
    from core.jobs.run import Run
    from core.orm.env import Env

#: Rows that go in one transaction, so that others wait for a moment only.
CHUNK = 1_000
#: Files that a person sent or asked for and did not come back to.
_KEPT_SECONDS = 24 * 3600
_FOLDERS = ("uploads", "exports")

job_days = setting(
    "base.job_days",
    _("Days that jobs and their logs are kept"),
    90,
    levels=(Level.SITE,),
    minimum=1,
    maximum=3650,
)
message_days = setting(
    "base.message_days", _("Days that messages are kept"), 90, levels=(Level.SITE,), minimum=7, maximum=3650,
    help=_("Those that were sent, done or discarded. One that comes again later than this has its effect again."),
)  # fmt: skip


bin_days = setting(
    "base.bin_days",
    _("Days that deleted records can be brought back"),
    30,
    levels=(Level.SITE,),
    minimum=1,
    maximum=3650,
)


@task("base.tidy", attempts=3)
def tidy(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Delete ended sessions, old keys, jobs, messages, notifications, what lay long in the bin, and files."""
    sign_in.forget_old(run.site)
    with run.env() as env:
        received.forget_old(env)
        now = clock.now()
        presence.forget_old(env, now - presence.GONE)
        jobs_before = now - timedelta(days=value(env, job_days))
        binned_before = now - timedelta(days=value(env, bin_days))
        messages_before = now - timedelta(days=value(env, message_days))
    run.log(_("{count} jobs deleted", count=_in_chunks(run, _jobs, jobs_before)))
    run.log(_("{count} runs of rules deleted", count=_in_chunks(run, _runs, jobs_before)))
    run.log(_("{count} messages deleted", count=sum(
        _in_chunks(run, each, messages_before) for each in (_outgoing, _incoming)
    )))  # fmt: skip
    run.log(_("{count} notifications deleted", count=_in_chunks(run, _notifications, jobs_before)))
    run.log(_("{count} records left the recycle bin", count=_in_chunks(run, _deleted, binned_before)))
    run.log(_("{count} files deleted", count=forget_files(run.site.folder)))
    return {}


schedules = [Recurring("base.tidy", _("Tidy up"), tidy, "15 3 * * *")]


def forget_files(site_folder: Path) -> int:
    """Remove files that wait for somebody for more than a day; returns how many there were."""
    limit, count = time.time() - _KEPT_SECONDS, 0
    for path in _files(site_folder):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            count += 1
    return count


def _files(site_folder: Path) -> Iterator[Path]:
    for name in _FOLDERS:
        yield from (path for path in sorted((site_folder / name).rglob("*")) if path.is_file())


def _in_chunks(run: Run, some: Callable[[Env, datetime], int], before: datetime) -> int:
    total = 0
    while True:
        with run.env() as env:
            count = some(env, before)
        total += count
        run.progress(total)
        if count < CHUNK:
            return total


def _jobs(env: Env, before: datetime) -> int:
    """Jobs that are over, with their logs; not the last one of a schedule."""
    over = Job.state.in_([JobState.DONE, JobState.FAILED, JobState.CANCELLED])
    last = exists().where(Schedule.last_job_id == Job.id)
    ids = _some(env, Job, over & (Job.finished_at < before) & ~last)
    bulk.delete(env, Job, ids)
    return len(ids)


def _runs(env: Env, before: datetime) -> int:
    """The log of automation rules."""
    ids = _some(env, AutomationRun, AutomationRun.at < before)
    bulk.delete(env, AutomationRun, ids)
    return len(ids)


def _notifications(env: Env, before: datetime) -> int:
    """What people were told of records that they follow."""
    ids = _some(env, Notification, Notification.happened_at < before)
    bulk.delete(env, Notification, ids)
    return len(ids)


def _outgoing(env: Env, before: datetime) -> int:
    """Messages that need no delivery, with the lanes of those that went without a key and the webhooks' log."""
    over = OutgoingMessage.state.in_([OutgoingState.SENT, OutgoingState.DISCARDED])
    ids = _some(
        env,
        OutgoingMessage,
        over & (func.coalesce(OutgoingMessage.sent_at, OutgoingMessage.changed_at) < before),
    )
    alone = select(OutgoingMessage.message_id).where(OutgoingMessage.id.in_(ids))
    for gone in (
        delete(Lane).where(Lane.key.in_(alone)),
        delete(WebhookDelivery).where(WebhookDelivery.message_id.in_(alone)),
    ):
        env.session.execute(gone, execution_options={"synchronize_session": False})
    bulk.delete(env, OutgoingMessage, ids)
    return len(ids)


def _incoming(env: Env, before: datetime) -> int:
    """Messages that had their effect or never will; how far each key came stays known."""
    over = IncomingMessage.state.in_([IncomingState.DONE, IncomingState.DISCARDED])
    ids = _some(env, IncomingMessage, over & (IncomingMessage.changed_at < before))
    bulk.delete(env, IncomingMessage, ids)
    return len(ids)


def _deleted(env: Env, before: datetime) -> int:
    """Records that nobody brought back, with what hung on them."""
    ids = _some(env, DeletedRecord, DeletedRecord.deleted_at < before)
    recycling.delete(env, DeletedRecord, ids)
    return len(ids)


def _some(env: Env, model: type[Model], which: ColumnElement[bool]) -> list[int]:
    return list(env.session.scalars(select(model.id).where(which).order_by(model.id).limit(CHUNK)))
