"""dovetail backup as a person types it, from the key to the restored site."""

from __future__ import annotations

from pathlib import Path

from tests.core.cli.typed import dovetail


def test_a_site_is_backed_up_encrypted_verified_and_restored(tmp_path: Path) -> None:
    site, restored, key = tmp_path / "site", tmp_path / "restored", tmp_path / "backup.key"
    dovetail(site, "init")

    recipient = dovetail(site, "backup", "key", str(key)).stdout.strip()
    made = dovetail(site, "backup", "create", "--recipient", recipient)
    (file,) = (site / "backups").iterdir()
    listed = dovetail(site, "backup", "list")
    unread = dovetail(site, "backup", "verify", str(file))
    verified = dovetail(site, "backup", "verify", str(file), "--identity", str(key))
    back = dovetail(restored, "backup", "restore", str(file), "--identity", str(key))

    assert recipient.startswith("age1")
    assert key.stat().st_mode & 0o077 == 0
    assert str(file) in made.stdout
    assert str(file) in listed.stdout
    assert (unread.returncode, "name the file of its key" in unread.stderr) == (1, True)
    assert "Everything was restored as it was." in verified.stdout
    assert back.returncode == 0, back.stderr
    assert (restored / "secret.key").read_text() == (site / "secret.key").read_text()
    assert "Installed" in dovetail(restored, "addons").stdout


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    key = tmp_path / "backup.key"
    key.write_text("precious")

    refused = dovetail(tmp_path / "site", "backup", "key", str(key))

    assert (refused.returncode, key.read_text()) == (1, "precious")
    assert "Nothing has changed" in refused.stderr


def test_a_folder_without_back_ups_says_how_to_make_one(tmp_path: Path) -> None:
    assert "dovetail backup create makes one" in dovetail(tmp_path / "site", "backup", "list").stdout
