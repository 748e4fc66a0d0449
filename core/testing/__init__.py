"""What a test needs, shipped for every addon: a pytest plugin, a private PostgreSQL, generic checks.

A project's `tests/conftest.py` says `pytest_plugins = ["core.testing.plugin"]`. What its tests import stands here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.testing.generic import GenericChecks
    from core.testing.given import AsUser, Browser, Client, HeldClock, Make, QueryBudget, RestClient
    from core.testing.making import make
    from core.testing.observing import Heard
    from core.testing.signatures import signing

_HOMES = {
    "AsUser": "given",
    "Browser": "given",
    "Client": "given",
    "GenericChecks": "generic",
    "Heard": "observing",
    "HeldClock": "given",
    "Make": "given",
    "QueryBudget": "given",
    "RestClient": "given",
    "make": "making",
    "signing": "signatures",
}

__all__ = [
    "AsUser",
    "Browser",
    "Client",
    "GenericChecks",
    "Heard",
    "HeldClock",
    "Make",
    "QueryBudget",
    "RestClient",
    "make",
    "signing",
]


def __getattr__(name: str) -> object:
    """Fetched on first use, so that the plugin can be registered before a module that it names is imported."""
    if name not in _HOMES:
        raise AttributeError(f"core.testing has no public name {name!r}")
    return getattr(import_module(f"core.testing.{_HOMES[name]}"), name)
