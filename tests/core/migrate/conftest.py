"""Sites with the sample addons, made once a run and copied for each test."""

from __future__ import annotations

import pytest

from core.testing.databases import Databases
from core.testing.process import apart
from tests.core.migrate import steps


@pytest.fixture
def library(database_kind: str, fresh_databases: Databases) -> str:
    """The address of a site with base and library."""
    return _copy(database_kind, fresh_databases, "library")


@pytest.fixture
def lending(database_kind: str, fresh_databases: Databases) -> str:
    """The address of a site with base, library and lending."""
    return _copy(database_kind, fresh_databases, "lending")


def _copy(kind: str, databases: Databases, addon: str) -> str:
    return databases.cloned(kind, f"sample_{addon}", lambda url: _make(url, addon))


def _make(url: str, addon: str) -> None:
    apart(steps.create, url, [addon])
