"""The outbox: written with the business, delivered after it, in order per key, until it arrives or is dead."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core import clock
from core.errors import PlatformError, UserError
from core.events import delivery
from core.events.courier import Courier
from core.events.message import Message, digest, new_id
from core.events.outbox import Lane, OutgoingMessage, OutgoingState, Refused, Retry, send, transport, waiting
from core.orm.env import Site, open_env
from tests.core.events.messages import CHANNEL, NOTE, OtherEnd, outgoing, told


def let_time_pass(site: Site) -> None:
    """As if the pause after a failed attempt, and every lease, were over."""
    past = clock.now() - timedelta(seconds=1)
    with open_env(site, write=True) as env:
        env.session.execute(
            update(Lane).where(Lane.next_at.is_not(None)).values(next_at=past, lease_until=past)
        )


def test_a_message_leaves_with_what_it_tells_of_or_not_at_all(
    site: Site, other_end: OtherEnd, courier: Courier
) -> None:
    def tell_and_fail() -> None:
        with open_env(site, write=True) as env:
            send(env, CHANNEL, NOTE, {"n": 1})
            raise UserError("The belt is torn.")

    rung = waiting.count
    with pytest.raises(UserError):
        tell_and_fail()
    told(site, 2, correlation_id="PO-1")
    courier.run_waiting()

    assert other_end.numbers == [2]
    assert waiting.count == rung + 1
    (came,) = other_end.taken
    assert (came.type, came.correlation_id, came.key, came.sequence) == (NOTE, "PO-1", "", 0)
    assert came.is_intact
    assert outgoing(site, 2).state is OutgoingState.SENT


def test_messages_of_a_key_arrive_in_the_order_of_their_commits(
    site: Site, other_end: OtherEnd, courier: Courier
) -> None:
    for number in range(1, 6):
        told(site, number, key="A" if number % 2 else "B")
    with open_env(site, write=True) as env:
        for number in (6, 7):
            send(env, CHANNEL, NOTE, {"n": number}, key="A")

    courier.run_waiting()

    by_key = {key: [(m.payload["n"], m.sequence) for m in other_end.taken if m.key == key] for key in "AB"}
    assert by_key == {"A": [(1, 1), (3, 2), (5, 3), (6, 4), (7, 5)], "B": [(2, 1), (4, 2)]}


def test_what_was_written_in_a_savepoint_that_was_undone_leaves_no_gap(
    site: Site, other_end: OtherEnd, courier: Courier
) -> None:
    def fail(env: Any) -> None:
        with env.savepoint():
            send(env, CHANNEL, NOTE, {"n": 1}, key="A")
            raise UserError("The belt is torn.")

    with open_env(site, write=True) as env:
        with pytest.raises(UserError):
            fail(env)
        send(env, CHANNEL, NOTE, {"n": 2}, key="A")
    courier.run_waiting()

    assert [(m.payload["n"], m.sequence) for m in other_end.taken] == [(2, 1)]


def test_what_cannot_be_delivered_now_holds_up_its_own_key_alone(
    site: Site, other_end: OtherEnd, courier: Courier
) -> None:
    other_end.raises = {1: [Retry("The line is busy.")]}
    told(site, 1, key="A")
    told(site, 2, key="A")
    told(site, 3, key="B")

    courier.run_waiting()
    first = other_end.numbers
    kept = outgoing(site, 1)
    let_time_pass(site)
    courier.run_waiting()

    assert first == [3]
    assert (kept.state, kept.attempts, kept.reason) == (OutgoingState.WAITING, 1, "The line is busy.")
    assert other_end.numbers == [3, 1, 2]
    assert (outgoing(site, 1).state, outgoing(site, 1).reason) == (OutgoingState.SENT, None)


def test_after_each_failure_it_waits_longer(
    site: Site, other_end: OtherEnd, courier: Courier, clock: Any
) -> None:
    transport(CHANNEL)(other_end.deliver)
    other_end.raises = {1: [Retry("busy")] * 12}
    at = clock.now()
    clock.set(at)
    told(site, 1, key="A")
    waits = []
    for _attempt in range(12):
        courier.run_waiting()
        with open_env(site) as env:
            due = env.session.scalars(select(Lane.next_at)).one()
        assert due is not None
        waits.append(due - at)
        at = due
        clock.set(at)

    assert timedelta(seconds=2.5) <= waits[0] <= timedelta(seconds=5)
    assert all(
        later > 1.2 * earlier or later >= timedelta(minutes=7)
        for earlier, later in zip(waits, waits[2:], strict=False)
    )
    assert max(waits) <= timedelta(minutes=15)


@pytest.mark.parametrize("trouble", [Retry("busy"), ZeroDivisionError("secret detail")])
def test_what_failed_too_often_is_dead_and_stays_at_the_head_of_its_key(
    site: Site, other_end: OtherEnd, courier: Courier, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    other_end.raises = {1: [trouble] * 3}
    told(site, 1, key="A")
    told(site, 2, key="A")

    with caplog.at_level(logging.CRITICAL, "dovetail.events"):
        for _attempt in range(5):
            courier.run_waiting()
            let_time_pass(site)

    dead = outgoing(site, 1)
    assert (dead.state, dead.attempts, other_end.numbers) == (OutgoingState.DEAD, 3, [])
    assert dead.reason
    assert "secret" not in dead.reason


def test_what_the_receiver_refuses_is_dead_at_once(site: Site, other_end: OtherEnd, courier: Courier) -> None:
    other_end.raises = {1: [Refused("No such order.")]}
    told(site, 1)
    told(site, 2)

    courier.run_waiting()

    assert (outgoing(site, 1).state, outgoing(site, 1).reason) == (OutgoingState.DEAD, "No such order.")
    assert other_end.numbers == [2]


def test_several_couriers_deliver_each_message_once_and_in_order(site: Site, other_end: OtherEnd) -> None:
    keys = [f"K{number}" for number in range(6)]
    for number in range(48):
        told(site, number, key=keys[number % 6])
    threads = [threading.Thread(target=Courier(site).run_waiting) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    Courier(site).run_waiting()

    assert sorted(other_end.numbers) == list(range(48))
    for key in keys:
        assert [m.sequence for m in other_end.taken if m.key == key] == list(range(1, 9))


def test_a_courier_whose_receiver_took_so_long_that_it_lost_its_lane_stops(
    site: Site, other_end: OtherEnd, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "NOTED_SECONDS", 0)

    def stall(at: Site, message: Message) -> None:
        let_time_pass(site)
        transport(CHANNEL)(other_end.deliver)
        Courier(site).run_waiting()

    told(site, 1, key="A")
    told(site, 2, key="A")
    transport(CHANNEL)(stall)
    courier.run_waiting()

    assert other_end.numbers == [1, 2]
    assert outgoing(site, 1).attempts == 1


def test_a_channel_that_no_addon_carries_is_refused(site: Site) -> None:
    with open_env(site, write=True) as env, pytest.raises(PlatformError, match="no channel gone"):
        send(env, "gone", NOTE, {})


def test_a_message_that_is_written_while_its_lane_is_delivered_is_not_forgotten(
    site: Site, other_end: OtherEnd, courier: Courier
) -> None:
    def tell_meanwhile(at: Site, message: Message) -> None:
        if message.payload["n"] == 1:
            told(site, 2, key="A")
        other_end.deliver(at, message)

    transport(CHANNEL)(tell_meanwhile)
    told(site, 1, key="A")
    courier.run_waiting()

    assert other_end.numbers == [1, 2]


def test_a_backlog_of_five_thousand_is_delivered_in_turns(
    site: Site, other_end: OtherEnd, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 500)
    with open_env(site, write=True) as env:
        for number in range(5_000):
            send(env, CHANNEL, NOTE, {"n": number}, key=f"K{number % 5}")

    courier.run_waiting()

    assert len(other_end.taken) == 5_000
    for lane in range(5):
        assert [n for n in other_end.numbers if n % 5 == lane] == list(range(lane, 5_000, 5))
    with open_env(site) as env:
        assert set(env.session.scalars(select(OutgoingMessage.state))) == {OutgoingState.SENT}


def test_ids_are_made_in_order_and_a_checksum_does_not_depend_on_how_json_is_written() -> None:
    ids = [new_id() for _number in range(3)]

    assert len(set(ids)) == 3
    assert {each[14] for each in ids} == {"7"}
    assert ids[0][:8] <= ids[-1][:8]
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
