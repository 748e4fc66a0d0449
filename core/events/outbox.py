"""The outbox: messages are written in the business transaction, and leave after its commit, in order per key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Connection, String, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.errors import PlatformError
from core.events.message import Message, digest, new_id
from core.i18n import _
from core.orm import rowset
from core.orm.field import field, index
from core.orm.model import Base, Model, SharedByCompanies
from core.orm.plan import table_of
from core.orm.rowset import Same
from core.orm.types import BigId, Choice, Code, Instant, Json, LongText, Name
from core.orm.waiting import Signal

if TYPE_CHECKING:
    from core.orm.env import Env, Site

#: How often delivery is tried before a message is dead: about four days, so that a weekend's outage passes.
ATTEMPTS = 400


class OutgoingState(Choice):
    """What became of a message that goes out."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Not delivered")
    DISCARDED = "discarded", _("Discarded")


class OutgoingMessage(SharedByCompanies, Model):
    """A message to another system; those of one channel and ordering key leave one after the other."""

    __tablename__ = "base_outgoing_message"
    singular, plural = _("Outgoing message"), _("Outgoing messages")

    channel: Mapped[Code] = field(_("Channel"), readonly=True)
    key: Mapped[Name] = field(_("Ordering key"), readonly=True, search=True)
    #: Without a gap within channel and key, in the order of the commits; given by the last statements before them.
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[Name] = field(_("Kind of message"), readonly=True, title=True)
    message_id: Mapped[str] = mapped_column(String(36), unique=True)
    correlation_id: Mapped[Name | None] = field(_("Belongs to"), readonly=True, listed=False)
    payload: Mapped[Json] = field(_("Content"), readonly=True, listed=False)
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[OutgoingState] = field(_("State"), default=OutgoingState.WAITING, readonly=True, sort=True)
    attempts: Mapped[int] = field(_("Attempts"), default=0, readonly=True)
    reason: Mapped[LongText | None] = field(_("Reason"), readonly=True, listed=False)
    sent_at: Mapped[Instant | None] = field(_("Sent"), readonly=True)
    decision: Mapped[LongText | None] = field(_("Decision"), readonly=True, track=True, listed=False)

    __table_args__ = (index("channel", "key", "sequence", unique=True),)


class Lane(Base):
    """The messages of one channel and key: their count, and who delivers them. The system alone reads it."""

    __tablename__ = "base_outgoing_lane"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[Code] = mapped_column()
    key: Mapped[Name] = mapped_column()
    last_sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    #: When to look whether something can be delivered; empty while nothing can.
    next_at: Mapped[Instant | None] = mapped_column(index=True)
    lease: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[Instant | None] = mapped_column()

    __table_args__ = (index("channel", "key", unique=True),)


#: Delivers a message: returns when the receiver has it for good, raises Retry or Refused when not. It is called
#: outside of every transaction, must give up within half a minute, and may be called again for the same message.
Deliver = Callable[["Site", Message], None]


@dataclass(frozen=True)
class Transport:
    """How the messages of a channel get to their receiver."""

    channel: str
    deliver: Deliver
    attempts: int


class Retry(Exception):
    """The receiver cannot be reached or cannot take the message now; it is tried again later."""


class Refused(Exception):
    """The receiver will never take this message; it is dead until a person decides."""


_transports: dict[str, Transport] = {}

#: Rings when there may be something to deliver or to take in.
waiting = Signal("dovetail_messages")


def transport(channel: str, *, attempts: int = ATTEMPTS) -> Callable[[Deliver], Deliver]:
    """Make `function(site, message)` deliver what is sent by `channel`."""

    def declared(function: Deliver) -> Deliver:
        _transports[channel] = Transport(channel, function, attempts)
        return function

    return declared


def transports() -> Mapping[str, Transport]:
    """How each channel of the loaded addons delivers."""
    return _transports


def send(
    env: Env,
    channel: str,
    type: str,
    payload: Mapping[str, Any],  # Any: JSON
    *,
    key: str = "",
    correlation_id: str = "",
) -> str:
    """Write a message in the transaction of `env` and return its id; it leaves after the commit, or never.

    Messages with the same `key` arrive in the order of their commits; without a key none waits for another.
    """
    env.refuse_write()
    if channel not in _transports:
        raise PlatformError(_("There is no channel {channel}; its addon is not installed.", channel=channel))
    message_id, at = new_id(), clock.now()
    lane = key or message_id
    row = {
        "company_id": env.company_id, "channel": channel, "key": lane, "type": type, "message_id": message_id,
        "correlation_id": correlation_id or None, "payload": dict(payload), "sha256": digest(payload), "version": 1,
        "created_at": at, "created_by_id": env.user_id, "changed_at": at, "changed_by_id": env.user_id,
    }  # fmt: skip
    env._connection.execute(insert(table_of(OutgoingMessage)).values(row))  # as the trail: below the session
    env.last(f"~outbox {channel} {lane}", lambda: _number(env._connection, channel, lane))
    waiting.send(env)
    return message_id


def wake_lane(connection: Connection, channel: str, key: str, at: datetime) -> None:
    """Have a lane looked at, at the latest then."""
    table = table_of(Lane)
    chosen = update(table).where(table.c.channel == channel, table.c.key == key)
    connection.execute(chosen.values(next_at=at))


def _number(connection: Connection, channel: str, key: str) -> None:
    """Number the messages of this transaction; the lane is locked for these last statements alone."""
    table = table_of(OutgoingMessage)
    new = select(table.c.id).where(table.c.channel == channel, table.c.key == key, table.c.sequence.is_(None))
    ids = list(connection.scalars(new.order_by(table.c.id)))
    if ids:
        last = _drawn(connection, channel, key, len(ids))
        numbers = range(last - len(ids) + 1, last + 1)
        rowset.update(connection, table, ids, {table.c.sequence: list(numbers)})


def _drawn(connection: Connection, channel: str, key: str, count: int) -> int:
    """The last of the next `count` numbers of a lane, which is made if it is the first message of its key."""
    table, at = table_of(Lane), clock.now()
    drawn = (
        update(table)
        .where(table.c.channel == channel, table.c.key == key)
        .values(
            last_sequence=table.c.last_sequence + count,
            # One that waits for another attempt goes on waiting.
            next_at=func.coalesce(table.c.next_at, at),
        )
        .returning(table.c.last_sequence)
    )
    last = connection.scalar(drawn)
    if last is None:
        new = {table.c.channel: Same(channel), table.c.key: Same(key), table.c.last_sequence: Same(0)}
        rowset.append(connection, table, new, 1, unless_there=True)
        last = connection.scalar(drawn)
    assert last is not None
    return int(last)
