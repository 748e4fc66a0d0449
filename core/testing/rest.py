"""A REST client for tests and stories: a person with a token, who reads and writes JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from core import clock
from core.app import web
from core.orm.env import Site, open_env
from core.security import token
from core.testing.signatures import PASSWORD, header_of

SHORT = timedelta(days=1)


@dataclass(frozen=True)
class Answer:
    """What a call came to; `json` is the body."""

    status: int
    json: Any  # Any: JSON
    etag: str = ""


@dataclass
class Rest:
    """Calls of one person with a token of their own."""

    client: FlaskClient
    text: str
    site: Site
    user_id: int

    def get(self, path: str, **query: object) -> Answer:
        return self._call("GET", path, query_string={k: str(v) for k, v in query.items()})

    def post(self, path: str, body: object = None, *, key: str = "") -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        return self._call("POST", path, json=body if body is not None else {}, headers=headers)

    def sign(self, path: str, body: object = None, *, version: int, password: str = PASSWORD) -> Answer:
        """Do an action and sign the record, which was read at `version`."""
        headers = {"Dovetail-Signature": header_of(self.site, self.user_id, password)} | _match(version)
        return self._call("POST", path, json=body if body is not None else {}, headers=headers)

    def patch(self, path: str, body: object, *, version: int | None = None) -> Answer:
        return self._call("PATCH", path, json=body, headers=_match(version))

    def delete(self, path: str, *, version: int | None = None) -> Answer:
        return self._call("DELETE", path, headers=_match(version))

    def _call(self, method: str, path: str, **options: Any) -> Answer:  # Any: the client's options
        headers = {"Authorization": f"Bearer {self.text}"} | options.pop("headers", {})
        answer = self.client.open(f"/api/{path}", method=method, headers=headers, **options)
        return Answer(
            answer.status_code, answer.get_json(silent=True), answer.headers.get("ETag", "").strip('"')
        )


def rest_of(site: Site, user_id: int, *scopes: str) -> Rest:
    """A client of the user with a new token; without scopes it may do what the user may."""
    with open_env(site, write=True) as env:
        text = token.create(env, user_id, "test", scopes or ("*:*",), clock.now() + SHORT)
    return Rest(web(site).test_client(), text, site, user_id)


def _match(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}
