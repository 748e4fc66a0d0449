"""Leases: a job is one worker's at a time, and another's when that one is no more."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.base import Favourite
from core.errors import UserError
from core.jobs import engine as engines
from core.jobs import job as jobs
from core.jobs.engine import LEASE, SqlEngine
from core.jobs.job import Job, JobState, enqueue, task
from core.jobs.run import Run
from core.jobs.worker import Worker
from core.orm.env import Principal, Site, open_env
from core.testing.process import started
from tests.core.jobs import processes
from tests.core.jobs.conftest import NAME, Work, who_is, written

Working = Callable[[Work], None]


@pytest.fixture
def in_a_process() -> Iterator[list[int]]:
    """The task of processes.py, done here by noting the attempt of each job."""
    attempts: list[int] = []

    @task(processes.TASK, attempts=3)
    def note(run: Run, payload: dict[str, Any]) -> None:
        with run.env() as env:
            assert env.user_id is not None
        with open_env(run.site) as env:
            attempts.append(env.get(Job, run.job_id).attempt)

    yield attempts
    assert jobs._tasks.pop(processes.TASK) is note


@pytest.fixture
def repeatable() -> Iterator[Callable[[Work], None]]:
    """`repeatable(function)` makes it the work of a task that may be begun three times."""

    def chosen(work: Work) -> None:
        task(NAME, attempts=3)(work)

    yield chosen
    jobs._tasks.pop(NAME, None)


def asked(site: Site, person: Principal, count: int) -> list[int]:
    with open_env(site, person, write=True) as env:
        return [enqueue(env, processes.TASK, "Sanding", {}).id for _number in range(count)]


def job_of(site: Site, job_id: int) -> Job:
    with open_env(site) as env:
        return env.get(Job, job_id)


def let_lease_run_out(site: Site, job_id: int) -> None:
    with open_env(site, write=True) as env:
        env.get(Job, job_id).lease_until = clock.now() - timedelta(seconds=1)


def test_four_processes_never_do_one_job_twice(
    site: Site, person: Principal, in_a_process: list[int], tmp_path: Path
) -> None:
    ids, notes = asked(site, person, 40), tmp_path / "notes"

    workers = [started(processes.work_all, site.folder, notes) for _number in range(4)]
    for worker in workers:
        worker.join(processes.SECONDS)

    assert [worker.exitcode for worker in workers] == [0] * 4
    assert Counter(map(int, notes.read_text().split())) == Counter(ids)
    with open_env(site) as env:
        assert set(env.session.execute(select(Job.state, Job.attempt))) == {(JobState.DONE, 1)}


def test_the_job_of_a_killed_worker_is_done_by_another(
    site: Site, person: Principal, in_a_process: list[int], tmp_path: Path
) -> None:
    (job_id,), notes = asked(site, person, 1), tmp_path / "notes"
    hanging = started(processes.begin_and_hang, site.folder, notes, 3)
    processes.eventually(notes.exists)
    held = job_of(site, job_id)
    beside = Worker(site, who_is).run_waiting()

    processes.kill(hanging)
    worker = Worker(site, who_is)
    processes.eventually(worker.run_waiting)

    assert (held.state, held.attempt, beside) == (JobState.RUNNING, 1, 0)
    assert held.worker
    assert in_a_process == [2]
    assert job_of(site, job_id).state is JobState.DONE


def test_what_may_be_begun_once_fails_in_words_when_its_worker_was_killed(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    job_id, other = written(site, person), written(site, person)
    SqlEngine(site).take("a worker that is killed")
    let_lease_run_out(site, job_id)

    assert worker.run_waiting() == 1

    assert job_of(site, job_id).state is JobState.FAILED
    assert job_of(site, job_id).error == "The server stopped while this job ran. Start it again."
    assert job_of(site, other).state is JobState.DONE


def test_a_worker_that_lost_its_job_keeps_nothing_of_it(
    site: Site, person: Principal, repeatable: Callable[[Work], None], worker: Worker
) -> None:
    lost: list[bool] = []

    def remember(run: Run, payload: dict[str, Any]) -> None:
        if not lost:
            lost.append(True)
            let_lease_run_out(site, run.job_id)
            assert SqlEngine(site).take("another") is not None
            with run.env() as env:
                env.add(Favourite(user_id=person.user_id, model="base.user", record_id=1))
        raise AssertionError("it went on")

    repeatable(remember)
    job_id = written(site, person)
    assert worker.run_waiting() == 1

    kept = job_of(site, job_id)
    assert (kept.state, kept.worker, kept.attempt) == (JobState.RUNNING, "another", 2)
    with open_env(site) as env:
        assert env.session.scalars(select(Favourite)).all() == []


def test_the_lease_is_lengthened_by_a_thread_of_its_own(
    site: Site, person: Principal, working: Working, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BEAT_SECONDS", 0.01)

    def be_silent(run: Run, payload: dict[str, Any]) -> None:
        let_lease_run_out(site, run.job_id)
        processes.eventually(lambda: (job_of(site, run.job_id).lease_until or clock.now()) > clock.now())

    working(be_silent)
    job_id = written(site, person)
    worker.run_waiting()

    assert job_of(site, job_id).state is JobState.DONE
    assert "dovetail-jobs-pulse" not in [thread.name for thread in threading.enumerate()]


def test_what_a_task_commits_lengthens_its_lease(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    until: list[bool] = []

    def write(run: Run, payload: dict[str, Any]) -> None:
        let_lease_run_out(site, run.job_id)
        with run.env() as env:
            env.flush()
        until.append((job_of(site, run.job_id).lease_until or clock.now()) > clock.now() + LEASE / 2)

    working(write)
    written(site, person)
    worker.run_waiting()

    assert until == [True]


def test_a_fault_is_tried_again_later_and_no_oftener_than_its_task_says(
    site: Site, person: Principal, repeatable: Callable[[Work], None], worker: Worker, clock: Any
) -> None:
    begun: list[int] = []

    def fault(run: Run, payload: dict[str, Any]) -> None:
        begun.append(run.job_id)
        raise ZeroDivisionError

    repeatable(fault)
    at = clock.now()
    clock.set(at)
    job_id = written(site, person)
    waits = []
    for _attempt in range(3):
        assert worker.run_waiting() == 1
        assert worker.run_waiting() == 0
        kept = job_of(site, job_id)
        waits.append((kept.not_before or at) - at)
        at = kept.not_before or at
        clock.set(at)

    kept = job_of(site, job_id)
    assert (begun, kept.state, kept.attempt) == ([job_id] * 3, JobState.FAILED, 3)
    assert timedelta(seconds=15) <= waits[0] <= timedelta(seconds=30) <= waits[1] <= timedelta(seconds=60)
    assert "Something is wrong on our side" in (kept.error or "")


def test_a_refusal_is_never_tried_again(
    site: Site, person: Principal, repeatable: Callable[[Work], None], worker: Worker
) -> None:
    def refuse(run: Run, payload: dict[str, Any]) -> None:
        raise UserError("The belt is torn.")

    repeatable(refuse)
    job_id = written(site, person)

    assert (worker.run_waiting(), worker.run_waiting()) == (1, 0)
    assert job_of(site, job_id).state is JobState.FAILED


def test_a_job_waits_for_its_moment(site: Site, person: Principal, working: Working, worker: Worker) -> None:
    with open_env(site, person, write=True) as env:
        later = enqueue(env, NAME, "Later", {}, not_before=clock.now() + timedelta(hours=1)).id
        now = enqueue(env, NAME, "Now", {}, not_before=clock.now() - timedelta(hours=1)).id

    assert worker.run_waiting() == 1
    assert (job_of(site, now).state, job_of(site, later).state) == (JobState.DONE, JobState.QUEUED)


@pytest.mark.parametrize(("attempts", "state"), [(3, JobState.QUEUED), (1, JobState.FAILED)])
def test_a_worker_that_ends_gives_back_what_may_be_begun_again(
    site: Site, person: Principal, worker: Worker, attempts: int, state: JobState
) -> None:
    def sand(run: Run, payload: dict[str, Any]) -> None:
        for done in range(100_000):
            run.progress(done)
            time.sleep(0.01)

    task(NAME, attempts=attempts)(sand)
    job_id = written(site, person)
    worker.start()
    processes.eventually(lambda: job_of(site, job_id).state is JobState.RUNNING)
    worker.stop(timeout=0)
    jobs._tasks.pop(NAME)

    kept = job_of(site, job_id)
    assert not worker.is_working
    assert (kept.state, kept.lease) == (state, None)
    assert kept.attempt == (0 if state is JobState.QUEUED else 1)
