"""Passkeys: made, believed or refused, and what they stand for at sign-in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.errors import NotFound, ValidationError
from core.orm.env import open_env
from core.security import passkey, passkey_entry, session, sign_in
from core.security.account import Passkey, User
from core.security.passkey import PasskeyRefused, Place
from core.security.sign_in import CodeNeeded, PasswordNeeded, SignedIn, SignInRefused
from tests.core.security.authenticator import Authenticator
from tests.core.security.office import PASSWORD, Office, after

HERE = Place("erp.test", "https://erp.test")


def _made(office: Office, login: str = "Maren", device: Authenticator | None = None) -> Authenticator:
    """A device whose passkey is registered."""
    device, user_id = device or Authenticator(), office.users[login]
    with open_env(office.site, write=True) as env:
        question = passkey.begin(env, user_id, HERE)
    begun = passkey.taken(office.site, question.ticket)
    with open_env(office.site, write=True) as env:
        passkey.register(env, user_id, HERE, "Phone", begun, device.create(question))
    return device


def _enter(office: Office, device: Authenticator) -> SignedIn:
    question = passkey_entry.question(office.site, HERE)
    return passkey_entry.enter(office.site, HERE, question.ticket, device.get(question))


def test_a_passkey_alone_signs_in_and_counts_for_two_factors(office: Office) -> None:
    device = _made(office)

    entered = _enter(office, device)

    assert entered.user_id == office.users["Maren"]
    with open_env(office.site) as env:
        found = session.find(env, entered.token)
        assert found is not None
        assert found.strong
        (shown,) = passkey.of_user(env, entered.user_id)
        assert shown.used_at is not None


def test_neither_login_nor_e_mail_is_told_to_the_device_as_its_handle(office: Office) -> None:
    first, second = _made(office), _made(office)

    assert first.handle == second.handle
    assert len(first.handle) == 32
    assert b"Maren" not in first.handle


def _changed(name: str, value: object) -> Callable[[Authenticator], None]:
    return lambda device: setattr(device, name, value)


@pytest.mark.parametrize("change", [
    _changed("origin", "https://erp.test.evil"), _changed("host", "evil.test"), _changed("verifies", False),
    _changed("key", Authenticator().key), _changed("id", b"unknown"), _changed("handle", b"of another"),
    _changed("count", -1),
], ids=["another page", "another host", "no PIN", "another key", "unknown", "another account", "a copy"])  # fmt: skip
def test_an_answer_that_is_not_of_this_passkey_here_is_refused(
    office: Office, change: Callable[[Authenticator], None]
) -> None:
    device = _made(office)
    device.count = 5
    _enter(office, device)
    change(device)

    with pytest.raises(PasskeyRefused, match="Try another one"):
        _enter(office, device)


def test_an_answer_counts_once_and_for_ten_minutes(office: Office) -> None:
    device = _made(office)
    question = passkey_entry.question(office.site, HERE)
    answer = device.get(question)
    passkey_entry.enter(office.site, HERE, question.ticket, answer)
    late = passkey_entry.question(office.site, HERE)

    with pytest.raises(PasskeyRefused, match="answered already"):
        passkey_entry.enter(office.site, HERE, question.ticket, answer)
    with after(minutes=11), pytest.raises(PasskeyRefused, match="too long ago"):
        passkey_entry.enter(office.site, HERE, late.ticket, device.get(late))


def test_a_wrong_answer_spends_its_question(office: Office) -> None:
    device = _made(office)
    question = passkey_entry.question(office.site, HERE)
    with pytest.raises(PasskeyRefused):
        passkey_entry.enter(office.site, HERE, question.ticket, "no answer")

    with pytest.raises(PasskeyRefused, match="answered already"):
        passkey_entry.enter(office.site, HERE, question.ticket, device.get(question))


def test_a_question_for_a_new_passkey_signs_nobody_in(office: Office) -> None:
    device = _made(office)
    with open_env(office.site, write=True) as env:
        question = passkey.begin(env, office.users["Maren"], HERE)

    with pytest.raises(PasskeyRefused):
        passkey_entry.enter(office.site, HERE, question.ticket, device.get(question))


def test_somebody_made_inactive_does_not_come_in_by_a_passkey(office: Office) -> None:
    device = _made(office)
    with open_env(office.site, write=True) as env:
        env.get(User, office.users["Maren"]).active = False

    with pytest.raises(SignInRefused):
        _enter(office, device)


def test_who_has_a_passkey_gives_it_after_the_password_or_a_recovery_code(office: Office) -> None:
    user_id, device = office.users["Maren"], Authenticator()
    with open_env(office.site, write=True) as env:
        question = passkey.begin(env, user_id, HERE)
    begun = passkey.taken(office.site, question.ticket)
    with open_env(office.site, write=True) as env:
        codes = passkey.register(env, user_id, HERE, "Phone", begun, device.create(question))
    asked = sign_in.authenticate(office.site, "maren", PASSWORD)
    assert isinstance(asked, CodeNeeded)
    other = _made(office, "jonas")

    wrong = passkey_entry.question(office.site, HERE, asked.challenge)
    with pytest.raises(PasskeyRefused):
        passkey_entry.confirm(office.site, asked.challenge, HERE, wrong.ticket, other.get(wrong))
    right = passkey_entry.question(office.site, HERE, asked.challenge)
    entered = passkey_entry.confirm(office.site, asked.challenge, HERE, right.ticket, device.get(right))

    assert entered.user_id == user_id
    assert sign_in.confirm_code(office.site, asked.challenge, codes[0]).user_id == user_id


def test_a_passkey_stands_for_the_password_before_a_sensitive_thing(office: Office) -> None:
    device, other = _made(office), _made(office, "jonas")
    token = _enter(office, device).token
    with after(minutes=20):
        with pytest.raises(PasswordNeeded):
            sign_in.require_proof(office.site, token)
        for each, refused in ((other, PasskeyRefused), (device, None)):
            question = passkey_entry.question_to(office.site, HERE, token)
            if refused is not None:
                with pytest.raises(refused):
                    passkey_entry.prove_again(office.site, token, HERE, question.ticket, each.get(question))
            else:
                proved = passkey_entry.prove_again(
                    office.site, token, HERE, question.ticket, each.get(question)
                )

        sign_in.require_proof(office.site, proved)
        assert sign_in.visit(office.site, token) is None


def test_with_the_last_passkey_goes_the_second_factor(office: Office) -> None:
    _made(office)
    _made(office)
    maren = office.users["Maren"]
    with open_env(office.site, write=True) as env:
        first, second = passkey.of_user(env, maren)
        with pytest.raises(NotFound):
            passkey.remove(env, office.users["jonas"], first.id)
        passkey.remove(env, maren, first.id)
        assert env.get(User, maren).second_factor
        passkey.remove(env, maren, second.id)

    assert isinstance(sign_in.authenticate(office.site, "maren", PASSWORD), SignedIn)


def test_a_passkey_has_a_name_and_is_registered_once(office: Office) -> None:
    device, user_id = _made(office), office.users["jonas"]
    with open_env(office.site, write=True) as env:
        question = passkey.begin(env, user_id, HERE)
    begun = passkey.taken(office.site, question.ticket)
    with open_env(office.site, write=True) as env:
        with pytest.raises(ValidationError):
            passkey.register(env, user_id, HERE, "  ", begun, device.create(question))
        with pytest.raises(PasskeyRefused):
            passkey.register(env, user_id, HERE, "Mine", begun, device.create(question))
        with pytest.raises(PasskeyRefused):
            passkey.register(env, office.users["tove"], HERE, "Mine", begun, Authenticator().create(question))
        assert env.session.query(Passkey).count() == 1
