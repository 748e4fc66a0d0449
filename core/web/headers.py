"""Headers of every answer of the pages and the API: those of all answers, no caching, and the request's id."""

from __future__ import annotations

from flask import Response, g

from core.security.headers import headers
from core.web.request import request_id


def secure(response: Response, *, over_tls: bool) -> Response:
    """Add what an answer does not say itself; a policy that it states (a stricter one) stays."""
    for name, value in headers(over_tls=over_tls).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-Id"] = request_id()
    if "visitor" in g:
        response.vary.update(("Cookie", "HX-Request"))
    return response
