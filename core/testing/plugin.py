"""The pytest plugin: databases of both kinds, the folder of published data, and no silent skip.

A project's `tests/conftest.py` takes it with `pytest_plugins = ["core.testing.plugin"]`.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from core import i18n
from core.security import passwords
from core.testing import databases, sharing
from core.testing.postgres import find_bindir

pytest_plugins = ["core.testing.fixtures"]
# So that a check that fails shows what it compared.
pytest.register_assert_rewrite("core.testing.generic")

#: Set by a run that has everything it needs: there a skipped test is a failure.
NO_SKIP_VARIABLE = "DOVETAIL_NO_SKIP"
#: What every site of tests signs its trail with.
AUDIT_KEYS = sha256(b"a key of the tests").hexdigest()

MARKERS = (
    "browser: drives a real Chromium",
    "story: one business promise from end to end",
    "fault: kills, fills or cuts something on purpose",
    "slow: takes longer than ten seconds",
    "combination: runs one set of addons in a process of its own",
)

_run_key = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The addons, and the folder of published data, which is no part of a project."""
    parser.addini("dovetail_addons", "the addons that the tests are about", type="args", default=[])
    parser.addoption("--data", help="folder of published data to check numbers against (../shared/data)")


def pytest_configure(config: pytest.Config) -> None:
    """Open the run that all workers share; sites and copies of them sign with one key."""
    os.environ.setdefault("DOVETAIL_AUDIT_KEYS", AUDIT_KEYS)
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    sharing.install()
    run = databases.open_run()
    if run is not None:
        config.stash[_run_key] = run


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever opened the run closes it, after the last worker."""
    run = config.stash.get(_run_key, None)
    if run is not None:
        databases.close_run(run)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where nothing may be skipped, leave tests of published data out if it is missing: none can install it."""
    if _may_skip() or data_folder(config).is_dir():
        return
    left_out = [item for item in items if "data_dir" in getattr(item, "fixturenames", ())]
    items[:] = [item for item in items if item not in set(left_out)]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end which tests were left out."""
    folder = data_folder(config)
    if not _may_skip() and not folder.is_dir():
        terminalreporter.line(
            f"Left out: tests of published data. There is no folder {folder}; name it with --data DIR."
        )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a skipped test where nothing may be skipped."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a skipped module where nothing may be skipped."""
    report = yield
    if report.outcome == "skipped":
        _refuse_skip(report)
    return report


def _may_skip() -> bool:
    return not os.environ.get(NO_SKIP_VARIABLE)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if _may_skip():
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"Nothing may be skipped in this run ({NO_SKIP_VARIABLE} is set): {reason}"


@pytest.fixture(scope="module")
def fresh_databases() -> Iterator[databases.Databases]:
    """Makes databases of either kind; what it made is dropped at the end of the module."""
    made = databases.Databases(databases.current_run())
    yield made
    made.close()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Passwords of tests are hashed by the same function with little memory: its cost is what it is for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", passwords.argon2id(64))
        yield


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request of a test leaves the language of its person behind: it is not that of the next test."""
    with i18n.speaking(i18n.SOURCE_LANGUAGE):
        yield


@pytest.fixture(autouse=True)
def _recycled(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test and its own fixtures make is used again; fixtures of wider scope are made before this one."""
    if "fresh_databases" not in request.fixturenames:
        yield
        return
    made: databases.Databases = request.getfixturevalue("fresh_databases")
    made.is_passing = True
    yield
    made.is_passing = False
    made.recycle()


@pytest.fixture(scope="session", params=databases.KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each database the platform runs on in turn."""
    kind: str = request.param
    if kind == "postgresql" and not has_postgres():
        pytest.skip("no PostgreSQL: install it, or set DOVETAIL_PG_BINDIR or DOVETAIL_TEST_POSTGRES")
    return kind


@pytest.fixture
def database_url(database_kind: str, fresh_databases: databases.Databases) -> str:
    """The address of a new, empty database, on each kind in turn."""
    return fresh_databases.fresh(database_kind)


@pytest.fixture(scope="session")
def data_dir(pytestconfig: pytest.Config) -> Path:
    """The folder of published data (`--data DIR`); its tests skip where it is missing."""
    folder = data_folder(pytestconfig)
    if not folder.is_dir():
        pytest.skip(f"no published data in {folder}: name their folder with --data DIR")
    return folder


def data_folder(config: pytest.Config) -> Path:
    """Where published data lies: where `--data` says, or beside the clone."""
    given: str | None = config.getoption("--data")
    return Path(given) if given else config.rootpath.parent / "shared" / "data"


def has_postgres() -> bool:
    """Whether a PostgreSQL can be had here."""
    return databases.POSTGRES_VARIABLE in os.environ or find_bindir() is not None
