"""What every test has at hand; the reusable part is shipped as `core.testing.plugin`."""

from __future__ import annotations

import pytest
from hypothesis import settings

pytest_plugins = ["core.testing.plugin"]

# The machine's load is no property of the code: no deadline, and the same examples on every run.
settings.register_profile("dovetail", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("dovetail")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--replay-speed", type=float, default=2_000, help="of recorded machine days (60 takes ten minutes)"
    )
