"""The inbox: a message has its effect in the transaction that takes it in: once, and in order within its key.

What cannot have its effect yet stays: behind a gap in the sequence until it is filled, or with the reason for which it
was refused until it is done again or discarded. Nothing that came is ever lost, and nothing that was refused stops
what it came with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from core import clock
from core.errors import UserError, ValidationError
from core.events.effect import park, take_effect
from core.events.incoming import PENDING, IncomingMessage, IncomingState, Stream
from core.events.message import Message, digest
from core.events.outbox import waiting
from core.i18n import _
from core.orm import rowset
from core.orm.plan import table_of
from core.orm.rowset import Same

if TYPE_CHECKING:
    from core.orm.env import Env, Principal

#: Effects of one key in one transaction; further ones follow in others.
BATCH = 50


@dataclass(frozen=True)
class Receipt:
    """What became of a message that was handed in."""

    state: IncomingState
    reason: str = ""
    #: Whether it had come before, so that nothing happened now.
    duplicate: bool = False


def receive(env: Env, message: Message) -> Receipt:
    """Take a message in, in the transaction of `env`, and give it its effect if it is its turn.

    The same message again changes nothing. Raises ValidationError for one that does not match its checksum.
    """
    env.refuse_write()
    _require_whole(message)
    with env.as_system() as system:
        stream = _locked(system, message.sender, message.key) if message.key and message.sequence else None
        known = _known(system, message)
        if known is not None:
            return _again(system, known, message, env)
        row = _kept(system, message, env)
        if stream is None:
            take_effect(system, row, env.principal)
        else:
            _queue(system, stream, row, env.principal)
        return Receipt(row.state, row.reason or "")


def replay(env: Env, row_id: int) -> bool:
    """Try the effect of a message again that is parked or waits; `env` is the system's. It may be parked once more.

    False when it is not the message's turn, so that nothing was tried.
    """
    row, stream = _held(env, row_id)
    row.next_at = None
    if stream is None or row.sequence <= stream.last_sequence:
        take_effect(env, row)
        return True
    turn = _at(env, stream)
    if turn is None or turn.id != row.id:
        return False
    _advance(env, stream)
    return True


def first_due(env: Env) -> int | None:
    """The message that is the first to be tried again by now; `env` is the system's."""
    due = select(IncomingMessage.id).where(
        IncomingMessage.next_at <= clock.now(), IncomingMessage.state.in_(PENDING)
    )
    return env.session.scalar(due.order_by(IncomingMessage.next_at, IncomingMessage.id).limit(1))


def discard(env: Env, row_id: int) -> None:
    """Leave a message without effect; those behind it go on. `env` is the system's."""
    row, stream = _held(env, row_id)
    row.state, row.next_at = IncomingState.DISCARDED, None
    if stream is not None and not row.quarantined:
        _advance(env, stream)


def pass_over(env: Env, row_id: int) -> None:
    """Go on without the messages that are missing before the first of the key. `env` is the system's."""
    row, stream = _held(env, row_id)
    first = _pending(env, stream) if stream is not None else None
    if stream is None or first is None or first.sequence <= stream.last_sequence + 1:
        raise UserError(_("No message is missing before {message}. Nothing has changed.", message=row.label))
    stream.last_sequence = first.sequence - 1
    _advance(env, stream)


def _held(env: Env, row_id: int) -> tuple[IncomingMessage, Stream | None]:
    """A message that was not settled yet, with its stream: locked in the order in which `receive` locks them."""
    row = env.get(IncomingMessage, row_id)
    stream = _locked(env, row.sender, row.key) if row.is_ordered else None
    row = env.get(IncomingMessage, row_id, lock=True)
    if row.state not in (*PENDING, IncomingState.POISON):
        raise UserError(_("{message} is not waiting any more. Nothing has changed.", message=row.label))
    return row, stream


def _require_whole(message: Message) -> None:
    if not message.is_intact:
        raise ValidationError({"sha256": _("The content does not match its checksum. Send it again.")})
    if not message.sender or not message.message_id:
        raise ValidationError({"sender": _("A message names its sender and has an id.")})


