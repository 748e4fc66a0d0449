"""Delivery: a lane at a time is taken from the outbox, and its messages go out one after the other."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, or_, select, update

from core import clock
from core.events import outbox
from core.events.message import Message
from core.events.outbox import Lane, OutgoingMessage, OutgoingState, Refused, Retry
from core.i18n import _
from core.orm.env import Env, Site, open_env
from core.orm.waiting import backoff

#: How long a lane stays with a process that says nothing more; a transport gives up well before.
LEASE = timedelta(seconds=60)
#: Messages of a lane before others have their turn.
BATCH = 50
#: Messages that arrived are noted so many at a time, or after so long.
NOTED = 20
NOTED_SECONDS = 5.0
_FIRST_WAIT = timedelta(seconds=5)
_MOST_WAIT = timedelta(minutes=15)
log = logging.getLogger("dovetail.events")


@dataclass(frozen=True)
class _Taken:
    """A lane that this thread delivers."""

    lane_id: int
    channel: str
    key: str
    lease: str


@dataclass(frozen=True)
class _Waiting:
    """The state of a message that is next in its lane."""

    id: int
    state: OutgoingState
    attempts: int
    message: Message


@dataclass(frozen=True)
class _Failure:
    """Why a message did not arrive."""

    reason: str
    dead: bool


def deliver_lane(site: Site) -> bool:
    """Deliver what waits in one lane, as far as it goes; False when no lane has anything to deliver now."""
    taken = _take(site)
    if taken is None:
        return False
    _give_back(site, taken, _deliver_each(site, taken, _next(site, taken)))
    return True


def _deliver_each(site: Site, taken: _Taken, messages: Sequence[_Waiting]) -> datetime | None:
    """Deliver one after the other up to the first that does not arrive; gives when to try that again.

    Those that arrived are noted a few at a time: after a crash in between the receiver gets them again.
    """
    arrived: list[_Waiting] = []
    noted_at = time.monotonic()
    for waiting in messages:
        failure = None if waiting.state is OutgoingState.DEAD else _attempt(site, taken, waiting)
        if waiting.state is OutgoingState.DEAD or failure is not None:
            held = _note_arrived(site, taken, arrived)
            return _note_failure(site, taken, waiting, failure) if held and failure is not None else None
        arrived.append(waiting)
        if len(arrived) >= NOTED or time.monotonic() - noted_at > NOTED_SECONDS:
            if not _note_arrived(site, taken, arrived):
                return None
            arrived, noted_at = [], time.monotonic()
    _note_arrived(site, taken, arrived)
    return None


def _take(site: Site) -> _Taken | None:
    with open_env(site) as env:  # looking disturbs no writer
        if env.session.scalar(_free(clock.now())) is None:
            return None
    now, lease = clock.now(), uuid4().hex
    with open_env(site, write=True) as env:
        first = _free(now).with_for_update(skip_locked=True).scalar_subquery()
        taken = update(Lane).where(Lane.id == first).values(lease=lease, lease_until=now + LEASE)
        row = env.session.execute(
            taken.returning(Lane.id, Lane.channel, Lane.key), execution_options=_plain()
        ).first()
    return None if row is None else _Taken(row.id, row.channel, row.key, lease)


def _free(now: datetime) -> Select[int]:
    known = sorted(outbox.transports())
    free = or_(Lane.lease_until.is_(None), Lane.lease_until < now)
    wanted = select(Lane.id).where(Lane.next_at <= now, free, Lane.channel.in_(known))
    return wanted.order_by(Lane.next_at, Lane.id).limit(1)


def _next(site: Site, taken: _Taken) -> Sequence[_Waiting]:
    """The messages at the head of a lane; a dead one stays at its head until a person decides."""
    wanted = select(OutgoingMessage).where(
        OutgoingMessage.channel == taken.channel, OutgoingMessage.key == taken.key,
        OutgoingMessage.state.in_([OutgoingState.WAITING, OutgoingState.DEAD]),
        OutgoingMessage.sequence.is_not(None),
    )  # fmt: skip
    with open_env(site) as env:
        rows = env.session.scalars(wanted.order_by(OutgoingMessage.sequence).limit(BATCH)).all()
        return [_Waiting(row.id, row.state, row.attempts, _message(row)) for row in rows]


def _message(row: OutgoingMessage) -> Message:
    ordered = row.key != row.message_id
    return Message(
        row.type, row.payload, message_id=row.message_id, key=row.key if ordered else "",
        sequence=(row.sequence or 0) if ordered else 0, correlation_id=row.correlation_id or "",
        created_at=row.created_at or clock.now(), sha256=row.sha256,
    )  # fmt: skip


def _attempt(site: Site, taken: _Taken, waiting: _Waiting) -> _Failure | None:
    """Hand a message to its channel's transport; None when the receiver has it."""
    transport = outbox.transports()[taken.channel]
    last = waiting.attempts + 1 >= transport.attempts
    try:
        transport.deliver(site, waiting.message)
    except Refused as error:
        return _Failure(str(error), dead=True)
    except Retry as error:
        return _Failure(str(error), dead=last)
    except Exception:
        reference = uuid4().hex[:12]
        log.exception("message %s was not delivered, reference %s", waiting.message.message_id, reference)
        words = _(
            "Something is wrong on our side, reference {reference}; the log has the rest.",
            reference=reference,
        )
        return _Failure(str(words), dead=last)
    return None


