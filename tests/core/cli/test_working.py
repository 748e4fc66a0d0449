"""dovetail work: jobs and messages in a process of their own, which ends when it is asked to."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from core.base import Currency
from core.jobs.job import Job, JobState, enqueue
from core.orm.env import Site, open_env
from core.orm.model import model_name
from core.web import exports

SECONDS = 90


def started(site: Site, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "core.cli", "--site", str(site.folder), "work", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


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
    process = started(site, "--once", "--threads", "2")
    said, _nothing = process.communicate(timeout=SECONDS)

    assert (process.returncode, said) == (0, "")
    assert state_of(site, job_id) is JobState.DONE
    assert (exports.folder(site.folder) / f"{job_id}.csv").read_text().count("EUR") == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_works_until_it_is_asked_to_end(site: Site, how: signal.Signals) -> None:
    process = started(site)
    assert process.stdout is not None
    try:
        assert "Working for the site" in process.stdout.readline()
        job_id = asked(site)  # which it hears of while it waits
        eventually(lambda: state_of(site, job_id) is JobState.DONE)
    finally:
        process.send_signal(how)
    said, _nothing = process.communicate(timeout=SECONDS)

    assert (process.returncode, said) == (0, "")
