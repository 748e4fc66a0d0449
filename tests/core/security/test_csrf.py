"""A change is taken from our own pages alone."""

from __future__ import annotations

import pytest

from core.security import csrf
from core.security.csrf import ForgedRequest

SECRET, SESSION, HOST = b"the site's secret", "a session", "erp.kestrel.test"


def test_a_token_is_right_for_its_own_session_and_site_alone() -> None:
    token = csrf.token_for(SECRET, SESSION)

    assert csrf.is_valid(SECRET, SESSION, token)
    assert not csrf.is_valid(SECRET, "another session", token)
    assert not csrf.is_valid(b"another secret", SESSION, token)


def test_no_two_pages_hold_the_same_token() -> None:
    assert csrf.token_for(SECRET, SESSION) != csrf.token_for(SECRET, SESSION)


@pytest.mark.parametrize("token", ["", "x", "ü" * 80, "0" * 80])
def test_nonsense_is_no_token(token: str) -> None:
    assert not csrf.is_valid(SECRET, SESSION, token)


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": f"https://{HOST}"}, {},
])  # fmt: skip
def test_a_change_from_our_own_page_passes(headers: dict[str, str]) -> None:
    csrf.require(SECRET, SESSION, csrf.token_for(SECRET, SESSION), headers, HOST)


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.test"},
    {"Origin": "null"}, {"Origin": f"https://{HOST}.evil.test"}, {"Origin": f"https://evil.test/{HOST}"},
    {"Sec-Fetch-Site": "cross-site", "Origin": f"https://{HOST}"},
])  # fmt: skip
def test_a_change_from_another_site_is_refused_even_with_a_token(headers: dict[str, str]) -> None:
    with pytest.raises(ForgedRequest, match="Nothing has changed"):
        csrf.require(SECRET, SESSION, csrf.token_for(SECRET, SESSION), headers, HOST)


def test_a_change_without_a_token_is_refused() -> None:
    with pytest.raises(ForgedRequest):
        csrf.require(SECRET, SESSION, "", {"Sec-Fetch-Site": "same-origin"}, HOST)
