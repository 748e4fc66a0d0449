"""A database that gives up is told apart from a statement that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import OperationalError

from core.errors import DatabaseGaveUp
from core.orm.trouble import explained


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """To an SQLite file."""
    engine = create_engine(f"sqlite:///{tmp_path / 'small.db'}")
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def test_a_file_that_may_grow_no_more_is_told_with_its_reason(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA max_page_count = 2")
    connection.exec_driver_sql("CREATE TABLE t1 (id integer)")

    with (
        pytest.raises(DatabaseGaveUp, match=r"disk is full\. What was begun is done whole or undone"),
        explained(),
    ):
        connection.exec_driver_sql("CREATE TABLE t2 (id integer)")


def test_a_server_that_does_not_answer_is_told_with_its_reason() -> None:
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")

    with pytest.raises(DatabaseGaveUp, match=r"127\.0\.0\.1"), explained():
        engine.connect()


def test_a_wrong_statement_stays_what_it_is(connection: Connection) -> None:
    with pytest.raises(OperationalError, match="no such table"), explained():
        connection.exec_driver_sql("SELECT 1 FROM nowhere")
