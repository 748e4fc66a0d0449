"""OpenID Connect as the relying party: the code flow with PKCE, and which of the provider's answers are believed.

OpenID Connect Core 1.0 and Discovery 1.0, RFC 6749 (4.1), RFC 7636 (PKCE), RFC 9207 (the issuer in the answer).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.claims import JWTClaims
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from core import calling, clock
from core.errors import UserError
from core.i18n import _
from core.orm.types import is_confidential

#: A person waits for each answer.
SECONDS = 5.0
#: The provider's clock and ours may be so many seconds apart.
TOLERANCE = 60
#: What a provider says of itself and of its keys is asked for again after so long.
KEPT = timedelta(hours=1)
#: A key that is not known has the keys asked for again, at most so often.
KEYS_EVERY = timedelta(seconds=10)
#: Signatures by a key that the provider alone has: neither `none` nor HMAC, whose key everybody could read.
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
#: OpenID Connect Back-Channel Logout 1.0, 2.4.
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

Told = Mapping[str, Any]  # Any: what JSON can say


class ProviderAway(UserError):
    """The identity provider does not answer, or not as it should."""

    code = "provider_away"
    status = 503


class ProviderRefused(UserError):
    """The identity provider did not sign the person in, or what it sent is not believed."""

    code = "provider_refused"
    status = 401


@dataclass(frozen=True)
class Client:
    """What a provider knows this site as."""

    issuer: str
    client_id: str
    secret: str
    scopes: str
    #: Where the person comes back to.
    redirect_uri: str
    #: The folder of the site, whose settings say whom it may call.
    folder: Path


@dataclass(frozen=True)
class Vouched:
    """What the provider vouches for: who it is, and what it says of them."""

    subject: str
    claims: Told
    id_token: str

    @property
    def session(self) -> str | None:
        """What the provider calls its session."""
        sid = self.claims.get("sid")
        return sid if isinstance(sid, str) else None

    @property
    def proved_at(self) -> datetime | None:
        """When the person last proved who they are there; None if that is not told."""
        at = self.claims.get("auth_time")
        return datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) else None

    @property
    def methods(self) -> set[str]:
        """How they proved it: the values of `amr` and `acr` (RFC 8176)."""
        amr, acr = self.claims.get("amr"), self.claims.get("acr")
        return {value for value in (*(amr if isinstance(amr, list) else []), acr) if isinstance(value, str)}


def address(client: Client, state: str, nonce: str, verifier: str, *, again: bool = False) -> str:
    """Where the browser goes; `again` has the person prove anew who they are, though they are signed in there."""
    extra = {"prompt": "login", "max_age": "0"} if again else {}
    found: str = prepare_grant_uri(
        _metadata(client)["authorization_endpoint"], client.client_id, "code", client.redirect_uri,
        client.scopes, state, nonce=nonce, code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256", **extra,
    )  # fmt: skip
    return found


def logout_address(client: Client, id_token: str, back: str) -> str:
    """Where the browser goes to end the session there too; "" where the provider has no such place."""
    endpoint = _metadata(client).get("end_session_endpoint")
    if not endpoint:
        return ""
    given = {"id_token_hint": id_token, "client_id": client.client_id, "post_logout_redirect_uri": back}
    found: str = add_params_to_uri(endpoint, list(given.items()))
    return found


def redeem(client: Client, given: Mapping[str, str], nonce: str, verifier: str) -> Vouched:
    """Who it is that came back with `given`; raises ProviderAway and ProviderRefused."""
    metadata = _metadata(client)
    _check_answer(client, given, metadata)
    answer = _tokens(client, metadata, given.get("code", ""), verifier)
    id_token, access = answer.get("id_token"), answer.get("access_token")
    if not isinstance(id_token, str):
        raise ProviderRefused(_untrusted("no ID token"))
    params = {"nonce": nonce, "client_id": client.client_id, "access_token": access}
    claims = _verified(client, metadata, id_token, lambda t: CodeIDToken(*t, params=params))
    about = _user_info(client, metadata, access, claims["sub"]) if isinstance(access, str) else {}
    return Vouched(claims["sub"], {**about, **claims}, id_token)


def told_to_end(client: Client, logout_token: str) -> tuple[str | None, str | None]:
    """The session and the subject that a logout token ends (Back-Channel Logout 1.0, 2.6); raises ProviderRefused."""
    claims = _verified(client, _metadata(client), logout_token, lambda t: JWTClaims(*t))
    events = claims.get("events")
    named = [claims.get(name) if isinstance(claims.get(name), str) else None for name in ("sid", "sub")]
    if not isinstance(events, dict) or LOGOUT_EVENT not in events or "nonce" in claims or not any(named):
        raise ProviderRefused(_untrusted("no logout token"))
    return named[0], named[1]


def _check_answer(client: Client, given: Mapping[str, str], metadata: Told) -> None:
    if given.get("error"):
        said = given.get("error_description") or given["error"]
        raise ProviderRefused(_("The identity provider did not sign you in: {said}", said=said[:200]))
    issuer = given.get("iss")
    if issuer is None and metadata.get("authorization_response_iss_parameter_supported") is not True:
        return
    if issuer != client.issuer:
        raise ProviderRefused(_untrusted("another issuer answered"))


def _tokens(client: Client, metadata: Told, code: str, verifier: str) -> Told:
    """What the provider gives for the code, which counts once."""
    body = prepare_token_request(
        "authorization_code", "", client.redirect_uri, code=code, code_verifier=verifier
    )
    can = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    basic = "client_secret_basic" in can
    # RFC 6749, 2.3.1: both are encoded as in a form before they are joined by a colon.
    named = [quote(text, safe="") if basic else text for text in (client.client_id, client.secret)]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    auth = ClientAuth(*named, "client_secret_basic" if basic else "client_secret_post")
    url, headers, body = auth.prepare("POST", metadata["token_endpoint"], headers, body)
    answer = _ask(client, "POST", url, headers=headers, content=body)
    if answer.status_code in (400, 401):
        raise ProviderRefused(
            _("The identity provider does not take this sign-in any more, or does not know this site. Begin again; if "
              "it goes on, an administrator has to look at the client and its secret.")
        )  # fmt: skip
    return _json(answer)


def _verified(
    client: Client, metadata: Told, text: str, claims_of: Callable[[tuple[Told, Told, Told]], JWTClaims]
) -> Told:
    """The claims of a token that the provider signed for us, now; raises ProviderRefused."""
    options = {
        "iss": {"essential": True, "value": client.issuer}, "aud": {"essential": True, "value": client.client_id},
        "iat": {"essential": True}, "exp": {"essential": True},
    }  # fmt: skip
    try:
        token = _decoded(client, metadata, text)
        claims = claims_of((token.claims, token.header, options))
        claims.validate(now=int(clock.now().timestamp()), leeway=TOLERANCE)
    except ExpiredTokenError as error:
        raise ProviderRefused(
            _(
                "The sign-in took too long, or the clocks of the provider and of this site differ. Begin again."
            )
        ) from error
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderRefused(_untrusted(str(error))) from error
    return dict(claims)


def _decoded(client: Client, metadata: Told, text: str) -> jwt.Token:
    """Raises JoseError unless one of the provider's keys signed it; an unknown key may be a new one."""
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        return jwt.decode(text, _keys(client, metadata, KEPT), registry=registry)
    except InvalidKeyIdError:
        return jwt.decode(text, _keys(client, metadata, KEYS_EVERY), registry=registry)


