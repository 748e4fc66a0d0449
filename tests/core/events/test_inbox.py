"""The inbox: each message has its effect once and in order; what is refused is kept with its reason."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core import clock
from core.base import ExternalId
from core.errors import UserError, ValidationError
from core.events import inbox
from core.events.courier import Courier
from core.events.incoming import IncomingMessage, IncomingState
from core.events.message import Message
from core.orm.env import Principal, Site, open_env
from tests.core.events.messages import NOTE, Effects, incoming, message, refusal, taken_in


def count(site: Site) -> int:
    with open_env(site) as env:
        return env.session.scalar(select(func.count()).select_from(IncomingMessage)) or 0


def let_time_pass(site: Site) -> None:
    due = update(IncomingMessage).where(IncomingMessage.next_at.is_not(None))
    with open_env(site, write=True) as env:
        env.session.execute(due.values(next_at=clock.now() - timedelta(seconds=1)))


def decided(site: Site, what: str, number: int) -> None:
    with open_env(site, write=True) as env:
        getattr(inbox, what)(env, incoming(site, number).id)


def test_a_message_has_its_effect_with_what_took_it_in_or_is_not_there(site: Site, effects: Effects) -> None:
    def take_and_fail() -> None:
        with open_env(site, write=True) as env:
            inbox.receive(env, message(1))
            raise UserError("The belt is torn.")

    with pytest.raises(UserError):
        take_and_fail()
    receipt = taken_in(site, message(2))

    assert receipt == inbox.Receipt(IncomingState.DONE)
    assert (effects.seen(site), count(site)) == ([2], 1)


def test_the_same_message_again_is_counted_and_changes_nothing(site: Site, effects: Effects) -> None:
    came = message(1, key="A")

    receipts = [taken_in(site, came) for _time in range(3)]

    assert [receipt.duplicate for receipt in receipts] == [False, True, True]
    assert {receipt.state for receipt in receipts} == {IncomingState.DONE}
    assert (effects.seen(site, "A"), incoming(site, 1).hits) == ([1], 3)


def test_another_message_with_the_same_id_is_quarantined(site: Site, effects: Effects) -> None:
    first = message(1)
    taken_in(site, first)
    forged = Message(NOTE, {"n": 2}, sender=first.sender, message_id=first.message_id)

    receipts = [taken_in(site, forged) for _time in range(2)]

    assert [(r.state, r.duplicate) for r in receipts] == [
        (IncomingState.POISON, False), (IncomingState.POISON, True),
    ]  # fmt: skip
    assert (effects.seen(site), count(site), incoming(site, 2).hits) == ([1], 2, 2)
    assert taken_in(site, first).duplicate
    decided(site, "discard", 2)
    assert incoming(site, 2).state is IncomingState.DISCARDED


def test_a_message_that_does_not_match_its_checksum_is_not_taken(site: Site, effects: Effects) -> None:
    with pytest.raises(ValidationError, match="checksum"):
        taken_in(site, message(1, sha256="0" * 64))

    assert (effects.seen(site), count(site)) == ([], 0)


def test_what_comes_too_early_waits_and_is_taken_in_order(site: Site, effects: Effects) -> None:
    states = [taken_in(site, message(number, key="A")).state for number in (3, 2, 4)]
    elsewhere = taken_in(site, message(1, key="B"))
    before = effects.seen(site, "A")
    taken_in(site, message(1, key="A"))

    assert states == [IncomingState.WAITING] * 3
    assert elsewhere.state is IncomingState.DONE
    assert (before, effects.seen(site, "A")) == ([], [1, 2, 3, 4])


def test_what_is_refused_is_undone_parked_and_holds_up_its_key_until_it_is_done_again(
    site: Site, effects: Effects, courier: Courier
) -> None:
    effects.refused = {1: refusal()}

    parked = taken_in(site, message(1, key="A"))
    behind = taken_in(site, message(2, key="A"))
    other = taken_in(site, message(3))
    nothing = effects.seen(site, "A")
    effects.refused = {}
    decided(site, "replay", 1)

    assert (parked.state, parked.reason) == (IncomingState.PARKED, "The period is closed.")
    assert (behind.state, other.state) == (IncomingState.WAITING, IncomingState.DONE)
    assert (nothing, effects.seen(site, "A"), effects.seen(site)) == ([], [1, 2], [3])
    assert incoming(site, 1).reason is None


def test_what_is_parked_is_tried_again_by_itself_after_ever_longer_pauses(
    site: Site, effects: Effects, courier: Courier
) -> None:
    effects.refused = {1: refusal()}
    taken_in(site, message(1))
    soon = courier.run_waiting()
    first = incoming(site, 1).next_at
    let_time_pass(site)
    courier.run_waiting()
    second = incoming(site, 1).next_at
    effects.refused = {}
    let_time_pass(site)
    courier.run_waiting()

    assert (soon, incoming(site, 1).attempts, effects.seen(site)) == (0, 3, [1])
    assert first is not None
    assert second is not None
    assert first < second
    assert incoming(site, 1).next_at is None


def test_a_fault_in_an_effect_parks_its_message_with_a_reference_alone(
    site: Site, effects: Effects, caplog: pytest.LogCaptureFixture
) -> None:
    effects.refused = {1: ZeroDivisionError("secret detail")}

    with caplog.at_level(logging.ERROR, "dovetail.events"):
        receipt = taken_in(site, message(1))

    reference = receipt.reason.partition("reference ")[2].partition(";")[0]
    assert receipt.state is IncomingState.PARKED
    assert "secret" not in receipt.reason
    assert reference
    assert reference in caplog.text
    assert "secret detail" in caplog.text


def test_a_kind_that_no_addon_understands_waits_for_one_that_does(site: Site, effects: Effects) -> None:
    came = Message("later.kind", {"n": 1}, sender="mes")
    receipt = taken_in(site, came)
    from core.events.effect import _effects, handles  # noqa: PLC0415 -- for this test alone

    handles("later.kind")(effects.note)
    decided(site, "replay", 1)
    del _effects["later.kind"]

    assert (receipt.state, receipt.reason) == (
        IncomingState.PARKED, "No addon here understands messages of the kind later.kind.",
    )  # fmt: skip
    assert effects.seen(site) == [1]


def test_an_effect_is_that_of_who_brought_it_whoever_has_it_done_again(
    site: Site, effects: Effects, sender: Principal
) -> None:
    effects.refused = {2: refusal()}
    taken_in(site, message(1), sender)
    taken_in(site, message(2), sender)
    effects.refused = {}
    decided(site, "replay", 2)

    with open_env(site) as env:
        users = env.session.scalars(select(ExternalId.record_id).where(ExternalId.system == "effect")).all()
    assert set(users) == {sender.user_id}
    assert incoming(site, 1).company_id == sender.company_id


def test_a_sender_who_may_not_act_any_more_has_nothing_done(
    site: Site, effects: Effects, sender: Principal
) -> None:
    from core.base import User  # noqa: PLC0415 -- nouns are mapped once base is loaded

    effects.refused = {1: refusal()}
    taken_in(site, message(1), sender)
    with open_env(site, write=True) as env:
        env.session.scalars(select(User).where(User.id == sender.user_id)).one().active = False
    effects.refused = {}
    decided(site, "replay", 1)

    assert effects.seen(site) == []
    assert "cannot sign in" in (incoming(site, 1).reason or "")


def test_what_is_discarded_lets_those_behind_it_go_on(site: Site, effects: Effects) -> None:
    effects.refused = {1: refusal(), 3: refusal()}
    for number in (1, 2, 3, 4):
        taken_in(site, message(number, key="A"))

    decided(site, "discard", 3)
    decided(site, "discard", 1)

    assert effects.seen(site, "A") == [2, 4]
    with pytest.raises(UserError, match="not waiting any more"):
        decided(site, "discard", 1)


def test_a_gap_that_is_passed_over_lets_the_rest_go_on_and_is_not_filled_unseen(
    site: Site, effects: Effects
) -> None:
    for number in (4, 5):
        taken_in(site, message(number, key="A"))
    decided(site, "pass_over", 5)
    late = taken_in(site, message(2, key="A"))

    assert effects.seen(site, "A") == [4, 5]
    assert late.state is IncomingState.PARKED
    decided(site, "replay", 2)
    assert effects.seen(site, "A") == [4, 5, 2]


def test_nothing_is_passed_over_where_nothing_is_missing(site: Site, effects: Effects) -> None:
    effects.refused = {1: refusal()}
    for number in (1, 2):
        taken_in(site, message(number, key="A"))

    with pytest.raises(UserError, match="No message is missing"):
        decided(site, "pass_over", 2)


def test_a_number_that_is_taken_is_not_taken_twice(site: Site, effects: Effects) -> None:
    effects.refused = {1: refusal()}
    taken_in(site, message(1, key="A"))

    twin = taken_in(site, message(7, key="A", sequence=1))
    effects.refused = {}
    decided(site, "replay", 1)

    assert twin.state is IncomingState.PARKED
    assert effects.seen(site, "A") == [1]


def test_a_long_gap_that_is_filled_is_worked_off_in_turns(
    site: Site, effects: Effects, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "BATCH", 4)
    for number in range(2, 12):
        taken_in(site, message(number, key="A"))

    taken_in(site, message(1, key="A"))
    at_once = effects.seen(site, "A")
    courier.run_waiting()

    assert at_once == [1, 2, 3, 4]
    assert effects.seen(site, "A") == list(range(1, 12))
