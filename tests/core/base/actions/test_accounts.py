"""An administrator helps others back in, and nobody else does."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from core import clock
from core.actions import Action, run
from core.base import Credential, User
from core.base.actions import accounts
from core.base.models.mechanism import Change
from core.base.models.user import LoginSession
from core.errors import Forbidden, UserError
from core.orm.env import Env, open_env
from core.security import session, sign_in, totp
from core.security.passwords import is_right
from tests.core.base.conftest import Plant

WORDS = "lathe under copper moon"


def test_a_one_time_password_has_to_be_changed_and_ends_sessions(plant: Plant) -> None:
    jonas = plant.id_of("jonas")
    with open_env(plant.site, write=True) as env:
        session.start(env, jonas, "127.0.0.1", "a browser")
    password = _given(plant, jonas)

    with open_env(plant.site) as env:
        kept = env.session.get_one(Credential, jonas)
        assert is_right(kept.password_hash, password)
        assert env.get(User, jonas).must_change_password
        assert _sessions(env) == 0
        reasons = set(env.session.scalars(select(Change.why).where(Change.model == "base.user")))
        assert any(reason.startswith("Asked for by user ") for reason in reasons)


def test_a_one_time_password_is_random_and_ends_after_a_day(plant: Plant) -> None:
    jonas = plant.id_of("jonas")
    first, second = _given(plant, jonas), _given(plant, jonas)

    assert first != second
    assert len(set(first.replace("-", ""))) > 5
    with pytest.raises(sign_in.SignInRefused, match="wrong"):
        sign_in.authenticate(plant.site, "jonas", first)
    entered = sign_in.authenticate(plant.site, "jonas", second)
    assert isinstance(entered, sign_in.SignedIn)
    assert entered.must_change_password
    with clock.held(clock.now() + timedelta(days=1, minutes=1)):
        with pytest.raises(sign_in.SignInRefused, match="one-time password has ended"):
            sign_in.authenticate(plant.site, "jonas", second)
        with pytest.raises(sign_in.SignInRefused, match="The login or the password is wrong"):
            sign_in.authenticate(plant.site, "jonas", "another")


def test_a_password_of_ones_own_does_not_end(plant: Plant) -> None:
    entered = sign_in.authenticate(plant.site, "jonas", password := _given(plant, plant.id_of("jonas")))
    assert isinstance(entered, sign_in.SignedIn)

    sign_in.change_password(plant.site, entered.token, password, WORDS)

    with clock.held(clock.now() + timedelta(days=400)):
        assert isinstance(sign_in.authenticate(plant.site, "jonas", WORDS), sign_in.SignedIn)


def test_signing_out_everywhere_ends_every_session(plant: Plant) -> None:
    jonas, maren = plant.id_of("jonas"), plant.id_of("maren")
    with open_env(plant.site, write=True) as env:
        for user in (jonas, jonas, maren):
            session.start(env, user, "127.0.0.1", "a browser")
    with plant.env("tove", write=True) as env:
        run(env, accounts.sign_out_everywhere, [env.get(User, jonas)])

    with open_env(plant.site) as env:
        assert _sessions(env) == 1


def test_without_a_second_factor_there_is_none_to_remove(plant: Plant) -> None:
    with plant.env("tove", write=True) as env, pytest.raises(UserError, match="not possible"):
        run(env, accounts.remove_second_factor, [env.get(User, plant.id_of("jonas"))])


def test_whoever_lost_the_phone_signs_in_with_the_password_alone(plant: Plant) -> None:
    jonas = plant.id_of("jonas")
    with open_env(plant.site, write=True) as env:
        key, _address = totp.enrol(env, jonas)
        totp.confirm(env, jonas, pyotp.TOTP(key).now())
    with plant.env("tove", write=True) as env:
        run(env, accounts.remove_second_factor, [env.get(User, jonas)])

    with open_env(plant.site) as env:
        assert not env.get(User, jonas).second_factor
        assert env.session.get_one(Credential, jonas).totp_secret is None


def test_a_one_time_password_leaves_the_second_factor_on(plant: Plant) -> None:
    jonas = plant.id_of("jonas")
    with open_env(plant.site, write=True) as env:
        key, _address = totp.enrol(env, jonas)
        totp.confirm(env, jonas, pyotp.TOTP(key).now())
    password = _given(plant, jonas)

    assert isinstance(sign_in.authenticate(plant.site, "jonas", password), sign_in.CodeNeeded)


@pytest.mark.parametrize(
    "action", [accounts.give_password, accounts.sign_out_everywhere, accounts.remove_second_factor],
    ids=lambda action: action.name,
)  # fmt: skip
def test_nobody_else_may(plant: Plant, action: Action) -> None:
    with plant.env("maren", write=True) as env, pytest.raises(Forbidden):
        run(env, action, [env.get(User, plant.id_of("jonas"))], {})


def _given(plant: Plant, user_id: int) -> str:
    """The one-time password that Tove has made for the user, as she is told it."""
    with plant.env("tove", write=True) as env:
        done = run(env, accounts.give_password, [env.get(User, user_id)], {})
    assert done.answer is not None
    return str(done.answer["password"])


def _sessions(env: Env) -> int | None:
    return env.session.scalar(select(func.count()).select_from(LoginSession))
