"""Whatever happens in between: every message has its effect once, and those of a key in order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from core import clock
from core.base import ExternalId
from core.errors import UserError
from core.events import delivery, inbox, outbox
from core.events.courier import Courier
from core.events.incoming import IncomingMessage, Stream
from core.events.message import Message
from core.events.outbox import Lane, OutgoingMessage, Retry, send, transport
from core.orm.env import Principal, Site, open_env
from tests.core.events.messages import CHANNEL, NOTE, SENDER, Effects, refusal, taken_in

KEYS = ("A", "B", "")


class Crash(BaseException):
    """The power is cut: nothing that Python would still do happens."""


class World:
    """A sender and a receiver on one database, with a line between them that loses, doubles and reorders."""

    def __init__(self, site: Site, effects: Effects) -> None:
        self.site = site
        self.effects = effects
        self.told: dict[str, list[int]] = {key: [] for key in KEYS}
        self.line: list[Message] = []
        self._next = 0
        transport(CHANNEL, attempts=1_000)(self._deliver)
        self.broken = False
        self.crash: str = ""

    def tell(self, key: str) -> None:
        """Write a message with its business; a crash before the commit leaves neither."""
        number, self._next = self._next, self._next + 1
        with suppress(Crash), open_env(self.site, write=True) as env:
            send(env, CHANNEL, NOTE, {"n": number}, key=key)
            self._cut("written")
            env.after_commit(lambda: self.told[key].append(number))

    def deliver(self) -> None:
        """Carry what waits; a crash before or after it was noted that a message arrived."""
        with suppress(Crash):
            Courier(self.site).run_waiting()
        self.let_time_pass()

    def take_in(self, at: int, times: int) -> None:
        """One of the messages on the line arrives, perhaps more than once."""
        if self.line:
            message = self.line.pop(at % len(self.line))
            for _time in range(times):
                self._receive(message)

    def let_time_pass(self) -> None:
        """As if every pause and every lease were over."""
        past = clock.now() - timedelta(seconds=1)
        with open_env(self.site, write=True) as env:
            env.session.execute(update(Lane).where(Lane.next_at.is_not(None)).values(next_at=past))
            env.session.execute(update(Lane).values(lease_until=past))
            due = update(IncomingMessage).where(IncomingMessage.next_at.is_not(None))
            env.session.execute(due.values(next_at=past))

    def settle(self) -> None:
        """The end of all trouble."""
        self.broken, self.crash, self.effects.refused = False, "", {}
        for _round in range(20):
            self.deliver()
            while self.line:
                self.take_in(0, 1)

    def _receive(self, message: Message) -> None:
        with suppress(Crash, UserError), open_env(self.site, Principal(), write=True) as env:
            inbox.receive(env, message)
            self._cut("taken")
            return
        self.line.append(message)  # the sender was told nothing, and sends it again

    def _deliver(self, site: Site, message: Message) -> None:
        if self.broken:
            raise Retry("The line is cut.")
        self._cut("before")
        self.line.append(Message(**{**vars(message), "sender": SENDER}))
        self._cut("sent")

    def _cut(self, where: str) -> None:
        if self.crash == where:
            self.crash = ""
            raise Crash


#: What may happen, by name, with what it needs.
HAPPENINGS = st.one_of(
    st.tuples(st.just("tell"), st.sampled_from(KEYS)),
    st.tuples(st.just("deliver")),
    st.tuples(st.just("take_in"), st.integers(0, 5), st.integers(1, 3)),
    st.tuples(st.just("crash"), st.sampled_from(["written", "before", "sent", "taken", "noted"])),
    st.tuples(st.just("break")),
    st.tuples(st.just("mend")),
    st.tuples(st.just("refuse"), st.integers(0, 10)),
    st.tuples(st.just("allow")),
)


def happen(world: World, happening: tuple[Any, ...]) -> None:
    name, *needs = happening
    if name == "crash":
        world.crash = needs[0]
    elif name in ("break", "mend"):
        world.broken = name == "break"
    elif name == "refuse":
        world.effects.refused[needs[0]] = refusal()
    elif name == "allow":
        world.effects.refused = {}
    else:
        getattr(world, name)(*needs)


def emptied(site: Site) -> None:
    with open_env(site, write=True) as env:
        for model in (OutgoingMessage, Lane, IncomingMessage, Stream, ExternalId):
            env.session.execute(delete(model))


@pytest.fixture
def crashing_notes(monkeypatch: pytest.MonkeyPatch) -> Callable[[World], None]:
    """Have a world's crash also happen between a delivery and the note of it."""
    note = delivery._write

    def arranged(world: World) -> None:
        def noted(*args: Any) -> bool:
            world._cut("noted")
            return note(*args)

        monkeypatch.setattr(delivery, "_write", noted)

    return arranged


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(happenings=st.lists(HAPPENINGS, min_size=5, max_size=25))
def test_every_message_has_its_effect_once_and_in_the_order_of_its_key(
    site: Site, effects: Effects, crashing_notes: Callable[[World], None], happenings: list[tuple[Any, ...]]
) -> None:
    emptied(site)
    effects.refused = {}
    world = World(site, effects)
    crashing_notes(world)
    try:
        for happening in happenings:
            happen(world, happening)
            for key in ("A", "B"):
                seen = effects.seen(site, key)
                assert seen == world.told[key][: len(seen)]
        world.settle()
    finally:
        outbox._transports.pop(CHANNEL)

    assert effects.seen(site, "A") == world.told["A"]
    assert effects.seen(site, "B") == world.told["B"]
    assert sorted(effects.seen(site)) == sorted(world.told[""])


@pytest.mark.parametrize("where", ["written", "before", "sent", "noted", "taken"])
def test_a_crash_between_two_steps_loses_nothing_and_doubles_nothing(
    site: Site, effects: Effects, crashing_notes: Callable[[World], None], where: str
) -> None:
    world = World(site, effects)
    crashing_notes(world)
    world.tell("A")
    world.crash = where
    world.tell("A")
    world.deliver()
    world.take_in(0, 1)
    still = world.crash
    world.settle()
    outbox._transports.pop(CHANNEL)

    assert still == ""
    assert effects.seen(site, "A") == world.told["A"]
    assert len(world.told["A"]) == (1 if where == "written" else 2)


def test_an_effect_that_was_not_committed_is_made_when_the_message_comes_again(
    site: Site, effects: Effects
) -> None:
    message = Message(NOTE, {"n": 1}, sender=SENDER, key="A", sequence=1)

    def cut() -> None:
        with open_env(site, write=True) as env:
            inbox.receive(env, message)
            raise Crash

    with pytest.raises(Crash):
        cut()
    lost = effects.seen(site, "A")
    again = taken_in(site, message)

    assert (lost, again.duplicate, effects.seen(site, "A")) == ([], False, [1])
