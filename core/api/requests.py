"""A call of the API: who makes it, the transaction it runs in, and errors as problem details (RFC 9457)."""

from __future__ import annotations

import json
import logging
from base64 import b64decode
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Response, current_app, g, request

from core import i18n
from core.errors import PlatformError, TooMany, UserError, ValidationError
from core.events import received
from core.i18n import _
from core.orm.env import Env, Principal, Site, open_env
from core.security.calls import Caller, Calls
from core.security.sign_in import visit_by_token
from core.security.signature import SigningProof
from core.security.signing import Claim, prove

log = logging.getLogger("dovetail.api")

READING = ("GET", "HEAD", "OPTIONS")
PROBLEM = "application/problem+json"
#: Where the application says what the code of an error means.
ERRORS = "/errors/"
#: The code of an error that nobody foresaw.
FAULT = "fault"
LONGEST_KEY = 200
#: What a call that signs brings: login and password as Basic, and the code of a second factor where there is one.
SIGNATURE = "Dovetail-Signature"
SIGNATURE_CODE = "Dovetail-Signature-Code"


class TokenNeeded(UserError):
    """Send a valid token: Authorization: Bearer dovetail_..."""

    code = "token_needed"
    status = 401


def site() -> Site:
    """The site that the application serves."""
    found: Site = current_app.extensions["dovetail"].site
    return found


def calls() -> Calls:
    """What the application has taken of each caller lately."""
    found: Calls = current_app.extensions["dovetail"].calls
    return found


def env() -> Env:
    """The transaction of this call."""
    found: Env = g.api_env
    return found


def carried_out(call: Callable[[], Response]) -> Response:
    """Run a call in its transaction: kept with a good answer, undone with any other; errors become problems."""
    try:
        principal = g.caller = _principal()
        calls().take(Caller.TOKEN, principal.user_id or 0)
        g.proof = _proof(principal)
        with i18n.speaking(request.accept_languages.best_match(i18n.languages()) or principal.locale):
            return _in_transaction(principal, call)
    except PlatformError as error:
        return problem(error)
    except Exception:
        reference = uuid4().hex[:12]
        log.exception("call %s failed: %s %s", reference, request.method, request.path)
        return _problem(FAULT, _("Something is wrong on our side; reference {ref}.", ref=reference), 500, {})
    finally:
        g.pop("api_env", None)


def answer(values: Any, status: int = 200) -> Response:  # Any: JSON
    return Response(json.dumps(values, ensure_ascii=False), status, content_type="application/json")


def problem(error: PlatformError) -> Response:
    """An error as problem details, with its fields where it names some."""
    fields = {name: str(m) for name, m in error.fields.items()} if isinstance(error, ValidationError) else {}
    made = _problem(error.code, str(error), error.status, fields)
    if error.status == TokenNeeded.status:
        made.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooMany):
        made.headers["Retry-After"] = str(error.seconds)
    return made


def _problem(code: str, detail: object, status: int, fields: dict[str, str]) -> Response:
    g.refused = code
    values = {"type": f"{ERRORS}{code}", "title": code, "status": status, "detail": str(detail), "code": code}
    if fields:
        values["errors"] = fields
    return Response(json.dumps(values, ensure_ascii=False), status, content_type=PROBLEM)


def _principal() -> Principal:
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    found = visit_by_token(site(), text.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        calls().take_of_stranger(request.remote_addr)
        raise TokenNeeded(
            _("Send a valid token in the header Authorization: Bearer. Tokens are made under your account.")
        )
    return found


def _proof(principal: Principal) -> SigningProof | None:
    """What the caller signs with; taken before the transaction, so that a refused one is counted all the same.

    A header, since bodies are logged by others and their digests are kept with idempotency keys. The token alone proves
    nobody: login and password are given in the way of HTTP's Basic (RFC 7617).
    """
    given = request.headers.get(SIGNATURE, "")
    if not given or principal.user_id is None:
        return None
    scheme, _space, text = given.partition(" ")
    try:
        login, colon, password = b64decode(text.strip(), validate=True).decode().partition(":")
    except ValueError:
        colon = ""
    if scheme.lower() != "basic" or not colon:
        raise UserError(_("{header} is Basic and the Base64 of login, colon and password.", header=SIGNATURE))
    claim = Claim(login, password, request.headers.get(SIGNATURE_CODE, ""))
    return prove(site(), principal.user_id, claim, request.remote_addr or "")


def _in_transaction(principal: Principal, call: Callable[[], Response]) -> Response:
    write = request.method not in READING
    key = request.headers.get("Idempotency-Key", "") if write else ""
    if len(key) > LONGEST_KEY:
        raise UserError(_("An idempotency key has {most} characters at most.", most=LONGEST_KEY))
    with open_env(site(), principal, write=write) as g.api_env:
        asked = f"{request.method} {request.path}\n".encode() + request.get_data(cache=True)
        before = received.earlier(env(), key, asked) if key else None
        if before is not None:
            return answer(before[1], before[0])
        made = call()
        if key and made.status_code < 400:  # noqa: PLR2004 -- HTTP's own boundary
            body = json.loads(made.get_data()) if made.get_data() else None
            received.remember(env(), key, asked, made.status_code, body)
        return made
