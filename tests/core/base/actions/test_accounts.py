"""An administrator helps others back in, and nobody else does."""

from __future__ import annotations

import pyotp
import pytest
from sqlalchemy import func, select

from core.actions import Action, run
from core.base import Credential, User
from core.base.actions import accounts
from core.base.models.mechanism import Change
from core.base.models.user import LoginSession
from core.errors import Forbidden, UserError, ValidationError
from core.orm.env import Env, open_env
from core.security import session, sign_in, totp
from core.security.passwords import is_right
from tests.core.base.conftest import Plant

WORDS = "lathe under copper moon"


def test_a_one_time_password_has_to_be_changed_and_ends_sessions(plant: Plant) -> None:
    jonas = plant.id_of("jonas")
    with open_env(plant.site, write=True) as env:
        session.start(env, jonas, "127.0.0.1", "a browser")
    with plant.env("tove", write=True) as env:
        run(env, accounts.give_password, [env.get(User, jonas)], {"password": WORDS})

    with open_env(plant.site) as env:
        kept = env.session.get_one(Credential, jonas)
        assert is_right(kept.password_hash, WORDS)
        assert env.get(User, jonas).must_change_password
        assert _sessions(env) == 0
        reasons = set(env.session.scalars(select(Change.why).where(Change.model == "base.user")))
        assert "Asked for by Tove" in reasons


def test_a_weak_one_time_password_is_refused(plant: Plant) -> None:
    with plant.env("tove", write=True) as env, pytest.raises(ValidationError, match="password"):
        run(env, accounts.give_password, [env.get(User, plant.id_of("jonas"))], {"password": "alden"})


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
    with plant.env("tove", write=True) as env:
        run(env, accounts.give_password, [env.get(User, jonas)], {"password": WORDS})

    assert isinstance(sign_in.authenticate(plant.site, "jonas", WORDS), sign_in.CodeNeeded)


@pytest.mark.parametrize(
    "action", [accounts.give_password, accounts.sign_out_everywhere, accounts.remove_second_factor],
    ids=lambda action: action.name,
)  # fmt: skip
def test_nobody_else_may(plant: Plant, action: Action) -> None:
    with plant.env("maren", write=True) as env, pytest.raises(Forbidden):
        run(env, action, [env.get(User, plant.id_of("jonas"))], {})


def _sessions(env: Env) -> int | None:
    return env.session.scalar(select(func.count()).select_from(LoginSession))
