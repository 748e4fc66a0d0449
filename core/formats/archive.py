"""Judging ZIP archives (and the office files that are ones) before anything opens them."""

from __future__ import annotations

import stat
import zipfile
import zlib
from copy import copy
from pathlib import PurePosixPath
from typing import BinaryIO

from core.errors import FormatError
from core.i18n import _

MAX_ENTRIES = 10_000
MAX_UNPACKED = 512 * 1024 * 1024
MAX_RATIO = 200
#: Small archives may compress as well as they like.
RATIO_COUNTS_FROM = 10 * 1024 * 1024
#: What reading a damaged archive raises.
DAMAGES = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError)
_CHUNK = 1024 * 1024
_ENCRYPTED = 0x1


def check_archive(source: BinaryIO, name: str) -> None:
    """Refuse an archive with a path out of its folder, or one that unpacks into too much."""
    source.seek(0, 2)
    packed = source.tell()
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise FormatError(
                    _(
                        "{name} holds more than {limit} files. It was not opened.",
                        name=name,
                        limit=MAX_ENTRIES,
                    ),
                    path=name,
                )
            for entry in entries:
                _check_entry(entry, name)
            _check_sizes(archive, packed, name)
    except DAMAGES as error:
        raise FormatError(
            _("{name} is damaged and cannot be unpacked. Save or send it again.", name=name), path=name
        ) from error
    finally:
        source.seek(0)


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    # ZipInfo cuts its name at a NUL and turns backslashes round; what was stored is judged.
    stored = entry.orig_filename.replace("\\", "/")
    path = PurePosixPath(stored)
    if path.is_absolute() or ".." in path.parts or ":" in stored or "\0" in stored or _is_link(entry):
        raise FormatError(
            _(
                "{name} holds “{entry}”, which points out of the archive. It was not opened.",
                name=name,
                entry=stored[:80],
            ),
            path=name,
        )
    if entry.flag_bits & _ENCRYPTED:
        raise FormatError(
            _("{name} is protected by a password. Save it without one, and try again.", name=name), path=name
        )


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _check_sizes(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    """Unpack into nothing, for what an entry says about its size need not be true."""
    limit = min(MAX_UNPACKED, max(RATIO_COUNTS_FROM, packed * MAX_RATIO))
    unpacked = 0
    for entry in archive.infolist():
        measured = copy(entry)
        # Read past the limit, not to the stated size.
        measured.file_size = limit + 2 * _CHUNK
        with archive.open(measured) as content:
            while chunk := content.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > limit:
                    raise FormatError(
                        _(
                            "{name} unpacks into more than {limit} MB from {packed} kB. It was not opened.",
                            name=name,
                            limit=limit // 1024**2,
                            packed=packed // 1024 + 1,
                        ),
                        path=name,
                    )
