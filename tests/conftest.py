"""What every test has at hand; the reusable part is shipped as `core.testing.plugin`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from core.testing.mosquitto import Broker, find_mosquitto, running_mosquitto
from tests.installing import Installed, installed, platform_wheel

pytest_plugins = ["core.testing.plugin"]

# The machine's load is no property of the code: no deadline, and the same examples on every run.
settings.register_profile("dovetail", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("dovetail")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--replay-speed", type=float, default=2_000, help="of recorded machine days (60 takes ten minutes)"
    )
    parser.addoption(
        "--api-calls", type=int, default=1_000, help="calls of the described API, with generated values"
    )


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A real MQTT broker."""
    if find_mosquitto() is None:
        pytest.skip("no mosquitto: apt-get install mosquitto")
    with running_mosquitto() as running:
        yield running


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A virtual environment of a stranger, with the platform from its wheel."""
    folder = tmp_path_factory.mktemp("stranger")
    return installed(platform_wheel(folder / "wheel"), folder / "environment")
