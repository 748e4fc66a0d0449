"""Signing in by an identity provider: leaving for it, coming back, and whose account it is."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from core import clock
from core.calling import peer_problem
from core.config import given_secret
from core.errors import Forbidden, NotFound, UserError, ValidationError
from core.i18n import Text, _
from core.orm.env import Env, Site, open_env
from core.security import challenge, claimed, noting, session, sign_in
from core.security.account import Credential, User
from core.security.provider import Identity, IdentityProvider
from core.security.secret import encryption
from core.security.session import LoginSession, Proof
from core.security.sign_in import CodeNeeded, SignedIn, SignInRefused

if TYPE_CHECKING:
    from core.security.oidc import Client, Vouched
    from core.security.provider import ClaimedRole

_PURPOSE = "identity provider"
#: What ID tokens are encrypted for.
TOKEN_PURPOSE = "identity token"  # noqa: S105 -- the name of a purpose


class NotLinked(UserError):
    """The identity provider knows the person, but no account here is linked with it."""

    code = "not_linked"
    status = 403


class Aim(StrEnum):
    """What somebody leaves for the provider for."""

    ENTER = "enter"
    LINK = "link"
    PROVE = "prove"


@dataclass(frozen=True)
class Offered:
    """A provider that people may sign in by."""

    code: str
    name: str
    issuer: str


@dataclass(frozen=True)
class Departure:
    """Where the browser goes, and the ticket that it keeps until it comes back."""

    url: str
    ticket: str


@dataclass(frozen=True)
class Arrival:
    """What came of it, and where the person wanted to go; nothing came of linking but that it is done."""

    after: str
    entered: SignedIn | CodeNeeded | None = None
    #: The new token of the session of somebody who proved themselves again.
    token: str = ""


@dataclass(frozen=True)
class Linked:
    """An account of a provider by which the person signs in here."""

    id: int
    issuer: str
    subject: str
    used_at: datetime | None


@dataclass(frozen=True)
class Origin:
    """The browser that asks: its address, its name and the token of its session, if it has one."""

    address: str
    agent: str
    token: str


def offered(site: Site) -> Sequence[Offered]:
    """The providers that are active, by name."""
    asked = select(IdentityProvider).where(IdentityProvider.active).order_by(IdentityProvider.name)
    with open_env(site) as env:
        return [Offered(found.code, found.name, found.issuer) for found in env.session.scalars(asked)]


def depart(site: Site, code: str, back: str, aim: Aim, origin: Origin, after: str = "/") -> Departure:
    """Begin: `back` is the address that the provider sends the browser to."""
    from core.security import oidc  # noqa: PLC0415 -- Authlib and httpx take half a second

    nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    with open_env(site, write=True) as env:
        client = _client(env, _provider(env, code), back)
        here = session.find(env, origin.token) if aim is not Aim.ENTER else None
        content = {
            "provider": code, "nonce": nonce, "verifier": verifier, "after": after, "aim": aim,
            "session": here.id if here is not None else 0,
        }  # fmt: skip
        ticket = challenge.begin(env, _PURPOSE, content)
    return Departure(oidc.address(client, ticket, nonce, verifier, again=aim is Aim.PROVE), ticket)


def arrive(
    site: Site, code: str, back: str, ticket: str, given: Mapping[str, str], origin: Origin
) -> Arrival:
    """End what `depart` began in this browser; whatever is refused changes nothing.

    Raises ProviderAway, ProviderRefused, NotLinked and SignInRefused.
    """
    with noting.attempt(f"provider {code}", origin.address) as tried:
        begun = _taken(site, code, ticket, given.get("state", ""))
        provider_id, vouched = _vouched(site, code, back, given, begun)
        done = _AIMS[begun["aim"]](site, provider_id, vouched, begun, origin)
        tried.user_id = done.user_id
    if not isinstance(done, _Known):
        return Arrival(begun["after"], token=done.token)
    if done.code_needed:
        return Arrival(begun["after"], CodeNeeded(sign_in.challenge_for(site, done.user_id, done.proof)))
    entered = sign_in.begin(
        site, done.user_id, done.login, origin.address, origin.agent, origin.token, done.proof
    )
    return Arrival(begun["after"], entered)


def check(env: Env, provider_ids: Sequence[int]) -> None:
    """Refuse a provider that this site may not call."""
    with env.as_system() as system:
        asked = select(IdentityProvider.issuer).where(IdentityProvider.id.in_(provider_ids))
        for issuer in system.session.scalars(asked):
            problem = peer_problem(env.site.folder, issuer)
            if problem is not None:
                raise ValidationError({"issuer": problem})


def linked(env: Env, user_id: int) -> Sequence[Linked]:
    """The accounts of providers that the user is linked with. `env` is the system's."""
    found = env.session.scalars(select(Identity).where(Identity.user_id == user_id).order_by(Identity.id))
    return [Linked(each.id, each.issuer, each.subject, each.used_at) for each in found]


