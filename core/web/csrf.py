"""The CSRF token of pages and its check on every change; before sign-in it is bound to a cookie of the browser."""

from __future__ import annotations

import secrets

from flask import Response, g, request

from core.security import csrf
from core.security.session import cookie_name
from core.web.request import READING, is_guarded, site, visitor, web

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"


def session_cookie() -> str:
    return cookie_name(secure=web().settings.secure_cookies)


def csrf_token() -> str:
    """The token that a form or script of this page sends back."""
    return csrf.token_for(site().secret, _bound_to())


def require() -> None:
    """Refuse a change that does not come from a page of ours."""
    if request.method in READING or not is_guarded():
        return
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    csrf.require(site().secret, _bound_to(), given, dict(request.headers), request.host)


def remember(response: Response) -> Response:
    """Set the cookie that a token was bound to in this request, if it is a new one."""
    made = g.pop("new_visit", "")
    if made:
        set_cookie(response, _visit_cookie(), made)
    return response


def set_cookie(response: Response, name: str, value: str, max_age: int | None = None) -> None:
    """A cookie that scripts and other sites do not get; an empty value removes it."""
    response.set_cookie(
        name, value, max_age=max_age if value else 0, path="/", httponly=True, samesite="Lax",
        secure=web().settings.secure_cookies,
    )  # fmt: skip


def _visit_cookie() -> str:
    return session_cookie() + "-visit"


def _bound_to() -> str:
    """Which session it is or, before sign-in, a random cookie; told apart, since anybody can send any cookie."""
    session = visitor().handle
    if session is not None:
        return f"session:{session.id}:{session.started_at.isoformat()}"
    return f"visit:{request.cookies.get(_visit_cookie()) or _new_visit()}"


def _new_visit() -> str:
    if "new_visit" not in g:
        g.new_visit = secrets.token_urlsafe(24)
    made: str = g.new_visit
    return made
