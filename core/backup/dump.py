"""A database as one file, of one moment, while people work: a copy of SQLite, of PostgreSQL what pg_dump writes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, make_url

from core.backup import tools
from core.errors import UserError
from core.i18n import _
from core.orm.engine import engine_for

#: The name of the database's file in an archive.
NAME = "database"


@contextmanager
def dumped(engine: Engine, file: Path) -> Iterator[Connection]:
    """Write the database to `file`; what is read through the connection is the very state that was written."""
    if engine.dialect.name == "sqlite":
        with closing(_plain(engine.url.database)) as source, closing(_plain(str(file))) as copy:
            source.backup(copy)
        with opened(f"sqlite:///{file}") as connection:
            yield connection
        return
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        _run("pg_dump", engine, "--format=custom", "--compress=0", "--no-owner", "--no-privileges",
             f"--snapshot={snapshot}", f"--file={file}")  # fmt: skip
        yield connection


def load(file: Path, url: str) -> None:
    """Fill the empty database at `url` from `file`; raises UserError where there is something in it already."""
    with closing_engine(url) as engine:
        with engine.connect() as connection:
            if inspect(connection).get_table_names():
                raise UserError(
                    _("There is something in the database already. Nothing has changed; name an empty one.")
                )
        if engine.dialect.name == "sqlite":
            _copy(file, engine)
            return
        _run(
            "pg_restore",
            engine,
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            str(file),
        )


def replace(file: Path, url: str) -> None:
    """Put what is in `file` in place of all that the database at `url` holds, in one transaction."""
    with closing_engine(url) as engine:
        if engine.dialect.name == "sqlite":
            _copy(file, engine)
            return
        script = file.with_suffix(".sql")
        _run("pg_restore", None, "--no-owner", "--no-privileges", f"--file={script}", str(file))
        _run("psql", engine, "--single-transaction", "--set=ON_ERROR_STOP=1", "--quiet", "--no-psqlrc",
             "--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public", f"--file={script}")  # fmt: skip


def clear(url: str) -> None:
    """Take away all that `load` brought."""
    with closing_engine(url) as engine:
        if engine.dialect.name == "sqlite":
            Path(str(engine.url.database)).unlink()
            return
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    with closing_engine(url) as engine, engine.connect() as connection:
        yield connection


@contextmanager
def closing_engine(url: str) -> Iterator[Engine]:
    engine = engine_for(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _copy(file: Path, engine: Engine) -> None:
    with closing(_plain(str(file))) as source, closing(_plain(engine.url.database)) as target:
        source.backup(target)


def _plain(file: str | None) -> sqlite3.Connection:
    return sqlite3.connect(str(file))


def _run(program: str, engine: Engine | None, *options: str) -> None:
    """Run a program of PostgreSQL, on the database of `engine` if there is one.

    The password is in its environment, where no other user reads it.
    """
    folder = tools.folder_with(program)
    if folder is None:
        raise UserError(
            _(
                "{program} was not found. Install PostgreSQL's client programs (Debian: apt-get install "
                "postgresql-client), or name their folder in {variable}.",
                program=program,
                variable=tools.VARIABLE,
            )
        )
    address, secret = ([], {}) if engine is None else _address(engine)
    done = subprocess.run(  # noqa: S603 -- a program of PostgreSQL
        [str(folder / program), *address, *options],
        capture_output=True, text=True, check=False, env={**os.environ, **secret},
    )  # fmt: skip
    if done.returncode:
        raise UserError(_("{program} failed: {said}", program=program, said=done.stderr.strip()))


def _address(engine: Engine) -> tuple[list[str], dict[str, str]]:
    """The database as an option, and its password as a variable."""
    url = make_url(engine.url).set(drivername="postgresql")
    secret = {"PGPASSWORD": url.password} if url.password else {}
    return [f"--dbname={url.set(password=None).render_as_string()}"], secret
