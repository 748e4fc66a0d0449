"""A copy of a site in which nobody finds a person again, and which still is a site."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.app import create_site
from core.backup import archive, dump, making
from core.backup.dump import closing_engine
from core.config import Settings, write
from core.testing.databases import Databases
from core.testing.process import Apart, apart
from tests.core.cloning import steps

#: Words of the code as well.
_ORDINARY = {"admin"}
#: Fewer characters are found in every file.
_FEWEST = 4


_WORD = rb"(?<![0-9A-Za-z.])%s(?![0-9A-Za-z.])"


@pytest.fixture
def plant(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Settings:
    """The site of all addons with demonstration data, and a person in everything that may hold what is personal."""
    url = fresh_databases.cloned(
        database_kind, "cloning_landed", lambda address: apart(steps.demonstrate, address)
    )
    made = Settings(tmp_path / "plant", database=url)
    write(made)
    return made


@pytest.fixture
def target(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Settings:
    """Where a copy is made."""
    return Settings(tmp_path / "copy", database=fresh_databases.fresh(database_kind))


@pytest.fixture
def small(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Settings:
    """A site of base alone."""

    def prepare(url: str) -> None:
        create_site(Settings(tmp_path / "made", database=url)).engine.dispose()

    made = Settings(
        tmp_path / "small", database=fresh_databases.cloned(database_kind, "backup.base", prepare)
    )
    write(made)
    made.secrets()
    made.audit_keys()
    return made


def _files(settings: Settings, work: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the site, and its database as a dump and, on SQLite, as the very file."""
    for path in settings.folder.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()
    with closing_engine(settings.url) as engine, dump.dumped(engine, work / "dump"):
        pass
    yield "dump", (work / "dump").read_bytes()
    if settings.url.startswith("sqlite"):
        file = settings.url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(file)) as source:
            yield "text", "\n".join(source.iterdump()).encode()
        for suffix in ("", "-wal"):
            if Path(file + suffix).exists():
                yield file + suffix, Path(file + suffix).read_bytes()


def _is_in(value: str, content: bytes, *, is_text: bool) -> bool:
    """As it is or as JSON writes it; a number or a single word, which may be part of others, as a word of a text."""
    for form in {value.encode(), json.dumps(value)[1:-1].encode()}:
        if form in content and re.search(rb"[ @]", form):
            return True
        if is_text and form in content and re.search(_WORD % re.escape(form), content):
            return True
    return False


def test_nothing_personal_is_found_anywhere_in_a_copy_that_is_a_site_all_the_same(
    plant: Settings, target: Settings, tmp_path: Path
) -> None:
    personal = apart(steps.furnish, plant.folder)
    sought = [each for each in personal if len(each) >= _FEWEST and each not in _ORDINARY]

    password, files = apart(steps.copy, plant, target)

    there = [name for name, content in _files(plant, tmp_path) if _is_in(steps.SECRET, content, is_text=True)]
    found = {
        (value, name)
        for name, content in _files(target, tmp_path) for value in sought
        if _is_in(value, content, is_text=name in ("dump", "text"))
    }  # fmt: skip
    assert (len(sought) > 100, len(there) > 1, files) == (True, True, 1)
    assert found == set()
    assert apart(steps.wrong, target.folder) == []
    assert apart(steps.state, target.folder) == {
        "credentials": 1, "sessions": 0, "tokens": 0, "messages": 0, "jobs": 0, "schedules": 0, "partners": 0,
        "reasons": 1, "joined": 11, "apart": 0, "named": 18,
    }  # fmt: skip
    assert apart(steps.serves, target.folder, password) == [200, 200, 200]


def test_from_an_encrypted_back_up_neither_settings_nor_keys_come_along(
    small: Settings, target: Settings, tmp_path: Path
) -> None:
    identity, recipient = archive.new_key()
    write(replace(small, metrics_token="hush", backup_recipients=(recipient,)))
    file = making.make(small, tmp_path / "kept", [recipient])

    apart(steps.copy, small, target, file, identity)

    assert "hush" not in (target.folder / "dovetail.toml").read_text()
    assert small.secrets() != target.secrets()
    assert apart(steps.wrong, target.folder) == []


def test_where_nobody_knows_what_is_personal_no_copy_is_left_behind(
    small: Settings, target: Settings
) -> None:
    with (
        closing_engine(small.url) as engine,
        engine.execution_options(dovetail_write=True).begin() as connection,
    ):
        connection.exec_driver_sql("CREATE TABLE diary (id integer, said text)")

    with pytest.raises(Apart, match="Nobody knows what is personal in the tables diary"):
        apart(steps.copy, small, target)

    assert not target.folder.exists()
    assert small.folder.exists()
