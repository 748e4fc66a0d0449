"""What the doctor finds, each look with something that is wrong and without."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from core import clock
from core.app import create_site, open_site
from core.backup import files
from core.base.models import IdentityProvider, IncomingMessage, Job
from core.calling import Peer
from core.config import Settings, write
from core.doctor import Finding, connections, examine, folder, tables
from core.events.incoming import IncomingState
from core.jobs.job import JobState
from core.orm.env import Site, open_env
from core.testing import making
from core.testing.databases import Databases

DOCS = Path(__file__).parents[3] / "docs" / "doctor.md"
SOURCES = Path(folder.__file__).parent


@pytest.fixture
def settings(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Settings:
    """A site of base in a folder of its own, backed up a moment ago."""

    def prepare(url: str) -> None:
        create_site(Settings(tmp_path / "made", database=url)).engine.dispose()

    url = fresh_databases.cloned(database_kind, "backup.base", prepare)
    made = Settings(tmp_path / "site", database=url, only_inside_hosts=True)
    write(made)
    made.secrets()
    made.backup_folder.mkdir()
    (made.backup_folder / files.name_at(clock.now(), encrypted=False)).touch()
    return made


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    opened = open_site(settings)
    yield opened
    opened.engine.dispose()


def _wrong(settings: Settings) -> list[str]:
    """The codes of what is wrong, or will be."""
    return [each.code for each in examine(settings) if each.is_wrong is not None]


def test_a_site_that_is_well_is_told_so_look_by_look(settings: Settings) -> None:
    found = list(examine(settings))

    assert [each for each in found if each.is_wrong is not None] == []
    assert {"key", "room", "backup", "site", "schema", "attachment", "job", "message"} <= {
        e.code for e in found
    }


def test_every_code_is_explained_and_none_that_nothing_tells() -> None:
    told = set(re.findall(r'(?:wrong|warning|tell|Finding)\(\s*"([a-z]+)"', "".join(
        path.read_text() for path in SOURCES.glob("*.py")
    )))  # fmt: skip

    assert told == set(re.findall(r"^## ([a-z]+)$", DOCS.read_text(), re.MULTILINE))


def test_a_key_that_others_can_read_is_wrong(settings: Settings) -> None:
    (settings.folder / "secret.key").chmod(0o644)

    assert _wrong(settings) == ["key"]


def test_a_full_disk_is_wrong(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_LEAST_FREE", 10**18)

    assert _wrong(settings) == ["room"]


def test_a_demonstration_is_warned_of(settings: Settings) -> None:
    assert _wrong(replace(settings, secure_cookies=False)) == ["demonstration"]


def test_a_list_of_leaked_passwords_that_is_not_there_is_wrong(settings: Settings) -> None:
    listed = replace(settings, breached_passwords="leaked.txt")
    missed = _wrong(listed)
    (settings.folder / "leaked.txt").touch()

    assert (missed, _wrong(listed)) == (["password"], [])


def test_a_back_up_that_is_old_or_missing_is_warned_of(settings: Settings) -> None:
    (kept,) = files.found(settings.backup_folder)
    old = settings.backup_folder / files.name_at(kept.at - timedelta(days=3), encrypted=False)
    kept.path.rename(old)
    aged = _wrong(settings)
    old.unlink()

    assert (aged, _wrong(settings)) == (["backup"], ["backup"])


def test_postgresql_without_its_programs_cannot_be_backed_up(
    settings: Settings, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.backup.tools.folder_with", lambda _program: None)

    assert _wrong(settings) == (["backup"] if database_kind == "postgresql" else [])


def test_a_site_that_does_not_open_says_why_and_is_looked_at_no_further(tmp_path: Path) -> None:
    empty = Settings(tmp_path)

    last = list(examine(empty))[-1]

    assert (last.code, last.is_wrong) == ("site", True)
    assert "dovetail init" in str(last.text)


def test_a_column_that_somebody_dropped_is_wrong_and_an_index_of_the_site_a_warning(
    settings: Settings, site: Site
) -> None:
    with site.engine.execution_options(dovetail_write=True).begin() as connection:
        connection.execute(text("ALTER TABLE base_attachment DROP COLUMN media_type"))
        connection.execute(text("CREATE INDEX of_the_site ON base_company (country)"))

    found = [each for each in examine(settings) if each.code == "schema"]

    assert sorted((str(each.is_wrong), "media_type" in str(each.text)) for each in found) == [
        ("False", False), ("True", True),
    ]  # fmt: skip


def test_a_content_that_is_gone_is_named(settings: Settings, site: Site) -> None:
    with site.engine.execution_options(dovetail_write=True).begin() as connection:
        connection.execute(text(
            "INSERT INTO base_attachment (model, record_id, name, media_type, size_bytes, digest, version) "
            "VALUES ('base.company', 1, 'a.txt', 'text/plain', 1, 'abcdef', 1)"
        ))  # fmt: skip

    told = [str(each.text) for each in examine(settings) if each.is_wrong]

    assert ["abcdef" in line for line in told] == [True]


def test_jobs_that_wait_or_failed_are_told(settings: Settings, site: Site) -> None:
    now = clock.now()
    with open_env(site, write=True) as env:
        making.make(env, Job, task="base.tidy", state=JobState.FAILED, finished_at=now)
        waiting = making.make(env, Job, task="base.tidy", state=JobState.QUEUED)
        env.flush()
        env._connection.execute(
            text("UPDATE base_job SET created_at = :at WHERE id = :id"),
            {"at": now - timedelta(hours=1), "id": waiting.id},
        )

    assert _wrong(settings) == ["worker", "job"]


def test_parked_messages_are_told(settings: Settings, site: Site) -> None:
    with open_env(site, write=True) as env:
        making.make(env, IncomingMessage, state=IncomingState.PARKED, sha256="", message_id="m-1")

    assert _wrong(settings) == ["message"]


def test_clocks_that_are_apart_are_wrong(settings: Settings, site: Site, database_kind: str) -> None:
    with clock.held(clock.now() + timedelta(minutes=1)):
        found: list[Finding] = list(tables.clocks(site))

    assert [each.is_wrong for each in found] == ([True] if database_kind == "postgresql" else [])


def _said(site: Site, code: str) -> list[str]:
    return [str(f.text) for f in connections.connections(site) if f.code == code and f.is_wrong is not None]


def test_whoever_is_called_inside_our_network_is_named_by_whoever_runs_the_site(
    settings: Settings, site: Site
) -> None:
    write(replace(settings, only_inside_hosts=False))
    with open_env(site, write=True) as env:
        making.make(env, IdentityProvider, code="corp", issuer="https://10.1.2.3/realms/plant")
        making.make(env, IdentityProvider, code="away", issuer="https://10.9.9.9/", active=False)

    as_before = _said(site, "inside")
    write(settings)
    refused = _said(site, "inside")
    write(replace(settings, inside_hosts=("10.1.2.3",)))

    assert "Not named yet: 10.1.2.3." in as_before[0]
    assert "not called since inside_hosts lacks it: 10.1.2.3." in refused[0]
    assert _said(site, "inside") == []


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgresql+psycopg://u@db.plant/x", "db.plant"),
        ("postgresql+psycopg://u@db.plant/x?sslmode=prefer", "db.plant"),
        ("postgresql+psycopg://u@/x?host=10.0.0.9", "10.0.0.9"),
        ("postgresql+psycopg://u@db.plant/x?sslmode=require", ""),
        ("postgresql+psycopg://u@db.plant/x?sslmode=verify-full", ""),
        ("postgresql+psycopg://u@127.0.0.1/x", ""),
        ("postgresql+psycopg://u@/x?host=/run/postgresql", ""),
        ("postgresql+psycopg:///x", ""),
        ("sqlite:////srv/site.db", ""),
    ],
)
def test_a_database_on_another_machine_that_may_be_spoken_to_in_the_clear_is_told(
    url: str, host: str
) -> None:
    assert connections._plain_database(make_url(url)) == host


def test_an_addon_s_plain_connection_to_another_machine_is_told(
    site: Site,
) -> None:
    peers = [
        Peer("opc.tcp://press.plant:4840", is_confidential=False, is_from_pages=False),
        Peer("mqtt://127.0.0.1", is_confidential=False, is_from_pages=False),
        Peer("mqtt://broker.plant:8883", is_confidential=True, is_from_pages=False),
    ]

    told = [str(found.text) for found in connections._plain(site, peers) if found.is_wrong is False]

    assert told == ["What is said to press.plant can be read on the way."]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_reference_to_a_row_that_is_gone_is_found(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.folder.parent / "copy.db")) as copy:
        with closing(sqlite3.connect(str(make_url(settings.url).database))) as source:
            source.backup(copy)
        copy.execute("UPDATE base_schedule SET last_job_id = 4711")
        copy.commit()

    broken = replace(settings, database=f"sqlite:///{settings.folder.parent / 'copy.db'}")

    assert set(_wrong(broken)) == {"reference"}