def _locked(env: Env, sender: str, key: str) -> Stream:
    """The stream, which nobody else advances until the transaction ends."""
    wanted = select(Stream).where(Stream.sender == sender, Stream.key == key).with_for_update()
    wanted = wanted.execution_options(populate_existing=True)
    found = env.session.scalar(wanted)
    if found is None:
        table = table_of(Stream)
        new = {table.c.sender: Same(sender), table.c.key: Same(key), table.c.last_sequence: Same(0)}
        rowset.append(env._connection, table, new, 1, unless_there=True)
        found = env.session.scalars(wanted).one()
    return found


def _known(env: Env, message: Message) -> IncomingMessage | None:
    same = select(IncomingMessage).where(
        IncomingMessage.sender == message.sender, IncomingMessage.message_id == message.message_id
    )
    return env.session.scalar(same.where(~IncomingMessage.quarantined).with_for_update())


def _again(env: Env, known: IncomingMessage, message: Message, who: Env) -> Receipt:
    """It came before: count it; with another content it is quarantined beside the first."""
    sha256 = digest(message.payload)
    if known.sha256 == sha256:
        known.hits += 1
        return Receipt(known.state, known.reason or "", duplicate=True)
    twin = select(IncomingMessage).where(
        IncomingMessage.sender == message.sender, IncomingMessage.message_id == message.message_id,
        IncomingMessage.quarantined, IncomingMessage.sha256 == sha256,
    )  # fmt: skip
    poison = env.session.scalar(twin)
    if poison is not None:
        poison.hits += 1
        return Receipt(poison.state, poison.reason or "", duplicate=True)
    poison = _kept(env, message, who, quarantined=True)
    return Receipt(poison.state, poison.reason or "")


def _kept(env: Env, message: Message, who: Env, *, quarantined: bool = False) -> IncomingMessage:
    row = IncomingMessage(
        sender=message.sender, message_id=message.message_id, type=message.type, key=message.key,
        sequence=message.sequence, correlation_id=message.correlation_id or None, payload=dict(message.payload),
        sha256=digest(message.payload), company_id=who.company_id, user_id=who.user_id, quarantined=quarantined,
    )  # fmt: skip
    if quarantined:
        row.state = IncomingState.POISON
        row.reason = str(_("Another message with this id came before, with other content."))
    env.add(row)
    env.flush()
    return row


def _queue(env: Env, stream: Stream, row: IncomingMessage, who: Principal) -> None:
    """Put a new message in its place: its effect now if it is its turn, together with what waited for it."""
    if row.sequence <= stream.last_sequence or _has_twin(env, row):
        park(row, str(_("Later messages of its key had their effect already, or another has its number.")))
        row.next_at = None
    elif row.sequence == stream.last_sequence + 1:
        _advance(env, stream, who)


def _has_twin(env: Env, row: IncomingMessage) -> bool:
    """Whether another message has the number already."""
    same = select(IncomingMessage.id).where(
        IncomingMessage.sender == row.sender, IncomingMessage.key == row.key,
        IncomingMessage.sequence == row.sequence, IncomingMessage.id != row.id,
        ~IncomingMessage.quarantined,
    )  # fmt: skip
    return env.session.scalar(same.limit(1)) is not None


def _advance(env: Env, stream: Stream, who: Principal | None = None) -> None:
    """Give the messages of a key their effects in order, up to the first that is missing or refused."""
    for _number in range(BATCH):
        row = _at(env, stream)
        if row is None:
            return
        if row.state in PENDING and not take_effect(env, row, who):
            return
        stream.last_sequence = row.sequence
    row = _at(env, stream)
    if row is not None and row.state in PENDING:
        row.next_at = clock.now()
        waiting.send(env)


def _at(env: Env, stream: Stream) -> IncomingMessage | None:
    """The message whose turn it is."""
    env.flush()
    turn = select(IncomingMessage).where(
        IncomingMessage.sender == stream.sender, IncomingMessage.key == stream.key,
        IncomingMessage.sequence == stream.last_sequence + 1, ~IncomingMessage.quarantined,
    )  # fmt: skip
    return env.session.scalar(turn.order_by(IncomingMessage.id).limit(1))


def _pending(env: Env, stream: Stream) -> IncomingMessage | None:
    """The first message of the key that has still to have its effect."""
    env.flush()
    pending = select(IncomingMessage).where(
        IncomingMessage.sender == stream.sender, IncomingMessage.key == stream.key,
        IncomingMessage.state.in_(PENDING), IncomingMessage.sequence > stream.last_sequence,
    )  # fmt: skip
    return env.session.scalar(pending.order_by(IncomingMessage.sequence).limit(1))
