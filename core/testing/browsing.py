"""The application of a test's site, and a client that a user is signed in to, with the token of their pages."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from core.app import web
from core.orm.env import Principal, Site, open_env
from core.security import session
from core.testing.databases import current_run
from core.web.csrf import HEADER, session_cookie
from core.web.templating import Compiled

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|name="csrf-token"[^>]*content="([^"]+)"')


def compiled(app: Flask) -> Flask:
    """The application with the templates that others of this run have compiled: there is one for almost every test."""
    app.extensions["dovetail.jinja"].bytecode_cache = Compiled(current_run() / "templates")
    return app


def cookie_of(site: Site, principal: Principal, app: Flask) -> tuple[str, str]:
    """Name and value of the cookie of a new session of the user."""
    if principal.user_id is None:
        raise ValueError("the system does not sign in")
    with open_env(site, write=True) as env:
        token, _begun = session.start(env, principal.user_id, "127.0.0.1", "tests")
    with app.test_request_context():
        return session_cookie(), token


def signed_in(site: Site, principal: Principal, app: Flask | None = None) -> FlaskClient:
    """A client of `site`, or of its application `app`, with a session of the user."""
    app = app or compiled(web(site))
    client = app.test_client()
    name, token = cookie_of(site, principal, app)
    if app.extensions["dovetail"].settings.secure_cookies:
        app.config["PREFERRED_URL_SCHEME"] = "https"
    client.set_cookie(name, token)
    return client


def csrf_of(page: str) -> dict[str, str]:
    """The header that a change from `page` sends."""
    found = _TOKEN.search(page)
    return {HEADER: next(filter(None, found.groups()))} if found else {}
