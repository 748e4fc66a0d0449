"""The list that a person came from: remembered by model, so that a record knows its neighbours and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote

from flask import Response, request
from werkzeug.datastructures import MultiDict

from core.errors import PlatformError
from core.i18n import _
from core.orm.env import Env
from core.orm.model import Model
from core.orm.neighbour import Neighbours, neighbours
from core.views.resolve import list_view
from core.web.request import views, web
from core.web.state import condition_of, read_state
from core.web.urls import list_url, record_url, with_query

COOKIE = "dovetail-list"
#: A longer state (a large filter tree) is not remembered: browsers drop cookies above 4 kB.
LONGEST = 3_000
#: What says where in the list the person was, not which list it is.
_LEFT_OUT = ("after", "before", "open", "more")


@dataclass(frozen=True)
class Beside:
    """Links to the records before and after, and the place between them."""

    previous_url: str
    next_url: str
    position: str


def remember(response: Response) -> Response:
    """Keep the query of a list that was shown, for the pages of its records alone."""
    if request.endpoint == "lists.show" and response.status_code == 200:  # noqa: PLR2004 -- HTTP's own OK
        query = request.query_string.decode("latin-1")
        kept = quote(query, safe="=&") if len(query) < LONGEST else ""
        response.set_cookie(
            COOKIE, kept, path=request.path, httponly=True, samesite="Lax", secure=web().settings.secure_cookies,
        )  # fmt: skip
    return response


def way_back(model: type[Model]) -> str:
    """The address of the list as the person left it."""
    return with_query(list_url(model), _pairs())


def neighbours_of(env: Env, record: Model) -> Beside | None:
    """Those in the list that the person came from or, if the record is not in it, in the list of all."""
    model = type(record)
    found = _in_list(env, record, _pairs()) or _in_list(env, record, [])
    if found is None or not (found.previous or found.next):
        return None
    place = str(_("{place} of {count}", place=found.place, count=found.count)) if found.count else ""
    urls = [record_url(model, i) if i is not None else "" for i in (found.previous, found.next)]
    return Beside(urls[0], urls[1], place)


def _in_list(env: Env, record: Model, pairs: list[tuple[str, str]]) -> Neighbours | None:
    model = type(record)
    view = list_view(env, views(), model)
    try:
        state = read_state(env, model, MultiDict(pairs), view.group)
        grouped = tuple(name for name in state.group if ":" not in name)
        sort = (*grouped, *(state.sort or view.sort))
        return neighbours(env, model, record.id, condition_of(env, state), tuple(dict.fromkeys(sort)))
    except PlatformError:
        # A field of that list is gone or hidden by now: there is no such list any more.
        return None


def _pairs() -> list[tuple[str, str]]:
    kept = parse_qsl(unquote(request.cookies.get(COOKIE, "")), keep_blank_values=True)
    return [(name, value) for name, value in kept if name not in _LEFT_OUT]
