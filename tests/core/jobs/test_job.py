"""Jobs as rows: written with what asked for them, cancelled, and started again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from core.errors import Forbidden, PlatformError, UserError
from core.jobs.job import Job, JobState, cancel, enqueue, retry, waiting
from core.jobs.live import Live, begin_live, end_live
from core.jobs.worker import Worker
from core.orm.env import Principal, Site, open_env
from tests.core.jobs.conftest import NAME, Work, written

Working = Callable[[Work], None]


def test_a_job_is_written_with_what_asked_for_it_or_not_at_all(
    site: Site, person: Principal, working: Working
) -> None:
    rung = waiting.count

    def ask_and_fail() -> None:
        with open_env(site, person, write=True) as env:
            enqueue(env, NAME, "Sanding", {})
            raise UserError("The belt is torn.")

    with pytest.raises(UserError):
        ask_and_fail()

    with open_env(site) as env:
        assert env.session.scalar(select(func.count()).select_from(Job)) == 0
    assert waiting.count == rung


def test_a_committed_job_wakes_the_worker_and_belongs_to_its_person(
    site: Site, person: Principal, working: Working
) -> None:
    rung = waiting.count

    job_id = written(site, person)

    with open_env(site, person) as env:
        job = env.get(Job, job_id)
        assert (job.state, job.user_id, job.acting_company_id) == (
            JobState.QUEUED, person.user_id, person.company_id,
        )  # fmt: skip
    assert waiting.count > rung


def test_work_that_no_addon_does_is_refused(site: Site, person: Principal) -> None:
    with open_env(site, person, write=True) as env, pytest.raises(PlatformError, match=r"no task gone\.task"):
        enqueue(env, "gone.task", "Sanding", {})


def test_a_waiting_job_that_is_cancelled_is_never_done(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    job_id = written(site, person)

    with open_env(site, person, write=True) as env:
        cancel(env, env.get(Job, job_id))

    assert worker.run_waiting() == 0
    with open_env(site, person, write=True) as env, pytest.raises(UserError, match="over already"):
        cancel(env, env.get(Job, job_id))


def test_a_job_of_this_process_is_cancelled_without_a_writer(
    site: Site, person: Principal, working: Working
) -> None:
    job_id = written(site, person)
    live = Live()
    begin_live(job_id, live)

    with open_env(site, person) as env:
        cancel(env, env.get(Job, job_id))
    end_live(job_id)

    assert live.cancelled.is_set()


def test_a_failed_job_is_started_again_by_its_person_as_another(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    def refuse(run: object, payload: object) -> None:
        raise UserError("The belt is torn.")

    working(refuse)
    job_id = written(site, person, grit=80)
    worker.run_waiting()

    with open_env(site, person, write=True) as env:
        again = retry(env, env.get(Job, job_id))
        assert (again.payload, again.state, again.title) == ({"grit": 80}, JobState.QUEUED, "Sanding")
        with pytest.raises(UserError, match="did not fail"):
            retry(env, again)


def test_nobody_starts_a_job_in_another_person_s_name(
    site: Site, person: Principal, working: Working, worker: Worker
) -> None:
    job_id = written(site, person)

    with open_env(site, write=True) as system, pytest.raises(Forbidden, match="in the name of"):
        retry(system, system.get(Job, job_id))
