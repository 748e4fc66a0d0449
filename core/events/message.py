"""Message: what one system tells another, with what makes it recognisable and keeps it in order."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from core import clock


def new_id() -> str:
    """A UUID of version 7 (RFC 9562): milliseconds first, so that ids are made in order, then chance."""
    moment = (time.time_ns() // 1_000_000).to_bytes(6)
    chance = bytearray(secrets.token_bytes(10))
    chance[0] = 0x70 | chance[0] & 0x0F
    chance[2] = 0x80 | chance[2] & 0x3F
    return str(UUID(bytes=moment + bytes(chance)))


def digest(payload: Mapping[str, Any]) -> str:  # Any: JSON
    """SHA-256 over a payload, the same however its JSON was written."""
    written = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


@dataclass(frozen=True)
class Message:
    """What is told: its type says who understands it, its payload is JSON."""

    type: str
    payload: Mapping[str, Any]  # Any: JSON
    #: Who tells it, as the receiver knows them; ids and order are theirs.
    sender: str = ""
    message_id: str = field(default_factory=new_id)
    #: Messages of one key take effect in the order of their sequence, which begins with 1; without a key, in any.
    key: str = ""
    sequence: int = 0
    #: The message that this one answers, or what both belong to.
    correlation_id: str = ""
    created_at: datetime = field(default_factory=clock.now)
    #: Of the payload, as `digest` has it.
    sha256: str = ""

    @property
    def is_intact(self) -> bool:
        """Whether the payload is the one that was sent; so is one that came without its checksum."""
        return self.sha256 in ("", digest(self.payload))
