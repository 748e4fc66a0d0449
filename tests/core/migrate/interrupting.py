"""What can befall an upgrade at any of its statements, each time in a process of its own."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, ParamSpec

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from core.addon import in_order
from core.backup import content
from core.backup.manifest import Content
from core.migrate.loading import load
from core.orm.trouble import gave_up
from tests.core.migrate import steps

P = ParamSpec("P")

#: How a process ends that can tell its user that it was the database that gave up.
GAVE_UP = 3
#: No file grows beyond this any more: a page of PostgreSQL, two of SQLite.
FULL = 8192
#: PostgreSQL starts again by itself after it could not write its log.
SECONDS = 30

Digests = dict[str, Content]


def kill(_connection: Connection) -> None:
    """As the power does."""
    os.kill(os.getpid(), signal.SIGKILL)


def fill_disk(connection: Connection) -> None:
    """Whoever writes the database's files is refused by the system from here on."""
    writers = [os.getpid()]
    if connection.dialect.name == "postgresql":
        driver = connection.connection.cursor()
        driver.execute("select pid from pg_stat_activity")
        writers = [pid for (pid,) in driver.fetchall()]
    for pid in writers:
        _limit(pid)


def _limit(pid: int) -> None:
    """As the process's own account: root may lack the right to limit others."""
    owner = Path(f"/proc/{pid}").stat()
    subprocess.run(
        ["prlimit", f"--pid={pid}", f"--fsize={FULL}:{FULL}"],  # noqa: S607 -- of the system, wherever it is
        check=True,
        user=owner.st_uid,
        group=owner.st_gid,
    )


def cut_off(connection: Connection) -> None:
    """The network is gone."""
    driver = connection.connection.driver_connection
    assert driver is not None
    with socket.socket(fileno=os.dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def at_each(
    url: str, numbers: Sequence[int], befall: Callable[[Connection], None]
) -> tuple[set[int], list[str]]:
    """Upgrade again and again, `befall` before the statement of each number: how the processes ended, what changed.

    Each is forked from this process, which has the models already and no connection open.
    """
    before, ends, changed = _digests(url), set[int](), list[str]()
    load(in_order(["lending"], steps.available()))
    for number in numbers:
        child = os.fork()
        if child == 0:
            _end_as(_upgrade_until, url, number, befall)
        status = os.waitpid(child, 0)[1]
        ends.add(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
        after = _digests(url)
        changed += [name for name in {*before, *after} if before.get(name) != after.get(name)]
    return ends, changed


def _end_as(function: Callable[P, int], *args: P.args, **kwargs: P.kwargs) -> NoReturn:
    """A forked process never comes back to what it was forked from."""
    status = 1
    try:
        status = function(*args, **kwargs)
    finally:
        os._exit(status)


def _upgrade_until(url: str, number: int, befall: Callable[[Connection], None]) -> int:
    sent = itertools.count(1)

    def at_its_number(connection: Connection, *_of: object) -> None:
        if next(sent) == number:
            befall(connection)

    event.listen(Engine, "before_cursor_execute", at_its_number)
    try:
        steps.run_upgrade(url)
    except DBAPIError as error:
        return GAVE_UP if gave_up(error) else 1
    return 0


def _digests(url: str) -> Digests:
    """What the tables hold, quicker than their rows; asked again while the database begins anew."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with steps.plain(url).connect() as connection:
                return content.contents(connection)
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
