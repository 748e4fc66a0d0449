"""A site of base, and profiles of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.app import create_site, open_site
from core.config import Settings, write
from core.orm.env import Site
from core.profile.document import Profile, read
from core.testing.databases import Databases

Reader = Callable[[str], Profile]


@pytest.fixture
def site(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[Site]:
    def prepare(url: str) -> None:
        create_site(Settings(tmp_path / "made", database=url)).engine.dispose()

    settings = Settings(
        tmp_path / "site", database=fresh_databases.cloned(database_kind, "backup.base", prepare)
    )
    write(settings)
    opened = open_site(settings)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def profile(tmp_path: Path) -> Reader:
    """Reads what is given as the text of a profile."""

    def of(text: str) -> Profile:
        file = tmp_path / "profile.toml"
        file.write_text(text)
        return read(file)

    return of
