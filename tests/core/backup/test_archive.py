"""The file of a back-up: whole or refused, and what it says is what it holds."""

from __future__ import annotations

import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.backup import archive
from core.backup.manifest import Content, Manifest
from core.errors import UserError
from tests.core.backup.altered import altered

MADE = Manifest(
    datetime(2026, 11, 28, 21, tzinfo=UTC),
    "1.0",
    "sqlite",
    {"base": "0004"},
    {"base_company": Content(1, "17")},
    {},
)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """An archive of two files."""
    members = {"database": tmp_path / "database", "attachments/ab/abc": tmp_path / "abc"}
    for name, path in members.items():
        path.write_text(name * 1_000)
    files = {name: archive.checksum(path) for name, path in members.items()}
    made = Manifest(MADE.at, MADE.version, MADE.dialect, MADE.addons, MADE.tables, files)
    archive.pack(tmp_path / "whole.tar.gz", made, members, ())
    return tmp_path / "whole.tar.gz"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "unpacked"
    made.mkdir()
    return made


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert Manifest.from_json(MADE.to_json()) == MADE


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": "x"}', "null"])
def test_what_is_no_manifest_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match="its manifest cannot be read"):
        Manifest.from_json(text)


def test_one_of_a_newer_program_names_its_version() -> None:
    newer = MADE.to_json().replace('"format": 1', '"format": 2').replace('"1.0"', '"9.0"')

    with pytest.raises(UserError, match=r"newer version \(9\.0\)"):
        Manifest.from_json(newer)


def test_what_was_packed_is_unpacked(packed: Path, folder: Path) -> None:
    made = archive.unpack(packed, folder)

    assert set(made.files) == {"database", "attachments/ab/abc"}
    assert (folder / "attachments" / "ab" / "abc").read_text() == "attachments/ab/abc" * 1_000


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6])
def test_one_that_was_cut_off_is_refused(packed: Path, folder: Path, share: float) -> None:
    packed.write_bytes(packed.read_bytes()[: int(packed.stat().st_size * share)])

    with pytest.raises(UserError, match=r"damaged or no back-up|manifest cannot be read"):
        archive.unpack(packed, folder)


@pytest.mark.parametrize("name", ["../outside", "/outside", "stowaway"])
def test_a_member_that_the_manifest_does_not_name_is_refused(
    packed: Path, folder: Path, tmp_path: Path, name: str
) -> None:
    def renamed(member: tarfile.TarInfo, content: bytes) -> bytes:
        member.name = name if member.name == "database" else member.name
        return content

    with pytest.raises(UserError, match="which its manifest does not name"):
        archive.unpack(altered(packed, tmp_path / "forged.tar.gz", renamed), folder)
    assert not (tmp_path / "outside").exists()


def test_a_link_in_place_of_a_file_is_refused(packed: Path, folder: Path, tmp_path: Path) -> None:
    def linked(member: tarfile.TarInfo, content: bytes) -> bytes:
        if member.name == "database":
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        return content

    with pytest.raises(UserError, match="which its manifest does not name"):
        archive.unpack(altered(packed, tmp_path / "forged.tar.gz", linked), folder)


def test_a_missing_member_is_named(packed: Path, folder: Path, tmp_path: Path) -> None:
    shorter = tmp_path / "shorter.tar.gz"
    with tarfile.open(packed) as old, tarfile.open(shorter, "w:gz") as new:
        for member in old.getmembers()[:-1]:
            new.addfile(member, old.extractfile(member))

    with pytest.raises(UserError, match="attachments/ab/abc is missing"):
        archive.unpack(shorter, folder)


def test_no_draft_is_left_of_one_that_could_not_be_written(packed: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="looks like age1"):
        archive.pack(tmp_path / "sealed.tar.gz.age", MADE, {}, ["not a key"])

    assert not [path for path in tmp_path.iterdir() if "sealed" in path.name]
