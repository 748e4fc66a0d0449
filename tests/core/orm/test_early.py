"""What lets go of its locks before the disk has it is on the disk all the same when the env ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, make_url, select

from core.errors import UserError
from core.orm.env import Env, Site, open_env
from core.orm.sequence import number
from tests.core.orm import orders
from tests.core.orm.orders import SampleOrder, clerk, person
from tests.core.orm.shelf import OURS, make_site

CLERK = person(clerk)
pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@pytest.fixture
def durable(order_site: Site, tmp_path: Path) -> Iterator[Site]:
    """The site on a server that waits for its disk, which that of the tests does not."""
    url = make_url(order_site.engine.url).update_query_dict({"options": "-c synchronous_commit=on"})
    site = make_site(url.render_as_string(hide_password=False), tmp_path, *orders.GRANTS, empty=False)
    yield site
    site.engine.dispose()


def _posted(env: Env, code: str) -> None:
    order = SampleOrder(code=code, company_id=OURS)
    env.add(order)
    number(env, order, "number", "sample.order")


def _asked(connection: Connection, what: str) -> str:
    return str(connection.exec_driver_sql(f"SELECT {what}").scalar_one())


def _written_before_the_commit(site: Site, code: str) -> str:
    """How far the log had been written, not yet to the disk, when a numbered document was about to be committed."""
    written: list[str] = []
    with open_env(site, CLERK, write=True) as env:
        _posted(env, code)
        env.last("~~", lambda: written.append(_asked(env._connection, "pg_current_wal_insert_lsn()")))
    return written[0]


def test_a_numbered_document_is_on_the_disk_when_its_env_ends(durable: Site) -> None:
    missing = []
    for code in range(20):
        written = _written_before_the_commit(durable, str(code))
        with open_env(durable) as env:
            missing.append(_asked(env._connection, f"pg_current_wal_flush_lsn() < '{written}'"))

    assert missing == ["False"] * 20


def test_the_next_transaction_of_the_connection_waits_for_the_disk_again(durable: Site) -> None:
    with open_env(durable, CLERK, write=True) as env:
        _posted(env, "a")
        env.finish()
        within = _asked(env._connection, "current_setting('synchronous_commit')")
    with open_env(durable, CLERK, write=True) as env:
        after = _asked(env._connection, "current_setting('synchronous_commit')")

    assert (within, after) == ("off", "on")


def _refused_at_the_end(site: Site) -> None:
    with open_env(site, CLERK, write=True) as env:
        _posted(env, "a")
        for statement in (
            "CREATE TABLE twice (code int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
            "INSERT INTO twice VALUES (1), (1)",
        ):
            env._connection.exec_driver_sql(statement)


def test_what_the_database_refuses_at_the_commit_is_explained_and_nothing_of_it_stays(durable: Site) -> None:
    with pytest.raises(UserError, match="twice_code_key"):
        _refused_at_the_end(durable)

    with open_env(durable, CLERK) as env:
        assert list(env.session.scalars(select(SampleOrder))) == []
