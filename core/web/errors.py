"""Errors as pages and fragments: what happened, that nothing has changed, and a reference; never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from core.errors import PlatformError, TooMany, ValidationError
from core.i18n import _
from core.security.sign_in import PasswordNeeded, SignInNeeded
from core.web.parts import Action, Crumb, Note, Page, Words
from core.web.request import READING, go, is_htmx, local_url, own_path, request_id, route, wants_json
from core.web.templating import html, markup, render

log = logging.getLogger("dovetail.web")

SERVER_ERROR = 500
UNCHANGED = _("Nothing has changed.")

_TITLES = {
    400: _("That address cannot be read"),
    401: _("Sign in to go on"),
    403: _("You may not do that"),
    404: _("There is no such page"),
    405: _("That cannot be done here"),
    409: _("Somebody was faster"),
    413: _("That is too large"),
    422: _("That was not done"),
    429: _("Too many tries"),
}


@dataclass(frozen=True)
class Problem:
    """What error.html.jinja shows."""

    why: Words
    ref: str
    code: str
    what: Words = ""
    safe: Words = ""
    todo: Sequence[Action] = ()
    details: Sequence[object] = ()
    docs_url: str = ""


def install(app: Flask) -> None:
    app.register_error_handler(SignInNeeded, _to_sign_in)
    app.register_error_handler(PasswordNeeded, _to_proof)
    app.register_error_handler(PlatformError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def problem(code: str, message: Words, status: int, fields: Mapping[str, object] | None = None) -> Response:
    """The answer to a request that failed, in the form it asked for."""
    g.refused = code
    words = _with_safety(str(message))
    if wants_json():
        return _as_json(code, words, status, fields or {})
    if is_htmx():
        return _as_notice(Note(words, tone="bad", ref=f"{code} · {request_id()}"), status)
    title = _TITLES.get(status, _("That did not work"))
    back = Action(_("Back"), url=local_url(request.referrer or "/"), icon="arrow-left")
    shown = Problem(why=words, ref=request_id(), code=code, todo=[back])
    return render("error.html.jinja", Page(title, crumbs=[Crumb(title)]), status, error=shown)


def note_of(error: PlatformError) -> Note:
    """An error as a note on the page where it happened."""
    g.refused = error.code
    return Note(_with_safety(str(error)), tone="bad", ref=f"{error.code} · {request_id()}")


def _refused(error: PlatformError) -> Response:
    if error.status >= SERVER_ERROR:
        return _fault(error)
    fields = (
        {name: str(text) for name, text in error.fields.items()} if isinstance(error, ValidationError) else {}
    )
    return retry_after(problem(error.code, str(error), error.status, fields), error)


def retry_after(response: Response, error: PlatformError) -> Response:
    """Say when to come again, where that is why."""
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _to_sign_in(error: SignInNeeded) -> Response:
    if wants_json():
        return problem(error.code, str(error), error.status)
    back = request.full_path.rstrip("?") if request.method in READING else "/"
    return go(f"/-/sign-in?next={quote(back)}", full=True)


def _to_proof(error: PasswordNeeded) -> Response:
    """The password is asked for again; the page that the person came from comes after."""
    if wants_json():
        return problem(error.code, str(error), error.status)
    return go(f"/-/prove?next={quote(own_path(request.referrer))}", full=True)


def _http(error: HTTPException) -> Response:
    status = error.code or SERVER_ERROR
    if status < 400:  # noqa: PLR2004 -- a redirect raised by routing
        return error.get_response(request.environ)  # type: ignore[return-value]  # werkzeug's Response is Flask's here
    return problem(f"http_{status}", _HTTP_WORDS.get(status, _("The request could not be answered.")), status)


_HTTP_WORDS = {
    400: _("The address or what was sent with it cannot be read. Go back and try again."),
    404: _("Nothing is kept at this address. It may have been deleted or renamed."),
    405: _("This page cannot be asked in this way. Go back and use its buttons."),
    413: _("The file is larger than this installation allows. Ask an administrator to raise max_upload_mb."),
}


def _fault(error: Exception) -> Response:
    log.error("request %s failed: %s %s", request_id(), request.method, route(), exc_info=error)
    words = _("Something is wrong on our side. Tell your administrator the reference; the log has the rest.")
    return problem("fault", words, SERVER_ERROR)


def _with_safety(words: str) -> str:
    """The message, with the assurance that nothing has changed where it does not give it itself."""
    safe = str(UNCHANGED)
    return words if request.method in READING or safe.rstrip(".") in words else f"{words.rstrip()} {safe}"


def _as_json(code: str, words: str, status: int, fields: Mapping[str, object]) -> Response:
    made = jsonify({"error": {"code": code, "message": words, "fields": fields, "reference": request_id()}})
    made.status_code = status
    return made


def _as_notice(note: Note, status: int) -> Response:
    """Into the page's place for notes, wherever the script wanted to put the answer."""
    made = html(str(markup("macros/parts.html.jinja", "notices", [note])), status)
    made.headers["HX-Retarget"] = "#dt-notices"
    made.headers["HX-Reswap"] = "outerHTML"
    made.headers["HX-Reselect"] = "#dt-notices"
    made.headers["HX-Push-Url"] = "false"
    return made
