"""The Sparkplug host takes every value once and in order, and asks for a birth whenever it cannot know."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.rules.host import Host
from addons.mes_equipment.rules.reading import (
    Event,
    PresenceDenied,
    Quality,
    Reading,
    Readings,
    RebirthWanted,
    Refused,
    SourceChanged,
)
from core.formats import sparkplug
from core.formats.sparkplug import DataType, Metric, Payload, Topic
from tests.addons.mes_equipment.rules.edge import DEVICE, GROUP, NODE, Edge, Message

ASKED = RebirthWanted(GROUP, NODE)
MILL = f"{GROUP}/{NODE}/{DEVICE}"


@pytest.fixture
def host() -> Host:
    return Host("dovetail")


def deliver(host: Host, messages: Iterable[Message], now: float = 0) -> list[Event]:
    return [event for message in messages for event in host.receive(*message, now)]


def readings(events: Iterable[Event]) -> list[Reading]:
    return [value for event in events if isinstance(event, Readings) for value in event.values]


def counts(events: Iterable[Event]) -> list[object]:
    return [reading.value for reading in readings(events) if reading.value is not None]


def test_a_birth_brings_node_and_device_and_what_they_have(host: Host) -> None:
    events = deliver(host, Edge(bd_seq=7).birth())

    assert [event for event in events if isinstance(event, SourceChanged)] == [
        SourceChanged(f"{GROUP}/{NODE}", True, 7, 1_000_000),
        SourceChanged(MILL, True, 7, 1_000_000),
    ]
    assert {reading.address for reading in readings(events)} == {
        f"{MILL}/{name}" for name in ("speed", "count", "execution")
    }
    assert {reading.quality for reading in readings(events)} == {Quality.BAD}


def test_an_alias_has_the_name_and_the_sign_of_its_birth(host: Host) -> None:
    edge = Edge()
    untyped = Metric("", 2, 2_000, 0, None)
    births = edge.birth()
    data = sparkplug._Payload.FromString(edge.say("DDATA", untyped, device=DEVICE)[1])
    data.metrics[0].is_null = False
    data.metrics[0].int_value = 2**32 - 5

    events = deliver(host, [*births, (Topic("DDATA", GROUP, NODE, DEVICE).path, data.SerializeToString())])

    assert readings(events)[-1] == Reading(f"{MILL}/count", 2_000_000, -5)


def test_a_value_kept_back_by_the_edge_is_historical(host: Host) -> None:
    edge = Edge()

    events = deliver(host, [*edge.birth(), edge.data({"count": 3}, historical=True)])

    assert readings(events)[-1].historical


def test_the_sequence_goes_on_after_255(host: Host) -> None:
    edge = Edge()
    births = edge.birth()

    events = deliver(host, [*births, *(edge.data({"count": n}) for n in range(600))])

    assert counts(events) == list(range(600))
    assert ASKED not in events


@given(st.data())
def test_whatever_order_messages_come_in_each_is_taken_once_and_in_order(data: st.DataObject) -> None:
    edge = Edge()
    births = edge.birth()
    sent = [edge.data({"count": n}) for n in range(60)]
    order = data.draw(st.permutations(sent))
    again = data.draw(st.lists(st.sampled_from(sent), max_size=20))

    events = deliver(host := Host("dovetail"), [*births, *order, *again])

    assert counts(events) == list(range(60))
    assert ASKED not in events
    assert host.tick(10_000) == []


@given(st.sets(st.integers(0, 59), min_size=1, max_size=10))
def test_what_was_lost_is_all_that_is_missing_and_a_birth_is_asked_for(lost: set[int]) -> None:
    edge, host = Edge(), Host("dovetail", reorder_ms=2_000)
    births = edge.birth()
    sent = [edge.data({"count": n}) for n in range(61)]

    events = deliver(host, [*births, *(message for n, message in enumerate(sent) if n not in lost)])
    events += host.tick(1_999)
    assert ASKED not in events
    events += host.tick(2_000)

    assert counts(events) == [n for n in range(61) if n not in lost]
    assert events.count(ASKED) == 1


def test_a_gap_that_is_filled_in_time_asks_for_nothing(host: Host) -> None:
    edge = Edge()
    births, first, second = edge.birth(), edge.data({"count": 1}), edge.data({"count": 2})

    events = deliver(host, [*births, second])
    assert counts(events) == []
    events += deliver(host, [first], now=1_500) + host.tick(5_000)

    assert counts(events) == [1, 2]
    assert ASKED not in events


def test_data_before_a_birth_asks_for_one(host: Host) -> None:
    assert deliver(host, [Edge().data({"count": 1})]) == [ASKED]


def test_data_of_a_device_that_was_not_born_asks_for_a_birth(host: Host) -> None:
    edge = Edge()
    births = edge.birth()

    assert ASKED in deliver(host, [*births, edge.say("DDATA", device="Other")])


def test_an_unknown_alias_asks_for_a_birth_and_the_others_are_taken(host: Host) -> None:
    edge = Edge()
    births = edge.birth()
    strange = Metric("", 99, 2_000, DataType.INT32, 1)
    known = Metric("", 2, 2_000, DataType.INT32, 4)

    events = deliver(host, [*births, edge.say("DDATA", strange, known, device=DEVICE)])

    assert counts(events) == [4]
    assert ASKED in events


def test_a_malformed_message_is_refused_and_a_birth_asked_for(host: Host) -> None:
    events = host.receive(Topic("DDATA", GROUP, NODE, DEVICE).path, b"\xff\xff\xff", 0)

    assert [type(event) for event in events] == [Refused, RebirthWanted]


def test_rebirths_are_asked_for_once_in_a_while(host: Host) -> None:
    data = Edge().data({"count": 1})

    asked = [deliver(host, [data], now=now) + host.tick(now) for now in range(0, 61_000, 1_000)]

    assert sum(events.count(ASKED) for events in asked) == 3


def test_a_birth_answers_a_rebirth_that_is_still_due(host: Host) -> None:
    edge = Edge()
    data = edge.data({"count": 1})
    deliver(host, [data, data])

    deliver(host, edge.birth())

    assert host.tick(31_000) == []


def test_a_death_takes_the_node_offline(host: Host) -> None:
    edge = Edge(bd_seq=4)
    deliver(host, edge.birth())

    assert deliver(host, [edge.death()], now=9) == [SourceChanged(f"{GROUP}/{NODE}", False, 4, 9_000)]


def test_a_death_of_an_earlier_session_changes_nothing(host: Host) -> None:
    earlier, later = Edge(bd_seq=4), Edge(bd_seq=5, at=1_500)
    deliver(host, [*earlier.birth(), *later.birth()])

    assert deliver(host, [earlier.death()]) == []
    assert counts(deliver(host, [later.data({"count": 1})])) == [1]


def test_a_birth_of_an_earlier_session_changes_nothing(host: Host) -> None:
    earlier, later = Edge(bd_seq=4), Edge(bd_seq=5, at=1_500)
    deliver(host, later.birth())

    assert deliver(host, [earlier.birth()[0]]) == []


def test_a_device_dies_alone(host: Host) -> None:
    edge = Edge()
    deliver(host, edge.birth())

    events = deliver(host, [edge.say("DDEATH", device=DEVICE), edge.data({"count": 1})], now=5)

    assert events == [SourceChanged(MILL, False, 0, 5_000), ASKED]


def test_what_is_transient_or_speaks_of_the_node_itself_is_no_reading(host: Host) -> None:
    edge = Edge()
    births = edge.birth()
    transient = Metric("", 2, 2_000, DataType.INT32, 1, transient=True)

    events = deliver(host, [*births, edge.say("DDATA", transient, device=DEVICE)])

    assert {reading.value for reading in readings(events)} == {None}
    assert not any("bdSeq" in reading.address or "Control" in reading.address for reading in readings(events))


def test_a_quality_that_the_edge_gives_is_kept(host: Host) -> None:
    edge = Edge()
    births = edge.birth()
    poor = Metric("", 1, 2_000, DataType.DOUBLE, 1.5, quality=64)

    assert readings(deliver(host, [*births, edge.say("DDATA", poor, device=DEVICE)]))[-1].quality == 64


@pytest.mark.parametrize(
    ("said", "denied"),
    [(b'{"online": true, "timestamp": 1}', False), (b'{"online": false, "timestamp": 1}', True), (b"", True)],
)
def test_a_host_that_is_called_offline_says_so_itself(host: Host, said: bytes, denied: bool) -> None:
    assert (PresenceDenied() in host.receive("spBv1.0/STATE/dovetail", said, 0)) is denied
    assert host.receive("spBv1.0/STATE/other", said, 0) == []


def test_commands_and_foreign_topics_bring_no_value(host: Host) -> None:
    assert host.receive(Topic("NCMD", GROUP, NODE).path, b"", 0) == []
    assert isinstance(host.receive("factory/mill", b"", 0)[0], Refused)


def test_a_birth_without_bd_seq_is_refused(host: Host) -> None:
    data = sparkplug.encode(Payload(1, 0, ()))

    assert [type(e) for e in host.receive(Topic("NBIRTH", GROUP, NODE).path, data, 0)] == [
        Refused,
        RebirthWanted,
    ]
