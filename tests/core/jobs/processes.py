"""Workers in processes of their own, which tests start, watch and kill."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from core.app import open_site
from core.config import read
from core.jobs import engine as engines
from core.jobs.job import task
from core.jobs.run import Run
from core.jobs.worker import Worker
from core.orm.env import Principal, Site, open_env
from core.security.principal import principal_of

TASK = "tests.in_a_process"
SECONDS = 60
#: So that the lease of a killed worker soon runs out.
LEASE = timedelta(seconds=2)


def kill(process: BaseProcess) -> None:
    """End it as the power does: nothing is tidied up."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(SECONDS)


def eventually(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def who_is(site: Site, user_id: int, company_id: int | None) -> Principal:
    with open_env(site) as env:
        return principal_of(env, user_id, company_id)


def work_all(folder: Path, notes: Path) -> None:
    """Carry out every waiting job, noting each in a file that processes share."""
    site = open_site(read(folder))

    def note(run: Run, payload: dict[str, Any]) -> None:
        with run.env() as env:
            env.flush()
        with notes.open("a") as file:
            file.write(f"{run.job_id}\n")

    task(TASK, attempts=3)(note)
    Worker(site, who_is).run_waiting()


def begin_and_hang(folder: Path, notes: Path, attempts: int) -> None:
    """Take a job and never come to its end."""
    engines.LEASE = LEASE
    engines.BEAT_SECONDS = LEASE.total_seconds() / 4
    site = open_site(read(folder))

    def hang(run: Run, payload: dict[str, Any]) -> None:
        with notes.open("a") as file:
            file.write("begun\n")
        time.sleep(SECONDS)

    task(TASK, attempts=attempts)(hang)
    Worker(site, who_is).run_waiting()
