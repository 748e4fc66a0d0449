"""Pages are not given to who asks for them without end, and others are served meanwhile."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event

from core.config import Settings
from core.testing.browsing import compiled
from core.web.app import create_app
from tests.core.web.browsing import Browser
from tests.core.web.conftest import Shop


@pytest.fixture
def strict(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The shop's application, which takes five pages a minute of anybody; the minute does not pass."""
    settings = Settings(
        shop.site.folder, secure_cookies=False, user_calls_per_minute=5, address_calls_per_minute=5
    )
    shop.app = compiled(create_app(shop.site, settings))
    monkeypatch.setattr(shop.app.extensions["dovetail"].calls, "_clock", lambda: 0.0)
    return shop.app


def test_who_asks_without_end_waits_and_others_do_not(shop: Shop, strict: Flask) -> None:
    jonas = shop.browser("jonas")

    pages = [jonas.get("/-/keys") for _time in range(6)]

    assert [page.status for page in pages] == [200] * 5 + [429]
    assert pages[-1].response.headers["Retry-After"] == "12"
    assert "Try again in 12 seconds" in pages[-1].text
    assert shop.browser("tove").get("/-/keys").status == 200


def test_what_is_refused_asks_the_database_who_it_is_and_nothing_more(shop: Shop, strict: Flask) -> None:
    jonas, sent = shop.browser("jonas"), []
    for _time in range(5):
        jonas.get("/-/keys")
    event.listen(shop.site.engine, "before_cursor_execute", lambda *about: sent.append(about[2]))

    assert jonas.get("/m/workshop.repair").status == 429

    assert len([text for text in sent if not text.startswith(("BEGIN", "PRAGMA", "SET"))]) == 1


def test_strangers_are_counted_by_their_address(strict: Flask) -> None:
    browser = Browser(strict.test_client())
    wrong = {"login": "jonas", "password": "wrong"}

    answers = [browser.post("/-/sign-in", wrong, token="x").status for _time in range(6)]

    assert answers == [403] * 5 + [429]
    elsewhere = strict.test_client().get("/-/sign-in", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert elsewhere.status_code == 200


def test_what_a_provider_sends_is_counted_too(strict: Flask) -> None:
    client = strict.test_client()

    answers = [client.post("/-/sign-in/with/corp/ended").status_code for _time in range(6)]

    assert answers[0] == 400
    assert answers[-1] == 429


def test_files_and_health_are_given_at_any_time(shop: Shop, strict: Flask) -> None:
    client = strict.test_client()

    assert {client.get("/healthz").status_code for _time in range(20)} == {200}
    assert client.get("/-/sign-in").status_code == 200
