"""Schedules: one job for each moment that is due, whoever looks; what was missed is made up for once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.errors import PlatformError, ValidationError
from core.jobs import job as jobs
from core.jobs.job import Job, JobState, task
from core.jobs.run import Run
from core.jobs.schedule import Schedule, enqueue_due, run
from core.jobs.worker import Worker
from core.orm.env import Site, open_env
from tests.core.jobs.conftest import NAME, who_is

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sanding() -> Iterator[None]:
    task(NAME)(lambda run, payload: None)
    yield
    jobs._tasks.pop(NAME, None)


@pytest.fixture
def hourly(site: Site, clock: Any) -> int:
    """A schedule that is due at 13:00 for the first time."""
    clock.set(START)
    with open_env(site, write=True) as env:
        made = Schedule(
            name="tests.hourly",
            title="Sanding",
            task=NAME,
            addon="base",
            cron="0 * * * *",
            payload={"grit": 80},
        )
        env.add(made)
        env.flush()
        assert made.next_at == START + timedelta(hours=1)
        return made.id


def schedule(site: Site, schedule_id: int) -> Schedule:
    with open_env(site) as env:
        return env.get(Schedule, schedule_id)


def written(site: Site, schedule_id: int) -> list[Job]:
    with open_env(site) as env:
        return list(env.session.scalars(select(Job).where(Job.schedule_id == schedule_id).order_by(Job.id)))


def test_what_is_due_becomes_one_job_of_the_system(site: Site, hourly: int, clock: Any) -> None:
    enqueue_due(site)
    early = written(site, hourly)
    clock.set(START + timedelta(hours=1, seconds=1))
    for _look in range(3):
        enqueue_due(site)
    worked = Worker(site, who_is).run_waiting()

    (job,) = written(site, hourly)
    assert (early, worked) == ([], 1)
    assert (job.state, job.payload, job.user_id, job.due_at) == (
        JobState.DONE, {"grit": 80}, None, START + timedelta(hours=1),
    )  # fmt: skip
    assert schedule(site, hourly).next_at == START + timedelta(hours=2)
    assert schedule(site, hourly).last_job_id == job.id


def test_where_there_is_nothing_to_do_no_job_is_written(site: Site, hourly: int, clock: Any) -> None:
    task(NAME, wanted=lambda _env: False)(lambda run, payload: None)
    clock.set(START + timedelta(hours=1, seconds=1))

    enqueue_due(site)

    assert written(site, hourly) == []
    assert schedule(site, hourly).next_at == START + timedelta(hours=2)


def test_runs_that_were_missed_are_made_up_for_by_one(site: Site, hourly: int, clock: Any) -> None:
    clock.set(START + timedelta(days=3, minutes=1))

    Worker(site, who_is).run_waiting()

    assert [job.due_at for job in written(site, hourly)] == [START + timedelta(hours=1)]
    assert schedule(site, hourly).next_at == START + timedelta(days=3, hours=1)


def test_many_who_look_at_once_write_one_job(site: Site, hourly: int) -> None:
    with open_env(site, write=True) as env:
        env.get(Schedule, hourly).next_at = START - timedelta(days=1)
    start, errors = threading.Barrier(4), []

    def look() -> None:
        start.wait(20)
        try:
            enqueue_due(site)
        except PlatformError as error:
            errors.append(error)

    threads = [threading.Thread(target=look) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert (len(written(site, hourly)), errors) == (1, [])


def test_the_database_refuses_a_second_job_of_one_moment(site: Site, hourly: int) -> None:
    def twice() -> None:
        with open_env(site, write=True) as env:
            for _time in range(2):
                run(env, env.get(Schedule, hourly)).due_at = START
                env.flush()

    with pytest.raises((PlatformError, IntegrityError)):
        twice()

    assert written(site, hourly) == []


def test_a_run_is_left_out_while_the_one_before_goes_on(site: Site, hourly: int, clock: Any) -> None:
    for hours in (1, 2):
        clock.set(START + timedelta(hours=hours, minutes=1))
        enqueue_due(site)

    assert len(written(site, hourly)) == 1
    assert schedule(site, hourly).next_at == START + timedelta(hours=3)


def test_what_is_paused_is_not_due_and_what_is_resumed_is_due_next_time(
    site: Site, hourly: int, clock: Any
) -> None:
    with open_env(site, write=True) as env:
        env.get(Schedule, hourly).active = False
    paused = schedule(site, hourly).next_at
    clock.set(START + timedelta(hours=5, minutes=1))
    enqueue_due(site)
    with open_env(site, write=True) as env:
        env.get(Schedule, hourly).active = True

    assert (paused, written(site, hourly)) == (None, [])
    assert schedule(site, hourly).next_at == START + timedelta(hours=6)


def test_another_time_or_zone_says_at_once_when_it_is_due(site: Site, hourly: int) -> None:
    with open_env(site, write=True) as env:
        changed = env.get(Schedule, hourly)
        changed.cron, changed.zone = "0 6 * * *", "Europe/Berlin"

    assert schedule(site, hourly).next_at == datetime(2026, 5, 5, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"), [("cron", "soon"), ("zone", "Mars/Base"), ("zone", "../etc/passwd")]
)
def test_a_time_that_never_comes_is_refused(site: Site, hourly: int, field: str, value: str) -> None:
    with open_env(site, write=True) as env:
        setattr(env.get(Schedule, hourly), field, value)
        with pytest.raises(ValidationError):
            env.flush()
        env.session.expire_all()

    assert schedule(site, hourly).next_at is not None


def test_the_work_of_an_addon_that_is_not_loaded_waits_for_it(site: Site, hourly: int, clock: Any) -> None:
    clock.set(START + timedelta(hours=1, minutes=1))
    jobs._tasks.pop(NAME)
    enqueue_due(site)
    away = written(site, hourly)
    task(NAME)(lambda run, payload: None)
    enqueue_due(site)

    assert (away, len(written(site, hourly))) == ([], 1)


def test_a_task_of_the_system_acts_for_nobody(site: Site, hourly: int, clock: Any) -> None:
    acted: list[object] = []

    def note(run: Run, payload: dict[str, Any]) -> None:
        with run.env() as env:
            acted.append(env.user_id)

    task(NAME)(note)
    clock.set(START + timedelta(hours=1, minutes=1))
    Worker(site, who_is).run_waiting()

    assert acted == [None]
    assert clock.now() == START + timedelta(hours=1, minutes=1)
