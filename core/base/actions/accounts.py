"""What an administrator does with the accounts of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from core.actions import action
from core.base.models.role import administrator
from core.base.models.user import User
from core.i18n import _
from core.orm.condition import where
from core.orm.env import Env
from core.security import passkey, passwords, session, sign_in, totp


@action(
    _("Give a one-time password"), on=User, roles=[administrator], icon="key", bulk=False,
    confirm=_("The user's password of now ends, and so do their sessions."),
    answers={"password": _("The one-time password, shown this once; it holds for a day")},
)  # fmt: skip
def give_password(env: Env, users: Sequence[User]) -> Mapping[str, object]:
    """Make a password that the user signs in with once, within a day, and then replaces; their sessions end now."""
    (user,) = users
    password = passwords.generated()
    with _system_for(env) as system:
        sign_in.set_password(system, user.id, password, must_change=True, checked=False)
        session.end(system, user.id)
    return {"password": password}


@action(_("Sign out everywhere"), on=User, roles=[administrator], icon="logout")
def sign_out_everywhere(env: Env, users: Sequence[User]) -> None:
    """Every session of the user ends; they can sign in again."""
    for user_id in [user.id for user in users]:
        with _system_for(env) as system:
            session.end(system, user_id)


@action(
    _("Remove the second factor"), on=User, roles=[administrator], icon="lock-open", bulk=False,
    when=where(User.second_factor, "eq", True),
    confirm=_("The user signs in with the password alone until they set a second factor up again."),
)  # fmt: skip
def remove_second_factor(env: Env, users: Sequence[User]) -> None:
    """For somebody who lost the phone, the passkeys and the recovery codes."""
    for user_id in [user.id for user in users]:
        with _system_for(env) as system:
            passkey.remove_all(system, user_id)
            totp.remove(system, user_id)


@contextmanager
def _system_for(env: Env) -> Iterator[Env]:
    """The system, whose changes of credentials name who asked for them in the audit trail."""
    with env.as_system() as system:
        system.why = env.why or str(_("Asked for by user {id}", id=env.user_id))
        yield system
