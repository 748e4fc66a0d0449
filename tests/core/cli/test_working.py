"""dovetail work: jobs and messages in a process of their own, which ends when it is asked to."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from core.base import Currency
from core.jobs.job import Job, JobState, enqueue
from core.orm.env import Site, open_env
from core.orm.model import model_name
from core.web import exports

SECONDS = 90


@contextmanager
def started(site: Site, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, which does not outlive the test."""
    command = [sys.executable, "-m", "core.cli", "--site", str(site.folder), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def asked(site: Site) -> int:
    """An export, which is work of the pages; gives the id of its job."""
    payload = {"model": model_name(Currency), "format": "csv", "query": [], "columns": ["code"]}
    with open_env(site, write=True) as env:
        return enqueue(env, exports.TASK, "Export", payload).id


def state_of(site: Site, job_id: int) -> JobState:
    with open_env(site) as env:
        return env.get(Job, job_id).state


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def test_what_waits_is_done_once_and_the_process_ends(site: Site) -> None:
    job_id = asked(site)
    with started(site, "work", "--once", "--threads", "2") as process:
        said, _nothing = process.communicate(timeout=SECONDS)

    assert (process.returncode, said) == (0, "")
    assert state_of(site, job_id) is JobState.DONE
    assert (exports.folder(site.folder) / f"{job_id}.csv").read_text().count("EUR") == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_works_until_it_is_asked_to_end(site: Site, how: signal.Signals) -> None:
    with started(site, "work") as process:
        assert process.stdout is not None
        assert "Working for the site" in process.stdout.readline()
        job_id = asked(site)  # which it hears of while it waits
        eventually(lambda: state_of(site, job_id) is JobState.DONE)
        process.send_signal(how)
        said, _nothing = process.communicate(timeout=SECONDS)

    assert (process.returncode, said) == (0, "")


def test_a_server_without_a_worker_leaves_jobs_to_a_process_of_its_own(site: Site) -> None:
    with started(site, "serve", "--port", "0", "--no-worker") as server:
        assert server.stdout is not None
        assert "Dovetail is at" in server.stdout.readline()
        job_id = asked(site)
        with started(site, "work", "--once") as process:
            process.communicate(timeout=SECONDS)

    with open_env(site) as env:
        job = env.get(Job, job_id)
        assert (job.state, (job.worker or "").rpartition(":")[2]) == (JobState.DONE, str(process.pid))
