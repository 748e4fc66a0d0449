"""What the page before this one did, told once on the next with a way to take it back; no script is needed."""

from __future__ import annotations

from flask import Response, after_this_request, g, request

from core.base import last_step, recycling
from core.i18n import Text, _, plural
from core.orm.env import Env
from core.web.csrf import session_cookie, set_cookie
from core.web.request import READING, is_htmx, reading, visitor
from core.web.shell_parts import Toast

#: What the cookie says where the last step is kept by core.base.last_step; else it names a deletion in the bin.
LAST = "last"
#: Kinds of last steps.
SAVED, SET = "save", "set"
#: How long a page may take to come after its change.
_SECONDS = 60


def offer(step: str) -> None:
    """Have the next page offer to undo `step`: a deletion, or LAST; nothing for ""."""
    if step:

        @after_this_request
        def tell(response: Response) -> Response:
            set_cookie(response, _cookie(), step, _SECONDS)
            return response


def toast() -> Toast | None:
    """What the page before this one did, told once."""
    step = request.cookies.get(_cookie(), "")
    if not step or not _is_page() or "told" in g:
        return None
    g.told = True

    @after_this_request
    def forget(response: Response) -> Response:
        set_cookie(response, _cookie(), "")
        return response

    with reading() as at:
        words = _words(at, step)
    return None if words is None else Toast(words, step)


def _is_page() -> bool:
    """Whether a person sees the answer, whole and now."""
    asked_ahead = request.headers.get("Sec-Purpose", "").startswith("prefetch")
    return request.method in READING and not is_htmx() and not asked_ahead and visitor().is_signed_in


def _cookie() -> str:
    return session_cookie() + "-undo"


def _words(at: Env, step: str) -> Text | None:
    if step != LAST:
        kept = recycling.deleted_at_once(at, step)
        if len(kept) == 1:
            return _("{record} deleted", record=kept[0].name)
        return plural("{count} record deleted", "{count} records deleted", len(kept)) if kept else None
    last = last_step.kept(at)
    if not last:
        return None
    if last["kind"] == SAVED:
        return _("{record} saved", record=last["name"])
    return plural("{count} record changed", "{count} records changed", len(last["rows"]))
