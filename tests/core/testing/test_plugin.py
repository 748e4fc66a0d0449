"""The pytest plugin: a skip counts as failure where nothing may be skipped, and workers share one server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPING = """
import pytest

def test_that_lacks_something():
    pytest.skip("no such machine")

@pytest.mark.xfail(reason="known")
def test_that_is_known_to_fail():
    assert False
"""

SKIPPED_MODULE = """
import pytest
pytest.skip("no such system", allow_module_level=True)
"""

CONNECTING = """
def test_one(fresh_databases): open("one", "w").write(fresh_databases.postgres_url())
def test_two(fresh_databases): open("two", "w").write(fresh_databases.postgres_url())
"""


FAILING = """
import pytest
from core.testing import GenericChecks, generic

@pytest.fixture(autouse=True)
def untidy(monkeypatch):
    monkeypatch.setattr(generic, "apart", lambda *asked: ["models.py: has no label."])

class TestMine(GenericChecks, addon="base"): ...
"""


def test_a_generic_check_that_fails_shows_what_it_found(tmp_path: Path) -> None:
    done = run_tests(tmp_path, FAILING, "-k", "rules_of_the_house")

    assert "1 failed" in done.stdout
    assert "models.py: has no label." in done.stdout


@pytest.mark.parametrize(
    ("source", "said"), [(SKIPPING, "no such machine"), (SKIPPED_MODULE, "no such system")]
)
def test_a_skip_fails_where_nothing_may_be_skipped(tmp_path: Path, source: str, said: str) -> None:
    lenient = run_tests(tmp_path, source)
    strict = run_tests(tmp_path, source, DOVETAIL_NO_SKIP="1")

    assert "1 skipped" in lenient.stdout
    assert lenient.returncode in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    assert strict.returncode in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}
    assert f"Nothing may be skipped in this run (DOVETAIL_NO_SKIP is set): Skipped: {said}" in strict.stdout
    assert "skipped" not in strict.stdout.splitlines()[-1]


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    strict = run_tests(tmp_path, SKIPPING, DOVETAIL_NO_SKIP="1")

    assert "1 xfailed" in strict.stdout


def test_all_workers_share_one_server_that_ends_with_the_run(tmp_path: Path) -> None:
    done = run_tests(tmp_path, CONNECTING, "--numprocesses=2", "--dist=each")
    first, second = ((tmp_path / name).read_text() for name in ("one", "two"))

    assert done.returncode == 0, done.stdout
    assert first == second
    assert not Path(first.partition("host=")[2].replace("%2F", "/")).exists()


def test_missing_data_leaves_its_tests_out_and_says_so(tmp_path: Path) -> None:
    source = "def test_numbers(data_dir): ...\ndef test_other(): ...\n"

    lenient = run_tests(tmp_path, source, "--data=nowhere")
    strict = run_tests(tmp_path, source, "--data=nowhere", DOVETAIL_NO_SKIP="1")

    assert "1 passed, 1 skipped" in lenient.stdout
    assert "1 passed, 1 deselected" in strict.stdout
    assert "Left out: tests of published data. There is no folder nowhere" in strict.stdout


def run_tests(folder: Path, source: str, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on `source` as a project of its own would."""
    (folder / "test_it.py").write_text(source)
    (folder / "conftest.py").write_text('pytest_plugins = ["core.testing.plugin"]\n')
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DOVETAIL_", "PYTEST_"))}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            f"--rootdir={folder}",
            *options,
            "test_it.py",
        ],
        cwd=folder,
        env=own | variables,
        capture_output=True,
        text=True,
        check=False,
    )
