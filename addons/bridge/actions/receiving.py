"""Taking messages in: the one address at which a partner's server hands them over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from addons.bridge.actions.recounting import answered
from addons.bridge.actions.telling import kind_of, sender_of
from addons.bridge.messages import b2mml, envelope, plain
from addons.bridge.messages.envelope import Envelope, unknown
from addons.bridge.messages.message import ConfirmBOD, ProcessOperationsPerformance
from addons.bridge.messages.reconciliation import GetReconciliation, ShowReconciliation
from addons.bridge.models import Partner, partner_system
from core import Ask, Env, Forbidden, Message, _, action, now, where
from core import receive as take_in
from core.base import Company


@action(
    _("Receive"),
    on=Partner,
    roles=[partner_system],
    when=where(Partner.active, "eq", True),
    bulk=False,
    icon="inbox",
)
def receive(
    env: Env,
    partners: Sequence[Partner],
    *,
    message: Annotated[str, Ask(_("Message"), help=_("As JSON, or as B2MML."))],
) -> Mapping[str, object] | None:
    """Take a message in, once and in its order; a question is answered at once.

    What cannot have its effect now is kept, and shown with the reason.
    """
    for partner in partners:
        _require_own(env, partner)
        received = _read(message)
        _require_company(env, partner, received)
        if isinstance(received.payload, GetReconciliation):
            with env.as_system() as system:
                return {"message": answered(system, partner, received, received.payload)}
        handed = _handed(partner, received)
        # The token may hand messages over and no more; what they come to is its account's doing.
        with env.on_behalf_of(replace(env.principal, allowed=None)) as account:
            take_in(account, handed)
        with env.as_system() as system:
            system.get(Partner, partner.id).heard_at = now()
    return None


def _read(message: str) -> Envelope:
    content = message.encode()
    found = b2mml.from_xml(content) if message.lstrip().startswith("<") else envelope.from_json(content)
    if isinstance(found.payload, ShowReconciliation):
        raise unknown(found.name)  # an answer that nobody asked for here
    return found


def _require_own(env: Env, partner: Partner) -> None:
    """A token speaks for one partner: that of another company, or another partner of this one, gets nothing."""
    if env.user_id is None or partner.user_id != env.user_id:
        raise Forbidden(_("This account does not speak for {partner}.", partner=partner.label))


def _require_company(env: Env, partner: Partner, received: Envelope) -> None:
    with env.as_system() as system:
        named, own = _company(received), system.get(Company, partner.company_id).code
    if named is not None and named != own:
        raise Forbidden(
            _(
                "The message is for company {named}; {partner} speaks with {company}.",
                named=named,
                partner=partner.label,
                company=own,
            )
        )


def _company(received: Envelope) -> str | None:
    payload = received.payload
    if isinstance(payload, ConfirmBOD | ShowReconciliation):
        return None
    if isinstance(payload, GetReconciliation):
        return payload.company
    if isinstance(payload, ProcessOperationsPerformance):
        return payload.performance.company
    return payload.information.company


def _handed(partner: Partner, received: Envelope) -> Message:
    """The message as the inbox keeps it; its id and order are the partner's."""
    return Message(
        kind_of(received.name), plain.to_plain(received.payload), sender=sender_of(partner),
        message_id=received.message_id, key=received.ordering_key if received.sequence else "",
        sequence=received.sequence, correlation_id=received.correlation_id or "", created_at=received.created_at,
    )  # fmt: skip
