"""The private PostgreSQL: started, cloned from, stopped, and swept up when its owner was killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from core.errors import ConfigError
from core.testing import databases, postgres
from core.testing.databases import Databases

pytestmark = pytest.mark.skipif(
    postgres.find_bindir() is None, reason="no PostgreSQL: install it, or set DOVETAIL_PG_BINDIR"
)

DEAD = 2**22 + 1  # above the highest process id of Linux


def test_a_server_lives_as_long_as_its_block() -> None:
    with postgres.running_postgres() as url:
        assert scalar(url, "SELECT 1") == 1
        home = Path(str(make_url(url).query["host"]))

    assert not home.exists()


def test_a_server_listens_on_no_port() -> None:
    with postgres.running_postgres() as url:
        assert scalar(url, "SHOW listen_addresses") == ""


def test_letters_with_accents_compare_without_regard_to_case(postgres_url: str) -> None:
    assert scalar(postgres_url, "SELECT 'Ä' ILIKE 'ä'") is True


def test_a_template_is_prepared_once_and_each_clone_has_its_rows(postgres_url: str) -> None:
    calls: list[str] = []

    def prepare(url: str) -> None:
        calls.append(url)
        run(url, "CREATE TABLE piece AS SELECT 7 AS size")

    name = f"template_{os.getpid()}"
    for _ in range(2):
        postgres.template_database(postgres_url, name, prepare)

    with postgres.cloned_database(postgres_url, f"{name}_clone", name) as clone:
        assert scalar(clone, "SELECT size FROM piece") == 7
    postgres.drop_databases(postgres_url, [name])
    assert len(calls) == 1


def test_a_template_that_could_not_be_prepared_is_prepared_again(postgres_url: str) -> None:
    name = f"broken_{os.getpid()}"

    def fail(_url: str) -> None:
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        postgres.template_database(postgres_url, name, fail)
    address = postgres.template_database(
        postgres_url, name, lambda url: run(url, "CREATE TABLE done (n int)")
    )

    assert scalar(address, "SELECT count(*) FROM done") == 0
    postgres.drop_databases(postgres_url, [name, f"{name}_draft"])


def test_a_machine_without_postgres_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "find_bindir", lambda: None)

    with pytest.raises(ConfigError, match="apt-get install postgresql"), postgres.running_postgres():
        pass


def test_the_server_of_a_killed_run_is_ended(tmp_path: Path) -> None:
    home = Path(tempfile.mkdtemp(prefix="dovetail-pg-"))
    # Started by a process of its own, as a run that was killed afterwards had done.
    started = subprocess.run(
        [sys.executable, "-c", STARTING, str(home)], capture_output=True, text=True, check=True
    )
    pid = int(started.stdout)
    leave_behind(tmp_path / f"dovetail-tests-{DEAD}-x", home, pid)

    databases.sweep(tmp_path)

    assert not postgres.is_alive(pid)
    assert not home.exists()


def test_the_server_of_a_living_run_is_left_alone(tmp_path: Path) -> None:
    run_folder = tmp_path / f"dovetail-tests-{os.getpid()}-x"
    leave_behind(run_folder, tmp_path / "home", DEAD)

    databases.sweep(tmp_path)

    assert run_folder.exists()


def test_a_crashed_server_starts_again_with_what_was_committed() -> None:
    durable = {"fsync": "on"}
    home = Path(tempfile.mkdtemp(prefix="dovetail-pg-"))
    server = postgres.start(home, durable)
    run(server.url, "CREATE TABLE piece AS SELECT 7 AS size")

    postgres.crash(server)
    again = postgres.start_again(server, durable)

    assert scalar(again.url, "SELECT size FROM piece") == 7
    postgres.stop(again)
    shutil.rmtree(home)


@pytest.fixture
def postgres_url(fresh_databases: Databases) -> str:
    """The server that all tests of the run share."""
    return fresh_databases.postgres_url()


STARTING = """
import sys
from pathlib import Path
from core.testing import postgres
print(postgres.start(Path(sys.argv[1])).pid)
"""


def leave_behind(run_folder: Path, home: Path, pid: int) -> None:
    """What a run has written about its server."""
    run_folder.mkdir()
    known = {"home": str(home), "pid": pid, "url": ""}
    (run_folder / "postgres.json").write_text(json.dumps(known))


def scalar(url: str, query: str) -> object:
    """The one value that `query` gives."""
    engine = create_engine(url)
    with engine.connect() as connection:
        value: object = connection.scalar(text(query))
    engine.dispose()
    return value


def run(url: str, statement: str) -> None:
    """Carry out `statement` and leave no connection."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
