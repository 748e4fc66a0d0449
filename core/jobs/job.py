"""Job and what is known of it: its progress, its log and a result for each record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.errors import Forbidden, PlatformError, UserError
from core.i18n import _
from core.jobs.live import live_of
from core.orm.field import children, index, link, part_of
from core.orm.field import field as column
from core.orm.model import Model
from core.orm.types import BigId, Choice, Code, Instant, LongText, Name
from core.orm.waiting import Signal

if TYPE_CHECKING:
    from core.i18n import Text as Translated
    from core.jobs.run import Run
    from core.orm.env import Env


class JobState(Choice):
    """How far a job is."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Job(Model):
    """A piece of long work that a person started, carried out by a worker."""

    __tablename__ = "base_job"
    singular, plural = _("Job"), _("Jobs")

    task: Mapped[Code] = column(_("Task"), readonly=True)
    title: Mapped[Name] = column(_("Title"), title=True, readonly=True)
    state: Mapped[JobState] = column(_("State"), default=JobState.QUEUED, readonly=True)
    user_id: Mapped[int | None] = mapped_column(BigId, index=True)
    #: The company in which it acts.
    acting_company_id: Mapped[int | None] = mapped_column(BigId)
    #: What the token that asked for it may do, which is all that the job may; None without such a limit.
    allowed: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # Any: JSON
    #: Empty for at once.
    not_before: Mapped[Instant | None] = column(_("Not before"), readonly=True, listed=False)
    #: How often it was begun.
    attempt: Mapped[int] = column(_("Attempt"), default=0, readonly=True, listed=False)
    #: How often it may be begun: more than once only when its task says so.
    attempt_limit: Mapped[int] = mapped_column(default=1)
    #: Known to the one worker that carries it out; another may take it after `lease_until`.
    lease: Mapped[str | None] = mapped_column(String(32), index=True)
    lease_until: Mapped[Instant | None] = mapped_column()
    worker: Mapped[Name | None] = column(_("Worker"), readonly=True, listed=False)
    #: The schedule that asked for it, and the moment of it that this is the job of.
    schedule_id: Mapped[int | None] = mapped_column(BigId)
    due_at: Mapped[Instant | None] = column(_("Due"), readonly=True, listed=False)
    done: Mapped[int] = column(_("Done"), default=0, readonly=True)
    total: Mapped[int] = column(_("Of"), default=0, readonly=True)
    started_at: Mapped[Instant | None] = column(_("Started"), readonly=True)
    finished_at: Mapped[Instant | None] = column(_("Finished"), readonly=True)
    cancel_requested: Mapped[bool] = column(_("Cancel requested"), default=False, readonly=True, listed=False)
    error: Mapped[LongText | None] = column(_("Error"), readonly=True, listed=False)
    #: What came of it, as the task says: counts, the id of a file, where to go next.
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # Any: JSON
    log: Mapped[list[JobLine]] = children(_("Log"), by=lambda: JobLine.job, order=lambda: JobLine.id)

    __table_args__ = (index("state", "id"), index("schedule_id", "due_at", unique=True))

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class JobLine(Model):
    """A line of a job's log, or its result for one record."""

    __tablename__ = "base_job_line"
    singular, plural = _("Log line"), _("Log lines")

    job_id: Mapped[int] = part_of(Job, _("Job"))
    job: Mapped[Job] = link(job_id, back=lambda: Job.log)
    at: Mapped[Instant] = column(_("When"), readonly=True)
    failed: Mapped[bool] = column(_("Failed"), default=False, readonly=True)
    text: Mapped[str] = mapped_column(Text)
    record_model: Mapped[Code | None] = column(_("Kind of record"), readonly=True)
    record_id: Mapped[int | None] = mapped_column(BigId)


#: Does the work of a job: with its run and the payload that was given.
Work = Callable[["Run", dict[str, Any]], dict[str, Any] | None]  # Any: JSON


