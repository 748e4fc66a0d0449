"""A log line says what it belongs to, and nobody's secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import log
from core.config import LOG_LEVELS, Settings


@pytest.fixture(autouse=True)
def _root() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log.clear()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    log.clear()


@pytest.mark.parametrize("level", LOG_LEVELS)
def test_the_log_tells_what_is_as_grave_as_the_setting_says(level: str, tmp_path: Path) -> None:
    log.start(Settings(tmp_path, log_level=level))

    told = [
        name for name in LOG_LEVELS if logging.getLogger("dovetail.jobs").isEnabledFor(getattr(logging, name))
    ]
    assert told == list(LOG_LEVELS[LOG_LEVELS.index(level) :])


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_what_it_belongs_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.start(Settings(tmp_path, log_format="json"))

    with log.bound(request_id="r-1", job_id=7):
        logging.getLogger("dovetail.test").info("done %s of %s", 3, 4, extra={"route": "/m/<name>"})
    logging.getLogger("dovetail.test").info("alone")

    within, alone = lines(capsys)
    assert within["event"] == "done 3 of 4"
    assert (within["request_id"], within["job_id"], within["route"]) == ("r-1", 7, "/m/<name>")
    assert (within["level"], within["logger"]) == ("info", "dovetail.test")
    assert "request_id" not in alone


def test_the_level_is_that_of_the_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.start(Settings(tmp_path, log_format="json", log_level="WARNING"))

    logging.getLogger("dovetail.test").info("quiet")
    logging.getLogger("dovetail.test").warning("loud")

    assert [line["event"] for line in lines(capsys)] == ["loud"]


@pytest.mark.parametrize("name", ["password", "session_token", "Cookie", "totp_secret", "email"])
def test_what_is_nobodys_business_is_hidden(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.start(Settings(tmp_path, log_format="json"))

    logging.getLogger("dovetail.test").info("x", extra={name: "hush"})

    assert "hush" not in capsys.readouterr().err


def test_for_a_terminal_there_are_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.start(Settings(tmp_path))

    logging.getLogger("dovetail.test").warning("careful")

    assert "careful" in capsys.readouterr().err