def unlink(env: Env, user_id: int, identity_id: int) -> None:
    """Take a link of the user away, unless it is the only way in that they have. `env` is the system's."""
    found = env.session.get(Identity, identity_id)
    if found is None or found.user_id != user_id:
        raise NotFound(_("There is no such link of yours."))
    credential = env.session.get(Credential, user_id)
    has_password = credential is not None and credential.password_hash is not None
    if not has_password and len(linked(env, user_id)) == 1:
        raise UserError(
            _("This is your only way to sign in. Ask an administrator for a one-time password first.")
        )
    env.session.delete(found)
    env.flush()


def logout_address(site: Site, token: str, back: str) -> str:
    """Where the browser ends the provider's session that this one began with; "" where there is none."""
    from core.security import oidc  # noqa: PLC0415 -- as above

    with open_env(site) as env:
        here = session.find(env, token)
        if here is None or here.provider is None or here.id_token is None:
            return ""
        client = _client(env, _provider(env, here.provider), back)
        id_token = encryption(site, TOKEN_PURPOSE).decrypt(here.id_token)
    return oidc.logout_address(client, id_token, back)


def end_from_provider(site: Site, code: str, logout_token: str) -> None:
    """End the sessions that the provider says have ended there; raises ProviderRefused."""
    from core.security import oidc  # noqa: PLC0415 -- as above

    with open_env(site) as env:
        client = _client(env, _provider(env, code), "")
    sid, subject = oidc.told_to_end(client, logout_token)
    with open_env(site, write=True) as env:
        ending = select(LoginSession).where(LoginSession.provider == code)
        if sid is not None:
            ending = ending.where(LoginSession.provider_session == sid)
        if subject is not None:
            known = select(Identity.user_id).where(
                Identity.issuer == client.issuer, Identity.subject == subject
            )
            ending = ending.where(LoginSession.user_id.in_(known))
        ended = [(found.user_id, found.id) for found in env.session.scalars(ending)]
        for user_id, session_id in ended:
            session.end(env, user_id, only=session_id)
    for user_id, _session_id in ended:
        noting.ended(user_id)


@dataclass(frozen=True)
class _Done:
    user_id: int
    token: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class _Known(_Done):
    """Somebody who is about to come in."""

    login: str
    proof: Proof
    code_needed: bool


def _taken(site: Site, code: str, ticket: str, state: str) -> dict[str, Any]:  # Any: what JSON can say
    """What was begun in this browser and did not come back yet."""
    from core.security.oidc import ProviderRefused  # noqa: PLC0415 -- as above

    found = None
    if ticket and hmac.compare_digest(ticket.encode(), state.encode()):
        with open_env(site, write=True) as env:
            found = challenge.take(env, _PURPOSE, ticket)
    if found is None or found["provider"] != code:
        raise ProviderRefused(
            _(
                "This sign-in was not begun in this browser, was finished already, or took too long. Begin again."
            )
        )
    return found


def _vouched(
    site: Site, code: str, back: str, given: Mapping[str, str], begun: Mapping[str, Any]
) -> tuple[int, Vouched]:  # Any: as above
    """Outside of any transaction, since the provider takes its time."""
    from core.security import oidc  # noqa: PLC0415 -- as above

    with open_env(site) as env:
        provider = _provider(env, code)
        client, provider_id = _client(env, provider, back), provider.id
    return provider_id, oidc.redeem(client, given, begun["nonce"], begun["verifier"])


def _enter(
    site: Site, provider_id: int, vouched: Vouched, _begun: Mapping[str, Any], _origin: Origin
) -> _Known:
    """The account, with the roles that the claims give now: all in one transaction, or nothing."""
    with open_env(site, write=True) as env:
        provider = env.get(IdentityProvider, provider_id)
        env.why = str(_("Signed in by {provider}", provider=provider.name))
        given = claimed.given_by(provider, vouched.claims)
        identity = _identity(env, provider, vouched) or _provisioned(env, provider, vouched, given)
        user = env.get(User, identity.user_id)
        if not user.active:
            raise SignInRefused(_("This user cannot sign in. An administrator can make the user active."))
        claimed.settle(env, user.id, provider.code, given)
        identity.used_at = clock.now()
        proof = _proof(site, provider, vouched)
        return _Known(user.id, user.login, proof, user.second_factor and not proof.strong)


def _link(site: Site, provider_id: int, vouched: Vouched, begun: Mapping[str, Any], origin: Origin) -> _Done:
    """Have the person who asked for it sign in by this provider from here on."""
    with open_env(site, write=True) as env:
        user_id = _same_session(env, begun, origin).user_id
        provider = env.get(IdentityProvider, provider_id)
        known = _identity(env, provider, vouched)
        if known is not None and known.user_id != user_id:
            raise NotLinked(
                _("This account of {provider} is another person's here. Sign in there as yourself.",
                  provider=provider.name)
            )  # fmt: skip
        if known is None:
            _new_identity(env, user_id, provider, vouched)
    return _Done(user_id)


