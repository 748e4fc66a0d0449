"""The engine of jobs: how a worker gets one, holds it while it works, and gives it up, and our own engine in SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, and_, or_, select, update

from core import clock
from core.i18n import _
from core.jobs.job import Job, JobState, waiting
from core.orm.env import Site, open_env

if TYPE_CHECKING:
    from core.i18n import Text
    from core.orm.env import Env

#: How long a job stays with a worker that says nothing more.
LEASE = timedelta(seconds=60)
#: How often a worker says that it is alive.
BEAT_SECONDS = 10.0
#: How long a worker waits for a signal before it looks by itself.
POLL_SECONDS = 2.0


@dataclass(frozen=True)
class Taken:
    """A job that a worker holds: what it asks for, in whose name, and for how long."""

    job_id: int
    task: str
    payload: dict[str, Any]  # Any: JSON
    user_id: int | None
    company_id: int | None
    allowed: frozenset[str] | None
    total: int
    started_at: datetime
    attempt: int
    attempt_limit: int
    cancel_requested: bool
    lease: str


@dataclass(frozen=True)
class Ending:
    """How a job ended, or how it waits for another attempt."""

    state: JobState
    result: dict[str, Any] = field(default_factory=dict)  # Any: JSON
    error: str | None = None
    not_before: datetime | None = None
    #: Whether it counts that the job was begun.
    counts: bool = True


class Engine(Protocol):
    """What carries jobs from their rows to the workers, on one machine or many."""

    def take(self, worker: str) -> Taken | None:
        """The next job that may begin, which no other worker has; None when there is none."""

    def hold(self, leases: Collection[str]) -> set[str]:
        """Keep the jobs for another LEASE; returns the leases of those that are still the worker's."""

    def end(self, taken: Taken, done: int, total: int, ending: Ending) -> bool:
        """Write down how it ended; False when another worker has the job by now, and nothing was written."""

    def wait(self, heard: int, seconds: float) -> int:
        """Wait for a sign of a new job (see Signal.wait)."""


class SqlEngine:
    """The rows themselves are the queue: a job is taken by one statement, and by nobody else until its lease ends."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def take(self, worker: str) -> Taken | None:
        with open_env(self._site) as env:  # looking disturbs no writer
            if env.session.scalar(select(Job.id).where(_is_free(clock.now())).limit(1)) is None:
                return None
        with open_env(self._site, write=True) as env:
            _give_up(env)
            return _claim(env, worker)

    def hold(self, leases: Collection[str]) -> set[str]:
        with open_env(self._site, write=True) as env:
            return hold(env, leases)

    def end(self, taken: Taken, done: int, total: int, ending: Ending) -> bool:
        values: dict[str, Any] = {  # Any: of each column's type
            "state": ending.state, "result": ending.result, "error": ending.error, "done": done, "total": total,
            "not_before": ending.not_before, "lease": None, "lease_until": None, "version": Job.version + 1,
            "attempt": taken.attempt if ending.counts else taken.attempt - 1,
        }  # fmt: skip
        if ending.state is not JobState.QUEUED:
            values["finished_at"] = clock.now()
        with open_env(self._site, write=True) as env:
            mine = update(Job).where(Job.id == taken.job_id, Job.lease == taken.lease)
            return env.session.execute(mine.values(**values).returning(Job.id)).first() is not None

    def wait(self, heard: int, seconds: float) -> int:
        return waiting.wait(heard, seconds)


def hold(env: Env, leases: Collection[str]) -> set[str]:
    """Lengthen leases in the transaction of `env`, which is the system's; returns those that were still there."""
    kept = update(Job).where(Job.lease.in_(leases)).values(lease_until=clock.now() + LEASE)
    return {str(lease) for lease in env.session.scalars(kept.returning(Job.lease))}


def stopped() -> Text:
    """What is said of a job whose worker came to an end."""
    return _("The server stopped while this job ran. Start it again.")


def _is_forsaken(now: datetime) -> ColumnElement[bool]:
    """Running, and nobody has said for a LEASE that they are at it."""
    return and_(Job.state == JobState.RUNNING, or_(Job.lease_until.is_(None), Job.lease_until < now))


def _is_free(now: datetime) -> ColumnElement[bool]:
    due = or_(Job.not_before.is_(None), Job.not_before <= now)
    return or_(and_(Job.state == JobState.QUEUED, due), _is_forsaken(now))


def _give_up(env: Env) -> None:
    """Fail what lost its worker as often as it may: nobody knows how far it came, or it kills whoever does it."""
    now = clock.now()
    lost = update(Job).where(_is_forsaken(now), Job.attempt >= Job.attempt_limit)
    env.session.execute(
        lost.values(
            state=JobState.FAILED, error=str(stopped()), finished_at=now, lease=None, lease_until=None,
            version=Job.version + 1,
        )
    )  # fmt: skip


def _claim(env: Env, worker: str) -> Taken | None:
    """Take the first free job. SKIP LOCKED lets workers pass each other; SQLite has them come one by one."""
    now, lease = clock.now(), uuid4().hex
    taken = (
        update(Job)
        .where(Job.id == _first_free(now).scalar_subquery())
        .values(
            state=JobState.RUNNING, started_at=now, lease=lease, lease_until=now + LEASE, worker=worker, error=None,
            attempt=Job.attempt + 1, version=Job.version + 1,
        )
        .returning(
            Job.id, Job.task, Job.payload, Job.user_id, Job.acting_company_id, Job.allowed, Job.total, Job.attempt,
            Job.attempt_limit, Job.cancel_requested,
        )
    )  # fmt: skip
    row = env.session.execute(taken, execution_options={"synchronize_session": False}).first()
    if row is None:
        return None
    return Taken(
        row.id, row.task, dict(row.payload), row.user_id, row.acting_company_id,
        None if row.allowed is None else frozenset(row.allowed), row.total, now, row.attempt, row.attempt_limit,
        row.cancel_requested, lease,
    )  # fmt: skip


def _first_free(now: datetime) -> Select[int]:
    free = select(Job.id).where(_is_free(now)).order_by(Job.id).limit(1)
    return free.with_for_update(skip_locked=True)
