"""Signing in, finishing a sign-in and proving oneself again with a passkey; each a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence

from core.i18n import _
from core.orm.env import Site, open_env
from core.security import noting, passkey, session, sign_in
from core.security.account import User
from core.security.passkey import Place, Question
from core.security.session import Proof
from core.security.sign_in import SignedIn, SignInRefused


def question(site: Site, place: Place, challenge: str = "") -> Question:
    """What a browser asks a passkey: anybody's, or one of the person whose sign-in waits for a second factor."""
    user_id = sign_in.challenged(site, challenge)[0] if challenge else None
    with open_env(site, write=True) as env:
        return passkey.ask(env, place, user_id)


def question_to(site: Site, place: Place, token: str) -> Question:
    """What a browser asks a passkey of the person who is signed in."""
    with open_env(site, write=True) as env:
        return passkey.ask(env, place, sign_in.present(env, token).user_id)


def question_to_sign(site: Site, place: Place, token: str, about: Sequence[str]) -> Question:
    """What a browser asks a passkey of the person who is signed in, to sign what `about` names."""
    with open_env(site, write=True) as env:
        return passkey.ask(env, place, sign_in.present(env, token).user_id, about)


def is_taken(site: Site, challenge: str) -> bool:
    """Whether the person whose sign-in waits for a second factor has a passkey."""
    user_id = sign_in.challenged(site, challenge)[0]
    with open_env(site) as env:
        return bool(passkey.of_user(env, user_id))


def enter(
    site: Site,
    place: Place,
    ticket: str,
    answer: str,
    address: str = "",
    agent: str = "",
    *,
    replaces: str = "",
) -> SignedIn:
    """Sign in with a passkey alone: what the person has, and the PIN or finger that the device asked for."""
    with noting.attempt("passkey", address) as tried:
        begun = passkey.taken(site, ticket)
        with open_env(site, write=True) as env:
            user_id = tried.user_id = passkey.answered(env, place, begun, answer)
            user = env.get(User, user_id)
            if not user.active:
                raise SignInRefused(_("This user cannot sign in. An administrator can make the user active."))
            login = user.login
    return sign_in.begin(site, user_id, login, address, agent, replaces, Proof(strong=True))


def confirm(
    site: Site, challenge: str, place: Place, ticket: str, answer: str, address: str = "", agent: str = "", *,
    replaces: str = "",
) -> SignedIn:  # fmt: skip
    """Finish a sign-in with a passkey as the second factor."""
    with noting.attempt("second factor", address) as tried:
        user_id, proof = sign_in.challenged(site, challenge)
        tried.user_id = user_id
        begun = passkey.taken(site, ticket)
        with open_env(site, write=True) as env:
            require_own(passkey.answered(env, place, begun, answer), user_id)
            login = env.get(User, user_id).login
    return sign_in.begin(site, user_id, login, address, agent, replaces, proof)


def prove_again(site: Site, token: str, place: Place, ticket: str, answer: str, address: str = "") -> str:
    """Take a passkey instead of the password before a sensitive thing. Returns the new token of the session."""
    with noting.attempt("passkey", address) as tried:
        begun = passkey.taken(site, ticket)
        with open_env(site, write=True) as env:
            here = sign_in.present(env, token)
            tried.user_id = here.user_id
            require_own(passkey.answered(env, place, begun, answer), here.user_id)
            return session.prove(here)


def require_own(whose: int, user_id: int) -> None:
    """Refuse a passkey that answered, but for somebody else."""
    if whose != user_id:
        raise SignInRefused(_("This passkey is another person's. Nothing has changed."))
