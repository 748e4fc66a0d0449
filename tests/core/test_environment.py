"""What a process is given: variables first, then credentials that came as files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.config import given_secret, read
from core.environment import CREDENTIALS, variable
from core.keyring import Keyring


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that a manager of secrets fills before it starts the process, which has no such variables itself."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("DOVETAIL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv(CREDENTIALS, str(folder))
    return folder


def test_a_credential_is_read_like_a_variable_without_the_space_around_it(credentials: Path) -> None:
    (credentials / "DOVETAIL_METRICS_TOKEN").write_text("of the vault\n")

    assert variable("DOVETAIL_METRICS_TOKEN") == "of the vault"
    assert variable("DOVETAIL_MAIL_USER") is None


def test_a_variable_comes_before_the_credential_of_its_name(
    credentials: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (credentials / "DOVETAIL_MAIL_USER").write_text("of the vault")
    monkeypatch.setenv("DOVETAIL_MAIL_USER", "of the shell")

    assert variable("DOVETAIL_MAIL_USER") == "of the shell"


def test_every_secret_of_a_site_may_be_a_credential_and_none_is_left_in_its_folder(
    credentials: Path, tmp_path: Path
) -> None:
    early, current = "1" * 64, "2" * 64
    (credentials / "DOVETAIL_SECRET").write_text("n" * 32 + "\n" + "o" * 32 + "\n")
    (credentials / "DOVETAIL_AUDIT_KEYS").write_text(f"{early}\n{current}\n")
    (credentials / "DOVETAIL_DATABASE").write_text("postgresql://erp:word@db/erp")
    (credentials / "DOVETAIL_MAIL_PASSWORD_SERVER").write_text("word")
    (credentials / "DOVETAIL_BRIDGE_TOKEN_PLANT_2").write_text("token")

    settings = read(tmp_path / "site")

    assert settings.secrets() == (b"n" * 32, b"o" * 32)
    assert settings.audit_keys().current == Keyring([bytes.fromhex(current)]).current
    assert settings.url == "postgresql+psycopg://erp:word@db/erp"
    assert settings.mail_password().text == "word"
    assert given_secret(settings.folder, "bridge.token", "PLANT-2").text == "token"
    assert not settings.folder.exists()