def _keys(client: Client, metadata: Told, kept: timedelta) -> KeySet:
    """The public keys: a secret one among them, which anybody could sign with, is none."""
    listed = _document(client, metadata["jwks_uri"], kept).get("keys")
    public = [key for key in listed or [] if isinstance(key, dict) and key.get("kty") != "oct"]
    return KeySet.import_key_set({"keys": public})


def _user_info(client: Client, metadata: Told, access: str, subject: str) -> Told:
    """What the provider tells besides the token, if it is of the same person (Core 1.0, 5.3.2)."""
    endpoint = metadata.get("userinfo_endpoint")
    if not endpoint:
        return {}
    told = _json(_ask(client, "GET", endpoint, headers={"Authorization": f"Bearer {access}"}))
    return told if told.get("sub") == subject else {}


def _metadata(client: Client) -> Told:
    """What the provider says of itself (Discovery 1.0, 4); it must be the issuer that was asked."""
    issuer = client.issuer
    found = _document(client, issuer.rstrip("/") + "/.well-known/openid-configuration", KEPT)
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if found.get("issuer") != issuer or not all(is_confidential(str(found.get(name))) for name in needed):
        raise ProviderAway(
            _("What is found at {issuer} is not of this provider. An administrator has to compare the issuer.",
              issuer=issuer)
        )  # fmt: skip
    return found


#: Documents of providers by address, with the moment; the same for all sites of a process.
_documents: dict[str, tuple[datetime, Told]] = {}


def _document(client: Client, url: str, kept: timedelta) -> Told:
    known = _documents.get(url)
    if known is None or not known[0] <= clock.now() < known[0] + kept:
        known = _documents[url] = clock.now(), _json(_ask(client, "GET", url))
    return known[1]


def _ask(client: Client, method: str, url: str, **what: Any) -> httpx.Response:  # Any: headers and content
    try:
        calling.require_peer(client.folder, url)
        answer = httpx.request(
            method, url, timeout=SECONDS, follow_redirects=False, verify=calling.trusted(), **what
        )
    except calling.NotAllowed as error:
        raise ProviderAway(str(error)) from error
    except httpx.HTTPError as error:
        raise _away(url) from error
    if answer.is_server_error:
        raise _away(url)
    return answer


def _json(answer: httpx.Response) -> Told:
    try:
        found = answer.json() if answer.is_success else None
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise _away(str(answer.url))
    return found


def _away(url: str) -> ProviderAway:
    return ProviderAway(
        _("The identity provider does not answer at {host}. Try again later, or sign in with a password of this site.",
          host=httpx.URL(url).host)
    )  # fmt: skip


def _untrusted(why: str) -> object:
    return _(
        "What the identity provider sent is not believed ({why}). Begin again; if it goes on, tell an administrator.",
        why=why,
    )
