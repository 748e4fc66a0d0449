"""Sparkplug B payloads and topics, against bytes put together by hand as the specification gives them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FormatError
from core.formats import sparkplug
from core.formats.sparkplug import DataType, Metric, Payload, Topic, Value

_RANGES = {
    DataType.INT8: (-(2**7), 2**7 - 1), DataType.INT16: (-(2**15), 2**15 - 1),
    DataType.INT32: (-(2**31), 2**31 - 1), DataType.INT64: (-(2**63), 2**63 - 1),
    DataType.UINT8: (0, 2**8 - 1), DataType.UINT16: (0, 2**16 - 1), DataType.UINT32: (0, 2**32 - 1),
    DataType.UINT64: (0, 2**64 - 1), DataType.DATETIME: (0, 2**63 - 1),
}  # fmt: skip


def test_bytes_by_the_field_numbers_of_the_specification_are_read() -> None:
    metric = (
        b"\x0a\x01T" + b"\x10\x05" + b"\x18\x07" + b"\x20\x03" + b"\x28\x01" + b"\x50\xff\xff\xff\xff\x0f"
    )
    data = b"\x08\xe8\x07" + b"\x12" + bytes([len(metric)]) + metric + b"\x18\x09"

    assert sparkplug.decode(data) == Payload(
        1000, 9, (Metric("T", 5, 7, DataType.INT32, -1, historical=True),)
    )


def test_each_kind_of_value_has_the_field_of_the_specification() -> None:
    tags = {DataType.UINT64: 0x58, DataType.FLOAT: 0x65, DataType.DOUBLE: 0x69, DataType.BOOLEAN: 0x70}
    texts = {DataType.STRING: 0x7A, DataType.BYTES: 0x82}

    for kind, tag in tags.items():
        assert bytes([tag]) in sparkplug.encode(Payload(None, None, (Metric(datatype=kind, value=1),)))
    for kind, tag in texts.items():
        value: Value = "a" if kind is DataType.STRING else b"a"
        assert bytes([tag]) in sparkplug.encode(Payload(None, None, (Metric(datatype=kind, value=value),)))


@st.composite
def _metrics(draw: st.DrawFn) -> Metric:
    kind = draw(
        st.sampled_from([*_RANGES, DataType.DOUBLE, DataType.BOOLEAN, DataType.STRING, DataType.BYTES])
    )
    values: dict[DataType, st.SearchStrategy[Value]] = {
        DataType.DOUBLE: st.floats(allow_nan=False), DataType.BOOLEAN: st.booleans(),
        DataType.STRING: st.text(max_size=20), DataType.BYTES: st.binary(max_size=20),
    }  # fmt: skip
    value = draw(values[kind] if kind in values else st.integers(*_RANGES[kind]))
    return Metric(
        draw(st.text(max_size=20)), draw(st.none() | st.integers(0, 2**64 - 1)),
        draw(st.none() | st.integers(0, 2**63)), kind, draw(st.sampled_from([value, None])),
        draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from([None, 0, 192, 500])),
    )  # fmt: skip


@given(st.lists(_metrics(), max_size=5), st.none() | st.integers(0, 255), st.none() | st.integers(0, 2**63))
def test_what_is_written_is_read_again(metrics: list[Metric], seq: int | None, at: int | None) -> None:
    payload = Payload(at, seq, tuple(metrics))

    assert sparkplug.decode(sparkplug.encode(payload)) == payload


def test_a_negative_number_is_found_in_few_bits_and_in_many() -> None:
    assert sparkplug.signed(0xFF, DataType.INT8) == sparkplug.signed(0xFFFFFFFF, DataType.INT8) == -1
    assert sparkplug.signed(127, DataType.INT8) == 127
    assert sparkplug.signed(2**64 - 5, DataType.INT64) == -5
    assert sparkplug.signed(0xFF, DataType.UINT8) == 0xFF


@given(st.binary(max_size=60))
def test_whatever_bytes_come_are_read_or_refused(data: bytes) -> None:
    try:
        sparkplug.decode(data)
    except FormatError:
        return


def test_a_message_that_was_cut_is_refused() -> None:
    data = sparkplug.encode(Payload(1, 1, (Metric("T", value="long enough", datatype=DataType.STRING),)))

    with pytest.raises(FormatError):
        sparkplug.decode(data[:-8])


def test_a_data_set_cannot_be_written() -> None:
    with pytest.raises(FormatError):
        sparkplug.encode(Payload(1, 1, (Metric("T", value="x", datatype=DataType.DATASET),)))


@pytest.mark.parametrize(
    ("path", "topic"),
    [
        ("spBv1.0/Plant/NBIRTH/Edge", Topic("NBIRTH", "Plant", "Edge")),
        ("spBv1.0/Plant/DDATA/Edge/Mill 1", Topic("DDATA", "Plant", "Edge", "Mill 1")),
        ("spBv1.0/STATE/dovetail", Topic("STATE", "", "dovetail")),
    ],
)
def test_a_topic_is_read_and_written(path: str, topic: Topic) -> None:
    assert sparkplug.topic(path) == topic
    assert topic.path == path


@pytest.mark.parametrize("path", ["", "spBv1.0", "spBv1.0/P/DDATA/E", "spBv1.0/P/NDATA/E/D", "spAv1.0/P/NDATA/E",
                                  "spBv1.0/P/X/E", "spBv1.0//NDATA/E", "spBv1.0/+/NDATA/E"])  # fmt: skip
def test_another_topic_is_refused(path: str) -> None:
    with pytest.raises(FormatError):
        sparkplug.topic(path)
