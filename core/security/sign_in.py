"""Signing in and out: password, second factor, sessions, and what makes sure of the person again.

Each function is a transaction of its own, so that a refused try is counted although it raises.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from core import clock, config
from core.errors import Forbidden, UserError
from core.i18n import _
from core.orm.env import Env, Principal, Site, open_env
from core.security import challenge as challenges
from core.security import claimed, noting, passwords, session, throttle, token, totp
from core.security.account import Credential, User
from core.security.principal import limited, principal_of
from core.security.secret import Unreadable, encryption
from core.security.session import BY_PASSWORD, LoginSession, Proof

#: How long a password that somebody else set may be used.
ONE_TIME = timedelta(days=1)
#: How long the second factor is waited for after the password.
_CHALLENGE = timedelta(minutes=5)


class SignInRefused(UserError):
    """The login or the password is wrong, or the user is not active: which of them is not told."""

    code = "sign_in_refused"
    status = 401


class SignInNeeded(UserError):
    """Nobody is signed in, or the session has ended."""

    code = "sign_in_needed"
    status = 401


class PasswordNeeded(UserError):
    """A sensitive thing was asked for, and the password was given too long ago."""

    code = "password_needed"
    status = 403


@dataclass(frozen=True)
class SignedIn:
    """The token for the cookie of the new session."""

    token: str
    user_id: int
    must_change_password: bool


@dataclass(frozen=True)
class CodeNeeded:
    """The password was right; `challenge` is handed back with a code of the second factor."""

    challenge: str


@dataclass(frozen=True)
class Visit:
    """A request of a signed-in person."""

    principal: Principal
    session_id: int
    must_change_password: bool
    #: Until when sensitive things need no password.
    proved_until: datetime


@dataclass(frozen=True)
class SessionShown:
    """One line in a person's list of sessions."""

    id: int
    started_at: datetime
    seen_at: datetime
    address: str
    agent: str
    is_this: bool


def authenticate(
    site: Site, login: str, password: str, address: str = "", agent: str = "", *, replaces: str = ""
) -> SignedIn | CodeNeeded:
    """Sign in with a password. `replaces` is the token of the browser's session before, which ends.

    Raises TooManyAttempts and SignInRefused; the latter takes the same time whether or not the login exists.
    """
    found = check_password(site, login, password, address)
    if found.code_needed:
        return CodeNeeded(challenge_for(site, found.user_id))
    return begin(site, found.user_id, login, address, agent, replaces)


def confirm_code(
    site: Site, challenge: str, code: str, address: str = "", agent: str = "", *, replaces: str = ""
) -> SignedIn:
    """Finish a sign-in with a code of the second factor, or a recovery code."""
    with noting.attempt("second factor", address) as tried:
        user_id, proof = challenged(site, challenge)
        tried.user_id = user_id
        login = check_code(site, user_id, code, address)
    return begin(site, user_id, login, address, agent, replaces, proof)


def visit(site: Site, text: str, company_id: int | None = None) -> Visit | None:
    """Who the session token `text` stands for, in `company_id` or the company last chosen; None when it has ended."""
    with open_env(site) as env:
        found = session.find(env, text)
        if found is None:
            return None
        try:
            principal = principal_of(env, found.user_id, company_id or found.company_id)
        except Forbidden:
            return None
        user = env.get(User, found.user_id)
        seen, shown = (
            found.seen_at,
            Visit(principal, found.id, user.must_change_password, found.proved_at + session.RECENT),
        )
    if clock.now() - seen >= session.SEEN_EVERY:
        _touch(site, shown.session_id)
    return shown


def visit_by_token(site: Site, text: str) -> Principal | None:
    """Who the API token `text` stands for, limited to its scopes; None when it is not valid."""
    with open_env(site) as env:
        found = token.find(env, text)
        if found is None:
            return None
        try:
            principal = limited(principal_of(env, found.user_id), found)
        except Forbidden:
            return None
        token_id, used = found.id, found.used_at
    if used is None or clock.now() - used >= token.USED_EVERY:
        _note_use(site, token_id)
    return principal


