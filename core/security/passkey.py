"""Passkeys (W3C Web Authentication, level 2): registered, asked for, and what is believed of their answers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from core import clock
from core.errors import NotFound, UserError, ValidationError
from core.i18n import _
from core.orm.env import open_env
from core.security import challenge, totp
from core.security.account import Passkey, User

if TYPE_CHECKING:
    from core.orm.env import Env, Site

T = TypeVar("T")
#: What was asked: the challenge, of whom, and for a new passkey what devices call the account.
Begun = Mapping[str, Any]  # Any: what JSON can say

_PURPOSE = "passkey"
#: As many as anybody has devices; more would only make the question long.
MOST = 20
_HANDLE_BYTES = 32


class PasskeyRefused(UserError):
    """The passkey is not known here, or its answer is not to the question that was asked."""

    code = "passkey_refused"
    status = 401


@dataclass(frozen=True)
class Place:
    """Where the browser is: passkeys are of a host, and answer on its pages alone."""

    host: str
    origin: str


@dataclass(frozen=True)
class Question:
    """What a browser asks a passkey, as WebAuthn writes it, and the ticket that comes back with the answer."""

    ticket: str
    options: dict[str, Any]  # Any: what JSON can say


@dataclass(frozen=True)
class Shown:
    """A line in a person's list of passkeys."""

    id: int
    name: str
    made_at: datetime
    used_at: datetime | None


def of_user(env: Env, user_id: int) -> Sequence[Shown]:
    """The passkeys of a user, in the order they were made. `env` is the system's."""
    return [Shown(p.id, p.name, p.made_at, p.used_at) for p in _of(env, user_id)]


def begin(env: Env, user_id: int, place: Place) -> Question:
    """Have a device make a passkey that is found without a login, and that asks its owner for PIN or finger."""
    import webauthn  # noqa: PLC0415 -- a third of a second
    from webauthn.helpers import structs  # noqa: PLC0415 -- as above

    user, known = env.get(User, user_id), _of(env, user_id)
    if len(known) >= MOST:
        raise UserError(_("You have {most} passkeys already. Remove one first.", most=MOST))
    handle = known[0].handle if known else secrets.token_hex(_HANDLE_BYTES)
    made = webauthn.generate_registration_options(
        rp_id=place.host, rp_name="Dovetail", user_name=user.login, user_display_name=user.name,
        user_id=bytes.fromhex(handle), exclude_credentials=_described(known),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )  # fmt: skip
    content = {"challenge": made.challenge.hex(), "handle": handle, "user_id": user_id}
    return Question(challenge.begin(env, _PURPOSE, content), _as_json(made))


def taken(site: Site, ticket: str) -> Begun:
    """What the ticket's question was. In a transaction of its own: it is asked once, whatever comes of the answer."""
    with open_env(site, write=True) as env:
        found = challenge.take(env, _PURPOSE, ticket)
    if found is None:
        raise PasskeyRefused(_("This was answered already, or too long ago. Try again."))
    return found


def register(env: Env, user_id: int, place: Place, name: str, begun: Begun, answer: str) -> list[str]:
    """Keep the passkey that a device made; gives new recovery codes if the user had no second factor before."""
    import webauthn  # noqa: PLC0415 -- as above

    if not name.strip():
        raise ValidationError({"name": _("Give the passkey a name by which you know the device.")})
    if "handle" not in begun or begun["user_id"] != user_id:
        raise _refusal()
    made = _believed(
        lambda: webauthn.verify_registration_response(
            credential=answer, expected_challenge=bytes.fromhex(begun["challenge"]), expected_rp_id=place.host,
            expected_origin=place.origin, require_user_verification=True,
        )
    )  # fmt: skip
    known = webauthn.helpers.bytes_to_base64url(made.credential_id)
    if env.session.scalar(select(Passkey.id).where(Passkey.credential_id == known)) is not None:
        raise _refusal()
    env.session.add(
        Passkey(user_id=user_id, name=name.strip()[:100], credential_id=known, public_key=made.credential_public_key,
                handle=begun["handle"], sign_count=made.sign_count, transports=_transports(answer),
                made_at=clock.now())
    )  # fmt: skip
    env.flush()
    return totp.turn_on(env, user_id)


