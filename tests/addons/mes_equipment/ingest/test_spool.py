"""What the spool took is there after any crash, once and in order; what it could not take it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.ingest import spool as module
from addons.mes_equipment.ingest.spool import Full, Position, Spool, SpoolReader, frames_of, segments

START = Position(0, 0)


def test_frames_are_taken_in_order_and_from_where_one_was(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([["a", 1], ["b", "ü"]])
    reader = SpoolReader(tmp_path, START)
    assert reader.take(1) == [["a", 1]]

    spool.append([["c", None]])

    assert SpoolReader(tmp_path, reader.position).take(9) == [["b", "ü"], ["c", None]]


def test_a_frame_that_was_cut_ends_its_segment_and_the_next_goes_on(tmp_path: Path) -> None:
    first = Spool(tmp_path)
    first.append([["a"], ["b"]])
    (path,) = tmp_path.glob("*.spool")
    os.truncate(path, path.stat().st_size - 1)

    reader = SpoolReader(tmp_path, START)
    assert reader.take(9) == [["a"]]
    Spool(tmp_path).append([["c"]])

    assert reader.take(9) == [["c"]]


@given(st.integers(0, 80))
def test_damage_anywhere_never_gives_a_wrong_frame(
    tmp_path_factory: pytest.TempPathFactory, place: int
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    Spool(folder).append([["first", 1], ["second", 2], ["third", 3]])
    (path,) = folder.glob("*.spool")
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 0xFF
    path.write_bytes(data)

    found = list(frames_of(folder))

    assert found == [["first", 1], ["second", 2], ["third", 3]][: len(found)]
    assert len(found) < 3


def test_segments_that_were_taken_over_go_and_numbers_never_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SEGMENT_BYTES", 10)
    spool = Spool(tmp_path)
    for n in range(5):
        spool.append([[n]])
    reader = SpoolReader(tmp_path, START)
    assert reader.take(9) == [[n] for n in range(5)]
    last = segments(tmp_path)[-1]

    reader.release(reader.position)

    assert segments(tmp_path) == [last]
    Spool(tmp_path).append([["new"]])
    assert segments(tmp_path)[-1] > last
    assert reader.take(9) == [["new"]]


def test_a_spool_that_is_full_says_so_and_keeps_what_it_had(tmp_path: Path) -> None:
    spool = Spool(tmp_path, most_bytes=60)
    spool.append([["kept"]])

    with pytest.raises(Full):
        spool.append([["x" * 100]])

    assert list(frames_of(tmp_path)) == [["kept"]]
    spool.append([["after"]])
    assert list(frames_of(tmp_path)) == [["kept"], ["after"]]


_LIMITED = """
import resource, sys
from pathlib import Path
from addons.mes_equipment.ingest.spool import Full, Spool
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
spool, kept = Spool(Path(sys.argv[1])), 0
try:
    while True:
        spool.append([["x" * 100, kept]])
        kept += 1
except Full:
    print(kept)
"""


@pytest.mark.fault
def test_a_disk_that_takes_no_more_bytes_loses_nothing_acknowledged(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(tmp_path)], capture_output=True, text=True, check=True
    )

    kept = int(done.stdout)
    assert kept > 10
    assert [number for _text, number in frames_of(tmp_path)] == list(range(kept))


_ENDLESS = """
import sys
from pathlib import Path
from addons.mes_equipment.ingest.spool import Spool
spool, n = Spool(Path(sys.argv[1])), 0
while True:
    spool.append([[n]])
    print(n, flush=True)
    n += 1
"""


@pytest.mark.fault
def test_what_was_acknowledged_before_a_kill_is_there(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) >= 50:
                break
        writer.send_signal(signal.SIGKILL)
        told = [line for line in writer.stdout.read().split() if line]
    last = int(told[-1]) if told else 50

    found = [number for (number,) in frames_of(tmp_path)]

    assert found[: last + 1] == list(range(last + 1))
