"""Tidying up takes what nobody needs any more, and nothing else."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core import clock
from core.addon import manifest
from core.base import Company
from core.base.actions import tidying
from core.base.actions.tidying import forget_files, tidy
from core.base.models import IncomingMessage, Job, OutgoingMessage, Received, Schedule
from core.base.scheduling import ship
from core.events.incoming import IncomingState
from core.events.outbox import Lane, OutgoingState
from core.jobs.job import JobLine, JobState, enqueue
from core.jobs.worker import Worker
from core.orm.env import Env, Principal, Site, open_env
from core.security.session import LoginSession
from core.testing import making

OLD = timedelta(days=400)


def who_is(site: Site, user_id: int, company_id: int | None) -> Principal:
    raise AssertionError("it acts for nobody")


def tidied(site: Site) -> JobState:
    with open_env(site, write=True) as env:
        job_id = enqueue(env, tidy.name, "Tidy up", {}).id
    Worker(site, who_is).run_waiting()
    with open_env(site) as env:
        return env.get(Job, job_id).state


def job(env: Env, days: int, state: JobState = JobState.DONE) -> Job:
    made = making.make(
        env, Job, task="tests.old", state=state, finished_at=clock.now() - timedelta(days=days)
    )
    env.add(JobLine(job_id=made.id, at=clock.now(), text="Begun"))
    return made


def test_old_jobs_go_with_their_logs_and_the_last_of_a_schedule_stays(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "CHUNK", 2)
    with open_env(site, write=True) as env:
        gone = [job(env, 400).id for _number in range(5)]
        last = job(env, 400)
        ship(env, manifest("core.base"))
        env.session.scalars(select(Schedule).where(Schedule.name == "base.tidy")).one().last_job_id = last.id
        kept = [last.id, job(env, 3).id, job(env, 400, JobState.QUEUED).id]
        env.get(Job, kept[-1]).not_before = clock.now() + OLD

    assert tidied(site) is JobState.DONE

    with open_env(site) as env:
        left = set(env.session.scalars(select(Job.id)))
        lines = set(env.session.scalars(select(JobLine.job_id)))
    assert left >= set(kept)
    assert not left & set(gone)
    assert not lines & set(gone)


def message(env: Env, days: int, state: OutgoingState | IncomingState) -> None:
    """One that changed to its state so many days ago."""
    at, name = clock.now() - timedelta(days=days), f"{days} {state}"
    model: type[OutgoingMessage | IncomingMessage] = IncomingMessage
    if isinstance(state, OutgoingState):
        model = OutgoingMessage
        env.session.add(Lane(channel="tests", key=name, last_sequence=1))
        made = OutgoingMessage(
            channel="tests", key=name, sequence=1, sent_at=at if state is OutgoingState.SENT else None
        )
    else:
        made = IncomingMessage(sender="mes")  # type: ignore[assignment]  # either, as its state says
    made.message_id, made.type, made.payload, made.sha256, made.state = name, "tests", {}, "", state  # type: ignore[assignment]  # as above
    env.add(made)
    env.flush()
    env.session.execute(update(model).where(model.id == made.id).values(changed_at=at))


@pytest.mark.parametrize(
    ("states", "model", "kept"),
    [
        (OutgoingState, OutgoingMessage, {"waiting", "dead"}),
        (IncomingState, IncomingMessage, {"waiting", "parked", "poison"}),
    ],
)
def test_old_messages_go_unless_somebody_has_still_to_decide(
    site: Site,
    states: type[OutgoingState | IncomingState],
    model: type[OutgoingMessage | IncomingMessage],
    kept: set[str],
) -> None:
    with open_env(site, write=True) as env:
        for days in (400, 3):
            for state in states:
                message(env, days, state)

    assert tidied(site) is JobState.DONE

    with open_env(site) as env:
        left = set(env.session.scalars(select(model.message_id)))
        lanes = set(env.session.scalars(select(Lane.key)))
    assert left == {f"400 {state}" for state in kept} | {f"3 {state}" for state in states}
    assert lanes == (left if model is OutgoingMessage else set())


def test_ended_sessions_and_old_keys_of_requests_go(site: Site) -> None:
    past, soon = clock.now() - OLD, clock.now() + timedelta(hours=1)
    with open_env(site, write=True) as env:
        from core.base import User  # noqa: PLC0415 -- nouns are mapped once base is loaded

        user = making.make(env, User, home_company_id=env.session.scalar(select(Company.id).limit(1)))
        for name, at, until in (("old", past, past), ("new", clock.now(), soon)):
            env.session.add(
                LoginSession(
                    token_hash=name, user_id=user.id, started_at=at, seen_at=at, expires_at=until, proved_at=at,
                    address="", agent="",
                )
            )  # fmt: skip
            env.session.add(Received(key_hash=name, asked="", status=200, answer={}, at=at))

    assert tidied(site) is JobState.DONE

    with open_env(site) as env:
        assert env.session.scalars(select(LoginSession.token_hash)).all() == ["new"]
        assert env.session.scalars(select(Received.key_hash)).all() == ["new"]


def test_files_that_nobody_came_back_for_go(site: Site) -> None:
    long_ago = time.time() - 48 * 3600
    for name in ("uploads/old", "uploads/new", "uploads/invoices/old", "exports/old", "attachments/old"):
        path = site.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        if path.name == "old":
            os.utime(path, (long_ago, long_ago))

    assert forget_files(site.folder) == 3
    assert sorted(p.relative_to(site.folder).as_posix() for p in site.folder.rglob("old")) == [
        "attachments/old"
    ]
    assert (site.folder / "uploads" / "new").exists()


def test_tidying_is_done_every_night_unless_a_site_says_otherwise(site: Site) -> None:
    with open_env(site, write=True) as env:
        ship(env, manifest("core.base"))
        shipped = env.session.scalars(select(Schedule).where(Schedule.name == tidy.name)).one()
        first = (shipped.name, shipped.task, shipped.cron, shipped.active)
        shipped.cron = "0 1 * * *"
    with open_env(site, write=True) as env:
        ship(env, manifest("core.base"))
        kept = env.session.scalars(select(Schedule).where(Schedule.name == tidy.name)).one().cron

    assert first == ("base.tidy", "base.tidy", "15 3 * * *", True)
    assert kept == "0 1 * * *"
