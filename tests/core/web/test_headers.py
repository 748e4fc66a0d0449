"""What every answer says to the browser, over TLS and behind a proxy."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.base import User
from core.config import Settings
from core.security import sign_in
from core.security.session import LoginSession
from core.web.app import create_app
from core.web.assets import fingerprint
from tests.core.web.browsing import TOKEN
from tests.core.web.conftest import Shop

HTTPS = "https://plant.test"
PASSWORD = "granite teapot umbrella"
#: A page, a file, a check of health, a refusal, and a call of the API without a token.
ANSWERS = (
    "/-/sign-in",
    f"/-/static/{fingerprint()}/dist/dovetail.css",
    "/healthz",
    "/-/nothing",
    "/api/base/item",
)


def over_tls(shop: Shop, proxies: int = 0) -> Flask:
    return create_app(shop.site, Settings(shop.site.folder, trusted_proxies=proxies))


def signed_in(shop: Shop, app: Flask, **headers: str) -> TestResponse:
    with shop.env(write=True) as env:
        user = env.session.scalars(select(User).where(User.login == "jonas")).one()
        sign_in.set_password(env, user.id, PASSWORD)
    client = app.test_client()
    token = TOKEN.search(client.get("/-/sign-in", base_url=HTTPS).get_data(as_text=True))
    assert token is not None
    sent = {"login": "jonas", "password": PASSWORD, "csrf_token": token.group(1)}
    return client.post("/-/sign-in", data=sent, base_url=HTTPS, headers=headers)


@pytest.mark.parametrize("url", ANSWERS)
def test_every_answer_over_tls_has_the_headers(shop: Shop, url: str) -> None:
    headers = over_tls(shop).test_client().get(url, base_url=HTTPS).headers

    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    for directive in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in headers["Content-Security-Policy"].split("; ")


@pytest.mark.parametrize("url", ANSWERS)
def test_no_answer_lets_another_origin_read_it(shop: Shop, url: str) -> None:
    headers = shop.app.test_client().get(url, headers={"Origin": "https://evil.test"}).headers

    assert not [name for name in headers.keys() if name.startswith("Access-Control-")]  # noqa: SIM118 -- no dict


def test_without_tls_no_browser_is_told_to_insist_on_it(shop: Shop) -> None:
    assert "Strict-Transport-Security" not in shop.app.test_client().get("/-/sign-in").headers


@pytest.mark.parametrize("url", ANSWERS[:3])
def test_a_text_says_its_character_set(shop: Shop, url: str) -> None:
    assert shop.app.test_client().get(url).headers["Content-Type"].endswith("; charset=utf-8")


def test_over_tls_a_session_s_cookie_is_tied_to_the_host_and_to_tls(shop: Shop) -> None:
    cookies = signed_in(shop, over_tls(shop)).headers.getlist("Set-Cookie")

    session = next(cookie for cookie in cookies if cookie.startswith("__Host-dovetail="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(session.split("; "))
    assert "Domain" not in session


@pytest.mark.parametrize(("proxies", "kept"), [(0, "127.0.0.1"), (1, "198.51.100.7")])
def test_the_address_of_a_client_is_taken_from_trusted_proxies_alone(
    shop: Shop, proxies: int, kept: str
) -> None:
    signed_in(shop, over_tls(shop, proxies), **{"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})

    with shop.env() as env:
        assert env.session.scalars(select(LoginSession.address)).all()[-1] == kept


@pytest.mark.parametrize("url", ANSWERS)
def test_nobody_traces(shop: Shop, url: str) -> None:
    assert shop.app.test_client().open(url, method="TRACE").status_code in (404, 405)
