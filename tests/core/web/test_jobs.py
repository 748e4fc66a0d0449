"""The page of a job: how far it is, what came of each record, and what its person may do with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from core.base import User, UserRole
from core.jobs import job as jobs
from core.jobs.job import Job, JobState, enqueue, task
from core.jobs.live import Live, begin_live, end_live
from core.jobs.run import Run
from tests.core.web.conftest import Shop
from tests.core.web.test_imports import work

NAME = "workshop.sand"


@pytest.fixture(autouse=True)
def sanding() -> Iterator[None]:
    """A task of three steps; the second fails where it is told to."""

    @task(NAME)
    def sand(run: Run, payload: dict[str, object]) -> dict[str, object]:
        run.log("Begun")
        for step in range(3):
            run.progress(step, 3)
            run.log("smooth", model="base.user", record_id=1, failed=step == 1)
        if payload.get("fail"):
            raise ZeroDivisionError("secret detail")
        return {"url": "/m/base.item"}

    yield
    del jobs._tasks[NAME]


def sand(shop: Shop, login: str = "jonas", **payload: object) -> int:
    with shop.env(login, write=True) as env:
        return enqueue(env, NAME, "Sanding", payload, 3).id


def test_a_job_waits_runs_and_shows_what_came_of_it(shop: Shop) -> None:
    job_id = sand(shop)
    browser = shop.browser("jonas")
    waiting = browser.get(f"/-/jobs/{job_id}")

    work(shop)
    done = browser.get(f"/-/jobs/{job_id}")

    assert waiting.tree.get_element_by_id("dt-job").get("hx-trigger") == "every 5s"
    assert "Waiting" in waiting.text
    assert "Done" in done.text
    assert "Begun" in done.text
    assert "2 done" in done.text
    assert "1 refused" in done.text
    assert done.tree.get_element_by_id("dt-job").get("hx-trigger") is None
    assert browser.get(f"/m/base.job/{job_id}").text == done.text


def test_the_bar_moves_while_the_job_runs_in_this_process(shop: Shop) -> None:
    job_id = sand(shop)
    live = Live(done=1, total=4, message="writing")
    begin_live(job_id, live)
    try:
        browser = shop.browser("jonas")
        first = browser.get(f"/-/jobs/{job_id}")
        live.done = 3
        second = browser.get(f"/-/jobs/{job_id}")
    finally:
        end_live(job_id)

    bars = [page.tree.xpath("//*[@role='progressbar']/@aria-valuenow") for page in (first, second)]
    assert bars == [["25"], ["75"]]
    assert "3 of 4, writing" in second.text


def test_a_job_that_waits_is_cancelled_and_never_begins(shop: Shop) -> None:
    job_id = sand(shop)
    browser = shop.browser("jonas")

    browser.post(f"/-/jobs/{job_id}/cancel")

    assert work(shop) == 0
    assert "Cancelled" in browser.get(f"/-/jobs/{job_id}").text
    assert browser.post(f"/-/jobs/{job_id}/cancel").status == 422


def test_a_running_job_is_cancelled_although_it_holds_the_only_writer(shop: Shop) -> None:
    job_id = sand(shop)
    live = Live()
    begin_live(job_id, live)
    browser = shop.browser("jonas")
    token = browser.token
    answers: list[int] = []

    def cancel() -> None:
        answers.append(browser.post(f"/-/jobs/{job_id}/cancel", token=token).status)

    try:
        with shop.env(write=True) as env:
            env.session.scalars(select(User)).all()  # the writer is taken
            thread = threading.Thread(target=cancel)
            thread.start()
            thread.join(5)
    finally:
        end_live(job_id)
        thread.join(20)

    assert (answers, live.cancelled.is_set()) == ([303], True)


def test_a_fault_tells_a_reference_and_no_detail_and_can_be_tried_again(shop: Shop) -> None:
    job_id = sand(shop, fail=True)
    browser = shop.browser("jonas")
    work(shop)

    page = browser.get(f"/-/jobs/{job_id}")
    again = browser.post(f"/-/jobs/{job_id}/retry").goes_to

    assert "Something is wrong on our side" in page.text
    assert "secret detail" not in page.html
    assert "Start again" in page.text
    assert again == f"/-/jobs/{job_id + 1}"
    assert work(shop) == 1


def test_only_its_person_and_administrators_of_the_company_reach_a_job(shop: Shop) -> None:
    job_id = sand(shop)
    with shop.env(write=True) as env:
        for login in ("tove", "ines"):
            user = env.session.scalars(select(User).where(User.login == login)).one()
            env.add(UserRole(user_id=user.id, role="base.administrator"))

    seen = {
        name: shop.browser(name).get(f"/-/jobs/{job_id}").status
        for name in ("jonas", "tove", "ines", "norbert")
    }
    administrator = shop.browser("tove")

    assert seen == {"jonas": 200, "tove": 200, "ines": 404, "norbert": 404}
    assert shop.browser("ines").post(f"/-/jobs/{job_id}/cancel").status == 404
    assert "Started by" in administrator.get(f"/-/jobs/{job_id}").text
    assert administrator.post(f"/-/jobs/{job_id}/cancel").status == 303
    assert administrator.post(f"/-/jobs/{job_id}/retry").status == 403


def test_an_auditor_sees_a_job_and_cannot_stop_it(shop: Shop) -> None:
    job_id = sand(shop)
    with shop.env(write=True) as env:
        user = env.session.scalars(select(User).where(User.login == "norbert")).one()
        env.add(UserRole(user_id=user.id, role="base.auditor"))
    auditor = shop.browser("norbert")

    assert auditor.get(f"/-/jobs/{job_id}").status == 200
    assert auditor.post(f"/-/jobs/{job_id}/cancel").status == 403
    with shop.env("jonas") as env:
        assert env.get(Job, job_id).state is JobState.QUEUED


def test_a_person_s_list_shows_their_own_jobs(shop: Shop) -> None:
    sand(shop)
    sand(shop, "ines")

    assert shop.browser("jonas").get("/m/base.job").text.count("Sanding") == 1
