"""Delivering: a message of the outbox becomes a call of the partner's server, over TLS and with our token."""

from __future__ import annotations

import json
from dataclasses import dataclass

import httpx

from addons.bridge.actions.telling import CHANNEL
from addons.bridge.messages import plain
from addons.bridge.messages.envelope import Envelope, Sender, sealed, to_json
from addons.bridge.messages.message import MESSAGES
from addons.bridge.models import Partner, Side
from core import (
    Message,
    Refused,
    Retry,
    Site,
    UserError,
    _,
    calling,
    given_secret,
    is_confidential,
    open_env,
    transport,
)
from core.base import Company

SECONDS = 20.0


@dataclass(frozen=True)
class _Receiver:
    """A partner, as it was when a message was about to leave."""

    code: str
    url: str
    own_company: str
    own_side: Side
    is_active: bool


@transport(CHANNEL)
def deliver(site: Site, message: Message) -> None:
    """Hand the message over; the partner has it for good when it answers."""
    receiver = _receiver(site, int(message.payload["partner"]))
    if not receiver.is_active:
        raise Retry(str(_("{partner} is not active; the message waits.", partner=receiver.code)))
    if not is_confidential(receiver.url):
        raise Refused(str(_("{url} is not reached over TLS.", url=receiver.url)))
    body = {"message": to_json(enveloped(message, receiver.own_company, receiver.own_side)).decode()}
    _understand(call(site, receiver.url, body, token_of(site, receiver.code)))


def enveloped(message: Message, company: str, side: Side) -> Envelope:
    """The message in the envelope of our side."""
    kind = MESSAGES[message.type.rpartition(".")[2]]
    return sealed(
        Envelope(
            message.message_id, Sender(company, side.name), message.created_at, message.key or message.message_id,
            message.sequence, plain.from_plain(kind, message.payload["message"]), message.correlation_id or None,
            message.payload["schema_version"],
        )
    )  # fmt: skip


def token_of(site: Site, code: str) -> str:
    """Our token for a partner, from the environment or its key file; raises Retry where there is none."""
    given = given_secret(site.folder, "bridge.token", code)
    if not given.text:
        raise Retry(
            str(_("There is no token for {partner}: set {variable} or write {file}.",
                  partner=code, variable=given.variable, file=given.file))
        )  # fmt: skip
    return given.text


def _receiver(site: Site, partner_id: int) -> _Receiver:
    with open_env(site) as env:
        try:
            partner = env.get(Partner, partner_id)
        except UserError as error:
            raise Refused(str(error)) from error
        return _Receiver(
            partner.code,
            partner.url,
            env.get(Company, partner.company_id).code,
            partner.side.other,
            partner.active,
        )


def call(site: Site, url: str, body: dict[str, str], token: str, seconds: float = SECONDS) -> httpx.Response:
    """What a partner's server says to `body`; raises Retry where it is not reached, or may not be called yet."""
    try:
        calling.require_peer(site.folder, url)
        return httpx.post(
            url, content=json.dumps(body), timeout=seconds, follow_redirects=False, verify=calling.trusted(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )  # fmt: skip
    except calling.NotAllowed as error:
        raise Retry(str(error)) from error
    except httpx.HTTPError as error:
        raise Retry(str(_("{url} is not reached: {error}", url=url, error=error))) from error


#: Answers that say: not this message, ever. All others may pass: a token is renewed, a server comes back.
_REFUSING = (400, 413, 422)
_DONE = 200


def _understand(answer: httpx.Response) -> None:
    if answer.status_code == _DONE:
        return
    said = f"{answer.status_code} {detail(answer)}"
    raise Refused(said) if answer.status_code in _REFUSING else Retry(said)


def detail(answer: httpx.Response) -> str:
    """Why a partner's server refused."""
    try:
        return str(answer.json().get("detail", ""))[:500]
    except (ValueError, AttributeError):
        return answer.reason_phrase
