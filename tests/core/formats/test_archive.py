"""Archives are judged by what they hold and unpack to, not by what they say of themselves."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from core.errors import FormatError
from core.formats import archive
from core.formats.archive import check_archive


def _archive(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return target


def test_an_ordinary_archive_passes_and_is_at_its_beginning_again() -> None:
    source = _archive(("folder/a.txt", b"a"), ("b..txt", b"b"), ("empty/", b""))

    check_archive(source, "a.zip")

    assert source.tell() == 0


@pytest.mark.parametrize(
    "path", ["../evil", "a/../../evil", "/etc/passwd", "C:\\evil", "..\\evil", "a\\..\\..\\evil", "a/.."]
)
def test_a_path_out_of_the_archive_is_refused_and_named(path: str) -> None:
    with pytest.raises(FormatError, match=r"^a\.zip holds “.*”, which points out of the archive") as refused:
        check_archive(_archive(("good.txt", b""), (path, b"x")), "a.zip")

    assert path.replace("\\", "/") in str(refused.value)


def test_a_symbolic_link_is_refused() -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16

    with pytest.raises(FormatError, match="points out of the archive"):
        check_archive(_archive((link, b"/etc/passwd")), "a.zip")


def test_a_bomb_is_refused_by_what_it_unpacks_to() -> None:
    source = _archive(("zeros", bytes(64 * 1024 * 1024)))

    with pytest.raises(FormatError, match="unpacks into more than 12 MB from 64 kB"):
        check_archive(source, "a.zip")


def test_a_bomb_that_states_a_small_size_is_found_out() -> None:
    size = 64 * 1024 * 1024
    content = _archive(("zeros", bytes(size))).getvalue()
    lying = content.replace(struct.pack("<I", size), struct.pack("<I", 10))

    assert lying != content
    with pytest.raises(FormatError, match=r"unpacks into more than|is damaged"):
        check_archive(io.BytesIO(lying), "a.zip")


def test_a_small_archive_may_compress_well() -> None:
    check_archive(_archive(("zeros", bytes(5 * 1024 * 1024))), "a.zip")


def test_an_encrypted_entry_is_refused_with_the_way_out() -> None:
    content = bytearray(_archive(("a.txt", b"a")).getvalue())
    content[content.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(FormatError, match=r"protected by a password\. Save it without one"):
        check_archive(io.BytesIO(bytes(content)), "a.zip")


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ENTRIES", 2)

    with pytest.raises(FormatError, match="more than 2 files"):
        check_archive(_archive(("a", b""), ("b", b""), ("c", b"")), "a.zip")


@pytest.mark.parametrize("keep", [0, 10, 60])
def test_a_damaged_archive_is_refused(keep: int) -> None:
    content = _archive(("a.txt", b"abc" * 100)).getvalue()

    with pytest.raises(FormatError, match=r"a\.zip is damaged"):
        check_archive(io.BytesIO(content[:keep]), "a.zip")


def test_an_entry_whose_bytes_were_changed_is_refused() -> None:
    content = bytearray(_archive(("a.txt", bytes(range(256)) * 4)).getvalue())
    content[60] ^= 0xFF

    with pytest.raises(FormatError, match="is damaged"):
        check_archive(io.BytesIO(bytes(content)), "a.zip")


def test_a_compressed_stream_that_breaks_off_is_refused() -> None:
    content = bytearray(_archive(("a.txt", bytes(range(256)) * 4)).getvalue())
    content[len("a.txt") + 30 : len("a.txt") + 40] = b"\xff" * 10

    with pytest.raises(FormatError, match="is damaged"):
        check_archive(io.BytesIO(bytes(content)), "a.zip")
