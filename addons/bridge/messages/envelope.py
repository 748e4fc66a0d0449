"""The envelope of a message: who sent it, when, in which order, and a digest of what is inside."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

from addons.bridge.messages import plain, text
from addons.bridge.messages.message import CONVERSATION, MESSAGES, Payload
from addons.bridge.messages.noun import Lined
from core import FormatError, _

SCHEMA_VERSION = "1.0"


class UnknownVersion(FormatError):
    """The message is of a newer major version than this server reads."""

    code = "unknown_version"


class Damaged(FormatError):
    """The message is not what its sender sealed."""

    code = "damaged"


@dataclass(frozen=True, slots=True)
class Sender(Lined):
    """Who sent a message."""

    #: The system, and which part of it: ERP or MES.
    logical_id: str
    component_id: str


@dataclass(frozen=True, slots=True)
class Envelope(Lined):
    """A message with what is needed to carry it once and in order."""

    confirmation_code: ClassVar[str] = "Always"

    message_id: str
    sender: Sender
    created_at: datetime
    #: Messages of one key arrive in the order of their sequence: 1, 2, 3.
    ordering_key: str
    sequence: int
    payload: Payload
    #: The message that this one answers.
    correlation_id: str | None = None
    schema_version: str = SCHEMA_VERSION
    #: Of the canonical JSON of the payload, as the sender wrote it.
    payload_sha256: str = ""

    @property
    def name(self) -> str:
        """Verb and noun, such as SyncMaterialInformation."""
        return type(self.payload).__name__


def sealed(envelope: Envelope) -> Envelope:
    """The envelope with the digest of its payload."""
    return replace(envelope, payload_sha256=digest(plain.to_plain(envelope.payload)))


def digest(payload: Any) -> str:  # Any: JSON
    """SHA-256 of the canonical JSON of a payload."""
    return sha256(plain.canonical(payload)).hexdigest()


def to_json(envelope: Envelope) -> bytes:
    """The message as canonical JSON."""
    return plain.canonical(document(envelope))


def document(envelope: Envelope) -> dict[str, Any]:  # Any: JSON
    """The message in JSON's types."""
    values = {
        "message_id": envelope.message_id,
        "sender": {
            **plain.to_plain(envelope.sender),
            "reference_id": envelope.correlation_id,
            "confirmation_code": envelope.confirmation_code,
        },
        "creation_datetime": text.written(envelope.created_at),
        "verb": envelope.payload.verb,
        "noun": envelope.payload.noun,
        "schema_version": envelope.schema_version,
        "correlation_id": envelope.correlation_id,
        "ordering_key": envelope.ordering_key,
        "sequence": envelope.sequence,
        "payload": plain.to_plain(envelope.payload),
        "payload_sha256": envelope.payload_sha256,
    }
    found: dict[str, Any] = _without_none(values)
    return found


def from_json(content: bytes) -> Envelope:
    """The message that `content` is; raises FormatError, UnknownVersion or Damaged."""
    try:
        values = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FormatError(_("The message is not valid JSON. It was not taken.")) from error
    return from_document(values)


def from_document(values: Any) -> Envelope:  # Any: JSON
    """The message that JSON values tell of; raises as from_json."""
    head = plain.from_plain(_Head, values)
    require_known(head.schema_version)
    name = head.verb + head.noun
    kind = MESSAGES.get(name) or CONVERSATION.get(name)
    if kind is None:
        raise unknown(name)
    if digest(values.get("payload")) != head.payload_sha256:
        raise Damaged(
            _("The payload of {id} is not the one that was sealed. It was not taken.", id=head.message_id)
        )
    return Envelope(
        head.message_id, head.sender, head.creation_datetime, head.ordering_key, head.sequence,
        plain.from_plain(kind, values["payload"]), head.correlation_id, head.schema_version, head.payload_sha256,
    )  # fmt: skip


def require_known(version: str) -> None:
    """Raise UnknownVersion unless the major version is ours; a newer minor one only says more."""
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise UnknownVersion(
            _(
                "The message is of version {version}; this server reads {own}. Upgrade it, then replay the message.",
                version=version,
                own=SCHEMA_VERSION,
            )
        )


def unknown(name: str) -> FormatError:
    return FormatError(_("There is no message {name}. It was not taken.", name=name[:60]))


def new_id(at: datetime) -> str:
    """A UUID of version 7 (RFC 9562): ids of later messages sort after earlier ones."""
    millis = int(at.timestamp() * 1000)
    value = millis << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=value))


@dataclass(frozen=True, slots=True)
class _Head(Lined):
    """All of a JSON message but its payload."""

    message_id: str
    sender: Sender
    creation_datetime: datetime
    verb: str
    noun: str
    schema_version: str
    ordering_key: str
    sequence: int
    payload_sha256: str
    correlation_id: str | None = None


def _without_none(values: Any) -> Any:  # Any: JSON
    if isinstance(values, dict):
        return {name: _without_none(value) for name, value in values.items() if value is not None}
    return values
