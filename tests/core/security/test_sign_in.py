"""Signing in and out, sessions, changed passwords and the second factor."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher

from core import clock, config
from core.config import Settings
from core.errors import ConfigError, Forbidden, ValidationError
from core.orm.env import Env, open_env
from core.orm.tracking import Change
from core.security import session, sign_in, totp
from core.security.account import Credential, User
from core.security.session import LoginSession
from core.security.sign_in import CodeNeeded, PasswordNeeded, SignedIn, SignInNeeded, SignInRefused
from core.security.throttle import PAIR, TooManyAttempts
from core.security.totp import WrongCode
from tests.core.security.office import PASSWORD, START, Office, after


def _sign_in(office: Office, login: str = "maren", **more: str) -> SignedIn:
    found = sign_in.authenticate(office.site, login, PASSWORD, "10.0.0.1", "Firefox", **more)
    assert isinstance(found, SignedIn)
    return found


def _as_system(office: Office, step: Callable[[Env], object]) -> None:
    with open_env(office.site, write=True) as env:
        step(env)


def _deactivate(office: Office, login: str) -> None:
    _as_system(office, lambda env: setattr(env.get(User, office.users[login]), "active", False))


def test_the_right_password_begins_a_session(office: Office) -> None:
    visit = sign_in.visit(office.site, _sign_in(office).token)

    assert visit is not None
    assert visit.principal.user_id == office.users["Maren"]
    assert "base.master_data_editor" in visit.principal.roles
    assert "base.employee" in visit.principal.roles


@pytest.mark.parametrize(("login", "password"), [
    ("maren", "wrong"), ("maren", ""), ("nobody", PASSWORD), ("", ""), ("maren' or '1'='1", PASSWORD),
    ("maren", PASSWORD + " "), ("maren", PASSWORD.upper()),
])  # fmt: skip
def test_who_is_wrong_is_not_told_what_was_wrong(office: Office, login: str, password: str) -> None:
    with pytest.raises(SignInRefused) as refusal:
        sign_in.authenticate(office.site, login, password)

    assert str(refusal.value) == "The login or the password is wrong."


def test_a_user_who_is_not_active_is_told_nothing_either(office: Office) -> None:
    _deactivate(office, "jonas")

    with pytest.raises(SignInRefused, match="The login or the password is wrong"):
        sign_in.authenticate(office.site, "jonas", PASSWORD)


def test_guessing_is_slowed_down_even_for_the_right_password(office: Office) -> None:
    for _try in range(PAIR.free):
        with pytest.raises(SignInRefused):
            sign_in.authenticate(office.site, "maren", "wrong", "10.0.0.1")

    with pytest.raises(TooManyAttempts) as refusal:
        sign_in.authenticate(office.site, "maren", PASSWORD, "10.0.0.1")
    assert refusal.value.seconds > 0
    with after(seconds=5):
        assert isinstance(sign_in.authenticate(office.site, "maren", PASSWORD, "10.0.0.1"), SignedIn)


def test_a_token_is_not_in_the_database(office: Office) -> None:
    token = _sign_in(office).token

    with open_env(office.site) as env:
        kept = env.session.query(LoginSession).one()
        assert token not in (kept.token_hash, kept.agent)
        assert session.find(env, token) is kept
        assert session.find(env, kept.token_hash) is None


def test_signing_in_gives_a_new_token_and_ends_the_session_before(office: Office) -> None:
    first = _sign_in(office).token
    second = _sign_in(office, replaces=first).token

    assert second != first
    assert sign_in.visit(office.site, first) is None
    assert sign_in.visit(office.site, second) is not None


def test_a_planted_token_is_worth_nothing(office: Office) -> None:
    token = _sign_in(office, replaces="planted by somebody").token

    assert token != "planted by somebody"
    assert sign_in.visit(office.site, "planted by somebody") is None


def test_a_session_ends_when_nobody_uses_it(office: Office) -> None:
    token = _sign_in(office).token

    with clock.held(START + session.IDLE - timedelta(seconds=1)):
        assert sign_in.visit(office.site, token) is not None
    with clock.held(START + 2 * session.IDLE - timedelta(seconds=2)):
        assert sign_in.visit(office.site, token) is not None
    with clock.held(START + 4 * session.IDLE):
        assert sign_in.visit(office.site, token) is None


@pytest.mark.parametrize("hours", [12, 5])
def test_a_session_ends_at_last_however_much_it_is_used(office: Office, hours: int) -> None:
    config.write(Settings(office.site.folder, session_hours=hours))
    token = _sign_in(office).token
    moment = START
    while moment < START + timedelta(hours=hours):
        with clock.held(moment):
            assert sign_in.visit(office.site, token) is not None
        moment += session.IDLE / 2

    with clock.held(START + timedelta(hours=hours)):
        assert sign_in.visit(office.site, token) is None


def test_a_user_who_is_not_active_any_more_is_signed_out(office: Office) -> None:
    token = _sign_in(office, "jonas").token
    _deactivate(office, "jonas")

    assert sign_in.visit(office.site, token) is None


def test_signing_out_ends_this_session_alone(office: Office) -> None:
    here, there = _sign_in(office).token, _sign_in(office).token
    sign_in.sign_out(office.site, here)

    assert sign_in.visit(office.site, here) is None
    assert sign_in.visit(office.site, there) is not None


def test_a_person_sees_and_ends_their_own_sessions(office: Office) -> None:
    here, there = _sign_in(office).token, _sign_in(office).token
    others = _sign_in(office, "jonas").token
    shown = sign_in.sessions(office.site, here)

    assert sorted(line.is_this for line in shown) == [False, True]
    assert {line.agent for line in shown} == {"Firefox"}
    sign_in.end_session(office.site, here, next(line.id for line in shown if not line.is_this))
    assert sign_in.visit(office.site, there) is None
    sign_in.end_session(office.site, here, next(line.id for line in sign_in.sessions(office.site, others)))
    assert sign_in.visit(office.site, others) is not None


def test_ending_the_other_sessions_keeps_this_one(office: Office) -> None:
    here, there = _sign_in(office).token, _sign_in(office).token
    sign_in.end_other_sessions(office.site, here)

    assert sign_in.visit(office.site, there) is None
    assert sign_in.visit(office.site, here) is not None


def test_changing_the_password_ends_the_other_sessions(office: Office) -> None:
    here, there = _sign_in(office).token, _sign_in(office).token
    renewed = sign_in.change_password(office.site, here, PASSWORD, "nine loud owls by noon")

    assert sign_in.visit(office.site, there) is None
    assert sign_in.visit(office.site, renewed) is not None
    with pytest.raises(SignInRefused):
        sign_in.authenticate(office.site, "maren", PASSWORD)
    assert isinstance(sign_in.authenticate(office.site, "maren", "nine loud owls by noon"), SignedIn)


def test_changing_the_password_needs_the_old_one_and_a_good_new_one(office: Office) -> None:
    token = _sign_in(office).token

    with pytest.raises(SignInRefused):
        sign_in.change_password(office.site, token, "wrong", "nine loud owls by noon")
    with pytest.raises(ValidationError, match="name, login or company"):
        sign_in.change_password(office.site, token, PASSWORD, "Maren-Kestrel-7")
    assert isinstance(sign_in.authenticate(office.site, "maren", PASSWORD), SignedIn)


def test_a_password_that_leaked_elsewhere_is_refused(office: Office) -> None:
    token, leaked = _sign_in(office).token, "four shy moles at dawn"
    digest = hashlib.sha1(leaked.encode(), usedforsecurity=False).hexdigest().upper()
    config.write(replace(config.read(office.site.folder), breached_passwords="leaked.txt"))

    with pytest.raises(ConfigError, match="cannot be read"):
        sign_in.change_password(office.site, token, PASSWORD, leaked)
    (office.site.folder / "leaked.txt").write_text(f"{digest}:3\n")
    with pytest.raises(ValidationError, match="leaked elsewhere"):
        sign_in.change_password(office.site, token, PASSWORD, leaked)
    assert sign_in.change_password(office.site, token, PASSWORD, "nine loud owls by noon")


def test_a_change_of_password_stands_in_the_audit_trail_without_it(office: Office) -> None:
    _as_system(office, lambda env: sign_in.set_password(env, office.users["jonas"], "nine loud owls by noon"))

    with open_env(office.site) as env:
        last = env.session.query(Change).order_by(Change.id.desc()).first()
        assert last is not None
        assert "password_changed_at" in last.new
        assert not [row for row in env.session.query(Change) if "owls" in row.new or "argon2" in row.new]


def test_a_password_set_for_somebody_has_to_be_changed(office: Office) -> None:
    new = "nine loud owls by noon"
    _as_system(office, lambda env: sign_in.set_password(env, office.users["jonas"], new, must_change=True))
    found = sign_in.authenticate(office.site, "jonas", new)

    assert isinstance(found, SignedIn)
    assert found.must_change_password
    token = sign_in.change_password(office.site, found.token, new, "four shy moles at dawn")
    visit = sign_in.visit(office.site, token)
    assert visit is not None
    assert not visit.must_change_password


def test_sensitive_things_need_the_password_again(office: Office) -> None:
    token = _sign_in(office).token
    sign_in.require_proof(office.site, token)

    with after(minutes=11):
        with pytest.raises(PasswordNeeded):
            sign_in.require_proof(office.site, token)
        with pytest.raises(SignInRefused):
            sign_in.prove_again(office.site, token, "wrong")
        sign_in.require_proof(office.site, sign_in.prove_again(office.site, token, PASSWORD))


def test_the_password_given_again_gives_a_new_token_and_ends_the_one_before(office: Office) -> None:
    token = _sign_in(office).token
    before = sign_in.sessions(office.site, token)

    proved = sign_in.prove_again(office.site, token, PASSWORD)
    changed = sign_in.change_password(office.site, proved, PASSWORD, "nine loud owls by noon")

    assert len({token, proved, changed}) == 3
    assert sign_in.visit(office.site, token) is None
    assert sign_in.visit(office.site, proved) is None
    assert sign_in.sessions(office.site, changed) == before


def test_a_new_password_that_is_refused_leaves_the_token_as_it_is(office: Office) -> None:
    token = _sign_in(office).token

    with pytest.raises(ValidationError):
        sign_in.change_password(office.site, token, PASSWORD, "password1")

    assert sign_in.visit(office.site, token) is not None


def test_nobody_does_anything_with_a_session_that_has_ended(office: Office) -> None:
    token = _sign_in(office).token
    sign_in.sign_out(office.site, token)

    for step in (sign_in.sessions, sign_in.end_other_sessions, sign_in.require_proof):
        with pytest.raises(SignInNeeded):
            step(office.site, token)


def test_a_hash_of_old_parameters_is_made_anew_at_sign_in(office: Office) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)

    def weaken(env: Env) -> None:
        credential = env.session.get(Credential, office.users["Maren"])
        assert credential is not None
        credential.password_hash = weak

    _as_system(office, weaken)
    _sign_in(office)

    with open_env(office.site) as env:
        kept = env.session.get(Credential, office.users["Maren"])
        assert kept is not None
        assert kept.password_hash != weak
    _sign_in(office)


def test_a_person_works_in_companies_of_theirs_alone(office: Office) -> None:
    token = _sign_in(office).token
    visit = sign_in.visit(office.site, token)
    assert visit is not None
    ours = visit.principal.company_id
    assert ours is not None

    sign_in.choose_company(office.site, token, ours)
    with pytest.raises(Forbidden):
        sign_in.choose_company(office.site, token, ours + 1)
    assert sign_in.visit(office.site, token, ours + 1) is None


def _with_second_factor(office: Office) -> pyotp.TOTP:
    with clock.held(START - timedelta(hours=1)), open_env(office.site, write=True) as env:
        secret, _address = totp.enrol(env, office.users["Maren"])
        totp.confirm(env, office.users["Maren"], pyotp.TOTP(secret).at(clock.now()))
    return pyotp.TOTP(secret)


def test_the_second_factor_is_asked_after_the_password(office: Office) -> None:
    app = _with_second_factor(office)
    needed = sign_in.authenticate(office.site, "maren", PASSWORD, "10.0.0.1")

    assert isinstance(needed, CodeNeeded)
    found = sign_in.confirm_code(office.site, needed.challenge, app.at(START), "10.0.0.1")
    assert sign_in.visit(office.site, found.token) is not None


def test_a_challenge_is_no_session_and_holds_for_its_site_and_a_while(office: Office) -> None:
    app = _with_second_factor(office)
    needed = sign_in.authenticate(office.site, "maren", PASSWORD)
    assert isinstance(needed, CodeNeeded)

    assert sign_in.visit(office.site, needed.challenge) is None
    with pytest.raises(SignInRefused):
        sign_in.confirm_code(office.site, needed.challenge[:-4] + "AAAA", app.at(START))
    with after(minutes=6), pytest.raises(SignInRefused, match="too long"):
        sign_in.confirm_code(office.site, needed.challenge, app.at(START + timedelta(minutes=6)))


def test_guessing_codes_is_slowed_down(office: Office) -> None:
    app = _with_second_factor(office)
    needed = sign_in.authenticate(office.site, "maren", PASSWORD, "10.0.0.1")
    assert isinstance(needed, CodeNeeded)
    for _try in range(PAIR.free):
        with pytest.raises(WrongCode):
            sign_in.confirm_code(office.site, needed.challenge, "000000", "10.0.0.1")

    with pytest.raises(TooManyAttempts):
        sign_in.confirm_code(office.site, needed.challenge, app.at(START), "10.0.0.1")


def test_a_right_password_does_not_reset_the_throttle_of_codes(office: Office) -> None:
    _with_second_factor(office)
    for _try in range(PAIR.free):
        needed = sign_in.authenticate(office.site, "maren", PASSWORD, "10.0.0.1")
        assert isinstance(needed, CodeNeeded)
        with pytest.raises(WrongCode):
            sign_in.confirm_code(office.site, needed.challenge, "000000", "10.0.0.1")

    with pytest.raises(TooManyAttempts):
        sign_in.authenticate(office.site, "maren", PASSWORD, "10.0.0.1")


def test_what_has_ended_is_forgotten(office: Office) -> None:
    _sign_in(office)

    with after(days=2):
        sign_in.forget_old(office.site)
        with open_env(office.site) as env:
            assert env.session.query(LoginSession).all() == []