def choose_company(site: Site, text: str, company_id: int) -> None:
    """Work in another of the person's companies from here on."""
    with open_env(site, write=True) as env:
        found = present(env, text)
        found.company_id = principal_of(env, found.user_id, company_id).company_id


def sign_out(site: Site, text: str) -> None:
    """End the session of the token."""
    with open_env(site, write=True) as env:
        found = session.find(env, text)
        if found is None:
            return
        user_id = found.user_id
        session.end(env, user_id, only=found.id)
    noting.ended(user_id)


def sessions(site: Site, text: str) -> Sequence[SessionShown]:
    """The sessions of the person whose token this is, the last used first."""
    with open_env(site) as env:
        this = present(env, text)
        return [
            SessionShown(s.id, s.started_at, s.seen_at, s.address, s.agent, s.id == this.id)
            for s in session.of_user(env, this.user_id)
        ]


def end_session(site: Site, text: str, session_id: int) -> None:
    """End one of the person's own sessions."""
    with open_env(site, write=True) as env:
        session.end(env, present(env, text).user_id, only=session_id)


def end_other_sessions(site: Site, text: str) -> None:
    """End all of the person's sessions but this one."""
    with open_env(site, write=True) as env:
        this = present(env, text)
        session.end(env, this.user_id, but=this.id)


def prove_again(site: Site, text: str, password: str, address: str = "") -> str:
    """Take the password again before a sensitive thing; a wrong one counts like a failed sign-in.

    Returns the new token of the session.
    """
    _check_own_password(site, text, password, address)
    with open_env(site, write=True) as env:
        return session.prove(present(env, text))


def require_proof(site: Site, text: str) -> None:
    """Raise PasswordNeeded unless the password was given lately; asked before sensitive things."""
    with open_env(site) as env:
        if not present(env, text).is_recent(clock.now()):
            raise PasswordNeeded(_("Enter your password again to go on."))


def change_password(site: Site, text: str, old: str, new: str, address: str = "") -> str:
    """Change the person's own password; their other sessions end. Returns the new token of this one."""
    _check_own_password(site, text, old, address)
    with open_env(site, write=True) as env:
        this = present(env, text)
        set_password(env, this.user_id, new)
        session.end(env, this.user_id, but=this.id)
        return session.prove(this)


def set_password(
    env: Env, user_id: int, password: str, *, must_change: bool = False, checked: bool = True
) -> None:
    """Set a password, as the person did or, with `must_change` and for a day, somebody for them. `env` is the system's.

    `checked=False` is for the known passwords of demonstration users, which sign in on loopback alone.
    """
    user = env.get(User, user_id)
    if checked:
        passwords.check(password, words_of(env, user), config.read(env.site.folder).breached)
    credential = env.session.get(Credential, user_id)
    if credential is None:
        credential = Credential(user_id=user_id, totp_confirmed=False, totp_step=0, recovery_hashes=[])
        env.session.add(credential)
    credential.password_hash = passwords.hash_of(password)
    credential.password_until = clock.now() + ONE_TIME if must_change else None
    user.password_changed_at, user.must_change_password = clock.now(), must_change
    env.flush()


def words_of(env: Env, user: User) -> list[str]:
    """What the password of a user must not be made of."""
    company = user.home_company
    return [user.login, user.name, user.email or "", company.label if company is not None else ""]


def forget_old(site: Site) -> None:
    """Delete sessions that have ended and failures that no longer count; for a schedule."""
    with open_env(site, write=True) as env:
        session.forget_ended(env)
        challenges.forget_old(env)
        throttle.forget_old(env)


@dataclass(frozen=True)
class _Found:
    user_id: int
    code_needed: bool


def check_password(site: Site, login: str, password: str, address: str) -> _Found:
    """Whose password it is."""
    with noting.attempt("password", address) as tried:
        return _compare(site, login, password, tried)


