"""Asking a partner's server, over the address and with the token by which it takes messages."""

from __future__ import annotations

from http import HTTPStatus

from addons.bridge.actions.delivering import call, detail, token_of
from addons.bridge.actions.recounting import enveloped
from addons.bridge.messages import envelope
from addons.bridge.messages.envelope import to_json
from addons.bridge.messages.reconciliation import GetReconciliation, ShowReconciliation
from addons.bridge.models import Partner
from core import Env, FormatError, Retry, Text, UserError, _, is_confidential
from core.base import Company

#: A person waits for the answer.
SECONDS = 8.0


class NotHeard(UserError):
    """The partner system did not answer; what it has is not known."""

    code = "not_heard"


def ask(env: Env, partner: Partner, question: GetReconciliation) -> ShowReconciliation:
    """What the partner answers; `env` is the system's, and only reads, so that nobody waits for it meanwhile.

    Raises NotHeard where it does not answer.
    """
    if not is_confidential(partner.url):
        raise NotHeard(_("{url} is not reached over TLS.", url=partner.url))
    asked = enveloped(env.get(Company, partner.company_id).code, partner.side.other, question)
    try:
        body = {"message": to_json(asked).decode()}
        answer = call(env.site, partner.url, body, token_of(env.site, partner.code), SECONDS)
    except Retry as error:
        raise NotHeard(str(error)) from error
    if answer.status_code != HTTPStatus.OK:
        raise NotHeard(_("It refuses: {status} {reason}", status=answer.status_code, reason=detail(answer)))
    try:
        told = envelope.from_json(answer.json()["answer"]["message"].encode())
    except (ValueError, KeyError, TypeError, AttributeError, FormatError) as error:
        raise NotHeard(_senseless()) from error
    if not isinstance(told.payload, ShowReconciliation) or told.correlation_id != asked.message_id:
        raise NotHeard(_senseless())
    return told.payload


def _senseless() -> Text:
    return _(
        "Its answer is not one to our question. Is its address right, and its version not older than ours?"
    )
