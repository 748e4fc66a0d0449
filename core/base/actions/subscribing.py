"""What an administrator does with webhooks, and how their messages get to the receivers."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from weakref import WeakKeyDictionary

from sqlalchemy import delete, select, update

from core import clock, config
from core.actions import Ask, action
from core.base.models.mechanism import OutgoingMessage, OutgoingState
from core.base.models.role import administrator, integration_operator
from core.base.models.webhook import DeliveryState, Webhook, WebhookDelivery
from core.base.webhooks import CHANNEL, PING, Told, log, pause, send_to, subscription_of
from core.calling import Answer, NotAllowed, NotReached, post
from core.errors import UserError, ValidationError
from core.events.message import Message
from core.events.outbox import Refused, Retry, transport, waiting, wake_lane
from core.events.signature import new_secret, signed
from core.i18n import _
from core.orm.condition import Test, where
from core.orm.env import Env, Site, open_env
from core.security.secret import encryption

#: How long a receiver that does not answer is left in peace by this process: each of its messages would wait for it.
_REST_SECONDS = 30.0
_MOST_HOURS = 24 * 30
_OK = range(200, 300)
_GONE = 410
PURPOSE = "webhook secret"

has_secret = Test("secret_at", "not_empty")
is_active = where(Webhook.active, "eq", True)
is_paused = where(Webhook.active, "eq", False)


@action(
    _("New secret"),
    on=Webhook,
    roles=[administrator],
    icon="key",
    bulk=False,
    answers={"secret": _("The secret, shown this once")},
)
def renew_secret(
    env: Env,
    webhooks: Sequence[Webhook],
    *,
    hours: Annotated[
        int,
        Ask(
            _("Hours that the present secret signs as well"),
            help=_("Until the receiver knows the new one."),
            default=lambda env, records: 24,
        ),
    ] = 24,
) -> Mapping[str, object]:
    """Messages are signed by a new secret; give it to the receiver, who knows us by it."""
    if not 0 <= hours <= _MOST_HOURS:
        raise ValidationError({"hours": _("Give 0 to {most} hours.", most=_MOST_HOURS)})
    made = new_secret()
    for webhook in webhooks:
        webhook.earlier_secret = webhook.secret if hours else None
        webhook.earlier_until = clock.now() + timedelta(hours=hours) if webhook.earlier_secret else None
        webhook.secret, webhook.secret_at = encryption(env.site, PURPOSE).encrypt(made), clock.now()
    return {"secret": made}


@action(
    _("Activate"), on=Webhook, roles=[administrator], icon="player-play", primary=True, when=is_paused & has_secret
)  # fmt: skip
def activate(env: Env, webhooks: Sequence[Webhook]) -> None:
    """It is told of changes from now on; what waits for it is sent."""
    for webhook in webhooks:
        webhook.active, webhook.reason = True, None


@action(_("Pause"), on=Webhook, roles=[administrator], icon="player-pause", when=is_active)
def pause_webhook(env: Env, webhooks: Sequence[Webhook]) -> None:
    """It is told of nothing any more; messages that are on their way wait."""
    for webhook in webhooks:
        webhook.active = False


@action(
    _("Send a ping"), on=Webhook, roles=[administrator, integration_operator], icon="send", when=has_secret
)
def ping(env: Env, webhooks: Sequence[Webhook]) -> Sequence[WebhookDelivery]:
    """A message without a record is sent, paused or not; its delivery shows what the receiver answers."""
    found = []
    for webhook in webhooks:
        to = subscription_of(webhook)
        told = Told(PING, None, {"webhook": webhook.name})
        with env.as_system() as system:
            message_id = send_to(system, to, told)
            log(system, to.id, to.company_id, [(told, message_id)])
        found.append(message_id)
    return env.session.scalars(select(WebhookDelivery).where(WebhookDelivery.message_id.in_(found))).all()


@action(
    _("Delete"), on=Webhook, roles=[administrator], icon="trash", when=is_paused, bulk=False,
    confirm=_("Its deliveries are deleted with it, and messages that wait for it are discarded."),
)  # fmt: skip
def delete_webhook(env: Env, webhooks: Sequence[Webhook]) -> None:
    """It goes for good, with its log."""
    for webhook in webhooks:
        with env.as_system() as system:
            its = select(WebhookDelivery.message_id).where(WebhookDelivery.webhook_id == webhook.id)
            unsent = OutgoingMessage.state.in_([OutgoingState.WAITING, OutgoingState.DEAD])
            discarded = update(OutgoingMessage).where(OutgoingMessage.message_id.in_(its), unsent)
            system.session.execute(discarded.values(state=OutgoingState.DISCARDED))
            system.session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id))
        env.delete(webhook)


@action(
    _("Send again"),
    on=WebhookDelivery,
    roles=[administrator, integration_operator],
    icon="send",
    primary=True,
)
def redeliver(env: Env, deliveries: Sequence[WebhookDelivery]) -> None:
    """The same message is sent once more, with the same id: a receiver that had it takes it for the same."""
    for delivery in deliveries:
        delivery.state = DeliveryState.WAITING
        env.flush()
        with env.as_system() as system:
            asked = select(OutgoingMessage).where(OutgoingMessage.message_id == delivery.message_id)
            message = system.session.scalar(asked.with_for_update())
            if message is None:
                raise UserError(_("The message of {delivery} is not kept any more.", delivery=delivery.type))
            message.state, message.attempts = OutgoingState.WAITING, 0
            message.decision = str(_("Sent again"))
            system.flush()
            wake_lane(env._connection, message.channel, message.key, clock.now())
        waiting.send(env)


@dataclass(frozen=True)
class _Receiver:
    """A webhook, as it was when a message was about to leave."""

    url: str
    secrets: Sequence[str]
    is_active: bool


@transport(CHANNEL)
def deliver(site: Site, message: Message) -> None:
    """Hand the message over; the receiver has it for good when it answers with a status of 2xx."""
    webhook_id = int(message.payload["webhook"])
    receiver = _receiver(site, webhook_id)
    if not receiver.is_active and message.type != PING:
        raise Retry(str(_("The webhook is paused; the message waits.")))
    _require_awake(site, webhook_id)
    body = body_of(message)
    headers = {
        "Content-Type": "application/json", "User-Agent": "Dovetail",
        **signed(receiver.secrets, message.message_id, int(time.time()), body),
    }  # fmt: skip
    try:
        answer = post(receiver.url, body, headers, inside=config.read(site.folder).inside_hosts)
    except NotAllowed as error:
        _note(site, message, None, str(error))
        raise Refused(str(error)) from error
    except NotReached as error:
        _resting.setdefault(site, {})[webhook_id] = time.monotonic() + _REST_SECONDS
        _note(site, message, None, str(error))
        raise Retry(str(error)) from error
    _note(site, message, answer, answer.beginning)
    _understand(site, webhook_id, answer)


def body_of(message: Message) -> bytes:
    """The JSON that is signed and sent, the same at every attempt."""
    at = message.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    whole = {"id": message.message_id, "type": message.type, "occurred_at": at, **message.payload["body"]}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _understand(site: Site, webhook_id: int, answer: Answer) -> None:
    if answer.status in _OK:
        return
    said = f"{answer.status} {answer.beginning}"[:500]
    if answer.status == _GONE:
        with open_env(site, write=True) as env:
            pause(env, webhook_id, str(_("The receiver answered that it is gone for good (410).")))
        raise Refused(said)
    raise Retry(said)


def _receiver(site: Site, webhook_id: int) -> _Receiver:
    with open_env(site) as env:
        found = env.session.get(Webhook, webhook_id)
        if found is None or found.secret is None:
            raise Refused(str(_("The webhook is not there any more.")))
        kept = [found.secret, found.earlier_secret if _still(found.earlier_until) else None]
        cipher = encryption(site, PURPOSE)
        return _Receiver(found.url, [cipher.decrypt(each) for each in kept if each], found.active)


def _still(until: datetime | None) -> bool:
    return until is not None and clock.now() < until


#: When each receiver that did not answer is called again, by the monotonic clock.
_resting: WeakKeyDictionary[Site, dict[int, float]] = WeakKeyDictionary()


def _require_awake(site: Site, webhook_id: int) -> None:
    """Many messages to a server that is away must not hold up those to others."""
    if time.monotonic() < _resting.get(site, {}).get(webhook_id, 0.0):
        raise Retry(str(_("The receiver did not answer a moment ago; it is tried again later.")))


def _note(site: Site, message: Message, answer: Answer | None, said: str) -> None:
    """Write down what the receiver answered."""
    state = DeliveryState.DELIVERED if answer is not None and answer.status in _OK else DeliveryState.FAILED
    with open_env(site, write=True) as env:
        asked = select(WebhookDelivery).where(WebhookDelivery.message_id == message.message_id)
        row = env.session.scalar(asked)
        if row is not None:
            row.state, row.attempts, row.attempted_at = state, row.attempts + 1, clock.now()
            row.status = answer.status if answer is not None else None
            row.milliseconds = answer.milliseconds if answer is not None else None
            row.answer = said[:1000]