def _note_failure(site: Site, taken: _Taken, waiting: _Waiting, failure: _Failure) -> datetime | None:
    """Write down why it did not arrive; gives when to try again, None when a person has to decide."""
    state = OutgoingState.DEAD if failure.dead else OutgoingState.WAITING
    _write(site, taken, [waiting.id], {"state": state, "reason": failure.reason})
    return None if failure.dead else clock.now() + backoff(waiting.attempts + 1, _FIRST_WAIT, _MOST_WAIT)


def _note_arrived(site: Site, taken: _Taken, arrived: Sequence[_Waiting]) -> bool:
    values = {"state": OutgoingState.SENT, "sent_at": clock.now(), "reason": None}
    return not arrived or _write(site, taken, [each.id for each in arrived], values)


def _write(
    site: Site, taken: _Taken, ids: Sequence[int], values: dict[str, Any]
) -> bool:  # Any: as each column
    """Write down what came of an attempt; False when the lane is another's by now, and nothing was written.

    What a person has decided meanwhile stays.
    """
    with open_env(site, write=True) as env:
        mine = update(Lane).where(Lane.id == taken.lane_id, Lane.lease == taken.lease)
        held = mine.values(lease_until=clock.now() + LEASE).returning(Lane.id)
        if env.session.scalar(held, execution_options=_plain()) is None:
            return False
        rows = update(OutgoingMessage).where(
            OutgoingMessage.id.in_(ids), OutgoingMessage.state == OutgoingState.WAITING
        )
        counted = {"attempts": OutgoingMessage.attempts + 1, "version": OutgoingMessage.version + 1}
        env.session.execute(rows.values(**values, **counted), execution_options=_plain())
        return True


def _give_back(site: Site, taken: _Taken, pause: datetime | None) -> None:
    """Let the lane go, to be looked at again if something can be delivered."""
    with open_env(site, write=True) as env:
        # Locked first: who adds a message meanwhile waits, and then finds that nobody looks any more.
        lane = env.session.get(Lane, taken.lane_id, with_for_update=True)
        if lane is None or lane.lease != taken.lease:
            return
        lane.lease, lane.lease_until = None, None
        lane.next_at = pause or (clock.now() if _has_more(env, taken) else None)


def _has_more(env: Env, taken: _Taken) -> bool:
    head = (
        select(OutgoingMessage.state)
        .where(
            OutgoingMessage.channel == taken.channel, OutgoingMessage.key == taken.key,
            OutgoingMessage.state.in_([OutgoingState.WAITING, OutgoingState.DEAD]),
        )
        .order_by(OutgoingMessage.sequence)
    )  # fmt: skip
    return env.session.scalar(head.limit(1)) is OutgoingState.WAITING


def _plain() -> dict[str, Any]:  # Any: SQLAlchemy's options
    """There are no objects in the session to keep in step."""
    return {"synchronize_session": False}
