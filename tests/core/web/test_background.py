"""The pages of what the platform does by itself: schedules, and messages that somebody has to look after."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core import clock
from core.base import User, UserRole
from core.base.actions.tidying import tidy
from core.base.models import IncomingMessage, Job, OutgoingMessage, Schedule
from core.events.incoming import IncomingState
from core.events.outbox import OutgoingState
from core.jobs.job import JobState, enqueue
from core.orm.model import model_name
from tests.core.web.conftest import Shop

PAYLOAD = {"order": "PO-2026-00001", "lines": [{"item": "MB-1180", "quantity": 3}], "note": "Größe <b>"}


@pytest.fixture
def operated(shop: Shop) -> Shop:
    """Tove looks after messages and schedules; one message waits for her, another was not delivered."""
    with shop.env(write=True) as env:
        user = env.session.scalars(select(User).where(User.login == "tove")).one()
        env.add(
            UserRole(user_id=user.id, role="base.administrator"),
            IncomingMessage(
                sender="mes", message_id="m1", type="performance", payload=PAYLOAD, sha256="",
                company_id=user.home_company_id, state=IncomingState.PARKED, reason="The period is closed.",
            ),
            OutgoingMessage(
                channel="mail", message_id="m2", key="A", sequence=1, type="mail", payload={}, sha256="",
                company_id=user.home_company_id, state=OutgoingState.DEAD, reason="No such mailbox.",
            ),
            Schedule(name="base.tidy", title="Tidy up", task=tidy.name, addon="base", cron="15 3 * * *", payload={}),
        )  # fmt: skip
    return shop


def id_of(shop: Shop, model: type[IncomingMessage | OutgoingMessage | Schedule]) -> int:
    with shop.env() as env:
        return env.session.scalars(select(model.id)).one()


def test_a_message_is_read_with_its_reason_and_its_content(operated: Shop) -> None:
    browser = operated.browser("tove")
    page = browser.get(f"/m/base.incoming_message/{id_of(operated, IncomingMessage)}")

    assert page.status == 200
    assert "The period is closed." in page.text
    for words in ('"order": "PO-2026-00001"', '"item": "MB-1180"', '"note": "Größe <b>"'):
        assert words in page.text
    assert "Größe <b>" not in page.html
    assert {"Replay", "Discard"} <= set(page.text.split())


@pytest.mark.parametrize(
    ("model", "preset", "words"),
    [("incoming", "parked", "performance"), ("outgoing", "dead", "No such mailbox.")],
)
def test_what_waits_for_a_person_has_a_view_of_its_own(
    operated: Shop, model: str, preset: str, words: str
) -> None:
    browser = operated.browser("tove")

    there, elsewhere = (
        browser.get(browser.get(f"/m/base.{model}_message?view={view}").goes_to).text
        for view in (preset, "waiting")
    )
    assert words in there
    assert words not in elsewhere


def test_the_home_page_tells_who_may_decide_what_waits(operated: Shop) -> None:
    assert "Messages that wait for you" in operated.browser("tove").get("/").text
    assert "Messages that wait for you" not in operated.browser("jonas").get("/").text


@pytest.mark.parametrize("model", [IncomingMessage, OutgoingMessage, Schedule])
def test_who_does_not_look_after_them_sees_none(
    operated: Shop, model: type[IncomingMessage | OutgoingMessage | Schedule]
) -> None:
    browser, name = operated.browser("jonas"), model_name(model)
    assert browser.get(f"/m/{name}").status in (403, 404)
    assert browser.get(f"/m/{name}/{id_of(operated, model)}").status in (403, 404)


def test_a_discard_asks_for_a_reason(operated: Shop) -> None:
    browser, record_id = operated.browser("tove"), id_of(operated, IncomingMessage)
    url = f"/m/base.incoming_message/-/action/discard_incoming?ids={record_id}"

    asked = browser.post(url, {})
    done = browser.post(url, {"_asked": "1", "reason": "Booked by hand."})

    assert "Reason" in asked.text
    assert done.status == 303
    assert operated.value(IncomingMessage, record_id, "state") is IncomingState.DISCARDED
    assert operated.value(IncomingMessage, record_id, "decision") == "Booked by hand."


def test_a_schedule_is_read_run_and_changed(operated: Shop) -> None:
    browser, record_id = operated.browser("tove"), id_of(operated, Schedule)
    url = f"/m/base.schedule/{record_id}"
    page = browser.get(url)

    ran = browser.post(f"/m/base.schedule/-/action/run_now?ids={record_id}", {})

    assert "15 3 * * *" in page.text
    assert "Next run" in page.text
    assert ran.status == 303
    with operated.env() as env:
        job = env.session.scalars(select(Job)).one()
        assert (job.task, job.user_id) == (tidy.name, None)
    assert browser.get(f"/m/base.job/{job.id}").status == 200


def test_a_job_that_is_tried_again_says_when_and_why(operated: Shop) -> None:
    with operated.env("tove", write=True) as env:
        job_id = enqueue(env, tidy.name, "Tidy up", {}).id
    with operated.env(write=True) as env:
        job = env.get(Job, job_id)
        job.state, job.attempt, job.not_before = JobState.QUEUED, 2, clock.now()
        job.error = "Something is wrong on our side."
    page = operated.browser("tove").get(f"/-/jobs/{job_id}")

    assert "Not before" in page.text
    assert "Attempt2" in page.text.replace(" ", "")
    assert "Something is wrong on our side." in page.text
