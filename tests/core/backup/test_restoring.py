"""A back-up gives back what was backed up, on both databases, and what is no whole back-up changes nothing."""

from __future__ import annotations

import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from core.app import open_site
from core.backup import archive, making, restoring
from core.backup.dump import closing_engine
from core.base import Company
from core.base.content import place
from core.config import Settings, read
from core.errors import UserError
from core.orm.env import open_env
from tests.core.backup.altered import altered
from tests.core.backup.conftest import NOTE


def _companies(settings: Settings) -> list[str]:
    site = open_site(settings)
    with open_env(site) as env:
        found = list(env.session.scalars(select(Company.name)))
    site.engine.dispose()
    return found


def _is_untouched(settings: Settings) -> bool:
    """Nothing lies in the folder, but for an SQLite file without a table, nor in the database."""
    with closing_engine(settings.url) as engine:
        tables = inspect(engine).get_table_names()
    left = list(settings.folder.rglob("*")) if settings.folder.exists() else []
    return not tables and not left


def test_a_restored_site_has_the_records_and_the_contents_of_its_attachments(
    settings: Settings, digest: str, empty: Settings, tmp_path: Path
) -> None:
    made = making.make(settings, tmp_path / "backups")

    restoring.restore(made, empty)

    assert _companies(empty) == ["Kestrel Hydraulics"]
    assert place(empty.attachments, digest).read_bytes() == NOTE
    assert read(empty.folder).database == empty.database


def test_what_comes_after_the_back_up_is_not_in_it(
    settings: Settings, empty: Settings, tmp_path: Path
) -> None:
    made = making.make(settings, tmp_path / "backups")
    site = open_site(settings)
    with open_env(site, write=True) as env:
        env.add(Company(code="LATE", name="Late", currency_id=1, country="DE"))
    site.engine.dispose()

    restoring.restore(made, empty)

    assert "Late" not in _companies(empty)


def test_a_back_up_restored_on_trial_has_no_difference_and_leaves_no_database(
    settings: Settings, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = making.make(settings, tmp_path / "backups")
    monkeypatch.setattr("core.backup.restoring.secrets.token_hex", lambda _size: digest[:12])

    done = restoring.verify(made, settings)

    assert done.differences == ()
    assert done.manifest.tables["base_attachment"].rows == 1
    assert set(done.manifest.files) == {"database", f"attachments/{digest[:2]}/{digest}"}
    with closing_engine(settings.url) as engine, engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            names = connection.exec_driver_sql("SELECT datname FROM pg_database").scalars()
            assert f"dovetail_verify_{digest[:12]}" not in set(names)


def test_verifying_names_the_table_that_is_not_as_the_manifest_has_it(
    settings: Settings, digest: str, tmp_path: Path
) -> None:
    made = making.make(settings, tmp_path / "backups")

    def one_row_more(member: tarfile.TarInfo, content: bytes) -> bytes:
        if member.name != "manifest.json":
            return content
        told = content.decode()
        start = told.index('"base_company": {')
        return (told[:start] + told[start:].replace('"rows": 1', '"rows": 2', 1)).encode()

    forged = altered(made, tmp_path / "forged.tar.gz", one_row_more)

    assert [str(line) for line in restoring.verify(forged, settings).differences] == [
        "base_company: 2 rows were backed up, 1 restored, or others"
    ]


def test_a_content_that_the_site_had_lost_is_named(settings: Settings, digest: str, tmp_path: Path) -> None:
    place(settings.attachments, digest).unlink()

    done = restoring.verify(making.make(settings, tmp_path / "backups"), settings)

    assert [digest in str(line) for line in done.differences] == [True]


def test_a_byte_that_flipped_is_found_and_nothing_is_restored(
    settings: Settings, empty: Settings, tmp_path: Path
) -> None:
    made = making.make(settings, tmp_path / "backups")

    def flipped(member: tarfile.TarInfo, content: bytes) -> bytes:
        return content if member.name != "database" else content[:-1] + bytes([content[-1] ^ 1])

    broken = altered(made, tmp_path / "broken.tar.gz", flipped)

    with pytest.raises(UserError, match="damaged: database is missing or not what was written"):
        restoring.restore(broken, empty)
    assert _is_untouched(empty)


def test_nothing_is_restored_over_a_site(settings: Settings, digest: str, tmp_path: Path) -> None:
    made = making.make(settings, tmp_path / "backups")

    with pytest.raises(UserError, match="There is a site in"):
        restoring.restore(made, settings)
    with pytest.raises(UserError, match=r"something in the database already|There is a site"):
        restoring.restore(made, replace(settings, folder=tmp_path / "another"))
    assert _companies(settings) == ["Kestrel Hydraulics"]


def test_the_kind_of_database_must_be_the_same(
    settings: Settings, database_kind: str, tmp_path: Path
) -> None:
    made = making.make(settings, tmp_path / "backups")
    other = "sqlite:///other.db" if database_kind == "postgresql" else "postgresql://nobody@127.0.0.1:1/none"

    with pytest.raises(UserError, match="Name one of its kind with --database"):
        restoring.restore(made, Settings(tmp_path / "other", database=other))


def test_only_who_has_the_key_reads_an_encrypted_one_and_it_brings_the_sites_keys(
    settings: Settings, digest: str, empty: Settings, tmp_path: Path
) -> None:
    identity, recipient = archive.new_key()
    another, _recipient = archive.new_key()
    secret = settings.secrets()
    made = making.make(settings, tmp_path / "backups", [recipient])

    with pytest.raises(UserError, match="is encrypted: name the file of its key"):
        restoring.restore(made, empty)
    with pytest.raises(UserError, match="cannot be decrypted with this key"):
        restoring.restore(made, empty, another)
    assert NOTE not in made.read_bytes()
    assert _is_untouched(empty)

    restoring.restore(made, empty, identity)

    assert _companies(empty) == ["Kestrel Hydraulics"]
    assert empty.secrets() == secret


def test_one_that_is_not_encrypted_holds_no_key_and_no_setting(settings: Settings, tmp_path: Path) -> None:
    settings.secrets()
    made = making.make(settings, tmp_path / "backups")

    with tarfile.open(made) as tar:
        assert tar.getnames() == ["manifest.json", "database"]
    assert made.stat().st_mode & 0o077 == 0