@dataclass(frozen=True)
class Task:
    """The work of the jobs of a name; call it like the function it was made of."""

    name: str
    work: Work
    #: How often one job may be begun, counting those that a fault or the end of its worker stopped.
    attempts: int
    #: Whether there is anything to do by the clock; a schedule asks before it writes a job.
    wanted: Callable[[Env], bool] | None = None

    def __call__(self, run: Run, payload: dict[str, Any]) -> dict[str, Any] | None:  # Any: JSON
        return self.work(run, payload)


_tasks: dict[str, Task] = {}

#: Rings when there may be a new job.
waiting = Signal("dovetail_jobs")


def task(
    name: str, *, attempts: int = 1, wanted: Callable[[Env], bool] | None = None
) -> Callable[[Work], Task]:
    """Make a function the work of jobs called `name`.

    With `attempts` it is begun again by itself, that often in all, after a fault or when its worker was killed: only
    for work that may be done twice without harm. A refusal (UserError) is never tried again. A schedule passes over a
    moment at which `wanted` says, in an env of the system, that there is nothing to do.
    """

    def declared(function: Work) -> Task:
        made = Task(name, function, attempts, wanted)
        _tasks[name] = made
        return made

    return declared


def task_named(name: str) -> Task:
    """The work called `name`; raises PlatformError when its addon is not loaded."""
    if name not in _tasks:
        raise PlatformError(_("There is no task {name}; its addon is not installed.", name=name))
    return _tasks[name]


def is_wanted(env: Env, name: str) -> bool:
    """Whether the task has anything to do; `env` is the system's."""
    wanted = task_named(name).wanted
    return wanted is None or wanted(env)


def task_names() -> set[str]:
    """What the jobs of the loaded addons can do."""
    return set(_tasks)


def enqueue(
    env: Env,
    name: str,
    title: Translated | str,
    payload: dict[str, Any],  # Any: JSON
    total: int = 0,
    *,
    not_before: datetime | None = None,
) -> Job:
    """Write a job in the person's transaction; a worker takes it after the commit, and after `not_before`."""
    job = Job(
        task=name,
        title=str(title)[:200],
        user_id=env.user_id,
        acting_company_id=env.company_id,
        allowed=None if env.principal.allowed is None else sorted(env.principal.allowed),
        payload=payload,
        total=total,
        attempt_limit=task_named(name).attempts,
        not_before=not_before,
    )
    with env.as_system() as system:
        system.add(job)
        system.flush()
        job_id = job.id
    waiting.send(env)
    return env.get(Job, job_id)


def cancel(env: Env, job: Job) -> None:
    """Ask a job to stop at its next step; one that has not begun never does. Raises UserError when it is over.

    For one that runs in this process a reading transaction is enough: its own may hold SQLite's only writer.
    """
    require_own(env, job)
    if job.is_over:
        raise UserError(_("{job} is over already; there is nothing to cancel.", job=job.title))
    live = live_of(job.id)
    if live is not None:
        live.cancelled.set()
        return
    with env.as_system() as system:
        kept = system.get(Job, job.id, lock=True)
        kept.cancel_requested = True
        if kept.state is JobState.QUEUED:
            kept.state, kept.finished_at = JobState.CANCELLED, clock.now()


def retry(env: Env, job: Job) -> Job:
    """Write the same work as a new job of its person. Raises UserError unless the job failed or was cancelled."""
    if job.user_id != env.user_id:
        raise Forbidden(_("A job runs in the name of who started it; only they can start it again."))
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise UserError(_("{job} did not fail; there is nothing to start again.", job=job.title))
    return enqueue(env, job.task, job.title, dict(job.payload), job.total)


def require_own(env: Env, job: Job) -> None:
    """Raise Forbidden unless the person started the job or may change everybody's."""
    if job.user_id != env.user_id and not env.site.access.may(env.principal, "write", Job):
        raise Forbidden(_("Only who started {job} can do that, or an administrator.", job=job.title))