def _prove(site: Site, provider_id: int, vouched: Vouched, begun: Mapping[str, Any], origin: Origin) -> _Done:
    """Take a sign-in there, made just now, for the password given again."""
    with open_env(site, write=True) as env:
        here = _same_session(env, begun, origin)
        known = _identity(env, env.get(IdentityProvider, provider_id), vouched)
        at = vouched.proved_at
        recent = at is not None and clock.now() - session.RECENT < at
        if known is None or known.user_id != here.user_id or not recent:
            raise SignInRefused(
                _("The provider did not ask for your own password just now. Nothing has changed.")
            )
        return _Done(here.user_id, token=session.prove(here))


_AIMS: dict[str, Callable[[Site, int, Vouched, Mapping[str, Any], Origin], _Done]] = {
    Aim.ENTER: _enter, Aim.LINK: _link, Aim.PROVE: _prove,
}  # fmt: skip


def _same_session(env: Env, begun: Mapping[str, Any], origin: Origin) -> LoginSession:
    here = session.find(env, origin.token)
    if here is None or here.id != begun["session"]:
        raise Forbidden(_("The session that this was begun in has ended. Sign in and begin again."))
    return here


def _identity(env: Env, provider: IdentityProvider, vouched: Vouched) -> Identity | None:
    return env.session.scalar(
        select(Identity).where(Identity.issuer == provider.issuer, Identity.subject == vouched.subject)
    )


def _new_identity(env: Env, user_id: int, provider: IdentityProvider, vouched: Vouched) -> Identity:
    made = Identity(user_id=user_id, issuer=provider.issuer, subject=vouched.subject, linked_at=clock.now())
    env.session.add(made)
    env.flush()
    return made


def _provisioned(
    env: Env, provider: IdentityProvider, vouched: Vouched, given: Sequence[ClaimedRole]
) -> Identity:
    """An account for somebody who is here for the first time, if the provider makes them and a group counts."""
    if not provider.provisions:
        raise _not_linked(provider)
    if not given:
        raise NotLinked(_("{provider} knows you, but none of your groups has access here. Ask an administrator.",
                          provider=provider.name))  # fmt: skip
    login = _claim(vouched, provider.login_claim)
    if not login or env.session.scalar(select(func.count()).where(func.lower(User.login) == login.lower())):
        raise _not_linked(provider)
    companies = [row.seen_company_id for row in given if row.seen_company_id is not None]
    user = User(
        login=login, name=_claim(vouched, provider.name_claim) or login,
        email=_claim(vouched, provider.email_claim) or None, home_company_id=min(companies, default=None),
    )  # fmt: skip
    env.add(user)
    try:
        env.flush()
    except ValidationError as error:
        said = " ".join(str(text) for text in error.fields.values())
        raise NotLinked(_("No account could be made for {login}: {said}", login=login, said=said)) from error
    return _new_identity(env, user.id, provider, vouched)


def _claim(vouched: Vouched, name: str) -> str:
    found = claimed.named(vouched.claims, name)
    return found.strip() if isinstance(found, str) else ""


def _proof(site: Site, provider: IdentityProvider, vouched: Vouched) -> Proof:
    """Whoever signed in there long ago has proved nothing now: sensitive things ask again."""
    strong = not vouched.methods.isdisjoint(provider.strong_values.split())
    at = vouched.proved_at or clock.now() - session.RECENT
    kept = encryption(site, TOKEN_PURPOSE).encrypt(vouched.id_token)
    return Proof(min(at, clock.now()), strong, provider.code, vouched.session, kept)


def _not_linked(provider: IdentityProvider) -> NotLinked:
    return NotLinked(_not_linked_text(provider.name))


def _not_linked_text(name: str) -> Text:
    return _(
        "{provider} knows you, but no account here is linked with it. Sign in with your password and link it under "
        "Settings, Password and sessions; or ask an administrator.",
        provider=name,
    )


def _provider(env: Env, code: str) -> IdentityProvider:
    found = env.session.scalar(
        select(IdentityProvider).where(IdentityProvider.code == code, IdentityProvider.active)
    )
    if found is None:
        raise NotFound(_("There is no identity provider {code}.", code=code))
    return found


def _client(env: Env, provider: IdentityProvider, back: str) -> Client:
    from core.security import oidc  # noqa: PLC0415 -- as above

    secret = given_secret(env.site.folder, "oidc.secret", provider.code)
    if not secret.text:
        raise oidc.ProviderAway(
            _("{provider} cannot be used: an administrator has to set {variable} or write {file}.",
              provider=provider.name, variable=secret.variable, file=secret.file)
        )  # fmt: skip
    return oidc.Client(
        provider.issuer, provider.client_id, secret.text, provider.scopes, back, env.site.folder
    )
