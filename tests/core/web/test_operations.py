"""Whoever runs a site sees that it is ready and how it does; strangers see nothing; logs name nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from core import log
from core.config import Settings
from core.jobs.job import enqueue, task
from core.orm.installed import Installed
from core.web.app import create_app
from tests.core.web.browsing import Browser
from tests.core.web.conftest import Shop


@task("tests.operations")
def _nothing(run: object, payload: object) -> None:
    """A job that only waits here."""


def metrics(app: Flask, address: str = "127.0.0.1", **headers: str) -> Any:  # Any: werkzeug's answer
    return app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})


def test_a_process_that_can_do_its_work_is_ready(shop: Shop) -> None:
    answer = shop.app.test_client().get("/readyz")

    assert answer.status_code == 200
    assert answer.get_json()["checks"] == {"database": True, "addons": True, "migrations": True}


def test_a_process_with_other_addons_than_the_database_is_not_ready(shop: Shop) -> None:
    site = replace(shop.site, loaded=frozenset({Installed("gone", "installed", "0001")}))
    app = create_app(site, Settings(shop.site.folder, secure_cookies=False))

    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.get_json()["checks"]["addons"]) == (503, False)


def test_figures_are_by_addon_and_route(shop: Shop, browser: Callable[[str], Browser]) -> None:
    browser("tove").get("/m/workshop.repair")

    shown = metrics(shop.app).get_data(as_text=True)

    assert 'dovetail_request_seconds_count{addon="workshop",route="/m/<name>",status="200"}' in shown
    assert 'dovetail_request_statements_sum{addon="workshop",route="/m/<name>"}' in shown


def test_figures_count_jobs_by_task_and_state(shop: Shop) -> None:
    with shop.env("tove", write=True) as env:
        enqueue(env, "tests.operations", "Nothing", {})

    shown = metrics(shop.app).get_data(as_text=True)

    assert 'dovetail_jobs{state="queued",task="tests.operations"} 1.0' in shown


def test_figures_count_an_addons_hooks(shop: Shop) -> None:
    with shop.env("tove", write=True) as env:
        enqueue(env, "tests.operations", "Nothing", {})

    shown = metrics(shop.app).get_data(as_text=True)

    assert 'dovetail_hook_seconds_count{addon="base",hook="records_created"}' in shown


@pytest.mark.parametrize(
    ("address", "headers"), [("10.0.0.7", {}), ("127.0.0.1", {"X-Forwarded-For": "10.0.0.7"})]
)
def test_another_machine_sees_no_figures(shop: Shop, address: str, headers: dict[str, str]) -> None:
    assert metrics(shop.app, address, **headers).status_code == 404


def test_who_has_the_token_sees_the_figures_from_anywhere(shop: Shop) -> None:
    app = create_app(shop.site, Settings(shop.site.folder, secure_cookies=False, metrics_token="t-1"))

    assert metrics(app, "10.0.0.7", Authorization="Bearer t-1").status_code == 200
    assert metrics(app, "10.0.0.7", Authorization="Bearer t-2").status_code == 404
    assert metrics(app).status_code == 404


def test_a_request_leaves_one_line_without_a_name(
    shop: Shop, browser: Callable[[str], Browser], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        browser("tove").get("/m/workshop.repair?q=Tove+Berg")
        shop.app.test_client().post("/-/sign-in", data={"login": "tove", "password": "a wrong one"})

    line = next(r for r in caplog.records if r.name == "dovetail.request")
    assert (line.route, line.status, line.method) == ("/m/<name>", 200, "GET")  # type: ignore[attr-defined]  # extra
    written = " ".join(
        f"{r.getMessage()} {r.__dict__}" for r in caplog.records if r.name.startswith("dovetail")
    )
    assert "tove" not in written.casefold()
    assert "a wrong one" not in written


@pytest.mark.parametrize(
    ("url", "token", "code"),
    [
        ("/-/settings/site", None, "forbidden"),
        ("/-/preferences", "", "forged_request"),
        ("/-/settings/tokens", None, None),
    ],
)
def test_a_refused_request_says_why_and_from_where(
    shop: Shop, caplog: pytest.LogCaptureFixture, url: str, token: str | None, code: str | None
) -> None:
    with shop.env("jonas") as env:
        who = env.user_id

    with caplog.at_level(logging.INFO):
        shop.browser("jonas").post(url, {"theme": "dark"}, token=token)

    line = [r for r in caplog.records if r.name == "dovetail.request"][-1]
    assert line.user_id == who  # type: ignore[attr-defined]  # extra
    assert getattr(line, "code", None) == code
    assert getattr(line, "address", None) == (code and "127.0.0.1")


@pytest.mark.parametrize(
    ("given", "kept"), [("proxy-4711-ab", True), ("short", False), ("with\tforged line", False)]
)
def test_the_id_of_a_request_is_the_proxys_when_it_is_sane(shop: Shop, given: str, kept: bool) -> None:
    answer = shop.app.test_client().get("/-/sign-in", headers={"X-Request-ID": given})

    assert (answer.headers["X-Request-Id"] == given) is kept
    assert (log._context.get()["request_id"] == given) is kept


def test_the_bell_asks_for_itself(shop: Shop, browser: Callable[[str], Browser]) -> None:
    page = browser("tove").get("/-/bell")

    assert page.status == 200
    assert page.tree.xpath('//*[@id="dt-bell"]/@data-live') == ["inbox"]
    assert page.tree.xpath('//*[@id="dt-inbox"]/@data-live-url') == ["/-/bell"]


def test_a_page_knows_where_its_stream_begins(shop: Shop, browser: Callable[[str], Browser]) -> None:
    seen = browser("tove")
    before = seen.get("/").tree.xpath('//*[@id="dt-live"]/@data-after')[0]
    with shop.env("tove", write=True) as env:
        enqueue(env, "tests.operations", "Nothing", {})
    after = seen.get("/").tree.xpath('//*[@id="dt-live"]/@data-after')[0]

    assert int(after) > int(before)
    assert not shop.browser("tove").get("/-/static/x/none").tree.xpath('//*[@id="dt-live"]')
