"""Who may call at all, and how errors are told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.app import web
from core.orm.env import Site
from core.testing.rest import rest_of


def test_without_a_valid_token_a_call_is_refused_as_a_problem(site: Site) -> None:
    client = web(site).test_client()

    for headers in ({}, {"Authorization": "Bearer dovetail_wrong"}, {"Authorization": "Basic eDp5"}):
        answer = client.get("/api/base/item", headers=headers)

        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_session_of_the_pages_opens_no_call(client: Any) -> None:
    assert client("base.administrator").get("/api/base/item").status_code == 401


def test_a_call_leaves_a_line_with_its_person_and_why_it_was_refused(
    editor: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        editor.client.get("/api/base/item", headers={"Authorization": f"Bearer {editor.text}"})
        editor.client.get("/api/base/item", headers={"Authorization": "Bearer dovetail_wrong"})

    served, refused = (line for line in caplog.records if line.name == "dovetail.request")
    assert served.user_id > 0  # type: ignore[attr-defined]  # extra
    assert not hasattr(served, "code")
    assert (refused.user_id, refused.code, refused.address) == (0, "token_needed", "127.0.0.1")  # type: ignore[attr-defined]  # extra


def test_whoever_calls_without_end_is_told_when_to_come_again(
    rest: Callable[..., Any], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOVETAIL_TOKEN_CALLS_PER_MINUTE", "4")
    caller, other = rest("base.employee"), rest("base.employee")
    app = caller.client.application
    monkeypatch.setattr(app.extensions["dovetail"].calls, "_clock", lambda: 0.0)

    def call(text: str) -> TestResponse:
        client: FlaskClient = app.test_client()
        return client.get("/api/base/unit", headers={"Authorization": f"Bearer {text}"})

    answers = [call(caller.text) for _time in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert answers[-1].content_type == "application/problem+json"
    assert answers[-1].get_json()["code"] == "too_many_calls"
    assert answers[-1].headers["Retry-After"] == "15"
    assert call(rest_of(site, caller.user_id).text).status_code == 429
    assert call(other.text).status_code == 200


def test_whoever_tries_tokens_without_end_is_held_back_by_address(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOVETAIL_ADDRESS_CALLS_PER_MINUTE", "3")
    client = web(site).test_client()

    answers = [
        client.get("/api/base/unit", headers={"Authorization": f"Bearer dovetail_{n}"}).status_code
        for n in range(4)
    ]

    assert answers == [401, 401, 401, 429]


def test_a_body_that_is_no_json_object_is_refused(editor: Any) -> None:
    answer = editor.client.post(
        "/api/base/item", data="[1", headers={"Authorization": f"Bearer {editor.text}"}
    )

    assert answer.status_code == 422
    assert answer.get_json()["code"] == "refused"


def test_the_type_of_a_problem_leads_to_what_it_means(site: Site) -> None:
    client = web(site).test_client()
    refused = client.get("/api/base/item").get_json()

    told = client.get(refused["type"])

    assert told.status_code == 200
    assert told.get_json() == {
        "code": "token_needed",
        "status": 401,
        "meaning": "Send a valid token: Authorization: Bearer dovetail_...",
    }
    assert client.get("/errors/fault").get_json()["status"] == 500
    assert client.get("/errors/nonsense").status_code == 404


@pytest.mark.parametrize(
    "address", ["base/item/99999999999999999999", "base/item/-1", "base", "base/item/1/a/b"]
)
def test_an_address_that_is_none_is_a_problem_as_programs_read_it(editor: Any, address: str) -> None:
    answer = editor.get(address)

    assert (answer.status, answer.json["code"]) == (404, "not_found")
