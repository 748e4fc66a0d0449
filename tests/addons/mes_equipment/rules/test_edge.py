"""The simulated edge node loses nothing while its host is away, and the host makes one story of it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.rules.edge import OVERLAP_MS, Edge, Sample
from addons.mes_equipment.rules.host import REBIRTH, Host
from addons.mes_equipment.rules.reading import Reading, Readings, RebirthWanted
from core.formats import sparkplug
from core.formats.sparkplug import DataType, Metric, Payload


def edge() -> Edge:
    made = Edge("Plant", "Edge", "Mill", {"count": DataType.INT32}, bd_seq=3)
    made.will(0)
    return made


def state(online: bool, at: int) -> bytes:
    return json.dumps({"online": online, "timestamp": at}).encode()


def heard(host: Host, messages: Iterable[tuple[str, bytes]]) -> list[Reading]:
    events = [event for message in messages for event in host.receive(*message, 0)]
    assert not any(isinstance(event, RebirthWanted) for event in events)
    return [value for event in events if isinstance(event, Readings) for value in event.values]


def test_while_the_host_is_away_nothing_is_sent_and_nothing_lost() -> None:
    node, host = edge(), Host("dovetail")

    silent = [message for n in range(5) for message in node.sample([Sample(n, "count", n)], n)]
    assert node.host_said(state(online=True, at=1), 10)
    values = heard(host, [*node.birth(10), *node.flush(10), *node.sample([Sample(11, "count", 5)], 11)])

    assert silent == []
    assert [(v.value, v.historical) for v in values] == [
        (4, False),
        *((n, True) for n in range(5)),
        (5, False),
    ]


@given(st.lists(st.sampled_from(["say", "say", "say", "lose", "come", "deaf"]), max_size=80))
def test_every_value_is_heard_however_often_the_host_goes(steps: list[str]) -> None:
    node, host, found = edge(), Host("dovetail"), set()
    deaf, said = False, 0
    for moment, step in enumerate([*steps, "lose", "come"]):
        messages: list[tuple[str, bytes]] = []
        if step == "say":
            messages, said = list(node.sample([Sample(said, "count", said)], moment)), said + 1
        elif step == "lose":
            node.host_said(state(online=False, at=moment), moment)
        elif step == "come" and node.host_said(state(online=True, at=moment), moment):
            deaf, host = False, Host("dovetail")
            messages = [*node.birth(moment), *node.flush(moment)]
        elif step == "deaf":
            deaf = True  # the host died, and the broker has not noticed yet
        if not deaf:
            found |= {value.value for value in heard(host, messages)}

    assert found - {None} == set(range(said))


def test_what_was_sent_long_before_the_host_went_is_not_sent_again() -> None:
    node = edge()
    node.host_said(state(online=True, at=0), 0)
    list(node.sample([Sample(0, "count", 0)], 0))
    list(node.sample([Sample(1, "count", 1)], OVERLAP_MS + 1))

    node.host_said(state(online=False, at=1), OVERLAP_MS + 2)

    assert node.held == 1


def test_a_value_may_be_unheard_until_it_would_not_be_sent_again() -> None:
    node = edge()
    list(node.sample([Sample(0, "count", 0)], 0))
    held_back = node.may_be_unheard(2 * OVERLAP_MS)
    node.host_said(state(online=True, at=0), 0)
    list(node.flush(0))

    assert held_back
    assert node.may_be_unheard(OVERLAP_MS)
    assert not node.may_be_unheard(OVERLAP_MS + 1)


def test_a_state_from_before_is_passed_over() -> None:
    node = edge()
    node.host_said(state(online=True, at=9), 0)

    node.host_said(state(online=False, at=8), 0)

    assert node.host_online
    assert not node.host_said(b"nonsense", 0)


def test_a_new_session_has_a_new_number_and_a_rebirth_keeps_it() -> None:
    node = edge()
    first = next(m.value for m in sparkplug.decode(next(node.birth(0))[1]).metrics)
    again = next(m.value for m in sparkplug.decode(next(node.birth(1))[1]).metrics)
    _topic, will = node.will(2)

    assert (first, again, sparkplug.decode(will).metrics[0].value) == (4, 4, 5)


def test_a_command_for_rebirth_is_understood() -> None:
    wanted = Metric(REBIRTH, None, 0, DataType.BOOLEAN, True)
    other = Metric("Node Control/Reboot", None, 0, DataType.BOOLEAN, True)

    assert edge().wants_rebirth(sparkplug.encode(Payload(0, None, (wanted,))))
    assert not edge().wants_rebirth(sparkplug.encode(Payload(0, None, (other,))))
