"""Sites with people of two companies, made once a run and copied for each test."""

from __future__ import annotations

import pytest

from core.testing.databases import Databases
from core.testing.process import apart
from tests.core.custom import steps
from tests.core.migrate import steps as life


@pytest.fixture
def plain(database_kind: str, fresh_databases: Databases) -> str:
    """The address of a site with base and nobody's custom field."""
    return fresh_databases.cloned(database_kind, "custom_plain", lambda url: apart(steps.create, url))


@pytest.fixture
def library(database_kind: str, fresh_databases: Databases) -> str:
    """The address of a site with base and the sample addon library."""
    return fresh_databases.cloned(database_kind, "custom_library", _make_library)


def _make_library(url: str) -> None:
    apart(life.create, url, ["library"])
