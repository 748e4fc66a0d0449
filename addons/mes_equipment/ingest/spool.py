"""The spool: append-only files between reader and writer. What was synced to it is not lost, whoever is killed.

A frame is its length, its checksum and JSON. A segment that a reader left in the middle of a frame ends there: the
next reader begins a new one.
"""

from __future__ import annotations

import json
import os
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

_HEAD = struct.Struct("<II")
_SUFFIX = ".spool"
SEGMENT_BYTES = 16 * 1024 * 1024
#: Free space of the disk that is left to others.
RESERVE_BYTES = 64 * 1024 * 1024
#: No frame is larger; a length beyond it is damage.
_LARGEST = 64 * 1024 * 1024

Frame = list[Any]  # Any: what JSON holds


class Full(OSError):
    """The disk, or what the spool may take of it, is full; nothing of what was handed over has been kept."""


class Position(NamedTuple):
    """A place between two frames."""

    segment: int
    place: int


class Spool:
    """The end that a reader appends to."""

    def __init__(self, folder: Path, *, most_bytes: int = 0, reserve_bytes: int = RESERVE_BYTES) -> None:
        """`most_bytes` is what all segments may take together; 0 leaves that to the disk."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._most = most_bytes
        self._reserve = reserve_bytes
        self._number = max([0, *segments(folder)])
        self._file: int | None = None
        self._size = 0

    def append(self, frames: list[Frame]) -> None:
        """Keep `frames`: they are on the disk when this returns. Raises Full when there is no room for them."""
        data = b"".join(map(_framed, frames))
        self._require_room(len(data))
        file = self._open()
        try:
            _write_all(file, data)
            os.fdatasync(file)
        except OSError as error:
            os.ftruncate(file, self._size)
            os.lseek(file, self._size, os.SEEK_SET)
            raise Full(error.errno, str(error)) from error
        self._size += len(data)

    def close(self) -> None:
        """End the segment."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        if self._file is not None and self._size >= SEGMENT_BYTES:
            self.close()
        if self._file is None:
            # Beyond any number that was ever used, even after somebody emptied the folder.
            self._number = max(self._number + 1, int(time.time()))
            path = self._folder / f"{self._number:012}{_SUFFIX}"
            try:
                self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                _sync_folder(self._folder)
            except OSError as error:
                raise Full(error.errno, str(error)) from error
            self._size = 0
        return self._file

    def _require_room(self, size: int) -> None:
        used = sum(path.stat().st_size for path in self._folder.glob(f"*{_SUFFIX}")) if self._most else 0
        if self._most and used + size > self._most:
            raise Full(f"the spool holds {used} bytes and may hold {self._most}")
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize < self._reserve + size:
            raise Full(f"less than {self._reserve} bytes are free")


class SpoolReader:
    """The end that a writer takes from; it may run while the other one appends."""

    def __init__(self, folder: Path, position: Position) -> None:
        self._folder = folder
        self.position = position

    def take(self, most: int) -> list[Frame]:
        """The next frames, at most `most`; none when there is nothing new."""
        taken: list[Frame] = []
        while len(taken) < most:
            # Looked up first: a segment that has a successor is finished, and what is read then is all of it.
            later = next((n for n in segments(self._folder) if n > self.position.segment), None)
            here = self._take_here(most - len(taken))
            taken += here
            if not here:
                if later is None:
                    break
                self.position = Position(later, 0)
        return taken

    def release(self, upto: Position) -> None:
        """Remove the segments before `upto`; the newest stays, so that numbers go on from it."""
        for number in segments(self._folder)[:-1]:
            if number < upto.segment:
                _path(self._folder, number).unlink()

    def _take_here(self, most: int) -> list[Frame]:
        segment, place = self.position
        taken: list[Frame] = []
        for data in _pieces(_path(self._folder, segment), place):
            taken.append(json.loads(data))
            place += _HEAD.size + len(data)
            if len(taken) == most:
                break
        self.position = Position(segment, place)
        return taken


def _pieces(path: Path, place: int) -> Iterator[bytes]:
    """The contents of the whole frames from `place` on; a cut or damaged one ends them."""
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(place)
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            length, checksum = _HEAD.unpack(head)
            data = file.read(length) if length <= _LARGEST else b""
            if len(data) != length or zlib.crc32(data) != checksum:
                return
            yield data


def segments(folder: Path) -> list[int]:
    """The numbers of the segments in `folder`, oldest first."""
    return sorted(int(path.stem) for path in folder.glob(f"*{_SUFFIX}"))


def frames_of(folder: Path) -> Iterator[Frame]:
    """Every frame that lies in `folder`."""
    reader = SpoolReader(folder, Position(0, 0))
    while taken := reader.take(1000):
        yield from taken


def _framed(frame: Frame) -> bytes:
    data = json.dumps(frame, separators=(",", ":"), ensure_ascii=False).encode()
    return _HEAD.pack(len(data), zlib.crc32(data)) + data


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _sync_folder(folder: Path) -> None:
    """A new file is there after a power cut only when its folder was synced too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number:012}{_SUFFIX}"
