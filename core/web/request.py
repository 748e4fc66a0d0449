"""The request in hand: who makes it, the transaction it runs in, and how it wants to be answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from flask import Blueprint, Response, current_app, g, has_request_context, redirect, request

from core.errors import ReadOnly
from core.orm.env import Env, Principal, Site, open_env
from core.security.access import AccessRules
from core.web.format import Reader

if TYPE_CHECKING:
    from core.config import Settings
    from core.security.calls import Calls
    from core.security.session import Handle
    from core.views.resolve import Views

F = TypeVar("F", bound=Callable[..., object])

#: What a proxy may say; anything else could forge lines of the log.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
READING = ("GET", "HEAD", "OPTIONS")
#: The status of a form that comes back with what is wrong in it.
UNPROCESSABLE = 422
#: Somebody who has not signed in: no user has this id and no role grants anything.
ANONYMOUS = Principal(user_id=0)


@dataclass(frozen=True)
class Web:
    """What the pages of one site share; kept in the application's extensions."""

    site: Site
    settings: Settings
    views: Views
    calls: Calls


@dataclass(frozen=True)
class Visitor:
    """Who makes the request, with the preferences that every page follows."""

    principal: Principal
    #: The token of the session; "" for somebody who has not signed in.
    session: str = ""
    handle: Handle | None = None
    login: str = ""
    preferences: Mapping[str, object] = field(default_factory=dict)
    must_change_password: bool = False
    has_second_factor: bool = False
    #: To-dos that are due and mentions that were not seen.
    waiting: int = 0
    #: Names of the companies that the person works in, by id.
    companies: Mapping[int, str] = field(default_factory=dict)
    #: Names of each company's plants.
    plants: Mapping[int, Sequence[str]] = field(default_factory=dict)
    #: The last event before the request: what the event stream tells the page begins after it.
    position: int = 0

    @property
    def is_signed_in(self) -> bool:
        return bool(self.session)

    def preference(self, name: str, default: str = "") -> str:
        return str(self.preferences.get(name, default))


NOBODY = Visitor(ANONYMOUS)


class Unguarded(Blueprint):
    """A blueprint that brings its own sign-in and transactions (assets, the API): no env, no CSRF token."""

    is_unguarded = True


def public(view: F) -> F:
    """A page that may be seen without signing in."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark on the function, read by is_public
    return view


def unattended(view: F) -> F:
    """What a page asks by itself while nobody does anything: no use of the session, which ends without any."""
    view.is_unattended = True  # type: ignore[attr-defined]  # as in public
    return view


def is_unattended() -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), "is_unattended", False)


def is_guarded() -> bool:
    """Whether the pages' own sign-in, CSRF token and transaction hold for this request."""
    found = current_app.blueprints.get(request.blueprint or "")
    return request.endpoint is not None and not getattr(found, "is_unguarded", False)


def is_public() -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), "is_public", False)


def web() -> Web:
    found: Web = current_app.extensions["dovetail"]
    return found


def site() -> Site:
    return web().site


def rules() -> AccessRules:
    """The declared roles, grants and scopes, for pages that show them."""
    found = site().access
    assert isinstance(found, AccessRules)
    return found


def views() -> Views:
    return web().views


def visitor() -> Visitor:
    found: Visitor = g.get("visitor", NOBODY) if has_request_context() else NOBODY
    return found


def lacks_factor() -> bool:
    """Whether the site requires a second factor that the person has not set up."""
    return web().settings.require_second_factor and not visitor().has_second_factor


def principal() -> Principal:
    return visitor().principal


def reader() -> Reader:
    """The person of this request, as values are written for them."""
    return Reader(principal().locale, principal().zone)


def env() -> Env:
    """The transaction of this request: reading for GET, writing for all else, committed with a good answer.

    It is opened when it is first asked for, so that a page with transactions of its own (sign-in) has none.
    """
    if "env" not in g:
        stack: ExitStack = g.env_stack
        g.env = stack.enter_context(open_env(site(), principal(), write=request.method not in READING))
    found: Env = g.env
    return found


@contextmanager
def reading() -> Iterator[Env]:
    """The request's transaction or, outside one (an error page), a reading one of its own."""
    if "env_stack" in g:
        yield env()
    else:
        with open_env(site(), principal()) as own:
            yield own


def leave(step: Callable[[Env], object], who: Principal) -> None:
    """Write what a GET leaves behind (recents) in a transaction of `who`.

    It is forgone where this process may not write, which is no reason to refuse the page.
    """
    with suppress(ReadOnly), open_env(site(), who, write=True) as own:
        step(own)


class _Refused(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


def answer(dispatch: Callable[[], Response]) -> Response:
    """Run the view in the request's env and keep its changes, unless it raises or answers with an error."""
    try:
        with ExitStack() as g.env_stack:
            response = dispatch()
            if response.status_code >= 400:  # noqa: PLR2004 -- HTTP's own boundary
                raise _Refused(response)
            return response
    except _Refused as refused:
        return refused.response
    finally:
        g.pop("env", None)
        g.pop("env_stack", None)


def request_id() -> str:
    """The reference by which a person's report is found in the log: the proxy's own, or a new one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex[:12]
    found: str = g.request_id
    return found


def route() -> str:
    """The address as it is declared, for logs and figures: no name and no token is in it."""
    return request.url_rule.rule if request.url_rule is not None else "unknown"


def is_htmx() -> bool:
    """Whether a script asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def wants_json() -> bool:
    """Whether the answer is read by a script of ours instead of a person."""
    best = request.accept_mimetypes.best_match(("text/html", "application/json"))
    return best == "application/json"


def go(url: str, *, full: bool = False) -> Response:
    """Send the browser to `url`; `full` loads the whole page where htmx would swap a part."""
    if is_htmx() and full:
        response = Response(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return redirect(url, code=303)  # type: ignore[return-value]  # werkzeug's Response is Flask's here


def local_url(url: str, default: str = "/") -> str:
    """`url` if it stays on this site, else `default`.

    Browsers take a backslash for a slash and leave out tabs and line breaks wherever they stand.
    """
    inside = url.startswith("/") and not url.startswith(("//", "/\\"))
    return url if inside and url.isprintable() else default


def own_path(referrer: str | None) -> str:
    """The path of the page that a request came from, if it was one of ours."""
    host = request.host_url
    return local_url("/" + referrer.removeprefix(host)) if referrer and referrer.startswith(host) else "/"
