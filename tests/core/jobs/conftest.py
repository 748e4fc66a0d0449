"""Work that tests hand to jobs, and the worker that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.jobs import job as jobs
from core.jobs.job import enqueue, task
from core.jobs.run import Run
from core.jobs.worker import Worker
from core.orm.env import Principal, Site, open_env
from core.security.principal import principal_of
from core.testing import making

NAME = "tests.work"

#: What a test has its job do.
Work = Callable[[Run, dict[str, Any]], dict[str, Any] | None]


@pytest.fixture
def worker(site: Site) -> Worker:
    return Worker(site, who_is)


@pytest.fixture
def working() -> Iterator[Callable[[Work], None]]:
    """`working(function)` makes it the work of the task `tests.work`."""

    def chosen(work: Work) -> None:
        task(NAME)(work)

    chosen(lambda run, payload: None)
    yield chosen
    jobs._tasks.pop(NAME, None)


@pytest.fixture
def person(site: Site) -> Principal:
    """An employee of the first company."""
    from core.base import Company, User, UserCompany  # noqa: PLC0415 -- nouns are mapped once base is loaded

    with open_env(site, write=True) as env:
        company = env.session.query(Company).order_by(Company.id).first()
        assert company is not None
        user = making.make(env, User, home_company_id=company.id)
        env.add(UserCompany(user_id=user.id, seen_company_id=company.id))
        env.flush()
        return principal_of(env, user.id)


def who_is(site: Site, user_id: int, company_id: int | None) -> Principal:
    with open_env(site) as env:
        return principal_of(env, user_id, company_id)


def written(site: Site, person: Principal, **payload: Any) -> int:
    """A job of the person; gives its id."""
    with open_env(site, person, write=True) as env:
        return enqueue(env, NAME, "Sanding", payload).id