def _compare(site: Site, login: str, password: str, tried: noting.Attempt) -> _Found:
    """The hash is worked out outside of any transaction: it takes long on purpose."""
    address = tried.address
    with open_env(site) as env:
        throttle.ask(env, login, address)
        user = env.session.scalar(
            select(User).where(func.lower(User.login) == login.strip().lower(), User.active)
        )
        tried.user_id = user.id if user is not None else None
        credential = env.session.get(Credential, user.id) if user is not None else None
        kept = credential.password_hash if credential is not None else None
        until = credential.password_until if credential is not None else None
        code_needed = user is not None and user.second_factor
    right = passwords.is_right(kept, password)
    if user is None or kept is None or not right:
        with open_env(site, write=True) as env:
            throttle.failed(env, login, address)
        raise SignInRefused(_("The login or the password is wrong."))
    if until is not None and clock.now() >= until:
        raise SignInRefused(_("This one-time password has ended. Ask an administrator for another one."))
    if passwords.is_outdated(kept):
        _hash_anew(site, user.id, password)
    return _Found(user.id, code_needed)


def check_code(site: Site, user_id: int, code: str, address: str) -> str:
    """The login of the user whose code it is; raises WrongCode and TooManyAttempts."""
    with open_env(site, write=True) as env:
        login = env.get(User, user_id).login
        throttle.ask(env, login, address)
        accepted = totp.accept(env, user_id, code)
        if not accepted:
            throttle.failed(env, login, address)
    if not accepted:
        raise totp.WrongCode(_("The code is wrong, or it was used already. Wait for the next one."))
    return login


def begin(
    site: Site, user_id: int, login: str, address: str, agent: str, replaces: str, proof: Proof = BY_PASSWORD
) -> SignedIn:
    """A session with a new token, whatever the browser had before: a token planted by others is worth nothing."""
    with open_env(site, write=True) as env:
        throttle.succeeded(env, login, address)
        if proof.provider is None:
            claimed.settle(env, user_id)  # nobody vouches for what a provider gave before
        before = session.find(env, replaces) if replaces else None
        if before is not None:
            session.end(env, before.user_id, only=before.id)
        user = env.get(User, user_id)
        text, _begun = session.start(env, user_id, address, agent, proof)
        made = SignedIn(text, user_id, user.must_change_password)
    noting.begun(user_id, address, proof.provider)
    return made


def challenge_for(site: Site, user_id: int, proof: Proof = BY_PASSWORD) -> str:
    """What is handed back with a code by somebody who has proved `proof`."""
    at = proof.at.timestamp() if proof.at is not None else None
    content = json.dumps({**asdict(proof), "at": at, "user_id": user_id})
    return encryption(site, "sign-in challenge").encrypt(content)


def present(env: Env, text: str) -> LoginSession:
    """The session of the token; raises SignInNeeded."""
    found = session.find(env, text)
    if found is None:
        raise SignInNeeded(_("You are not signed in, or the session has ended. Sign in again."))
    return found


def _check_own_password(site: Site, text: str, password: str, address: str) -> None:
    with open_env(site) as env:
        login = env.get(User, present(env, text).user_id).login
    check_password(site, login, password, address)


def _touch(site: Site, session_id: int) -> None:
    with open_env(site, write=True) as env:
        found = env.session.get(LoginSession, session_id)
        if found is not None:
            found.seen_at = clock.now()


def _note_use(site: Site, token_id: int) -> None:
    with open_env(site, write=True) as env:
        found = env.session.get(token.ApiToken, token_id)
        if found is not None:
            found.used_at = clock.now()


def _hash_anew(site: Site, user_id: int, password: str) -> None:
    made = passwords.hash_of(password)
    with open_env(site, write=True) as env:
        credential = env.session.get(Credential, user_id)
        if credential is not None:
            credential.password_hash = made


def challenged(site: Site, challenge: str) -> tuple[int, Proof]:
    """The user whose password was right, or whom a provider vouched for, if that was a moment ago."""
    try:
        text = encryption(site, "sign-in challenge").decrypt(challenge, _CHALLENGE)
    except Unreadable as error:
        raise SignInRefused(_("The code was waited for too long. Sign in again.")) from error
    kept = json.loads(text)
    user_id, at = kept.pop("user_id"), kept.pop("at")
    proved = datetime.fromtimestamp(at, UTC) if at is not None else None
    # The code is a factor of its own: two were given.
    return user_id, Proof(**{**kept, "at": proved, "strong": True})
