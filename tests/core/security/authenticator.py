"""A device with passkeys, in software: it makes key pairs and signs as W3C Web Authentication says."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from core.security.passkey import Question

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One device with one passkey. A browser would take care that `origin` is where it is."""

    host: str = "erp.test"
    origin: str = "https://erp.test"
    verifies: bool = True
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""

    def create(self, question: Question) -> str:
        """The answer to a question for a new passkey."""
        self.handle = _read(question.options["user"]["id"])
        made = struct.pack(">16sH", bytes(16), len(self.id)) + self.id + cbor2.dumps(self._public())
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + made}
        client = self._client("webauthn.create", question.options["challenge"])
        return self._answer({"clientDataJSON": client, "attestationObject": cbor2.dumps(attested)})

    def get(self, question: Question) -> str:
        """The answer to a question that a passkey signs."""
        self.count += 1
        data, client = self._data(0), self._client("webauthn.get", question.options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer({**parts, "userHandle": self.handle})

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _public(self) -> dict[int, Any]:  # Any: numbers and bytes
        point = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}

    def _answer(self, response: dict[str, bytes]) -> str:
        written = {name: _written(value) for name, value in response.items()}
        named = {"id": _written(self.id), "rawId": _written(self.id), "type": "public-key"}
        return json.dumps({**named, "response": written})


def _written(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
