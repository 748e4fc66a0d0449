"""Telling the other world: handed over where it is in this database, sent where a partner has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from addons.bridge.messages import plain
from addons.bridge.messages.envelope import SCHEMA_VERSION
from addons.bridge.messages.message import ConfirmBOD, Payload
from addons.bridge.messages.noun import ActionCode
from addons.bridge.models import Partner, Side
from core import Env, Message, receive, send
from core.base import Company
from core.base.models.mechanism import OutgoingMessage

CHANNEL = "bridge"
#: The sender of messages that never left the database.
HERE = "here"
#: The join that is each side's end of the flows.
HALVES = {Side.ERP: "bridge.erp", Side.MES: "bridge.mes"}


@dataclass(frozen=True)
class Listener:
    """Who hears what is told of a company: a partner's server, or the other half in this database."""

    partner_id: int | None
    #: The code that the company has there.
    company: str

    @property
    def is_here(self) -> bool:
        return self.partner_id is None


def listener(env: Env, company_id: int, side: Side) -> Listener | None:
    """Who plays that side for the company; None when nobody does."""
    with env.as_system() as system:
        partner = system.session.execute(
            select(Partner.id, Partner.company_code)
            .where(Partner.company_id == company_id, Partner.side == side, Partner.active)
            .order_by(Partner.id)
            .limit(1)
        ).first()
        if partner is not None:
            return Listener(partner.id, partner.company_code)
        if HALVES[side] not in env.site.addons:
            return None
        return Listener(None, system.get(Company, company_id).code)


def kind_of(message: type[Payload] | str) -> str:
    """The name under which a message travels."""
    return f"{CHANNEL}.{message if isinstance(message, str) else message.__name__}"


def tell(
    env: Env,
    to: Listener,
    message: Payload,
    *,
    key: str,
    correlation_id: str = "",
    note: Callable[[str], None] = lambda _id: None,
) -> None:
    """Tell it in the transaction of `env`; messages of one key take effect in their order.

    `note` keeps the id of the message: it is called before anybody hears of it.
    """
    kind, content = kind_of(type(message)), plain.to_plain(message)
    if to.is_here:
        handed = Message(kind, content, sender=HERE, correlation_id=correlation_id)
        note(handed.message_id)
        receive(env, handed)
        return
    sent = {"partner": to.partner_id, "schema_version": SCHEMA_VERSION, "message": content}
    note(send(env, CHANNEL, kind, sent, key=f"{to.partner_id}/{key}", correlation_id=correlation_id))


def confirm(env: Env, message: Message, action: ActionCode, reason: str = "") -> None:
    """Say what became of a message, to whoever sent it."""
    if message.sender == HERE:
        env.hook.message_confirmed(env=env, message_id=message.message_id, action=str(action), reason=reason)
        return
    answer = ConfirmBOD(message.message_id, message.created_at, action, reason or None)
    to = Listener(partner_id(message.sender), "")
    tell(env, to, answer, key="confirm", correlation_id=message.message_id)


def sender_of(partner: Partner) -> str:
    """How the inbox calls a partner."""
    return f"{CHANNEL}.{partner.id}"


def to_partner(partner: Partner) -> ColumnElement[bool]:
    """The messages that leave or left for a partner; the keys of all of them begin with its id."""
    ours = OutgoingMessage.key.startswith(f"{partner.id}/", autoescape=True)
    return (OutgoingMessage.channel == CHANNEL) & ours


def partner_id(sender: str) -> int:
    """The partner whom the inbox calls so."""
    return int(sender.rpartition(".")[2])
