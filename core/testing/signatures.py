"""Signing in tests: a password for a user of a test, and what a dialog, a call or an env of theirs signs with."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from core.orm.env import Env, Site, open_env
from core.orm.model import model_name
from core.security.account import Credential, User
from core.security.sign_in import set_password
from core.security.signature import SigningProof, present

if TYPE_CHECKING:
    from core.orm.model import Model

PASSWORD = "a password of tests alone"  # noqa: S105 -- of users that a test made


def login_of(site: Site, user_id: int) -> str:
    """The login of a user, who has PASSWORD from here on unless they have one already."""
    with open_env(site, write=True) as env:
        if env.session.get(Credential, user_id) is None:
            set_password(env, user_id, PASSWORD, checked=False)
        return env.get(User, user_id).login


def header_of(site: Site, user_id: int, password: str = PASSWORD) -> str:
    """What a call of the API says in the header Dovetail-Signature."""
    return "Basic " + b64encode(f"{login_of(site, user_id)}:{password}".encode()).decode()


def form_of(site: Site, user_id: int, *records: Model) -> dict[str, str | list[str]]:
    """What the dialog of an action sends when the user signs `records` as they are."""
    seen = [f"{record.id}:{record.version}" for record in records]
    login = login_of(site, user_id)
    return {"_asked": "1", "_signed": "1", "_seen": seen, "_login": login, "_password": PASSWORD}


def signing(env: Env, *records: Model) -> None:
    """Have the user of `env` sign `records`, in this transaction, by whatever signed step is taken next."""
    env.flush()
    assert env.user_id is not None
    seen = frozenset((model_name(type(record)), record.id, record.version) for record in records)
    present(env, SigningProof(env.user_id, ("login", "password"), seen))
