"""The worker: each job once, in the name of its person, to an end that is told whatever happens."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from core.base import User
from core.errors import Forbidden, UserError
from core.jobs import run as runs
from core.jobs.job import Job, JobLine, JobState
from core.jobs.live import live_of
from core.jobs.run import Run
from core.jobs.worker import Worker
from core.orm.env import Principal, Site, open_env
from tests.core.jobs.conftest import Work, who_is, written

Working = Callable[[Work], None]
SECONDS = 20


def state_of(site: Site, job_id: int) -> tuple[JobState, str]:
    with open_env(site) as env:
        job = env.get(Job, job_id)
        return job.state, job.error or ""


def test_a_job_is_done_as_its_person_with_progress_log_and_result(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    def sand(run: Run, payload: dict[str, Any]) -> dict[str, Any]:
        with run.env() as env:
            run.log(f"user {env.user_id}")
        run.progress(3, 4)
        return {"smooth": payload["grit"]}

    working(sand)
    job_id = written(site, person, grit=80)

    assert worker.run_waiting() == 1

    with open_env(site) as env:
        job = env.get(Job, job_id)
        assert (job.state, job.result, job.done, job.total) == (JobState.DONE, {"smooth": 80}, 3, 4)
        assert env.session.scalars(select(JobLine.text)).all() == [f"user {person.user_id}"]
        assert job.started_at is not None
        assert job.finished_at is not None
    assert live_of(job_id) is None


def test_a_job_that_a_token_asked_for_may_do_what_the_token_may(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    seen: list[frozenset[str] | None] = []
    working(lambda run, payload: seen.append(run.principal.allowed))
    scopes = frozenset({"base.job:read", "base.item:read"})

    written(site, replace(person, allowed=scopes))
    written(site, person)
    worker.run_waiting()

    assert seen == [scopes, None]


def test_two_workers_never_take_one_job_twice(site: Site, person: Principal, working: Working) -> None:
    taken: Counter[int] = Counter()
    lock, start = threading.Lock(), threading.Barrier(2)

    def note(run: Run, payload: dict[str, Any]) -> None:
        with lock:
            taken[run.job_id] += 1

    def work() -> None:
        start.wait(SECONDS)
        Worker(site, who_is).run_waiting()

    working(note)
    ids = [written(site, person) for _number in range(12)]
    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)

    assert taken == Counter(ids)


def test_a_running_worker_takes_jobs_as_they_come(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    done = threading.Event()

    def finish(run: Run, payload: dict[str, Any]) -> None:
        done.set()

    working(finish)
    worker.start()
    try:
        job_id = written(site, person)
        assert done.wait(SECONDS)
        deadline = time.monotonic() + SECONDS
        while state_of(site, job_id)[0] is not JobState.DONE and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        worker.stop()

    assert state_of(site, job_id)[0] is JobState.DONE


def test_a_fault_is_logged_and_told_by_its_reference_alone(
    site: Site, person: Principal, working: Working, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    def fault(run: Run, payload: dict[str, Any]) -> None:
        run.log("half way")
        raise ZeroDivisionError("secret detail")

    working(fault)
    job_id = written(site, person)

    with caplog.at_level(logging.ERROR, "dovetail.jobs"):
        worker.run_waiting()

    state, error = state_of(site, job_id)
    reference = error.partition("reference ")[2].partition(";")[0]
    assert state is JobState.FAILED
    assert "secret" not in error
    assert reference in caplog.text
    assert "secret detail" in caplog.text
    with open_env(site) as env:
        assert env.session.scalars(select(JobLine.text)).all() == ["half way"]


def test_a_fault_is_told_in_the_language_of_the_person(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    def fault(run: Run, payload: dict[str, Any]) -> None:
        raise ZeroDivisionError

    with open_env(site, write=True) as env:
        env.session.scalars(select(User).where(User.id == person.user_id)).one().locale = "de"
    working(fault)
    job_id = written(site, person)

    worker.run_waiting()

    assert state_of(site, job_id)[1].startswith("Auf unserer Seite ist etwas schiefgegangen.")


def test_what_a_task_wrote_is_gone_when_it_fails(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    def fail(run: Run, payload: dict[str, Any]) -> None:
        with open_env(site, write=True) as env:
            env.session.scalars(select(User).where(User.id == person.user_id)).one().name = "Half"
            raise UserError("The belt is torn.")

    working(fail)
    job_id = written(site, person)
    worker.run_waiting()

    assert state_of(site, job_id) == (JobState.FAILED, "The belt is torn.")
    with open_env(site) as env:
        assert env.session.scalars(select(User.name).where(User.id == person.user_id)).one() != "Half"


def test_the_work_of_an_addon_that_is_gone_fails_in_words(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    job_id = written(site, person)
    with open_env(site, write=True) as env:
        env.get(Job, job_id).task = "gone.task"

    worker.run_waiting()

    assert state_of(site, job_id) == (
        JobState.FAILED, "There is no task gone.task; its addon is not installed.",
    )  # fmt: skip


def test_a_person_who_may_not_act_any_more_has_nothing_done(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    job_id = written(site, person)
    with open_env(site, write=True) as env:
        env.session.scalars(select(User).where(User.id == person.user_id)).one().active = False

    worker.run_waiting()

    state, error = state_of(site, job_id)
    assert state is JobState.FAILED
    assert "cannot sign in" in error


def test_another_process_cancels_a_job_in_the_middle_of_its_transaction(
    site: Site, person: Principal, working: Working, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "LOOK_SECONDS", 0)

    def sand(run: Run, payload: dict[str, Any]) -> None:
        with open_env(site, write=True) as env:  # as another process: it knows nothing of the running one
            env.get(Job, run.job_id).cancel_requested = True
        with run.env() as env:
            env.session.scalars(select(User.id)).all()  # a transaction that may write has begun
            run.progress(1, 2)
        raise AssertionError("it went on")

    working(sand)
    job_id = written(site, person)
    worker.run_waiting()

    assert state_of(site, job_id) == (JobState.CANCELLED, "Cancelled at 1 of 2.")


def test_a_task_can_do_no_more_than_its_person(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    refused: list[Forbidden] = []

    def rename(run: Run, payload: dict[str, Any]) -> None:
        with run.env() as env:
            user = env.get(User, person.user_id or 0)
            user.name = "Chief"
            try:
                env.flush()
            except Forbidden as error:
                refused.append(error)
                raise

    working(rename)
    job_id = written(site, person)
    worker.run_waiting()

    assert len(refused) == 1
    assert state_of(site, job_id)[0] is JobState.FAILED
