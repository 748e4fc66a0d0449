"""The API as a blueprint of the web application, with a sign-in and transactions of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from flask import Blueprint, Flask, Response

from core.api.requests import ERRORS, FAULT, answer, carried_out, env, problem
from core.errors import NotFound, PlatformError
from core.i18n import _
from core.orm.env import Site

COLLECTION = "/api/<addon>/<name>"
RECORD = f"{COLLECTION}/<int:record_id>"

#: Where the calls are carried out. It is imported by the first one: marshmallow is a twentieth of a start.
_RESOURCES = "core.api.resources"
#: Address and method of every call, and its function there.
ROUTES: tuple[tuple[str, str, str], ...] = (
    (COLLECTION, "GET", "index"),
    (COLLECTION, "POST", "create"),
    (RECORD, "GET", "show"),
    (RECORD, "PATCH", "change"),
    (RECORD, "DELETE", "delete"),
    (f"{RECORD}/<action>", "POST", "act"),
)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Api(Blueprint):
    """A blueprint whose calls bring their own sign-in: the pages' session, CSRF token and env are not theirs."""

    is_unguarded = True


def register(app: Flask, site: Site) -> None:
    """Add the API of `site` to its application."""
    blueprint = Api("api", __name__)
    for address, method, name in ROUTES:
        blueprint.add_url_rule(address, name, _call(_RESOURCES, name), methods=[method])
    blueprint.add_url_rule(
        "/api/openapi.json", "description", _call(__name__, "description"), methods=["GET"]
    )
    blueprint.add_url_rule(f"{ERRORS}<code>", view_func=error, methods=["GET"])
    blueprint.add_url_rule("/api/<path:rest>", view_func=_nothing, methods=_METHODS)
    app.register_blueprint(blueprint)


def description() -> Response:
    """The OpenAPI document of what the caller may do."""
    from core.api import openapi  # noqa: PLC0415 -- as _RESOURCES

    return answer(openapi.describe(env()))


def error(code: str) -> Response:
    """What the type of a problem means, for whoever follows it; nobody needs a token for that."""
    known = {found.code: (found.status, found.__doc__) for found in _errors(PlatformError)}
    known[FAULT] = (500, "Something that nobody foresaw; the log has the rest.")
    if code in known:
        status, meaning = known[code]
        return answer({"code": code, "status": status, "meaning": meaning})
    return problem(NotFound(_("No error has the code {code}.", code=code)))


def _nothing(rest: str) -> Response:
    """Every other address: who calls with a program is told as a program reads it."""
    return problem(NotFound(_("There is nothing at {address}.", address=f"/api/{rest}")))


def _errors(of: type[PlatformError]) -> Iterator[type[PlatformError]]:
    yield of
    for below in of.__subclasses__():
        yield from _errors(below)


def _call(module: str, name: str) -> Callable[..., Response]:
    def call(**values: Any) -> Response:  # Any: parts of the address
        return carried_out(lambda: getattr(import_module(module), name)(**values))

    return call
