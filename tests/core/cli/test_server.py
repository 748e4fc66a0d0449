"""What a server does besides serving."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from core.cli.server import log_as
from core.config import LOG_LEVELS


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The levels that the other tests log with."""
    loggers = [logging.getLogger(), logging.getLogger("waitress")]
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize("level", LOG_LEVELS)
def test_the_log_tells_what_is_as_grave_as_the_setting_says(level: str) -> None:
    log_as(level)

    told = [
        name for name in LOG_LEVELS if logging.getLogger("dovetail.jobs").isEnabledFor(getattr(logging, name))
    ]
    assert told == list(LOG_LEVELS[LOG_LEVELS.index(level) :])
