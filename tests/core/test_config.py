"""Settings come from the site's file, then from the environment; what is wrong is named."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core.config import Settings, read, write
from core.errors import ConfigError


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    settings = Settings(tmp_path, database="postgresql://u@h/d", addons=("erp_supply",), secure_cookies=False)

    write(settings)

    assert read(tmp_path) == settings


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(Settings(tmp_path, session_hours=8))
    monkeypatch.setenv("DOVETAIL_SESSION_HOURS", "3")

    assert read(tmp_path).session_hours == 3


@pytest.mark.parametrize(
    "line",
    [
        "colour = 'red'",
        "session_hours = 'long'",
        "session_hours = 0",
        "token_calls_per_minute = -1",
        "log_level = 'LOUD'",
        "log_format = 'xml'",
        "= 3",
    ],
)
def test_a_wrong_setting_is_refused_by_name(tmp_path: Path, line: str) -> None:
    (tmp_path / "dovetail.toml").write_text(line)

    with pytest.raises(ConfigError):
        read(tmp_path)


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "site")

    first, second = settings.secrets(), settings.secrets()

    assert first == second
    assert stat.S_IMODE((tmp_path / "site" / "secret.key").stat().st_mode) == 0o600


def test_several_secrets_are_a_ring_whose_first_one_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = "n" * 32, "o" * 40
    monkeypatch.setenv("DOVETAIL_SECRET", f"{new},{old}")

    assert Settings(tmp_path).secrets() == (new.encode(), old.encode())


@pytest.mark.parametrize(
    "secret", ["a,b", "x" * 40, "a comma, and a phrase that is long enough for both of us", " x "]
)
def test_a_secret_of_before_there_were_rings_stays_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("DOVETAIL_SECRET", secret)

    assert Settings(tmp_path).secrets() == (secret.encode(),)


def test_a_new_secret_comes_first_and_the_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(tmp_path / "site")
    (first,) = settings.secrets()

    settings.add_secret()
    settings.add_secret()

    *_new, last = settings.secrets()
    assert (len(set(settings.secrets())), last) == (3, first)
    assert stat.S_IMODE((tmp_path / "site" / "secret.key").stat().st_mode) == 0o600
    monkeypatch.setenv("DOVETAIL_SECRET", "s" * 32)
    with pytest.raises(ConfigError, match="DOVETAIL_SECRET"):
        settings.add_secret()


def test_the_keys_of_the_audit_are_made_once_and_readable_by_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOVETAIL_AUDIT_KEYS")
    settings = Settings(tmp_path / "site")

    first = settings.audit_keys()
    newest = settings.add_audit_key()

    assert stat.S_IMODE((tmp_path / "site" / "audit.key").stat().st_mode) == 0o600
    assert newest != first.current
    assert settings.audit_keys().current == newest
    assert first.current in settings.audit_keys()


def test_keys_of_the_audit_that_are_none_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOVETAIL_AUDIT_KEYS", "not hexadecimal")

    with pytest.raises(ConfigError, match="DOVETAIL_AUDIT_KEYS"):
        Settings(tmp_path).audit_keys()


def test_a_key_is_added_where_the_keys_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOVETAIL_AUDIT_KEYS", "ab" * 32)

    with pytest.raises(ConfigError, match="add a new one there"):
        Settings(tmp_path).add_audit_key()


def test_a_postgresql_address_names_the_driver_that_is_installed(tmp_path: Path) -> None:
    assert Settings(tmp_path, database="postgresql://u@h/d").url == "postgresql+psycopg://u@h/d"
    assert Settings(tmp_path).url.startswith("sqlite:///")