def ask(env: Env, place: Place, user_id: int | None = None, about: Sequence[str] = ()) -> Question:
    """Ask for a passkey of the user, or of anybody: then the passkey tells who it is.

    `about` is what the answer is for, and for nothing else: what is signed; () for signing in and proving oneself.
    """
    import webauthn  # noqa: PLC0415 -- as above
    from webauthn.helpers import structs  # noqa: PLC0415 -- as above

    known = _of(env, user_id) if user_id is not None else []
    made = webauthn.generate_authentication_options(
        rp_id=place.host, allow_credentials=_described(known),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )  # fmt: skip
    content = {"challenge": made.challenge.hex(), "user_id": user_id, "about": list(about)}
    return Question(challenge.begin(env, _PURPOSE, content), _as_json(made))


def answered(env: Env, place: Place, begun: Begun, answer: str, about: Sequence[str] = ()) -> int:
    """The user whose passkey answered, PIN or finger given; raises PasskeyRefused."""
    import webauthn  # noqa: PLC0415 -- as above

    given = _believed(lambda: webauthn.helpers.parse_authentication_credential_json(answer))
    asked = select(Passkey).where(Passkey.credential_id == given.id).with_for_update()
    found = env.session.scalar(asked.execution_options(populate_existing=True))
    handle = given.response.user_handle
    if found is None or "handle" in begun or begun["user_id"] not in (None, found.user_id):
        raise _refusal()
    if begun.get("about", []) != list(about):
        raise _refusal()
    if handle is not None and handle != bytes.fromhex(found.handle):
        raise _refusal()
    seen = _believed(
        lambda: webauthn.verify_authentication_response(
            credential=given, expected_challenge=bytes.fromhex(begun["challenge"]), expected_rp_id=place.host,
            expected_origin=place.origin, credential_public_key=found.public_key,
            credential_current_sign_count=found.sign_count, require_user_verification=True,
        )
    )  # fmt: skip
    found.sign_count, found.used_at = seen.new_sign_count, clock.now()
    env.flush()
    return found.user_id


def remove(env: Env, user_id: int, passkey_id: int) -> None:
    """Take a passkey of the user away; with the last one goes the second factor, if there is no authenticator app."""
    found = env.session.get(Passkey, passkey_id)
    if found is None or found.user_id != user_id:
        raise NotFound(_("There is no such passkey of yours."))
    env.session.delete(found)
    env.flush()
    if not _of(env, user_id):
        totp.turn_off(env, user_id)


def remove_all(env: Env, user_id: int) -> None:
    """For somebody who lost the devices."""
    for each in _of(env, user_id):
        env.session.delete(each)
    env.flush()


def _of(env: Env, user_id: int) -> Sequence[Passkey]:
    return env.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).all()


def _believed(verify: Callable[[], T]) -> T:
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 -- as above

    try:
        return verify()
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _refusal() from error


def _refusal() -> PasskeyRefused:
    return PasskeyRefused(
        _(
            "This passkey is not accepted here. Try another one, or sign in with your password. Nothing has changed."
        )
    )


def _described(known: Sequence[Passkey]) -> list[Any]:  # Any: webauthn's descriptor, imported late
    from webauthn.helpers import base64url_to_bytes, structs  # noqa: PLC0415 -- as above

    return [
        structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential_id)) for each in known
    ]


def _as_json(options: Any) -> dict[str, Any]:  # Any: webauthn's options, imported late
    from webauthn.helpers import options_to_json_dict  # noqa: PLC0415 -- as above

    return options_to_json_dict(options)


def _transports(answer: str) -> list[str]:
    from webauthn.helpers import parse_registration_credential_json  # noqa: PLC0415 -- as above

    return [each.value for each in parse_registration_credential_json(answer).response.transports or []]
