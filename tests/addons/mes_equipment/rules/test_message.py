"""Plain MQTT messages with JSON become readings of the members that hold a scalar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.rules.message import readings
from addons.mes_equipment.rules.reading import Quality, Reading
from core import FormatError

ARRIVED = 1_700_000_000_000_000


def test_each_scalar_has_the_address_of_its_member() -> None:
    found = readings(
        "hall/press", b'{"speed": 3.5, "door": {"open": true}, "program": "P1", "axes": [1, 2]}', ARRIVED
    )

    assert found == [
        Reading("hall/press#speed", ARRIVED, 3.5),
        Reading("hall/press#door.open", ARRIVED, True),
        Reading("hall/press#program", ARRIVED, "P1"),
    ]


def test_a_bare_value_has_the_address_of_its_topic() -> None:
    assert readings("hall/temp", b"21.5", ARRIVED) == [Reading("hall/temp", ARRIVED, 21.5)]


def test_null_is_a_bad_value() -> None:
    assert readings("t", b"null", ARRIVED) == [Reading("t", ARRIVED, None, Quality.BAD)]


@pytest.mark.parametrize(
    "said",
    [
        b"1700000000",
        b"1700000000000",
        b"1700000000000000",
        b'"2023-11-14T22:13:20Z"',
        b'"2023-11-14T22:13:20"',
    ],
)
def test_the_instant_of_capture_is_understood_in_every_usual_form(said: bytes) -> None:
    found = readings("t", b'{"v": 1, "ts": ' + said + b"}", 5, "ts")

    assert found == [Reading("t#v", 1_700_000_000_000_000, 1)]


@pytest.mark.parametrize(
    "payload", [b"", b"{", b'{"v": 1}', b'{"v": 1, "ts": true}', b'{"v": 1, "ts": "soon"}', b"\xff"]
)
def test_what_is_no_json_or_has_no_time_is_refused(payload: bytes) -> None:
    with pytest.raises(FormatError):
        readings("t", payload, ARRIVED, "ts")


def test_a_flood_of_members_is_refused() -> None:
    flood = "{" + ",".join(f'"m{n}": 1' for n in range(2_000)) + "}"

    with pytest.raises(FormatError):
        readings("t", flood.encode(), ARRIVED)


@given(st.binary(max_size=80))
def test_whatever_comes_is_read_or_refused(payload: bytes) -> None:
    try:
        readings("t", payload, ARRIVED)
    except FormatError:
        return
