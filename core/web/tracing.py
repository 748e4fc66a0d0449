"""What each request leaves in the log: one line, and its id on every other line that is written for it."""

from __future__ import annotations

import logging
from time import perf_counter

from flask import Flask, Response, g, request

from core import log
from core.web.request import request_id, route, visitor

requests = logging.getLogger("dovetail.request")
#: Asked for too often to say more of than that it went wrong.
_QUIET = ("assets", "health", "metrics")


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    g.log_began = perf_counter()
    log.clear()
    log.bind(request_id=request_id())


def _refusal() -> dict[str, object]:
    """Why the request was refused, and from where it came: that is told of no other."""
    return {"code": g.refused, "address": request.remote_addr} if "refused" in g else {}


def _finish(response: Response) -> Response:
    quiet = request.blueprint in _QUIET and response.status_code < 400  # noqa: PLR2004 -- HTTP's own boundary
    who = g.get("caller", visitor().principal)
    requests.log(
        logging.DEBUG if quiet else logging.INFO, "request",
        extra={
            "method": request.method, "route": route(), "status": response.status_code,
            "ms": round(1000 * (perf_counter() - g.log_began), 1), "user_id": who.user_id, "company_id": who.company_id,
            **_refusal(),
        },
    )  # fmt: skip
    return response
