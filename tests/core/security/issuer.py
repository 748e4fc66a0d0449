"""An identity provider of OpenID Connect on loopback, as the peer of tests: its keys, codes and tokens are real."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug.serving import make_server

from core import clock
from core.security import oidc

#: Signs that a client has to encode before it joins them by a colon (RFC 6749, 2.3.1).
SECRET = "an issuer's secret: %/&"
LIFETIME_SECONDS = 300

Claims = dict[str, Any]  # Any: what JSON can say


@dataclass
class _Begun:
    """A code that was given and not redeemed yet."""

    claims: Claims
    verifier_hash: str
    redirect_uri: str


@dataclass
class Issuer:
    """The provider, and what a test has it do; `person` is who is signed in there, as claims."""

    url: str = ""
    client_id: str = "dovetail"
    person: Claims = field(default_factory=dict)
    #: The keys that are published; the last one signs.
    keys: list[ECKey] = field(default_factory=list)
    #: When it thinks it is; the present without one.
    at: datetime | None = None
    #: Whether a person presses a button there, as in a browser, or is sent back at once.
    asks: bool = False
    #: Makes the ID token instead of `sign`.
    forges: Callable[[Claims], str] | None = None
    #: Adds to the answer of the authorization endpoint.
    answers: dict[str, str] = field(default_factory=dict)
    #: How often each endpoint was asked.
    asked: list[str] = field(default_factory=list)
    away: bool = False
    _begun: dict[str, _Begun] = field(default_factory=dict)

    @property
    def now(self) -> int:
        return int((self.at or clock.now()).timestamp())

    def rotate(self) -> None:
        """Sign with a new key, published instead of the old ones."""
        self.keys = [ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig"}, private=True)]

    def claims(self, **more: object) -> Claims:
        """Those of an ID token for the person, made now."""
        stamps = {"iat": self.now, "exp": self.now + LIFETIME_SECONDS, "auth_time": self.now}
        return {"iss": self.url, "aud": self.client_id, **stamps, **self.person, **more}

    def sign(self, claims: Claims, **header: str) -> str:
        key = self.keys[-1]
        return jwt.encode({"alg": "ES256", "kid": key.kid or "", **header}, claims, key)

    def logout_token(self, **claims: object) -> str:
        """A logout token (Back-Channel Logout 1.0, 2.4)."""
        event: Claims = {"http://schemas.openid.net/event/backchannel-logout": {}}
        stamps = {"iat": self.now, "exp": self.now + LIFETIME_SECONDS, "jti": secrets.token_hex(8)}
        return self.sign({"iss": self.url, "aud": self.client_id, "events": event, **stamps, **claims})

    def application(self) -> Flask:
        app = Flask("issuer")
        app.before_request(self._note)
        app.get("/.well-known/openid-configuration")(self._metadata)
        app.get("/keys")(self._published)
        app.route("/authorize", methods=["GET", "POST"])(self._authorize)
        app.post("/token")(self._token)
        app.get("/person")(self._person)
        app.get("/end")(self._end)
        return app

    def _note(self) -> tuple[str, int] | None:
        self.asked.append(request.path)
        return ("out of order", 503) if self.away else None

    def _metadata(self) -> Response:
        endpoints = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys",
                     "userinfo_endpoint": "person", "end_session_endpoint": "end"}  # fmt: skip
        return jsonify(issuer=self.url, **{name: f"{self.url}/{path}" for name, path in endpoints.items()})

    def _published(self) -> Response:
        return jsonify(keys=[key.as_dict(private=False) for key in self.keys])

    def _end(self) -> Response:
        return Response("You are signed out here.", content_type="text/plain")

    def _authorize(self) -> Any:  # Any: what Flask takes for an answer
        given = request.values
        assert given["code_challenge_method"] == "S256"
        if self.asks and request.method == "GET":
            button = f"<button>I am {self.person['name']}</button>"
            return f"<!doctype html><title>Corporate</title><form method=post>{button}</form>"
        code = secrets.token_urlsafe(16)
        claims = {**self.claims(nonce=given["nonce"])}
        self._begun[code] = _Begun(claims, given["code_challenge"], given["redirect_uri"])
        answer = {"code": code, "state": given["state"], "iss": self.url, **self.answers}
        return redirect(f"{given['redirect_uri']}?{urlencode(answer)}")

    def _token(self) -> Any:  # Any: as above
        begun = self._begun.pop(request.form["code"], None)
        hashed = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        verifier = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        if not self._is_client() or begun is None or begun.verifier_hash != verifier:
            return jsonify(error="invalid_grant"), 400
        if begun.redirect_uri != request.form["redirect_uri"]:
            return jsonify(error="invalid_grant"), 400
        id_token = (self.forges or self.sign)(begun.claims)
        return jsonify(access_token="opaque", token_type="Bearer", id_token=id_token)

    def _is_client(self) -> bool:
        auth = request.authorization
        given = (unquote(auth.username or ""), unquote(auth.password or "")) if auth else ("", "")
        return given == (self.client_id, SECRET)

    def _person(self) -> Any:  # Any: as above
        if request.headers.get("Authorization") != "Bearer opaque":
            return jsonify(error="invalid_token"), 401
        return jsonify(sub=self.person["sub"], department="Finishing")


@contextmanager
def serving() -> Iterator[Issuer]:
    """An issuer that answers at its address until the end."""
    issuer = Issuer()
    issuer.rotate()
    oidc._documents.clear()  # an issuer of an earlier test may have had the same port
    server = make_server("127.0.0.1", 0, issuer.application(), threaded=True)
    issuer.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
