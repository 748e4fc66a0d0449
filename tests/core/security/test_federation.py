"""Signing in by an identity provider: whose account it is, what claims give, and which answers are not believed."""

from __future__ import annotations

import base64
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from joserfc import jwt
from sqlalchemy import select

from core import clock, config
from core.base import Company
from core.config import Settings
from core.errors import UserError, ValidationError
from core.orm.env import open_env
from core.security import federation, session, sign_in, totp
from core.security.account import User, UserCompany, UserRole
from core.security.claimed import groups_in
from core.security.explain import explain_access
from core.security.federation import Aim, Arrival, NotLinked, Origin
from core.security.oidc import ProviderAway, ProviderRefused
from core.security.provider import ClaimedRole, Identity, IdentityProvider
from core.security.sign_in import CodeNeeded, SignedIn, SignInRefused
from tests.core.security.issuer import SECRET, Claims, Issuer, serving
from tests.core.security.office import PASSWORD, START, Office, after

BACK = "http://localhost/back"
MAREN = {"sub": "a-1", "preferred_username": "maren.holt", "name": "Maren Holt", "email": "m@kestrel.test",
         "groups": ["planners"]}  # fmt: skip


@pytest.fixture
def issuer(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    """A provider that the site knows as `corp`: planners keep master data of Kestrel, auditors audit."""
    monkeypatch.setenv("DOVETAIL_OIDC_SECRET_CORP", SECRET)
    with serving() as found:
        found.at, found.person = START, dict(MAREN)
        with open_env(office.site, write=True) as env:
            kestrel = env.session.scalars(select(Company.id).where(Company.code == "KH")).one()
            made = IdentityProvider(code="corp", name="Corporate", issuer=found.url, client_id="dovetail")
            made.gives = [
                ClaimedRole(value="planners", role="base.master_data_editor", seen_company_id=kestrel),
                ClaimedRole(value="auditors", role="base.auditor"),
            ]
            env.add(made)
        yield found


def _go(office: Office, aim: Aim = Aim.ENTER, token: str = "") -> tuple[str, dict[str, str]]:
    """To the provider and back: the ticket, and what the provider has the browser bring."""
    left = federation.depart(
        office.site, "corp", BACK, aim, Origin("10.0.0.1", "Firefox", token), "/m/base.item"
    )
    answer = httpx.get(left.url, follow_redirects=False)
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return left.ticket, {name: values[0] for name, values in query.items()}


def _arrive(office: Office, ticket: str, given: dict[str, str], token: str = "") -> Arrival:
    return federation.arrive(office.site, "corp", BACK, ticket, given, Origin("10.0.0.1", "Firefox", token))


def _enter(office: Office) -> SignedIn:
    found = _arrive(office, *_go(office)).entered
    assert isinstance(found, SignedIn)
    return found


def _link(office: Office, login: str = "maren") -> None:
    entered = sign_in.authenticate(office.site, login, PASSWORD)
    assert isinstance(entered, SignedIn)
    ticket, given = _go(office, Aim.LINK, entered.token)
    _arrive(office, ticket, given, entered.token)


def _provision(office: Office) -> None:
    with open_env(office.site, write=True) as env:
        env.session.scalars(select(IdentityProvider)).one().provisions = True


def _roles(office: Office, user_id: int) -> dict[str, str]:
    with open_env(office.site) as env:
        asked = select(UserRole.role, UserRole.source).where(UserRole.user_id == user_id)
        return {row.role: row.source for row in env.session.execute(asked)}


def _count(office: Office) -> tuple[int, int, int]:
    """Accounts, links and sessions: what a refusal must not change."""
    with open_env(office.site) as env:
        return tuple(env.session.query(model).count() for model in (User, Identity, session.LoginSession))  # type: ignore[return-value]  # three of them


def test_a_linked_account_is_signed_in_and_its_session_tells_the_provider(
    office: Office, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    _link(office)
    caplog.set_level(logging.INFO, "dovetail.security")

    found = _enter(office)

    visit = sign_in.visit(office.site, found.token)
    assert visit is not None
    assert visit.principal.user_id == office.users["Maren"]
    told = [
        (r.getMessage(), getattr(r, "factor", None), getattr(r, "provider", None)) for r in caplog.records
    ]
    assert told[-2:] == [("proof accepted", "provider corp", None), ("session begun", None, "corp")]


def test_nobody_is_recognized_by_an_e_mail_or_a_login(office: Office, issuer: Issuer) -> None:
    issuer.person |= {"preferred_username": "maren", "email": "maren@kestrel.test", "email_verified": True}
    _provision(office)
    before = _count(office)

    with pytest.raises(NotLinked, match="Sign in with your password and link it"):
        _enter(office)
    assert _count(office) == before


def test_an_account_is_made_on_the_first_sign_in_where_that_is_wanted_and_a_group_counts(
    office: Office, issuer: Issuer
) -> None:
    with pytest.raises(NotLinked):
        _enter(office)
    _provision(office)
    issuer.person["groups"] = ["canteen"]
    with pytest.raises(NotLinked, match="none of your groups"):
        _enter(office)
    issuer.person["groups"] = ["planners"]

    first, second = _enter(office), _enter(office)

    assert first.user_id == second.user_id
    with open_env(office.site) as env:
        made = env.get(User, first.user_id)
        assert (made.login, made.name, made.email) == ("maren.holt", "Maren Holt", "m@kestrel.test")
        assert [row.seen_company.code for row in made.companies] == ["KH"]


def test_who_left_a_group_loses_its_role_at_the_next_sign_in_and_keeps_what_was_given_by_hand(
    office: Office, issuer: Issuer
) -> None:
    jonas = office.users["jonas"]
    with open_env(office.site, write=True) as env:
        env.add(UserRole(user_id=jonas, role="base.auditor"))
    _link(office, "jonas")
    issuer.person["groups"] = ["planners", "auditors"]

    _enter(office)
    with open_env(office.site) as env:
        why = "\n".join(explain_access(env, "jonas", "base.item"))
    issuer.person["groups"] = []
    with open_env(office.site) as env:
        rows = env.session.scalars(select(UserRole.source).where(UserRole.user_id == jonas)).all()
    _enter(office)

    assert "corp gives it by its claims" in why
    assert sorted(rows) == ["", "corp", "corp"]
    assert _roles(office, jonas) == {"base.auditor": ""}


def test_what_a_provider_gave_ends_with_a_sign_in_that_it_does_not_vouch_for(
    office: Office, issuer: Issuer
) -> None:
    _link(office, "jonas")
    _enter(office)
    assert _roles(office, office.users["jonas"]) == {"base.master_data_editor": "corp"}

    sign_in.authenticate(office.site, "jonas", PASSWORD)

    assert _roles(office, office.users["jonas"]) == {}
    with open_env(office.site) as env:
        companies = select(UserCompany.source).where(UserCompany.user_id == office.users["jonas"])
        assert env.session.scalars(companies).all() == [""]


def test_a_subject_has_one_account_and_a_link_can_be_taken_away(office: Office, issuer: Issuer) -> None:
    _link(office, "maren")

    with pytest.raises(NotLinked, match="another person's"):
        _link(office, "jonas")
    with open_env(office.site, write=True) as env:
        (known,) = federation.linked(env, office.users["Maren"])
        federation.unlink(env, office.users["Maren"], known.id)
    with pytest.raises(NotLinked):
        _enter(office)


def test_the_only_way_in_is_not_taken_away(office: Office, issuer: Issuer) -> None:
    _provision(office)
    made = _enter(office).user_id

    with open_env(office.site, write=True) as env:
        (known,) = federation.linked(env, made)
        with pytest.raises(UserError, match="only way"):
            federation.unlink(env, made, known.id)


def test_somebody_made_inactive_does_not_come_in_by_a_provider(office: Office, issuer: Issuer) -> None:
    _link(office)
    with open_env(office.site, write=True) as env:
        env.get(User, office.users["Maren"]).active = False

    with pytest.raises(SignInRefused, match="make the user active"):
        _enter(office)


@pytest.mark.parametrize(("said", "strong"), [
    ({"amr": ["pwd", "mfa"]}, True), ({"acr": "mfa"}, True), ({"amr": ["pwd"]}, False), ({"amr": "mfa"}, False),
    ({}, False),
])  # fmt: skip
def test_two_factors_are_what_the_provider_says_they_are(
    office: Office, issuer: Issuer, said: Claims, strong: bool
) -> None:
    _link(office)
    issuer.person |= said
    if said.get("amr") == "mfa":  # not as the standard writes it
        with pytest.raises(ProviderRefused):
            _enter(office)
        return

    token = _enter(office).token

    with open_env(office.site) as env:
        found = session.find(env, token)
        assert found is not None
        assert found.strong is strong


def test_a_factor_of_our_own_is_asked_for_unless_the_provider_asked_for_two(
    office: Office, issuer: Issuer
) -> None:
    _link(office)
    with open_env(office.site, write=True) as env:
        secret, _address = totp.enrol(env, office.users["Maren"])
        totp.confirm(env, office.users["Maren"], pyotp.TOTP(secret).at(START))

    asked = _arrive(office, *_go(office)).entered
    issuer.person["amr"] = ["mfa"]
    straight = _arrive(office, *_go(office)).entered

    assert isinstance(straight, SignedIn)
    assert isinstance(asked, CodeNeeded)
    with after(seconds=60):
        code = pyotp.TOTP(secret).at(clock.now())
        entered = sign_in.confirm_code(office.site, asked.challenge, code)
        with open_env(office.site) as env:
            found = session.find(env, entered.token)
            assert found is not None
            assert (found.provider, found.strong) == ("corp", True)


def test_sensitive_things_are_asked_for_anew_where_the_person_signed_in(
    office: Office, issuer: Issuer
) -> None:
    _link(office)
    issuer.person["auth_time"] = int((START - timedelta(hours=3)).timestamp())
    token = _enter(office).token
    with pytest.raises(sign_in.PasswordNeeded):
        sign_in.require_proof(office.site, token)

    with pytest.raises(SignInRefused, match="did not ask for your own password"):
        _arrive(office, *_go(office, Aim.PROVE, token), token)
    del issuer.person["auth_time"]
    arrived = _arrive(office, *_go(office, Aim.PROVE, token), token)

    sign_in.require_proof(office.site, arrived.token)
    assert sign_in.visit(office.site, token) is None


def test_a_provider_in_our_own_network_is_asked_only_where_it_is_named(
    office: Office, issuer: Issuer
) -> None:
    strict = Settings(office.site.folder, only_inside_hosts=True)
    config.write(strict)

    with pytest.raises(ProviderAway, match="inside_hosts"):
        _go(office)
    with pytest.raises(ValidationError, match="inside_hosts"), open_env(office.site, write=True) as env:
        env.add(IdentityProvider(code="new", name="New", issuer="https://10.1.2.3/", client_id="dovetail"))
    assert issuer.asked == []
    config.write(replace(strict, inside_hosts=("127.0.0.1", "localhost")))
    _go(office)


def _plain(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def _unsigned(claims: Claims) -> str:
    return ".".join(_plain(json.dumps(part).encode()) for part in ({"alg": "none"}, claims)) + "."


def _by_the_public_key(issuer: Issuer) -> Callable[[Claims], str]:
    """HMAC by what everybody can read: the confusion of RFC 8725, 2.1."""
    key, header = issuer.keys[-1].as_pem(private=False), {"alg": "HS256", "kid": issuer.keys[-1].kid or ""}

    def forge(claims: Claims) -> str:
        signed = ".".join(_plain(json.dumps(part).encode()) for part in (header, claims))
        return f"{signed}.{_plain(hmac.digest(key, signed.encode(), 'sha256'))}"

    return forge


def _with(issuer: Issuer, **more: Any) -> Callable[[Claims], str]:  # Any: what JSON can say
    return lambda claims: issuer.sign({**claims, **more})


def _by_a_stranger(issuer: Issuer) -> Callable[[Claims], str]:
    stranger = Issuer(issuer.url)
    stranger.rotate()
    return lambda claims: stranger.sign(claims, kid=issuer.keys[-1].kid or "")


@pytest.mark.parametrize("forged", [
    lambda _: _unsigned, _by_the_public_key, _by_a_stranger,
    lambda i: _with(i, aud="another site"), lambda i: _with(i, aud=["dovetail", "another"]),
    lambda i: _with(i, iss="https://issuer.test"), lambda i: _with(i, nonce="of another sign-in"),
    lambda i: _with(i, exp=i.now - 61), lambda i: _with(i, iat=i.now + 61), lambda i: _with(i, exp=None),
    lambda i: _with(i, sub=None), lambda i: _with(i, at_hash="of another token"),
    lambda _: lambda _claims: "no token",
], ids=[
    "unsigned", "HMAC by the public key", "another key", "another audience", "no authorized party", "another issuer",
    "another nonce", "expired", "from the future", "without an end", "nobody", "another access token", "no token",
])  # fmt: skip
def test_a_token_that_the_provider_did_not_sign_for_this_sign_in_is_refused_and_changes_nothing(
    office: Office, issuer: Issuer, forged: Callable[[Issuer], Callable[[Claims], str]]
) -> None:
    _link(office)
    before = _count(office)
    issuer.forges = forged(issuer)

    with pytest.raises(ProviderRefused, match="Begin again"):
        _enter(office)

    assert _count(office) == before


def test_clocks_may_be_a_minute_apart(office: Office, issuer: Issuer) -> None:
    _link(office)
    issuer.forges = _with(issuer, exp=issuer.now - 50, iat=issuer.now + 50)

    assert _enter(office).user_id == office.users["Maren"]


def test_a_new_key_is_believed_once_it_is_published_and_the_old_one_no_more(
    office: Office, issuer: Issuer
) -> None:
    _link(office)
    old = issuer.keys[-1]
    with after(seconds=20):
        issuer.rotate()
        assert _enter(office).user_id == office.users["Maren"]
    with after(seconds=40):
        issuer.forges = lambda claims: jwt.encode({"alg": "ES256", "kid": old.kid or ""}, claims, old)
        with pytest.raises(ProviderRefused):
            _enter(office)


def test_what_a_provider_says_of_itself_is_asked_for_once_in_a_while(office: Office, issuer: Issuer) -> None:
    _link(office)
    for _time in range(3):
        _enter(office)

    assert issuer.asked.count("/keys") == issuer.asked.count("/.well-known/openid-configuration") == 1


def test_an_answer_counts_once_and_in_the_browser_that_asked(office: Office, issuer: Issuer) -> None:
    _link(office)
    ticket, given = _go(office)
    other, _given = _go(office)

    for wrong in (other, "", "made up"):
        with pytest.raises(ProviderRefused, match="not begun in this browser"):
            _arrive(office, wrong, given)
    assert isinstance(_arrive(office, ticket, given).entered, SignedIn)
    with pytest.raises(ProviderRefused, match="finished already"):
        _arrive(office, ticket, given)


def test_a_code_that_was_used_and_an_answer_that_took_too_long_are_refused(
    office: Office, issuer: Issuer
) -> None:
    _link(office)
    _ticket, used = _go(office)
    ticket, given = _go(office)
    assert isinstance(_arrive(office, _ticket, used).entered, SignedIn)

    with pytest.raises(ProviderRefused, match="does not take this sign-in any more"):
        _arrive(office, ticket, {**given, "code": used["code"]})
    ticket, given = _go(office)
    with after(minutes=11), pytest.raises(ProviderRefused, match="took too long"):
        _arrive(office, ticket, given)


@pytest.mark.parametrize(("answer", "said"), [
    ({"error": "access_denied", "error_description": "not today"}, "did not sign you in: not today"),
    ({"iss": "https://another.test"}, "another issuer answered"),
])  # fmt: skip
def test_what_the_provider_refuses_or_another_answers_is_told(
    office: Office, issuer: Issuer, answer: dict[str, str], said: str
) -> None:
    issuer.answers = answer

    with pytest.raises(ProviderRefused, match=said):
        _enter(office)


def test_a_provider_that_is_away_is_told_and_a_password_still_opens(office: Office, issuer: Issuer) -> None:
    issuer.away = True

    with pytest.raises(ProviderAway, match="sign in with a password"):
        _go(office)
    assert isinstance(sign_in.authenticate(office.site, "tove", PASSWORD), SignedIn)


def test_an_issuer_that_calls_itself_otherwise_is_not_asked_for_anybody(
    office: Office, issuer: Issuer
) -> None:
    issuer.url += "/"

    with pytest.raises(ProviderAway, match="compare the issuer"):
        _go(office)


def test_without_its_secret_a_provider_says_where_it_belongs(
    office: Office, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOVETAIL_OIDC_SECRET_CORP")
    with pytest.raises(ProviderAway, match=r"DOVETAIL_OIDC_SECRET_CORP or write oidc/corp\.secret"):
        _go(office)
    (office.site.folder / "oidc").mkdir()
    (office.site.folder / "oidc" / "corp.secret").write_text(SECRET + "\n")

    assert _go(office)[0]


@pytest.mark.parametrize(("field", "value"), [
    ("issuer", "http://issuer.test"), ("scopes", "profile"), ("code", "corp/../x"), ("code", ""),
])  # fmt: skip
def test_a_provider_that_could_not_be_believed_is_not_kept(office: Office, field: str, value: str) -> None:
    given = {
        "code": "corp",
        "name": "Corporate",
        "issuer": "https://issuer.test",
        "client_id": "x",
        field: value,
    }

    with pytest.raises(ValidationError) as refusal, open_env(office.site, write=True) as env:
        env.add(IdentityProvider(scopes=given.pop("scopes", "openid"), **given))
    assert field in refusal.value.fields


def test_a_group_gives_roles_that_there_are(office: Office, issuer: Issuer) -> None:
    for wrong in ({"role": "base.nonsense"}, {}):
        with open_env(office.site, write=True) as env:
            provider = env.session.scalars(select(IdentityProvider)).one()
            env.add(ClaimedRole(provider_id=provider.id, value="x", **wrong))
            with pytest.raises(ValidationError, match="role"):
                env.flush()
            env.session.rollback()


def test_signing_out_at_the_provider_ends_the_sessions_here(office: Office, issuer: Issuer) -> None:
    _link(office)
    issuer.person["sid"] = "s-1"
    first = _enter(office).token
    issuer.person["sid"] = "s-2"
    second = _enter(office).token

    for wrong in (
        issuer.logout_token(), issuer.logout_token(sid="s-1", nonce="x"), issuer.logout_token(sid="s-1", aud="x"),
        issuer.sign(issuer.claims(sid="s-1")),
    ):  # fmt: skip
        with pytest.raises(ProviderRefused):
            federation.end_from_provider(office.site, "corp", wrong)
    federation.end_from_provider(office.site, "corp", issuer.logout_token(sid="s-1"))

    assert sign_in.visit(office.site, first) is None
    assert sign_in.visit(office.site, second) is not None
    federation.end_from_provider(office.site, "corp", issuer.logout_token(sub="a-1"))
    assert sign_in.visit(office.site, second) is None


def test_claims_inside_others_are_found_by_dots() -> None:
    assert groups_in({"realm": {"roles": ["a", 1]}}, "realm.roles") == {"a"}
    assert groups_in({"urn:x.y": "b"}, "urn:x.y") == {"b"}
    assert groups_in({"realm": "c"}, "realm.roles") == set()
