"""API tokens act as their user, within their scopes, until they expire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.base import Item, Party, User
from core.errors import Forbidden, NotFound, ValidationError
from core.orm.env import Principal, open_env
from core.security import token
from core.security.sign_in import visit_by_token
from core.security.token import ApiToken
from tests.core.security.office import START, Office, after


def _token(office: Office, *scopes: str, login: str = "Maren") -> str:
    with open_env(office.site, write=True) as env:
        return token.create(env, office.users[login], "till", scopes, START + timedelta(days=30))


def _who(office: Office, *scopes: str, login: str = "Maren") -> Principal:
    found = visit_by_token(office.site, _token(office, *scopes, login=login))
    assert found is not None
    return found


def test_a_token_acts_as_its_user(office: Office) -> None:
    who = _who(office, "*:*")

    assert who.user_id == office.users["Maren"]
    assert "base.master_data_editor" in who.roles


def test_a_token_is_kept_as_a_digest_and_shown_by_its_beginning(office: Office) -> None:
    text = _token(office, "*:read")

    with open_env(office.site) as env:
        kept = env.session.scalars(select(ApiToken)).one()
        assert text.startswith(kept.shown)
        assert text not in kept.token_hash
        assert len(kept.shown) < len(text) / 2
    assert visit_by_token(office.site, kept.token_hash) is None


@pytest.mark.parametrize("scopes", [("base.item:read",), ("base.*:read",), ("*:read",), ("base.item:*",)])
def test_a_token_reads_what_its_scopes_name(office: Office, scopes: Sequence[str]) -> None:
    access, who = office.site.access, _who(office, *scopes)

    assert access.may(who, "read", Item)


@pytest.mark.parametrize("scopes", [("base.party:read",), ("base.item:write",), ("erp_supply.*:read",)])
def test_a_token_reads_nothing_else(office: Office, scopes: Sequence[str]) -> None:
    access, who = office.site.access, _who(office, *scopes)

    assert not access.may(who, "read", Item)
    with open_env(office.site, who) as env:
        assert env.session.scalars(select(Item)).all() == []


def test_a_token_does_no_more_than_its_user(office: Office) -> None:
    who = _who(office, "*:*", login="jonas")

    assert not office.site.access.may(who, "write", Item)
    assert not office.site.access.may(who, "write", User)


def test_a_reading_token_writes_nothing(office: Office) -> None:
    who = _who(office, "*:read")

    with pytest.raises(Forbidden), open_env(office.site, who, write=True) as env:
        env.add(Party(name="New"))


def test_a_token_runs_the_actions_that_its_scopes_name(office: Office) -> None:
    who = _who(office, "base.item:retire")

    assert office.site.access.may_act(who, "retire", Item)
    assert not office.site.access.may_act(who, "release", Item)


def test_a_token_that_has_expired_or_was_revoked_is_worth_nothing(office: Office) -> None:
    text = _token(office, "*:read")

    with after(days=31):
        assert visit_by_token(office.site, text) is None
    with open_env(office.site, write=True) as env:
        token.revoke(env, office.users["Maren"], token.of_user(env, office.users["Maren"])[0].id)
    assert visit_by_token(office.site, text) is None


def test_nobody_revokes_a_token_of_somebody_else(office: Office) -> None:
    _token(office, "*:read")

    with open_env(office.site, write=True) as env, pytest.raises(NotFound):
        token.revoke(env, office.users["jonas"], token.of_user(env, office.users["Maren"])[0].id)


def test_a_token_of_a_user_who_is_not_active_is_worth_nothing(office: Office) -> None:
    text = _token(office, "*:read")
    with open_env(office.site, write=True) as env:
        env.get(User, office.users["Maren"]).active = False

    assert visit_by_token(office.site, text) is None


def test_when_a_token_was_last_used_is_known(office: Office) -> None:
    text = _token(office, "*:read")
    with after(minutes=5):
        visit_by_token(office.site, text)

    with open_env(office.site) as env:
        assert env.session.scalars(select(ApiToken)).one().used_at == START + timedelta(minutes=5)


@pytest.mark.parametrize("scopes", [(), ("base.item",), (":read",), ("base.item:",)])
def test_a_token_needs_scopes_that_can_be_read(office: Office, scopes: Sequence[str]) -> None:
    with pytest.raises(ValidationError) as refusal:
        _token(office, *scopes)

    assert list(refusal.value.fields) == ["scopes"]


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_token_expires(office: Office, days: int) -> None:
    with open_env(office.site, write=True) as env, pytest.raises(ValidationError) as refusal:
        token.create(env, office.users["Maren"], "till", ["*:read"], START + timedelta(days=days))

    assert list(refusal.value.fields) == ["expires_at"]


@pytest.mark.parametrize("text", ["", "x", "dovetail_", "dovetail_" + "A" * 43])
def test_nonsense_is_no_token(office: Office, text: str) -> None:
    assert visit_by_token(office.site, text) is None
