"""Fresh databases for tests, on SQLite and PostgreSQL alike, shared by all workers of one run."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

from core.errors import ConfigError
from core.orm.model import Base
from core.testing import postgres, recycling

#: The folder that the processes of one test run share.
RUN_VARIABLE = "DOVETAIL_TEST_RUN"
#: The address of a server to use instead of a private one.
POSTGRES_VARIABLE = "DOVETAIL_TEST_POSTGRES"

KINDS = ("sqlite", "postgresql")
LOCK_SECONDS = 120
#: What many tests have written and emptied grows slow.
MOST_USES = 50

_FOLDER = "dovetail-tests-"
_numbers = itertools.count(1)


class Databases:
    """Makes databases of either kind for one process."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._files: list[Path] = []
        self._made: list[str] = []
        #: Whether what is made now is for one test alone.
        self.is_passing = False
        self._passing: list[tuple[str, str]] = []
        self._idle: dict[str, list[str]] = defaultdict(list)
        self._uses: Counter[str] = Counter()

    def fresh(self, kind: str) -> str:
        """The address of a new, empty database."""
        name = _name()
        if kind == "sqlite":
            return _sqlite_url(self._file(name))
        self._made.append(name)
        return postgres.create_database(self.postgres_url(), name)

    def cloned(self, kind: str, template: str, prepare: Callable[[str], None]) -> str:
        """The address of a copy of the database `template`, which `prepare(address)` fills once a run.

        A process that has other models mapped gets a template of its own: its records have other facets. `prepare`
        must leave no connection open.
        """
        template, name = f"{template}_{mapped()}", _name()
        if kind == "sqlite":
            target = self._file(name)
            shutil.copyfile(self._sqlite_template(template, prepare), target)
            return _sqlite_url(target)
        return self._copy(template, name, prepare)

    def recycle(self) -> None:
        """Bring back to their templates what this test alone had, for tests to come."""
        while self._passing:
            name, template = self._passing.pop()
            url = postgres.sibling(self.postgres_url(), name)
            if self._uses[name] < MOST_USES and recycling.restored(url, self._remembered(template)):
                self._idle[template].append(name)

    def _copy(self, template: str, name: str, prepare: Callable[[str], None]) -> str:
        server = self.postgres_url()
        if self.is_passing and self._idle[template]:
            name = self._idle[template].pop()
            url = postgres.sibling(server, name)
        else:
            self._made.append(name)
            postgres.template_database(server, template, partial(self._prepared, template, prepare))
            url = postgres.create_database(server, name, template)
        if self.is_passing:
            self._uses[name] += 1
            self._passing.append((name, template))
        return url

    def _prepared(self, template: str, prepare: Callable[[str], None], url: str) -> None:
        prepare(url)
        folder = self._remembered(template)
        shutil.rmtree(folder, ignore_errors=True)
        recycling.remember(url, folder)

    def _remembered(self, template: str) -> Path:
        return self._run / f"{template}.rows"

    def postgres_url(self) -> str:
        """The server of this run, started when the first process asks."""
        given = os.environ.get(POSTGRES_VARIABLE)
        if given:
            return given
        with _exclusively(self._run):
            known = _running(self._run)
            if known is None:
                known = _start(self._run)
        return known.url

    def close(self) -> None:
        """Remove what was made: thousands of databases would fill the disk of a run."""
        for file in self._files:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{file}{suffix}").unlink(missing_ok=True)
        if self._made:
            postgres.drop_databases(self.postgres_url(), self._made)
        for kept in (self._files, self._made, self._passing, self._idle):
            kept.clear()

    def _file(self, name: str) -> Path:
        self._files.append(self._run / f"{name}.db")
        return self._files[-1]

    def _sqlite_template(self, template: str, prepare: Callable[[str], None]) -> Path:
        path = self._run / f"{template}.db"
        with _exclusively(self._run):
            if not path.exists():
                draft = self._run / f"{template}_draft.db"
                draft.unlink(missing_ok=True)
                prepare(_sqlite_url(draft))
                draft.rename(path)
        return path


def _name() -> str:
    return f"test_{os.getpid()}_{next(_numbers)}"


def mapped() -> str:
    """What tells the tables that this process has mapped, facets included, from those of another."""
    tables = sorted(f"{name} {len(table.columns)}" for name, table in Base.metadata.tables.items())
    return hashlib.sha256(" ".join(tables).encode()).hexdigest()[:8]


def open_run() -> Path | None:
    """Make the folder of a run and end what a killed run left; None inside a run that is open already."""
    if RUN_VARIABLE in os.environ:
        return None
    sweep(Path(tempfile.gettempdir()))
    run = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
    os.environ[RUN_VARIABLE] = str(run)
    return run


def close_run(run: Path) -> None:
    """Stop the server of `run` and remove its files."""
    server = _running(run)
    if server is not None:
        postgres.stop(server)
        shutil.rmtree(server.home, ignore_errors=True)
    shutil.rmtree(run, ignore_errors=True)
    os.environ.pop(RUN_VARIABLE, None)


def current_run() -> Path:
    """The folder of the run that this process belongs to."""
    folder = os.environ.get(RUN_VARIABLE)
    if folder is None:
        raise ConfigError("No test run is open: the pytest plugin core.testing.plugin opens it.")
    return Path(folder)


def sweep(folder: Path) -> None:
    """Remove the runs in `folder` whose process is gone (killed, out of memory), and end their servers."""
    if sys.platform == "win32":  # there is no asking whether a process lives without ending it
        return
    for run in folder.glob(f"{_FOLDER}*-*"):
        owner = run.name.removeprefix(_FOLDER).partition("-")[0]
        if not owner.isdigit() or postgres.is_alive(int(owner)):
            continue
        server = _running(run)
        if server is not None:
            postgres.stop_left_behind(server.home)
            shutil.rmtree(server.home, ignore_errors=True)
        shutil.rmtree(run, ignore_errors=True)


def _start(run: Path) -> postgres.Server:
    # Not within `run`: the server's account cannot enter that folder.
    home = Path(tempfile.mkdtemp(prefix="dovetail-pg-"))
    try:
        server = postgres.start(home)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    (run / "postgres.json").write_text(json.dumps({**asdict(server), "home": str(home)}))
    return server


def _running(run: Path) -> postgres.Server | None:
    try:
        known = json.loads((run / "postgres.json").read_text())
    except OSError:
        return None
    return postgres.Server(Path(known["home"]), known["pid"], known["url"])


@contextmanager
def _exclusively(run: Path) -> Iterator[None]:
    """One process of the run at a time within the block; the lock dies with its holder, on every system."""
    with closing(sqlite3.connect(run / "lock", timeout=LOCK_SECONDS, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


def _sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"
