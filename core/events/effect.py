"""The effect of a message: done for who brought it, or undone and parked with the reason why not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy.exc import DBAPIError

from core import clock
from core.addon import owner_of
from core.errors import UserError
from core.events.incoming import IncomingMessage, IncomingState
from core.events.message import Message
from core.i18n import _
from core.orm.env import Principal
from core.orm.waiting import backoff
from core.security.principal import principal_of

if TYPE_CHECKING:
    from core.orm.env import Env

_FIRST_WAIT = timedelta(minutes=1)
_MOST_WAIT = timedelta(hours=1)
log = logging.getLogger("dovetail.events")

#: Gives a message its effect. A UserError refuses: what was done is undone, and the message parked with its words.
Effect = Callable[["Env", Message], None]

_effects: dict[str, Effect] = {}


def handles(*types: str) -> Callable[[Effect], Effect]:
    """Make `function(env, message)` the effect of messages of these types.

    It runs with the declared rights of its addon, in the company and for the user that the message came by.
    """

    def declared(function: Effect) -> Effect:
        _effects.update(dict.fromkeys(types, function))
        return function

    return declared


def take_effect(env: Env, row: IncomingMessage, who: Principal | None = None) -> bool:
    """Do what the message asks for, or park it with the reason why not; returns whether it was done."""
    row.attempts += 1
    try:
        _do(env, row, who)
    except UserError as error:
        park(row, str(error))
    except DBAPIError:
        raise  # the database did not answer: the sender, or the next look, tries the whole again
    except Exception:
        reference = uuid4().hex[:12]
        log.exception("message %s had no effect, reference %s", row.message_id, reference)
        words = _(
            "Something is wrong on our side, reference {reference}; the log has the rest.",
            reference=reference,
        )
        park(row, str(words))
    else:
        row.state, row.reason, row.done_at, row.next_at = IncomingState.DONE, None, clock.now(), None
        return True
    return False


def _do(env: Env, row: IncomingMessage, who: Principal | None) -> None:
    effect = _effects.get(row.type)
    if effect is None:
        raise UserError(_("No addon here understands messages of the kind {kind}.", kind=row.type))
    principal = who if who is not None and who.user_id == row.user_id else _principal(env, row)
    why = str(_("Message {id} of {sender}", id=row.message_id, sender=row.sender))
    with (
        env.on_behalf_of(principal) as acting,
        acting.savepoint(),
        acting.acting_as(owner_of(effect.__module__), why),
    ):
        effect(acting, _message(row))


def _principal(env: Env, row: IncomingMessage) -> Principal:
    """Who brought the message, as they are now: who may not act any more, does not."""
    if row.user_id is None:
        return Principal(company_id=row.company_id)
    return principal_of(env, row.user_id, row.company_id)


def _message(row: IncomingMessage) -> Message:
    return Message(
        row.type, row.payload, sender=row.sender, message_id=row.message_id, key=row.key, sequence=row.sequence,
        correlation_id=row.correlation_id or "", created_at=row.created_at or row.received_at, sha256=row.sha256,
    )  # fmt: skip


def park(row: IncomingMessage, reason: str) -> None:
    row.state, row.reason = IncomingState.PARKED, reason
    row.next_at = clock.now() + backoff(max(row.attempts, 1), _FIRST_WAIT, _MOST_WAIT)
