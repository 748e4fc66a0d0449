"""What a person decides about messages that did not get through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated

from core import clock
from core.actions import Ask, action
from core.base.models.mechanism import IncomingMessage, IncomingState, OutgoingMessage, OutgoingState
from core.base.models.role import integration_operator
from core.errors import UserError, ValidationError
from core.events import inbox
from core.events.outbox import waiting, wake_lane
from core.i18n import _
from core.orm.condition import where
from core.orm.env import Env

Reason = Annotated[str, Ask(_("Reason"), help=_("It is kept with the message and in the audit trail."))]

is_dead = where(OutgoingMessage.state, "eq", OutgoingState.DEAD)
is_unsent = where(OutgoingMessage.state, "in", [OutgoingState.DEAD, OutgoingState.WAITING])
is_parked = where(IncomingMessage.state, "eq", IncomingState.PARKED)
is_waiting = where(IncomingMessage.state, "eq", IncomingState.WAITING)
is_undone = where(
    IncomingMessage.state, "in", [IncomingState.PARKED, IncomingState.WAITING, IncomingState.POISON]
)


@action(
    _("Send again"),
    on=OutgoingMessage,
    roles=[integration_operator],
    icon="send",
    primary=True,
    when=is_unsent,
)
def send_again(env: Env, messages: Sequence[OutgoingMessage]) -> None:
    """Delivery is tried again at once; those behind it in its key follow."""
    for message in _unsent(env, messages):
        message.state, message.attempts = OutgoingState.WAITING, 0
        message.decision = str(_("Sent again"))
        _wake(env, message)


@action(
    _("Discard"), on=OutgoingMessage, roles=[integration_operator], icon="trash", when=is_unsent,
    confirm=_("The receiver never gets this message, and may wait for it. Those behind it in its key are delivered."),
)  # fmt: skip
def discard_outgoing(env: Env, messages: Sequence[OutgoingMessage], *, reason: Reason) -> None:
    """The message is not delivered; those behind it in its key are."""
    for message in _unsent(env, messages):
        message.state, message.decision = OutgoingState.DISCARDED, _given(reason)
        _wake(env, message)


@action(
    _("Replay"),
    on=IncomingMessage,
    roles=[integration_operator],
    icon="refresh",
    primary=True,
    when=is_parked,
)
def replay(env: Env, messages: Sequence[IncomingMessage]) -> None:
    """The effect is tried again, for who brought the message; what is still refused stays parked."""
    for message in messages:
        message.decision = str(_("Done again"))
        env.flush()
        with env.as_system() as system:
            tried = inbox.replay(system, message.id)
        if not tried:
            raise UserError(
                _("{message} waits for an earlier one. Nothing has changed.", message=message.label)
            )


@action(
    _("Discard"), on=IncomingMessage, roles=[integration_operator], icon="trash", when=is_undone,
    confirm=_("The message never has its effect. Those of its key that wait for it go on."),
)  # fmt: skip
def discard_incoming(env: Env, messages: Sequence[IncomingMessage], *, reason: Reason) -> None:
    """The message stays without effect; those that wait for it go on."""
    _decide(env, messages, inbox.discard, reason)


@action(
    _("Go on without the missing ones"), on=IncomingMessage, roles=[integration_operator], icon="arrow-right",
    when=is_waiting, bulk=False,
    confirm=_("What is missing is not waited for any more. Should it come after all, it is parked."),
)  # fmt: skip
def go_on(env: Env, messages: Sequence[IncomingMessage], *, reason: Reason) -> None:
    """The messages of this key are taken in order without those that never came."""
    _decide(env, messages, inbox.pass_over, reason)


def _decide(
    env: Env, messages: Sequence[IncomingMessage], decide: Callable[[Env, int], None], reason: str
) -> None:
    for message in messages:
        message.decision = _given(reason)
        env.flush()
        with env.as_system() as system:
            decide(system, message.id)


def _given(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    return reason.strip()


def _unsent(env: Env, messages: Sequence[OutgoingMessage]) -> Iterator[OutgoingMessage]:
    """As they are now: delivery goes on meanwhile."""
    for message in messages:
        found = env.get(OutgoingMessage, message.id, lock=True)
        if found.state not in (OutgoingState.DEAD, OutgoingState.WAITING):
            raise UserError(_("{message} is not waiting any more. Nothing has changed.", message=found.label))
        yield found


def _wake(env: Env, message: OutgoingMessage) -> None:
    env.flush()
    wake_lane(env._connection, message.channel, message.key, clock.now())
    waiting.send(env)
