"""Whoever still uses what will go is told, by name."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from core import addon, deprecated, deprecation, hookspec, plugins
from core.addon import Addon, Package
from core.deprecation import AddonDeprecationWarning

STRANGER = Package(Addon("stranger"), "stranger_of_these_tests")
HOOKS = """
from core import hookimpl

@hookimpl
def fruit_ripened():
    pass

def use(function):
    return function(8)
"""


@deprecated(since="0.2", gone_in="0.4", instead="halve")
def cut(number: int) -> int:
    """Half of it."""
    return number // 2


@pytest.fixture(autouse=True)
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:  # Any: what HOOKS says
    """The hooks of an addon that nobody of ours wrote, in the log's eyes for the first time."""
    folder = tmp_path / STRANGER.module
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "hooks.py").write_text(HOOKS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(addon._owners, STRANGER.module, STRANGER.name)
    monkeypatch.setattr(deprecation, "_logged", set())
    return import_module(f"{STRANGER.module}.hooks")


def test_an_addon_that_calls_it_is_warned_by_its_name_at_its_own_line(stranger: Any) -> None:
    with pytest.warns(
        AddonDeprecationWarning,
        match=r"Addon stranger uses cut, deprecated since 0\.2 and gone in 0\.4\. Use halve\.",
    ) as warned:
        assert stranger.use(cut) == 4

    assert warned[0].filename == stranger.__file__


def test_an_addon_that_implements_such_a_hook_is_warned_when_it_is_loaded() -> None:
    specs = ModuleType("specs")
    vars(specs)["fruit_ripened"] = hookspec(
        deprecated(since="1.0", gone_in="2.0", instead="fruit_picked")(fruit_ripened)
    )

    with pytest.warns(AddonDeprecationWarning, match=r"Addon stranger uses fruit_ripened"):
        plugins.build([specs], [STRANGER])


def test_the_log_says_it_once(stranger: Any, caplog: pytest.LogCaptureFixture) -> None:
    for _time in range(2):
        with pytest.warns(AddonDeprecationWarning):
            stranger.use(cut)

    assert [record.getMessage()[:23] for record in caplog.records] == ["Addon stranger uses cut"]


def fruit_ripened() -> None:
    """A fruit is ripe."""
